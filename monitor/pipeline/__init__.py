"""The pages to read first: how a headline travels through the program.

``ingest``: one poll, from the request to the committed matches; ``plan``: what it changes. ``desk``: what becomes of
a match; ``gates``: its policies, in their order. ``bundle``: what is to be told becomes messages. ``deliver``:
messages go out. ``announce``: what the program says of itself. ``late``: what nothing could tell when it was found.
"""

from monitor.pipeline.announce import (
    BASELINES_WAIT,
    Patience,
    announce_baselines,
    announce_feeds,
    announce_restored,
    announce_silences,
)
from monitor.pipeline.deliver import Delivering, DeliveryReport, attempt_to_send
from monitor.pipeline.desk import Desk
from monitor.pipeline.ingest import Polling, unexpected
from monitor.pipeline.late import catch_up
from monitor.pipeline.past import Reading
from monitor.pipeline.plan import Policy, plan_ingest

__all__ = [
    "BASELINES_WAIT",
    "Delivering",
    "DeliveryReport",
    "Desk",
    "Patience",
    "Policy",
    "Polling",
    "Reading",
    "announce_baselines",
    "announce_feeds",
    "announce_restored",
    "announce_silences",
    "attempt_to_send",
    "catch_up",
    "plan_ingest",
    "unexpected",
]
