"""Which entries are the same item as before? Each test reads as two polls of one feed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.identity import canonical_link, identify, recognise
from monitor.model import Entry, ItemKey


def entry(
    guid: str = "", link: str = "", title: str = "", summary: str = "", published: float | None = 1_726_660_000.0
) -> Entry:
    return Entry(guid, link, title, summary, "", published)


class Reader:
    """A feed's memory: remembers every key, and tells what of a document is new."""

    def __init__(self) -> None:
        self._known: set[ItemKey] = set()

    def poll(self, *entries: Entry) -> list[str]:
        """The titles of what is new, in the order of the document."""
        found = recognise(identify(entries), self._known)
        new = found.new
        self._known.update(key for one in (*new, *(one for one, _ in found.renamed)) for key in one.keys)
        return [one.entry.title for one in new]


def stories(
    number: int = 5, guid: str = "https://news.example/?p=%d", link: str = "https://news.example/%d"
) -> list[Entry]:
    """Different items; ``%d`` is the number of each."""
    return [
        entry(guid.replace("%d", str(i)), link.replace("%d", str(i)), f"Story {i}", f"What happened in {i}")
        for i in range(number)
    ]


def test_a_known_item_is_not_new() -> None:
    reader = Reader()
    assert len(reader.poll(*stories())) == 5
    assert reader.poll(*stories()) == []


def test_a_new_item_among_known_ones_is_new() -> None:
    reader = Reader()
    reader.poll(*stories(5))
    assert reader.poll(*stories(6)) == ["Story 5"]


def test_I03_an_edited_item_with_its_guid_is_not_new() -> None:
    reader = Reader()
    reader.poll(entry("g1", "https://news.example/1", "Pakistan applies", "a"))
    assert reader.poll(entry("g1", "https://news.example/1-edited", "Pakistan has applied", "b")) == []


def test_I04_I05_guids_that_switch_between_http_and_https_are_not_new() -> None:
    reader = Reader()
    assert len(reader.poll(*stories(guid="http://news.example/?p=%d"))) == 5
    for scheme in ("https", "HTTP", "http", "https"):
        assert reader.poll(*stories(guid=f"{scheme}://news.example/?p=%d")) == []


@pytest.mark.parametrize(
    "guid", ["https://www.news.example/?p=%d", "https://news.example/en/?p=%d", "urn:uuid:%d", "%d"]
)
def test_I04_a_feed_that_changes_every_guid_has_nothing_new(guid: str) -> None:
    reader = Reader()
    reader.poll(*stories())
    assert reader.poll(*stories(guid=guid)) == []


@pytest.mark.parametrize("published", [1_726_660_000.0, None])
def test_I04_notes_without_titles_are_known_when_every_guid_and_link_changes(published: float | None) -> None:
    notes = [replace(one, title="", summary=f"A note of some length on {one.title}") for one in stories(6)]
    notes = [replace(one, published=published and published + n) for n, one in enumerate(notes)]
    reader = Reader()
    reader.poll(*notes)
    moved = [replace(one, guid=f"urn:{n}", link=f"https://notes.example/{n}") for n, one in enumerate(notes)]
    assert reader.poll(*moved) == []
    assert len(reader.poll(replace(moved[0], guid="another", link="", summary="Something new"), *moved)) == 1


def test_I06_a_link_with_a_token_of_each_request_is_not_new() -> None:
    reader = Reader()
    reader.poll(*stories(guid="", link="https://news.example/%d?v=a81f"))
    assert reader.poll(*stories(guid="", link="https://news.example/%d?v=77c0")) == []


@pytest.mark.parametrize("published", [1_726_660_000.0, None])
def test_I06_ten_polls_with_a_token_in_each_link_are_one_reading(published: float | None) -> None:
    reader = Reader()
    for token in range(10):
        plain = stories(6 if token > 4 else 5, guid="", link=f"https://news.example/s{token}/%d?v={token}")
        if published is None:  # then the page has to stay, at least
            plain = [replace(one, link=one.link.replace(f"/s{token}", "")) for one in plain]
        found = reader.poll(*(replace(one, published=published) for one in plain))
        assert len(found) == {0: 5, 5: 1}.get(token, 0)


