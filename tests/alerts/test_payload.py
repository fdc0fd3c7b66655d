"""Messages as data for programs."""

from __future__ import annotations

import json
from dataclasses import replace

from monitor.alerts.render import as_data, as_json
from tests.alerts.samples import digest_of, message, notice, story

STORY = {
    "id": "abc",
    "kind": "new",
    "headline": "Pakistan applies for BRICS membership",
    "summary": "Islamabad has filed its application.",
    "feed": "Dawn",
    "source": "Dawn",
    "link": "https://news.example/1?a=1&b=2",
    "published": "2024-09-18T11:36:40Z",
    "published_day": None,
    "first_seen": "2024-09-18T11:45:40Z",
    "score": 0.97,
    "band": "alert",
    "why": "0.97 = Pakistan (exact, title)",
    "watch": {"id": "brics", "title": "Pakistan's BRICS bid"},
    "hits": [{"alias": "Pakistan", "text": "Pakistan", "field": "title", "start": 0, "end": 8, "rule": "exact"}],
    "sources": [
        {
            "source": "Tribune",
            "headline": "Islamabad seeks BRICS seat",
            "link": "https://tribune.example/2",
            "published": "2024-09-18T11:41:40Z",
        }
    ],
    "remark": "",
    "lines": [],
    "commands": {
        "ack": "monitor alerts ack abc",
        "relevant": "monitor alerts relevant abc",
        "irrelevant": "monitor alerts irrelevant abc",
        "mute": "monitor alerts mute abc",
        "snooze": "monitor alerts snooze abc",
        "show": "monitor alerts show abc",
    },
}


def test_the_form_is_the_documented_one() -> None:
    sent = message()
    assert as_data(sent) == {
        "type": "alert",
        "id": sent.id,
        "created": "2024-09-18T11:46:40Z",
        "title": "Pakistan applies for BRICS membership",
        "watch": {"id": "brics", "title": "Pakistan's BRICS bid"},
        "urgent": False,
        "late": "",
        "stories": [STORY],
    }


def test_a_notice_has_lines_and_no_watchlist_or_commands() -> None:
    data = as_data(notice())
    assert (data["type"], data["watch"]) == ("notice", None)
    assert data["stories"][0]["lines"] == ["Dawn: 1 match", "And so on."]
    assert (data["stories"][0]["watch"], data["stories"][0]["commands"], data["stories"][0]["published"]) == (
        None,
        {},
        None,
    )


def test_a_digest_names_the_watchlist_of_each_story() -> None:
    data = as_data(replace(digest_of(2), late="due at Tue 07:00, sent 3 h later"))
    assert (data["type"], data["watch"], data["late"]) == ("digest", None, "due at Tue 07:00, sent 3 h later")
    assert [one["watch"]["id"] for one in data["stories"]] == ["brics", "pipeline"]


def test_impossible_times_are_unknown() -> None:
    data = as_data(message(story(published=1e18, first_seen=float("nan"))))
    assert data["stories"][0]["published"] is None
    assert data["stories"][0]["first_seen"] is None


def test_as_json_is_the_same_each_time_and_can_be_read_whatever_it_holds() -> None:
    sent = message(story('Заявка "🚀" \udcff \u2028'))
    assert as_json(sent) == as_json(sent)
    assert json.loads(as_json(sent))["stories"][0]["headline"] == 'Заявка "🚀" ? \u2028'
