"""The demo's story: its documents can be read, and the engine finds in it what a reader would."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import aiohttp
import pytest

from monitor.demo.newsroom import CONTENT_TYPES, SHOWN, Newsroom, document, link, published
from monitor.demo.stage import starter
from monitor.demo.story import (
    BEGINS,
    BRICS,
    ENDS,
    ITEMS,
    KILNS,
    OUTLETS,
    STREAM,
    VISIT,
    Format,
    NewsItem,
    Outlet,
    outlet_of,
)
from monitor.feeds.parse.document import parse_document
from monitor.matching import Engine, compile_watches
from monitor.model import Band, Item, ItemKey, Parsed
from monitor.model.reasons import Alike
from monitor.text.likeness import Same, likeness_of, same_story
from monitor.watchlist import load
from tests.support import until

WATCHES = load(starter("watchlists")).watches
ENGINE = compile_watches(WATCHES)


def as_item(item: NewsItem) -> Item:
    return Item(ItemKey(item.guid), item.outlet, item.guid, "", item.title, item.summary, item.published, 0.0)


def found(engine: Engine, item: NewsItem) -> set[tuple[str, Band]]:
    return {(str(match.watch), match.band) for match in engine.match(as_item(item))}


@pytest.mark.parametrize("item", ITEMS, ids=[item.guid for item in ITEMS])
def test_the_engine_finds_in_an_item_what_the_story_says_and_nothing_else(item: NewsItem) -> None:
    expected = {(item.expect, Band.DIGEST if item.weak else Band.ALERT)} if item.expect else set()
    assert found(ENGINE, item) == expected


@pytest.mark.parametrize("outlet", OUTLETS, ids=[outlet.id for outlet in OUTLETS])
@pytest.mark.parametrize("moment", [BEGINS, ENDS], ids=["first", "last"])
def test_every_document_is_read_back_as_it_was_written(outlet: Outlet, moment: float) -> None:
    items = published(outlet, moment)
    content_type = f"{CONTENT_TYPES[outlet.format]}; charset={outlet.charset}"
    parsed = parse_document(document(outlet, items), "http://127.0.0.1/feed", content_type)
    assert isinstance(parsed, Parsed)
    assert (parsed.title, parsed.language, parsed.complete) == (outlet.name, outlet.language, True)
    assert [entry.title for entry in parsed.entries] == [item.title for item in items]
    assert [entry.summary for entry in parsed.entries] == [item.summary for item in items]
    assert [entry.published for entry in parsed.entries] == [item.published for item in items]
    assert len({entry.link for entry in parsed.entries}) == len({entry.guid for entry in parsed.entries}) == len(items)


def test_all_formats_and_languages_take_part() -> None:
    assert {outlet.format for outlet in OUTLETS} == set(Format)
    assert {outlet.language for outlet in OUTLETS} == {"en", "ru", "ur"}
    assert {outlet.charset for outlet in OUTLETS} == {"utf-8", "windows-1251"}
    assert any(outlet.compressed for outlet in OUTLETS)


def test_every_thread_is_told_in_all_languages_after_the_beginning() -> None:
    told = defaultdict(set)
    for item in ITEMS:
        if item.published >= BEGINS and not item.weak:
            told[item.expect].add(outlet_of(item).language)
    assert told == {thread: {"en", "ru", "ur"} for thread in ("", BRICS, STREAM, VISIT)}


def test_the_story_has_a_past_and_as_many_lookalikes_as_a_demo_needs() -> None:
    assert all(published(outlet, BEGINS) for outlet in OUTLETS)
    assert any(item.expect for item in ITEMS if item.published < BEGINS)
    assert all(item.published < ENDS for item in ITEMS)
    assert len({item.guid for item in ITEMS}) == len(ITEMS)
    assert 0.4 < sum(not item.expect for item in ITEMS) / len(ITEMS) < 0.6
    # An item that scrolls out of its feed between two polls would be missing from the summary.
    assert max(Counter(item.outlet for item in ITEMS).values()) <= SHOWN


def test_only_copies_are_the_story_of_another_item() -> None:
    likenesses = {
        item: likeness_of(item.title, outlet_of(item).name, link(outlet_of(item), item), item.summary) for item in ITEMS
    }
    for later, earlier in combinations(reversed(ITEMS), 2):
        if later.expect and later.expect == earlier.expect:
            same = same_story(likenesses[later], likenesses[earlier])
            assert same == (Same(Alike.TITLE) if later.copy and later.title == earlier.title else None), later.guid
    assert sum(item.copy for item in ITEMS) == 2
    assert len({item.title for item in ITEMS if not item.copy}) == len(ITEMS) - 2 == len({i.title for i in ITEMS})


def test_the_silence_about_brick_kilns_is_explained_from_the_rules() -> None:
    kilns = next(item for item in ITEMS if item.guid == KILNS)
    brics = next(watch for watch in WATCHES if watch.id == BRICS)
    assert not kilns.expect
    text = " ".join(ENGINE.explain(brics.id, as_item(kilns)).lines)
    assert 'Found: "Pakistan" (title)' in text
    assert 'Missing: any of "BRICS"' in text
    assert '"bricks" is near to "BRICS", but refused: an acronym has to be met exactly' in text


def test_a_match_is_not_explained_away() -> None:
    alert = next(item for item in ITEMS if item.expect == BRICS and not item.weak)
    brics = next(watch for watch in WATCHES if watch.id == BRICS)
    assert ENGINE.explain(brics.id, as_item(alert)).lines[0].startswith("It is an alert for this watchlist")


async def test_the_newsroom_answers_conditional_requests_and_grows() -> None:
    courier = OUTLETS[0]
    async with Newsroom() as newsroom, aiohttp.ClientSession() as session:
        async with session.get(newsroom.url(courier)) as first:
            etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
            assert first.content_type == "application/rss+xml"
            assert (await first.text()).count("<item>") == 1
        for condition in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            async with session.get(newsroom.url(courier), headers=condition) as second:
                assert (second.status, await second.read()) == (304, b"")
                assert second.headers["ETag"] == etag
        newsroom.begin(0.01)
        await until(lambda: newsroom.moment() >= ENDS, what="the end of the story")
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        async with session.get(newsroom.url(courier), headers=conditions) as third:
            assert third.status == 200
            assert (await third.text()).count("<item>") == len(published(courier, ENDS))
        async with session.get(newsroom.url(OUTLETS[1])) as other:
            assert other.headers["Content-Encoding"] in ("gzip", "deflate")
        assert (newsroom.requests, newsroom.unchanged) == (5, 2)