def test_I06_one_item_with_a_token_in_its_link_is_known_by_its_date() -> None:
    reader = Reader()
    reader.poll(*stories(1, guid="", link="https://news.example/%d?v=a81f"))
    assert reader.poll(*stories(1, guid="", link="https://news.example/%d?v=77c0")) == []


@pytest.mark.parametrize("published", [1_726_660_000.0, None])
def test_I04_a_site_that_moves_with_all_guids_and_links_has_nothing_new(published: float | None) -> None:
    reader = Reader()
    reader.poll(*(replace(one, published=published) for one in stories()))
    moved = stories(7, guid="tag:other.example,2024:%d", link="https://news.example/%d?site=other")
    assert reader.poll(*(replace(one, published=published) for one in moved)) == ["Story 5", "Story 6"]
    assert reader.poll(*(replace(one, title=f"{one.title}, edited", published=None) for one in moved)) == []


def test_I04_items_without_dates_among_others_are_known_when_all_guids_change() -> None:
    reader = Reader()
    before = [replace(one, published=None if number < 2 else one.published) for number, one in enumerate(stories(8))]
    reader.poll(*before)
    assert reader.poll(*(replace(one, guid=f"tag:{number}") for number, one in enumerate(before))) == []
    assert reader.poll(*(replace(one, guid=f"tag:{n}", title="x", link="") for n, one in enumerate(before))) == []


def test_a_few_items_with_old_titles_are_no_storm() -> None:
    reader = Reader()
    reader.poll(*stories(10))
    again = [replace(one, guid=f"again-{one.guid}", link=f"{one.link}/again") for one in stories(2)]
    assert reader.poll(*again, *stories(10)[2:]) == ["Story 0", "Story 1"]


def test_I07_ten_items_with_one_guid_are_ten_items() -> None:
    reader = Reader()
    assert len(reader.poll(*stories(10, guid="same"))) == 10
    assert reader.poll(*stories(10, guid="same")) == []


def test_I07_an_eleventh_item_with_the_same_guid_is_new() -> None:
    reader = Reader()
    reader.poll(*stories(10, guid="same"))
    assert reader.poll(*stories(11, guid="same")[1:]) == ["Story 10"]


def test_I07_a_known_item_stays_known_when_a_second_one_takes_its_guid() -> None:
    reader = Reader()
    reader.poll(*stories(1, guid="same"))
    assert reader.poll(*stories(2, guid="same")) == ["Story 1"]


def test_I07_ten_items_with_one_guid_stay_known_when_one_of_them_is_left() -> None:
    reader = Reader()
    reader.poll(*stories(10, guid="same"))
    assert reader.poll(stories(10, guid="same")[7]) == []


def test_I05_guids_that_switch_between_http_and_https_are_not_new_even_when_edited_and_without_date() -> None:
    reader = Reader()
    reader.poll(entry("http://news.example/?p=1", "https://news.example/1", "Pakistan applies", published=None))
    edited = entry("https://news.example/?p=1", "https://news.example/1", "Pakistan has applied", published=None)
    assert reader.poll(edited) == []


@pytest.mark.parametrize(
    ("guid", "title", "dates"),
    [
        *(("", "Flood warning", "own"), ("same", "", "own"), ("", "", "own")),
        *(("same", "", "none"), ("", "", "none"), ("same", "", "one"), ("", "", "one")),
    ],
)
def test_I07_items_that_only_their_date_or_their_text_tells_apart_are_as_many(
    guid: str, title: str, dates: str
) -> None:
    def warnings(first: int, last: int) -> list[Entry]:
        return [
            entry(
                guid,
                "https://met.example/",
                title,
                f"The river on day {day}",
                {"own": day * 86_400.0, "one": 86_400.0, "none": None}[dates],
            )
            for day in range(last, first - 1, -1)
        ]

    reader = Reader()
    assert len(reader.poll(*warnings(1, 3))) == 3
    assert reader.poll(*warnings(1, 3)) == []
    assert len(reader.poll(*warnings(2, 4))) == 1
    assert reader.poll(*warnings(4, 4)) == []


