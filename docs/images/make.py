"""Draws the pictures of this folder from real messages: ``python docs/images/make.py``.

The stories are those of the demo, as the shipped watchlists match them and the desk would put them together. Pages are
drawn by Chromium (Debian's packages ``chromium`` and ``pngquant``, and ``fonts-noto-core`` for Urdu).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from rich.console import Console

from monitor.alerts import compose
from monitor.alerts.mail import for_mail
from monitor.alerts.render import for_terminal
from monitor.demo.stage import starter
from monitor.demo.story import ITEMS, outlet_of
from monitor.matching import Headline
from monitor.model import Band, Copy, FeedId, Item, ItemKey, Message, Story
from monitor.text.likeness import Likeness, likeness_of, same_story
from monitor.watchlist import build

HERE = Path(__file__).parent
NOW = 1_729_087_200.0  # 16 October 2024, 14:00 UTC
_REMARK = "the watchlist is snoozed until 2024-10-16 18:00"


def stories() -> dict[str, list[Story]]:
    """The demo's stories, by watchlist, in the order in which they were published."""
    engine = build(starter("watchlists")).engine
    found: dict[str, list[Story]] = defaultdict(list)
    for one in sorted(ITEMS, key=lambda item: item.published):
        outlet = outlet_of(one)
        link = f"https://{outlet.name.lower().replace(' ', '')}.example/{one.guid}"
        item = Item(
            ItemKey(one.guid),
            outlet.name,
            one.guid,
            link,
            one.title,
            one.summary,
            one.published,
            one.published + 240,
            language=outlet.language,
        )
        for match in engine.match(Headline(one.title, one.summary, "", outlet.name, outlet.language)):
            alert = compose.new_item(FeedId(1), item, match, NOW)
            told = found[match.watch]
            for index, story in enumerate(told):
                if same_story(_likeness(story), _likeness(Story(alert))):
                    copy = Copy(outlet.name, one.title, link, one.published)
                    told[index] = Story(story.alert, (*story.copies, copy))
                    break
            else:
                told.append(Story(alert))
    return found


def _likeness(story: Story) -> Likeness:
    alert = story.alert
    return likeness_of(alert.headline, alert.source, alert.link, alert.summary)


def photograph(message: Message, name: str, width: int, height: int) -> None:
    """The message as a mail program shows it in a window of that size."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "mail.html"
        page.write_text(for_mail(message)[1], "utf-8")
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--force-device-scale-factor=1.25",
                f"--window-size={width},{height}",
                f"--screenshot={HERE / name}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
    subprocess.run(["pngquant", "--force", "--ext", ".png", "48", HERE / name], check=True)


def main() -> None:
    """Draw all pictures."""
    found = stories()
    strong = {watch: [one for one in told if one.alert.band == Band.ALERT] for watch, told in found.items()}
    brics = strong["pakistan-brics"]
    urdu = [one for one in brics if one.alert.headline[0] >= "\u0600"]
    # The demo's papers do not copy each other; here two of them have.
    first = brics[0].alert
    copies = tuple(Copy(name, first.headline, first.link) for name in ("World Desk", "The Karachi Ledger"))
    mixed = [Story(first, copies), *urdu[:1]]
    photograph(compose.message("mail", mixed, NOW), "mail.png", 720, 860)
    photograph(compose.message("mail", mixed[:1], NOW), "phone.png", 390, 600)
    weak = [one for told in found.values() for one in told if one.alert.band == Band.DIGEST]
    told = [Story(one.alert, one.copies, _REMARK if number == 1 else "") for number, one in enumerate(brics[:3])]
    stream = found["pakistan-stream"][:2]
    digest = compose.digest("mail", [*told, *stream, *weak], NOW, "due at Wed 12:00, sent 2 h later")
    photograph(digest, "digest.png", 720, 780)
    console = Console(record=True, width=116, file=sys.stderr, highlight=False, markup=False, soft_wrap=True)
    visit = next(one for one in strong["mishustin-islamabad"] if "Mishutin" in one.alert.headline)
    russian = next(one for one in brics if "Оверчук" in one.alert.headline)
    for story in (visit, russian):
        console.print(for_terminal(compose.message("console", [story], NOW)))
    drawn = console.export_svg(title="monitor run")
    # The fonts that rich would fetch from elsewhere are left to the reader's machine.
    (HERE / "alert.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
