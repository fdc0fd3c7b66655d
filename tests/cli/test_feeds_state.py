"""Feeds in trouble: how ``feeds list`` and ``status`` show them, and what ``resume`` and ``accept`` do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from monitor.clock import utc
from tests.pipeline.bureau import a_watch
from tests.pipeline.world import DAY, HOUR, Piece, Site, World, failing, open_world
from tests.support import Home, run_monitor

URL = "https://dawn.example/feed"


@asynccontextmanager
async def past(folder: Path, site: Site) -> AsyncIterator[World]:
    """Days of a feed, whose database is then that of a configuration in ``folder``."""
    home = Home(folder, [URL]).write()
    site.publish(*(f"Old news {number}" for number in range(10)))
    async with open_world(folder, [a_watch("brics", "Pakistan")], site) as world:
        await world.wait(HOUR)
        yield world
    (folder / "world.db").rename(home.database)


async def monitor(folder: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, "--config", str(folder / "config.toml"))


async def test_I29_a_possible_gap_stands_in_status_and_in_the_list(tmp_path: Path) -> None:
    site = Site(URL, window=10)
    async with past(tmp_path, site) as world:
        site.publish(*(f"More news {number}" for number in range(12)))
        await world.wait(HOUR)
    _, out, _ = await monitor(tmp_path, "status")
    assert "0 healthy, 0 failing, 0 not read yet, 1 with a possible gap" in out
    assert "dawn.example: with a possible gap since 2024-10-14" in out
    _, out, _ = await monitor(tmp_path, "feeds", "list", "--json")
    (row,) = json.loads(out)
    assert (row["state"], row["last_gap"]) == ("gap", utc(world.clock.time - HOUR).isoformat())


async def test_I27_what_a_feed_that_was_taken_over_brought_is_listed_and_told_once_it_is_accepted(
    tmp_path: Path,
) -> None:
    site = Site(URL, "Dawn")
    async with past(tmp_path, site) as world:
        shoes = [Piece(f"Pakistan shoes {n}", f"s{n}", f"https://shoes.example/{n}") for n in range(12)]
        world.sites[URL] = replace(site, title="Cheap shoes", pieces=shoes)
        await world.wait(HOUR)
        assert world.told == []
    _, out, _ = await monitor(tmp_path, "matches", "--outcome", "quarantined", "--json")
    assert {row["title"] for row in json.loads(out)} == {piece.title for piece in shoes}
    code, _, err = await monitor(tmp_path, "feeds", "resume", "feed0")
    assert (code, "feed0 is not gone but quarantined" in err) == (1, True)
    code, out, _ = await monitor(tmp_path, "feeds", "accept", "feed0")
    assert (code, out) == (0, "It is trusted; 12 matches that were kept back will be told where they are worth it.\n")
    code, _, err = await monitor(tmp_path, "feeds", "accept", "feed0")
    assert (code, "feed0 is not quarantined but healthy" in err) == (1, True)


async def test_E25_a_feed_that_is_gone_is_asked_again_by_command(tmp_path: Path) -> None:
    site = Site(URL)
    async with past(tmp_path, site) as world:
        site.mood = failing(410)
        await world.wait(DAY)
        assert world.notices == ["The feed dawn.example is gone for good"]
    _, out, _ = await monitor(tmp_path, "status")
    assert "1 gone for good" in out
    code, out, _ = await monitor(tmp_path, "feeds", "resume", "feed0")
    assert (code, out) == (0, "It is asked again with the next poll.\n")
    _, out, _ = await monitor(tmp_path, "feeds", "list", "--json")
    (row,) = json.loads(out)
    assert row["state"] == "failing"
    assert row["next_due"] is not None


async def test_H28_no_answer_of_resume_and_accept_shows_a_password(tmp_path: Path) -> None:
    async with past(tmp_path, Site(URL)):
        pass
    secret = "https://user:s3cret@dawn.example/feed"
    config = tmp_path / "config.toml"
    config.write_text(config.read_text().replace(URL, secret))
    for command in ("resume", "accept"):
        for name in (secret, secret + "x"):
            code, out, err = await monitor(tmp_path, "feeds", command, name)
            assert code
            assert "s3cret" not in out + err