def test_a_link_that_stays_when_guids_are_dropped_is_a_new_name_of_its_item() -> None:
    reader = Reader()
    reader.poll(*stories(6))
    without = [replace(one, guid="") for one in stories(6)]
    assert reader.poll(*without) == []
    assert reader.poll(*(replace(one, title=f"{one.title}, corrected") for one in without)) == []


def test_items_without_guids_that_are_known_by_their_links_are_no_storm_of_names() -> None:
    known = {key for one in identify(stories(guid="")) for key in one.keys}
    found = recognise(identify(stories(6, guid="")), known)
    assert ([one.entry.title for one in found.new], len(found.known), found.renamed) == (["Story 5"], 5, ())


def test_items_that_only_their_date_tells_apart_are_no_storm_of_names() -> None:
    warnings = [entry("", "https://met.example/", "Flood warning", published=day * 86_400.0) for day in (1, 2, 3, 4)]
    known = {key for one in identify(warnings[:3]) for key in one.keys}
    found = recognise(identify(warnings), known)
    assert ([one.entry for one in found.new], len(found.known), found.renamed) == (warnings[3:], 3, ())


def test_I08_different_guids_with_one_shared_link_are_different_items() -> None:
    reader = Reader()
    assert len(reader.poll(*stories(link="https://news.example/"))) == 5
    assert reader.poll(*stories(link="https://news.example/")) == []


def test_I09_an_item_without_guid_and_link_is_known_by_its_text() -> None:
    reader = Reader()
    assert len(reader.poll(*stories(guid="", link=""))) == 5
    assert reader.poll(*stories(guid="", link="")) == []
    assert reader.poll(entry(title="Story 1", summary="Another text")) == ["Story 1"]


def test_I10_items_with_empty_guids_are_told_apart_by_their_links() -> None:
    reader = Reader()
    assert len(reader.poll(*stories(guid=""))) == 5
    assert reader.poll(*stories(6, guid="")) == ["Story 5"]


def test_I15_after_an_empty_document_everything_is_still_known() -> None:
    reader = Reader()
    reader.poll(*stories())
    assert reader.poll() == []
    assert reader.poll(*stories()) == []


@pytest.mark.parametrize("guid", ["g%d", "same", ""])
def test_I16_the_order_of_the_document_does_not_matter(guid: str) -> None:
    reader = Reader()
    reader.poll(*stories(10, guid=guid))
    shuffled = stories(10, guid=guid)
    random.Random(7).shuffle(shuffled)
    assert reader.poll(*reversed(stories(10, guid=guid))) == []
    assert reader.poll(*shuffled) == []


def test_I17_what_is_appended_at_the_end_of_a_long_feed_is_new() -> None:
    reader = Reader()
    reader.poll(*stories(1000))
    assert reader.poll(*stories(1001)) == ["Story 1000"]


@pytest.mark.parametrize("published", [None, 0.0, 1e12])
def test_I19_I20_dates_have_no_part_in_identity(published: float | None) -> None:
    reader = Reader()
    reader.poll(entry("g", title="x"), entry(title="y"))
    assert reader.poll(entry("g", title="x", published=published), entry(title="y", published=published)) == []


def test_I30_a_daily_briefing_with_the_same_title_is_new_each_day() -> None:
    reader = Reader()
    for day in range(3):
        assert reader.poll(entry(f"g{day}", f"https://news.example/{day}", "Daily briefing")) == ["Daily briefing"]


