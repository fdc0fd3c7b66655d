"""Atom files, read back as a feed reader would."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest

from monitor.alerts.channels import atom
from monitor.alerts.channels.atom import SIZE_LIMIT, AtomChannel
from monitor.config import settings
from monitor.daemon.channels import channels_of
from monitor.model import Message, SendFailed, Sent
from tests.alerts.samples import CREATED, HOSTILE, digest_of, message, notice, story


async def write(folder: Path, *messages: Message, entries: int = 100) -> None:
    channel = AtomChannel(folder, entries)
    for one in messages:
        assert isinstance(await channel.send(one), Sent)
    await channel.close()


def read(path: Path) -> feedparser.FeedParserDict:
    feed = feedparser.parse(path.read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def ids(path: Path) -> list[str]:
    return [entry.id for entry in read(path).entries]


async def test_a_watchlist_has_a_feed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "feeds"
    await write(folder, message())
    assert os.listdir(folder) == ["brics.xml"]
    feed = read(folder / "brics.xml")
    assert (feed.version, feed.feed.id, feed.feed.title) == ("atom10", "urn:news-monitor:brics", "Pakistan's BRICS bid")
    assert (feed.feed.updated, feed.feed.author) == ("2024-09-18T11:46:40Z", "news-monitor")
    (entry,) = feed.entries
    assert entry.id == "urn:news-monitor:alert:abc"
    assert entry.title == "Pakistan applies for BRICS membership"
    assert (entry.updated, entry.published) == ("2024-09-18T11:46:40Z", "2024-09-18T11:36:40Z")
    assert (entry.link, entry.author) == ("https://news.example/1?a=1&b=2", "Dawn")
    assert [link.href for link in entry.links if link.rel == "related"] == ["https://tribune.example/2"]
    for words in ("Islamabad has filed its application.", "Also in: Tribune", "Why: 0.97 = Pakistan", "irrelevant abc"):
        assert words in entry.summary


async def test_what_is_served_can_be_read_by_others_and_nothing_else_is_left(tmp_path: Path) -> None:
    await write(tmp_path, message(), message(story(name="second")))
    assert os.listdir(tmp_path) == ["brics.xml"]
    assert (tmp_path / "brics.xml").stat().st_mode & 0o777 == 0o644


async def test_the_newest_come_first(tmp_path: Path) -> None:
    stories = [story(name=f"n{n}", created=CREATED + n) for n in (2, 1, 3)]
    await write(tmp_path, *(message(one) for one in stories))
    assert ids(tmp_path / "brics.xml") == [f"urn:news-monitor:alert:n{n}" for n in (3, 2, 1)]
    assert read(tmp_path / "brics.xml").feed.updated == "2024-09-18T11:46:43Z"


async def test_D09_the_same_alert_stays_one_entry_and_the_file_as_it_is(tmp_path: Path) -> None:
    await write(tmp_path, message(story(name="a")), message(story(name="b")))
    before = (tmp_path / "brics.xml").read_bytes()
    await write(tmp_path, message(story(name="a")), message(story(name="a"), story(name="b")))
    assert (tmp_path / "brics.xml").read_bytes() == before


async def test_only_so_many_entries_are_kept(tmp_path: Path) -> None:
    messages = [message(story(name=f"n{n}", created=CREATED + n)) for n in range(5)]
    await write(tmp_path, *messages, entries=3)
    kept = [f"urn:news-monitor:alert:n{n}" for n in (4, 3, 2)]
    assert ids(tmp_path / "brics.xml") == kept
    await write(tmp_path, messages[0], entries=3)  # told again, and still too old
    assert ids(tmp_path / "brics.xml") == kept


@pytest.mark.parametrize("link", ["https://news.example/1", ""])
async def test_H12_hostile_text_is_text(link: str, tmp_path: Path) -> None:
    await write(tmp_path, message(story(HOSTILE, summary=HOSTILE, why=HOSTILE, source=HOSTILE, link=link)))
    data = (tmp_path / "brics.xml").read_bytes()
    assert b"<script>" not in data
    (entry,) = read(tmp_path / "brics.xml").entries
    # feedparser takes the title for HTML although its type is text, and removes what looks dangerous.
    title = ET.fromstring(data).findtext("{*}entry/{*}title")
    assert title is not None
    assert "<script>alert(1)</script> ]]> & desrever [31m 🚀 \\n@everyone" in title
    assert "\u202e" not in data.decode()
    text = entry.summary if link else entry.content[0].value
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text


async def test_notices_and_tests_have_a_feed_of_their_own(tmp_path: Path) -> None:
    await write(tmp_path, notice(), message())
    feed = read(tmp_path / "news-monitor.xml")
    assert (feed.feed.id, feed.feed.title) == ("urn:news-monitor:news-monitor", "News monitor")
    assert feed.entries[0].title == "First reading of 2 feeds"
    assert "<p>Dawn: 1 match</p>" in feed.entries[0].content[0].value
    assert ids(tmp_path / "brics.xml") == ["urn:news-monitor:alert:abc"]


async def test_a_digest_adds_what_its_watchlists_do_not_have_yet(tmp_path: Path) -> None:
    await write(tmp_path, message(story("Told at once", "story0")), digest_of(30))
    assert len(ids(tmp_path / "brics.xml")) == 15
    assert len(ids(tmp_path / "pipeline.xml")) == 15
    told = [entry.title for entry in read(tmp_path / "brics.xml").entries if entry.id.endswith(":story0")]
    assert told == ["Told at once"]


async def test_a_digest_of_nothing_writes_nothing(tmp_path: Path) -> None:
    await write(tmp_path, digest_of(0))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"<feed",
        b"\xff\xfe\x00",
        b"hello",
        b'<?xml version="1.0" encoding="no-such"?><feed/>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:somebody:else</id></feed>',
        b'<!DOCTYPE feed [<!ENTITY a "aaaa">]><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:news-monitor:brics</id></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:news-monitor:brics</id><entry/></feed>',
        b" " * (SIZE_LIMIT + 1),
    ],
    ids=["empty", "cut", "bytes", "words", "encoding", "other", "doctype", "half", "long"],
)
async def test_S11_a_file_that_is_not_ours_is_put_aside(found: bytes, tmp_path: Path) -> None:
    (tmp_path / "brics.xml").write_bytes(found)
    await write(tmp_path, message())
    assert ids(tmp_path / "brics.xml") == ["urn:news-monitor:alert:abc"]
    assert (tmp_path / "brics.xml.bad").read_bytes() == found


async def test_a_file_never_grows_too_long_to_be_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom, "SIZE_LIMIT", SIZE_LIMIT // 20)
    stories = [story("&" * 600, f"n{n}", summary="&" * 1000, link="https://a.example/" + "&" * 4000) for n in range(45)]
    await write(tmp_path, message(*stories), entries=1000)
    assert (tmp_path / "brics.xml").stat().st_size <= SIZE_LIMIT // 20
    await write(tmp_path, message(story(name="late", created=CREATED + 9)), entries=1000)
    assert not (tmp_path / "brics.xml.bad").exists()
    assert ids(tmp_path / "brics.xml")[0] == "urn:news-monitor:alert:late"


async def test_of_two_channels_with_one_folder_none_loses_what_the_other_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, replace = asyncio.Event(), atom._replace
    loop = asyncio.get_running_loop()

    def slowly(path: Path, data: bytes) -> None:
        loop.call_soon_threadsafe(began.set)
        time.sleep(0.2)
        replace(path, data)

    monkeypatch.setattr(atom, "_replace", slowly)
    first = asyncio.create_task(write(tmp_path, message(story(name="one"))))
    await began.wait()
    await write(tmp_path, message(story(name="two")))
    await first
    assert sorted(ids(tmp_path / "brics.xml")) == ["urn:news-monitor:alert:one", "urn:news-monitor:alert:two"]


@pytest.mark.parametrize("name", ["brics.xml", "."])
async def test_S11_what_cannot_be_written_is_a_failure_of_the_channel(name: str, tmp_path: Path) -> None:
    place = tmp_path / "feeds"
    if name == ".":
        place.write_text("a file where the folder should be", "utf-8")
    else:
        (place / name).mkdir(parents=True)
    channel = AtomChannel(place)
    result = await channel.send(message())
    await channel.close()
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert str(place) in result.detail


async def test_a_folder_starts_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[alerts.atom]\nfolder = "out"\nentries = 2\n', "utf-8")
    (channel,) = channels_of(settings.load(tmp_path / "config.toml"))
    assert await channel.send(digest_of(10)) == Sent("written to brics.xml, pipeline.xml")
    await channel.close()
    assert len(ids(tmp_path / "out" / "brics.xml")) == 2
