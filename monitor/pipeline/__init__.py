"""The pages to read first: how a headline travels through the program.

``ingest``: one poll, from the request to the committed matches. ``desk``: what becomes of a match. ``bundle``: what is
to be told becomes messages. ``deliver``: messages go out.
"""

from monitor.pipeline.deliver import Delivering, DeliveryReport, attempt_to_send
from monitor.pipeline.desk import Desk
from monitor.pipeline.ingest import BASELINES_WAIT, Policy, Polling, announce_baselines, plan_ingest, unexpected

__all__ = [
    "BASELINES_WAIT",
    "Delivering",
    "DeliveryReport",
    "Desk",
    "Policy",
    "Polling",
    "announce_baselines",
    "attempt_to_send",
    "plan_ingest",
    "unexpected",
]
