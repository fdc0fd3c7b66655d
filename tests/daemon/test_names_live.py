"""Watchlists name feeds, and feeds are renamed and removed while both are live: real files, looked at in turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import settings
from monitor.daemon.reload.configuring import LiveConfig
from monitor.daemon.reload.watching import LiveWatchlists
from monitor.errors import WatchlistError

FEED = '[[feeds]]\nname = "{0}"\nurl = "https://feeds.example/{1}"\n'
DAWN, GEO = FEED.format("Dawn", "dawn"), FEED.format("Geo News", "geo")
RENAMED = FEED.format("Dawn News", "dawn")
LIST = 'title = "Talks"\nany = ["Tehran talks"]\nsources = ["{0}"]\n'


class Live:
    """A configuration and its watchlists, looked at as the daemon does."""

    def __init__(self, folder: Path, feeds: str = DAWN + GEO, watchlist: str = LIST.format("Dawn")) -> None:
        self.path, self.list = folder / "config.toml", folder / "watchlists" / "talks.toml"
        self.list.parent.mkdir(exist_ok=True)
        self.path.write_text(feeds, "utf-8")
        self.list.write_text(watchlist, "utf-8")
        loaded = settings.load(self.path)
        self.watchlists = LiveWatchlists(loaded.watchlists, loaded.feed_names)
        self.config = LiveConfig(loaded, lambda new: self.watchlists.lost_feeds(new.feed_names, new.path))
        self.refused: dict[str, list[str]] = {"lists": [], "config": []}

    def look(self) -> Live:
        """Looks until nothing changes any more; what stands as refused then is remembered."""
        for _ in range(4):
            if reloaded := self.watchlists.look():
                self.config.reconsider()
                self.refused["lists"] = [one.message for one in reloaded.refused]
            if read := self.config.look():
                self.refused["config"] = [one.message for one in read.problems]
                if read.config and (reloaded := self.watchlists.with_feeds(read.config.feed_names)):
                    self.refused["lists"] = [one.message for one in reloaded.refused]
        return self

    @property
    def feeds(self) -> tuple[str, ...]:
        return self.config.last.feed_names

    @property
    def sources(self) -> list[str]:
        return sorted(self.watchlists.engine.watches[0].sources)


@pytest.mark.parametrize("key", ["sources", "not_sources"])
def test_U03_a_name_that_no_feed_has_is_refused_at_the_start_and_later(tmp_path: Path, key: str) -> None:
    wrong = LIST.format("Dwan").replace("sources", key)
    with pytest.raises(WatchlistError, match='no feed is called "Dwan"\n    did you mean "Dawn"'):
        Live(tmp_path, watchlist=wrong)
    live = Live(tmp_path)
    live.list.write_text(wrong, "utf-8")
    assert live.look().refused == {"lists": ['no feed is called "Dwan"'], "config": []}
    assert live.sources == ["dawn"]


@pytest.mark.parametrize("name", ["Dawn", "dawn", "DAWN", "  Dawn "])
def test_U03_case_and_blanks_of_a_feeds_name_make_no_difference(tmp_path: Path, name: str) -> None:
    assert Live(tmp_path, watchlist=LIST.format(name)).sources == ["dawn"]


@pytest.mark.parametrize("feeds", [GEO, RENAMED + GEO], ids=["removed", "renamed"])
def test_U03_a_feed_that_a_watchlist_names_is_not_lost(tmp_path: Path, feeds: str) -> None:
    live = Live(tmp_path)
    live.path.write_text(feeds, "utf-8")
    said = 'talks.toml, line 3, does not fit these feeds: no feed is called "Dawn"'
    assert live.look().refused == {"lists": [], "config": [said]}
    assert (live.feeds, live.sources) == (("Dawn", "Geo News"), ["dawn"])
    live.path.write_text(DAWN + GEO, "utf-8")
    assert live.look().refused == {"lists": [], "config": []}


@pytest.mark.parametrize("config_first", [True, False])
def test_U03_a_feed_and_the_watchlist_that_names_it_are_renamed_one_after_the_other(
    tmp_path: Path, config_first: bool
) -> None:
    live = Live(tmp_path)
    edits = [(live.path, RENAMED + GEO), (live.list, LIST.format("Dawn News"))]
    first, second = edits if config_first else edits[::-1]
    first[0].write_text(first[1], "utf-8")
    live.look()
    assert (live.feeds, live.sources) == (("Dawn", "Geo News"), ["dawn"])
    assert sum(map(len, live.refused.values())) == 1
    second[0].write_text(second[1], "utf-8")
    live.look()
    assert (live.feeds, live.sources) == (("Dawn News", "Geo News"), ["dawn news"])
    assert live.refused == {"lists": [], "config": []}


def test_U03_a_watchlist_that_waits_for_a_feed_is_taken_up_with_it(tmp_path: Path) -> None:
    live = Live(tmp_path, feeds=DAWN)
    live.list.write_text(LIST.format("Geo News"), "utf-8")
    assert live.look().refused["lists"] == ['no feed is called "Geo News"']
    live.path.write_text(DAWN + GEO, "utf-8")
    assert live.look().refused == {"lists": [], "config": []}
    assert live.sources == ["geo news"]


def test_U03_a_watchlist_that_no_feed_is_left_to_is_held_whichever_file_is_saved(tmp_path: Path) -> None:
    without_geo = LIST.format("Geo News").replace("sources", "not_sources")
    live = Live(tmp_path, watchlist=without_geo)
    both = 'title = "Talks"\nany = ["Tehran talks"]\nnot_sources = ["Dawn", "Geo News"]\n'
    live.list.write_text(both, "utf-8")
    said = "nothing can meet this watchlist: not_sources names every feed that it could look at"
    assert live.look().refused == {"lists": [said], "config": []}
    assert live.watchlists.engine.watches[0].not_sources == {"geo news"}
    live.list.write_text(without_geo, "utf-8")
    assert live.look().refused == {"lists": [], "config": []}
    live.path.write_text(GEO, "utf-8")
    assert live.look().refused["config"] == [f"talks.toml, line 3, does not fit these feeds: {said}"]
    assert live.feeds == ("Dawn", "Geo News")
    with pytest.raises(WatchlistError, match=said):
        Live(tmp_path, feeds=GEO, watchlist=without_geo)
