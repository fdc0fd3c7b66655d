"""Where the program speaks of itself: on the channels for notices, and elsewhere when these are what fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.compose import digest, message
from monitor.alerts.mail import for_mail
from monitor.alerts.routing import DeskRules
from monitor.model import Alert, AlertId, AlertKind, MessageKind, SendFailed
from tests.alerts.samples import story
from tests.pipeline.bureau import AT_ONCE, DAY, HOUR, Bureau, a_watch, bureau
from tests.pipeline.test_desk import unlike

DESK, ANN, BOB = (replace(AT_ONCE, name=name) for name in ("desk", "ann", "bob"))
STORY = "Pakistan applies to join the BRICS group"
NO = SendFailed("550 no such user", permanent=True)
DOWN = SendFailed("535 wrong password", unreachable=True, needs_user=True)


def heard(news: Bureau) -> dict[str, list[str]]:
    """The notices that each channel took."""
    return {
        name: [one.title for one in reader.got if one.kind is MessageKind.NOTICE]
        for name, reader in news.readers.items()
    }


async def notice(news: Bureau) -> None:
    """The program speaks of itself."""
    told = Alert(AlertId("note"), AlertKind.NOTICE, news.clock.now(), "A feed is gone", source="news-monitor")
    await news.store.put_alert(told, news.delivering.desk.rules.notices)


@pytest.mark.parametrize(
    ("named", "failing", "told"),
    [
        (("desk",), "ann", ["desk"]),
        (("desk",), "desk", ["ann", "bob"]),
        (("desk", "ann"), "bob", ["desk", "ann"]),
        (("desk", "ann"), "ann", ["desk", "bob"]),
        ((), "ann", ["desk", "bob"]),
        (("gone",), "ann", ["desk", "bob"]),
    ],
)
@pytest.mark.parametrize("failure", [NO, DOWN])
async def test_U08_what_fails_is_told_on_the_channels_for_notices_and_their_failures_on_all_others(
    tmp_path: Path, named: tuple[str, ...], failing: str, told: list[str], failure: SendFailed
) -> None:
    async with bureau(tmp_path, channels=[DESK, ANN, BOB], notices_to=named) as news:
        news.readers[failing].answers = [failure]
        await news.bring("Dawn", STORY)
        await news.turn()
        assert sorted(name for name, titles in heard(news).items() if titles) == sorted(told)


async def test_U08_a_notice_goes_to_its_channel_alone_and_to_others_where_that_refuses_it(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[DESK, ANN, BOB], notices_to=("ann",)) as news:
        await notice(news)
        await news.turn()
        assert heard(news) == {"desk": [], "ann": ["A feed is gone"], "bob": []}
    (tmp_path / "refused").mkdir()
    async with bureau(tmp_path / "refused", channels=[DESK, ANN, BOB], notices_to=("ann",)) as news:
        news.readers["ann"].answers = [NO]
        news.readers["desk"].answers = [NO]
        await notice(news)
        for _ in range(5):
            await news.turn()
        assert heard(news) == {"desk": [], "ann": [], "bob": ["A feed is gone"]}


async def test_U08_a_flood_is_told_to_the_channel_for_notices_and_a_silence_to_the_readers(tmp_path: Path) -> None:
    watch = a_watch("pakistan", silence=3 * DAY)
    async with bureau(tmp_path, watch, channels=[DESK, ANN], notices_to=("desk",), flood=2) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(4)))
        await news.wait(HOUR)
        assert [len(titles) for titles in heard(news).values()] == [1, 0]


# --- the strongest first --------------------------------------------------------------------------------------------


def test_U08_a_group_is_led_by_its_strongest_story_in_subject_and_body() -> None:
    stories = [story(f"Story of {score}", f"s{score}", score=score) for score in (0.71, 0.99, 0.85)]
    made = message("mail", stories, 0.0)
    assert made.title == "3 stories: Story of 0.99"
    for text in for_mail(made):
        places = [text.index(f"Story of {score}") for score in (0.99, 0.85, 0.71)]
        assert places == sorted(places)
    same = [story("Seen first", "a", score=0.9), story("Seen later", "b", score=0.9)]
    assert [one.alert.headline for one in message("mail", same, 0.0).stories] == ["Seen first", "Seen later"]


def test_U08_a_digest_is_by_watchlist_and_the_strongest_first_also_where_two_share_a_title() -> None:
    stories = [
        story(f"{watch} {score}", f"{watch}{score}", watch=watch, watch_title="Ports", score=score)
        for score in (0.5, 0.6)
        for watch in ("a", "b")
    ]
    found = [one.alert.headline for one in digest("mail", stories, 0.0).stories]
    assert found == ["a 0.6", "a 0.5", "b 0.6", "b 0.5"]


def test_U08_rules_without_a_channel_for_notices_use_all() -> None:
    assert DeskRules((DESK, ANN)).notices == ("desk", "ann")