def test_an_entry_that_stands_twice_in_a_document_is_one_item() -> None:
    assert Reader().poll(*stories(2), *stories(2)) == ["Story 0", "Story 1"]


def test_the_first_of_two_equal_entries_is_kept() -> None:
    one = entry("g", "https://news.example/", "x", "first")
    other = entry("g", "https://news.example/", "x", "second")
    assert [identified.entry.summary for identified in identify([one, other])] == ["first"]


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["", "g1", "g2", "http://news.example/1", "https://news.example/1", "x" * 500]),
        st.sampled_from(["", "https://news.example/1", "https://news.example/2?utm_source=rss"]),
        st.sampled_from(["", "One", "Two"]),
        st.sampled_from(["", "text"]),
    ),
    max_size=8,
)


@given(ENTRIES)
def test_a_document_that_was_read_holds_nothing_new(entries: list[Entry]) -> None:
    reader = Reader()
    reader.poll(*entries)
    assert reader.poll(*entries) == []


@given(ENTRIES)
def test_keys_are_unique_in_a_document_and_do_not_depend_on_order(entries: list[Entry]) -> None:
    keys = [one.key for one in identify(entries)]
    assert len(set(keys)) == len(keys)
    assert {one.key for one in identify(entries[::-1])} == set(keys)


def test_H20_keys_of_endless_guids_and_links_stay_short() -> None:
    for made in identify([entry("g" * 100_000), entry(link="https://news.example/" + "l" * 100_000)]):
        assert all(len(key) <= 200 for key in made.keys)


def test_H20_endless_guids_that_differ_at_their_end_are_different_items() -> None:
    assert Reader().poll(entry("g" * 5000 + "1", title="a"), entry("g" * 5000 + "2", title="b")) == ["a", "b"]


# --- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://news.example/a", "https://news.example/a"),
        ("https://News.Example/a", "https://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example/a/", "https://news.example/a"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a?utm_source=rss&utm_medium=feed", "https://news.example/a"),
        ("https://news.example/a?fbclid=x&id=1&gclid=y&yclid=z", "https://news.example/a?id=1"),
        ("https://news.example/a?UTM_Source=rss", "https://news.example/a"),
    ],
)
def test_I24_I25_links_that_differ_in_form_and_tracking_only_are_one(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a?id=1", "https://news.example/a?id=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://news.example/a?empty=", "https://news.example/a"),
        ("https://news.example/a?1", "https://news.example/a?2"),
        ("https://one.example/a", "https://two.example/a"),
        ("https://news.example/a?my_utm_source=1", "https://news.example/a"),
        ("https://news.example/?q=%cf%e0%ea", "https://news.example/?q=%c8%ed%e4"),
    ],
)
def test_I25_links_of_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize("link", ["", "not a link", "http://[::1", "http://h:port/", "//", "http://h:99999/"])
def test_what_is_no_link_is_left_as_it_is(link: str) -> None:
    assert canonical_link(link) == link


@given(st.text(max_size=40))
def test_a_canonical_link_is_computed_for_anything(text: str) -> None:
    assert isinstance(canonical_link("https://news.example/" + text), str)


@pytest.mark.parametrize("published", [1_726_660_000.0, None])
@pytest.mark.parametrize("link", ["https://new.example/one", "https://old.example/1"])
def test_I04_an_item_that_was_not_in_the_storm_comes_back_under_its_new_name(
    link: str, published: float | None
) -> None:
    before = entry("old", "https://old.example/1", "Pakistan joins after all", published=published)
    after = replace(before, guid="new", link=link)
    known = {key for one in identify([before]) for key in one.keys}
    others = stories(5)
    known |= {key for one in identify(others) for key in one.keys}
    if link != before.link or published is None:
        assert [one.entry for one in recognise(identify([after, *others]), known).new] == [after]
    assert recognise(identify([after, *others]), known, after_storm=True).new == ()
