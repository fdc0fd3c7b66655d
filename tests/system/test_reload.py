"""The real daemon, and files that are edited under it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from collections import Counter
from pathlib import Path

from tests.support import Child, Home, MailServer, NewsServer, run_monitor, until, until_status


def notices(mail: MailServer) -> list[str]:
    """The subjects of the mails in which the program speaks of itself, without the one of the first reading."""
    subjects = [str(message["Subject"]) for message in mail.mails]
    return [one for one in subjects if one.startswith("[Notice]") and "First reading" not in one]


async def stopped(daemon: Child) -> None:
    """In order: one that is killed may send again what it has just sent."""
    daemon.signal(signal.SIGTERM)
    assert await daemon.wait() == 0


async def test_S05_a_broken_configuration_is_refused_on_sighup_and_told_once(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    good = home.config.read_text()
    line = good.count("\n") + 1
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        home.config.write_text(good + "[polling2]\n")
        daemon.signal(signal.SIGHUP)
        await until(lambda: "config.toml not reloaded" in daemon.err, what="the refusal")
        assert f"config.toml:{line}:1: unknown key" in daemon.err
        await until(lambda: len(mail.raw) == 2, what="the notice")
        for _ in range(20):  # while one waits, the others are the same
            daemon.signal(signal.SIGHUP)
        await until(lambda: daemon.err.count("config.toml not reloaded") >= 2, what="the refusal, told again")
        polled = len(news.requests)
        await until(lambda: len(news.requests) > polled + 1, what="polls of the version before it")
        home.config.write_text(good)
        await until(lambda: "config.toml reloaded: 1 feed (no changes)" in daemon.err, what="the mended version")
    (subject,) = notices(mail)
    assert "config.toml" in subject
    notice = mail.mails[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "unknown key" in " ".join(notice.split())
    assert 2 <= daemon.err.count(f"config.toml:{line}:1: unknown key") <= 22
    assert "Traceback" not in daemon.err


async def test_S05_a_refusal_of_config_toml_stands_in_status(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        home.config.write_text(home.config.read_text().rstrip("\n"))  # valid, but a save that died
        await until(lambda: "config.toml not reloaded" in daemon.err, what="the refusal")
        await until_status(home, "config.toml the last edit was refused")
        _, out, _ = await run_monitor("status", "--json", "--config", str(home.config))
        assert "looks half-written: its end is missing" in json.loads(out)["config_refusal"]


async def test_S09_a_vanished_watchlist_that_stays_in_use_is_told_by_list_and_check(
    home: Home, news: NewsServer
) -> None:
    news.publish("/feed")
    path = home.folder / "watchlists" / "pipeline.toml"
    good = path.read_text()
    arguments = ("--config", str(home.config))
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        _, out, err = await run_monitor("watch", "list", *arguments)
        assert (len(out.splitlines()), err) == (2, "")
        path.unlink()
        await until(lambda: "pipeline.toml: the file is gone" in daemon.err, what="the refusal")
        await until_status(home, "the file is gone")
        code, out, err = await run_monitor("watch", "list", *arguments)
        assert (code, [line.split("\t")[0] for line in out.splitlines()]) == (0, ["brics"])
        assert err.startswith("The running daemon refuses this, and goes on with the version before it:\n  ")
        assert f"{path}: the file is gone" in err
        code, out, err = await run_monitor("watch", "check", *arguments)
        assert (code, "1 file: " in out, f"{path}: the file is gone" in err) == (0, True, True)
        _, out, err = await run_monitor("watch", "check", "--json", *arguments)
        assert (f"{path}: the file is gone" in json.loads(out)["refused"], err) == (True, "")
        path.write_text(good.replace("Stream", "Streams", 1))
        await until(lambda: "watchlists reloaded" in daemon.err, what="the reload")
        await until_status(home, "the file is gone", is_shown=False)
        assert (await run_monitor("watch", "check", *arguments))[2] == ""
        path.unlink()
        await until(lambda: daemon.err.count("pipeline.toml: the file is gone") == 2, what="the second refusal")
    # Nothing is in use when nothing runs.
    assert (await run_monitor("watch", "check", *arguments))[2] == ""


async def test_S06_sighup_is_told_to_systemd_and_takes_up_a_term_and_leaves_polls_alone(
    home: Home, news: NewsServer, mail: MailServer, tmp_path: Path
) -> None:
    news.publish("/feed")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        daemon = await Child.start("run", "--config", str(home.config), env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        try:
            await until(lambda: len(mail.raw) == 1, what="the first reading")
            told = _told(systemd)
            assert told.count("READY=1") == 1
            full = news.served["/feed", 200]
            (home.folder / "watchlists" / "pipeline.toml").write_text('title = "Cats"\nany = ["Persian cat"]\n')
            before = time.monotonic_ns() // 1000
            daemon.signal(signal.SIGHUP)
            await until(lambda: "config.toml reloaded" in daemon.err, what="the reload")
            assert daemon.err.count("watchlists reloaded: 2 (changed: pipeline)") == 1
            asked = len(news.requests)
            await until(lambda: len(news.requests) > asked, what="the next poll")
            assert news.served["/feed", 200] == full  # the validators are still known
            news.publish("/feed", ("n1", "A Persian cat wins"))
            await until(lambda: len(mail.raw) == 2, what="the alert of the new term")
            states = [one for one in _told(systemd) if one != "WATCHDOG=1"]
            reloading, ready = states
            assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")
            assert before <= int(reloading.rpartition("=")[2]) <= time.monotonic_ns() // 1000
            assert ready == "READY=1"
        finally:
            await daemon.kill()


def _told(systemd: socket.socket) -> list[str]:
    """All that systemd was told until now."""
    systemd.setblocking(False)
    found = []
    try:
        while True:
            found.append(systemd.recv(1000).decode())
    except BlockingIOError:
        return found


async def test_S07_a_save_that_dies_never_runs_half(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed")
    path = home.folder / "watchlists" / "pipeline.toml"
    whole = 'title = "Cats"\nany = ["Persian cat"]\nnone = ["football"]\n'
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        path.write_text(whole)
        await until(lambda: "watchlists reloaded" in daemon.err, what="the reload")
        assert daemon.err.count("watchlists reloaded") == 1
        assert "not reloaded" not in daemon.err

        path.write_text(whole[:38] + "none")  # before it is a whole watchlist again, without its veto
        await until(lambda: "not reloaded" in daemon.err, what="the refusal")
        news.publish("/feed", ("n1", "A Persian cat wins"), ("n2", "A Persian cat at the football"))
        await until(lambda: len(mail.raw) >= 2, what="the alert of the last good version")
        asked = len(news.requests)
        await until(lambda: len(news.requests) > asked + 1, what="two polls more")
    assert [str(message["Subject"]) for message in mail.mails if "Notice" not in str(message["Subject"])] == [
        "[Cats] A Persian cat wins"
    ]


async def shell(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


async def test_S08_edits_by_sed_and_mv_are_live_without_a_word_and_logged_once(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    path = home.folder / "watchlists" / "pipeline.toml"
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        for number, (old, new) in enumerate((("Stream", "Pipe"), ("Pipe", "Gas"), ("Gas", "Line")), 1):
            if number % 2:
                await shell("sed", "-i", f"s/{old}/{new}/g", str(path))
            else:
                draft = home.folder / "draft"
                draft.write_text(path.read_text().replace(old, new))
                await shell("mv", str(draft), str(path))
            await until(lambda number=number: daemon.err.count("(changed: pipeline)") == number, what=f"edit {number}")  # type: ignore[misc]
    assert daemon.err.count("watchlists reloaded") == 3


async def test_S09_a_vanished_watchlist_goes_on_is_told_once_and_is_ended_by_command(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    folder = home.folder / "watchlists"
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        (folder / "pipeline.toml").unlink()
        await until(lambda: "monitor watch remove pipeline" in daemon.err, what="the warning")
        await until_status(home, "the file is gone; its last good version stays in use")
        await until(lambda: len(mail.raw) == 2, what="the notice")
        news.publish("/feed", ("n1", "Pakistan Stream is built"))
        await until(lambda: len(mail.raw) == 3, what="an alert of the vanished watchlist")
        (folder / "brics.toml").write_text('title = "B"\nall = ["Pakistan", "BRICS"]\n')
        await until(lambda: "(changed: brics)" in daemon.err, what="another edit")

        code, _, _ = await run_monitor("watch", "remove", "pipeline", "--config", str(home.config))
        assert code == 0
        await until(lambda: "watchlists reloaded: 1 (ended: pipeline)" in daemon.err, what="the end")
        await until_status(home, "is gone", is_shown=False)
    assert len(notices(mail)) == 1
    assert daemon.err.count("the file is gone") == 1


async def test_S09_a_watchlist_that_vanished_while_nothing_ran_is_told_once(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        await stopped(daemon)
    (home.folder / "watchlists" / "pipeline.toml").unlink()
    for _ in range(2):
        async with home.daemon() as daemon:
            await until(lambda daemon=daemon: "watching" in daemon.err, what="the start")  # type: ignore[misc]
            await until(lambda: notices(mail), what="the notice")
            asked = len(news.requests)
            await until(lambda asked=asked: len(news.requests) > asked, what="a poll")  # type: ignore[misc]
            await stopped(daemon)
    assert notices(mail) == ["[Notice] Not followed any more: pipeline"]
    assert "not followed any more" not in daemon.err  # the second start says nothing


async def test_S09_an_editor_that_saves_by_itself_sends_no_flood(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    path = home.folder / "watchlists" / "pipeline.toml"
    good = path.read_text()
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        for number in range(1, 5):  # each time broken in another way
            path.write_text(good + f"key{number} = 1\n")
            await until(lambda number=number: f'"key{number}"' in daemon.err, what=f"refusal {number}")  # type: ignore[misc]
        await until(lambda: len(mail.raw) == 2, what="the notice")
        path.write_text(good + "key5 = 1\n")
        await until(lambda: '"key5"' in daemon.err, what="one more refusal")
        await until_status(home, '"key5"')
        path.write_text(good)
        await until(lambda: "watchlists reloaded" in daemon.err, what="the mended file")
        path.write_text(good + "key6 = 1\n")
        await until(lambda: len(mail.raw) == 3, what="the notice of the next spell")
    assert len(notices(mail)) == 2


async def test_feeds_are_taken_up_renamed_and_dropped_while_the_others_go_on(home: Home, news: NewsServer) -> None:
    home.polling = 'interval = "0.5s"\nmin_interval = "0.5s"\n'
    home.feeds = [f"{news.url}/a", f"{news.url}/b"]
    home.write()
    for path in ("/a", "/b", "/c"):
        news.publish(path)
    async with home.daemon() as daemon:
        await until(lambda: daemon.err.count("first reading") == 2, what="the first readings")
        text = home.config.read_text()
        text = text.replace(f'[[feeds]]\nurl = "{news.url}/b"\nname = "feed1"', f'[[feeds]]\nurl = "{news.url}/c"')
        text = text.replace('name = "feed0"', 'name = "renamed"')
        home.config.write_text(text.replace("[alerts]\n", "[alerts]\ndefault_mode = 1\n"))
        await until(lambda: "config.toml not reloaded" in daemon.err, what="the refusal of a mistake")
        home.config.write_text(text.replace("[alerts]\n", '[alerts]\ntimezone = "Asia/Karachi"\n'))
        await until(lambda: "config.toml reloaded: 2 feeds" in daemon.err, what="the feeds")
        assert "(changed: renamed; new: 127.0.0.1; ended: feed1)" in daemon.err
        late = "[alerts] has changed: it takes effect at the next start"
        await until(lambda: late in daemon.err, what="what is not taken up")
        await until(lambda: "127.0.0.1: first reading" in daemon.err, what="the first reading of the new feed")
        await until_status(home, "config.toml what has changed in [alerts] takes effect at the next start")
        before = len(news.requests)
        await until(lambda: Counter(one.path for one in news.requests[before:])["/c"] >= 2, what="polls")
        paths = Counter(one.path for one in news.requests[before:])
        assert set(paths) == {"/a", "/c"}
        _, out, _ = await run_monitor("feeds", "list", "--json", "--config", str(home.config))
        assert sorted(row["name"] for row in json.loads(out)) == ["127.0.0.1", "renamed"]
        home.config.write_text(text)
        await until(lambda: daemon.err.count("config.toml reloaded") == 2, what="the way back")
        await until_status(home, "next start", is_shown=False)
    assert news.served["/a", 200] == 1


async def test_a_route_for_a_watchlist_that_is_not_there_is_told_before_the_next_start(
    home: Home, news: NewsServer
) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        text = home.config.read_text() + '[[routes]]\nwatchlists = ["bric"]\nchannels = ["console"]\n'
        home.config.write_text(text)
        await until(lambda: "[[routes]] has changed: it takes effect at the next start" in daemon.err, what="the news")
        await until(lambda: 'there is no watchlist "bric"' in daemon.err, what="the warning")
    assert "the next start will refuse this" in daemon.err


async def test_S09_a_renamed_watchlist_keeps_its_stories_and_what_you_said(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    folder = home.folder / "watchlists"
    config = ("--config", str(home.config))
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        news.publish("/feed", ("n1", "Pakistan Stream is built at last"))
        await until(lambda: len(mail.raw) == 2, what="the alert")
        await run_monitor("feedback", "1", "pipeline", "relevant", *config)
        await run_monitor("alerts", "snooze", "brics", *config)
        for old, new in (("pipeline", "pipe"), ("brics", "bloc")):
            (folder / f"{new}.toml").write_text((folder / f"{old}.toml").read_text() + 'none = ["football"]\n')
            (folder / f"{old}.toml").unlink()
        await until(lambda: "renamed: " in daemon.err, what="the renamed watchlists")
        assert "the file is gone" not in daemon.err
        news.publish("/feed", ("n1", "Pakistan Stream is built at last"), ("n2", "Pakistan Stream is built at last"))
        await until(lambda: "1 new of 2" in daemon.err, what="the second report")

        async def outcomes() -> list[tuple[str, str]]:
            _, out, _ = await run_monitor("matches", "--json", *config)
            return sorted((row["watch"], row["outcome"]) for row in json.loads(out))

        for _ in range(50):
            if ("pipe", "joined") in await outcomes():
                break
        assert await outcomes() == [("pipe", "alerted"), ("pipe", "joined")]
        _, out, _ = await run_monitor("alerts", "silenced", "--json", *config)
        assert [row["target"] for row in json.loads(out)] == ["bloc"]
        _, out, _ = await run_monitor("watch", "list", "--json", *config)
        assert {row["id"]: row["relevant"] for row in json.loads(out)} == {"bloc": 0, "pipe": 1}
    assert len(mail.raw) == 2


async def test_a_route_for_a_watchlist_that_was_renamed_is_told_with_its_new_name(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    home.extra = '[[routes]]\nwatchlists = ["brics", "pipeline"]\nchannels = ["console", "email"]\n'
    home.write()
    news.publish("/feed")
    folder = home.folder / "watchlists"
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        (folder / "brics.toml").rename(folder / "bloc.toml")
        await until(lambda: 'it is called "bloc" now' in daemon.err, what="the warning")
        assert 'the next start will refuse this: there is no watchlist "brics"' in daemon.err
        await until(lambda: len(mail.raw) == 2, what="the notice")
        await until_status(home, 'it is called "bloc" now')
        home.config.write_text(home.config.read_text().replace('"brics"', '"bloc"'))
        await until(lambda: "config.toml reloaded" in daemon.err, what="the mended route")
        (folder / "bloc.toml").rename(folder / "bloc.toml.off")
        await until(lambda: 'there is no watchlist "bloc"' in daemon.err, what="the warning of one that has ended")
        assert daemon.err.count('there is no watchlist "brics"') == 1
    (subject, *_) = notices(mail)
    assert "config.toml" in subject


async def test_a_start_without_any_feed_says_so(home: Home) -> None:
    home.feeds = []
    home.write()
    code, _, err = await run_monitor("once", "--config", str(home.config))
    assert "config.toml holds no feed: nothing is read, and nobody is told of anything" in err
    assert "monitor feeds add" in err
    assert code == 0


async def test_U03_a_feed_that_a_watchlist_names_goes_on_until_both_are_renamed(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    path = home.folder / "watchlists" / "pipeline.toml"
    path.write_text(path.read_text() + 'sources = ["feed0"]\n')
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        home.config.write_text(home.config.read_text().replace('name = "feed0"', 'name = "Newsroom"'))
        await until(lambda: "config.toml not reloaded" in daemon.err, what="the refusal")
        assert 'pipeline.toml, line 3, does not fit these feeds: no feed is called "feed0"' in daemon.err
        path.write_text(path.read_text().replace("feed0", "Newsroom"))
        await until(lambda: "watchlists reloaded: 2 (changed: pipeline)" in daemon.err, what="the watchlist")
        assert "config.toml reloaded: 1 feed (changed: Newsroom)" in daemon.err
        await until_status(home, "refused", is_shown=False)
