"""The running daemon: signals, reload, a second one, broken files, and what the two channels say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import sqlite3

import pytest

from tests.support import (
    CUT_SHORT,
    PATIENCE,
    Child,
    Home,
    MailServer,
    NewsServer,
    Page,
    rss,
    run_monitor,
    until,
    until_status,
)
from tests.system.web import Answer, Site


def started(daemon: Child) -> bool:
    return "watching" in daemon.err


async def test_a_new_item_reaches_console_and_mail_with_the_reason(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed", ("old", "Nothing of interest"))
    async with home.daemon() as daemon:
        await until(lambda: "First reading" in daemon.out, what="the baseline notice")
        news.publish("/feed", ("n1", "Pakistan applies for BRICS membership"))
        await until(lambda: len(mail.raw) == 2, what="the mail")
        daemon.signal(signal.SIGTERM)
        assert await daemon.wait() == 0

    message = mail.mails[1]
    plain = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert message["Subject"] == "[Pakistan's BRICS bid] Pakistan applies for BRICS membership"
    assert message["Message-ID"].endswith("@desk.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    for expected in ("feed0", "https://news.example/n1", "Pakistan (exact, title) + BRICS (acronym, title)"):
        assert expected in plain
        assert expected in daemon.out
    assert "Pakistan applies for BRICS membership" in daemon.out
    assert "\x1b" not in daemon.out


async def test_S04_sigterm_in_the_middle_of_slow_dialogues_does_not_wait_for_their_end(
    home: Home, news: NewsServer
) -> None:
    news.pages["/feed"] = Page(rss(), delay=PATIENCE)
    async with home.daemon(CUT_SHORT) as daemon:
        await until(lambda: news.requests, what="the first request")
        daemon.signal(signal.SIGTERM)
        assert await daemon.wait() == 0
    assert not news.served


async def test_no_process_is_left_behind_after_sigkill(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("old", "Old"))
    async with home.daemon() as daemon:
        await until(lambda: news.served["/feed", 200] and "First reading" in daemon.out, what="a parsed feed")
        children = children_of(daemon.process.pid)
        assert children
        await daemon.kill()
    await until(lambda: not any(alive(child) for child in children), what="the parser to end")


def children_of(pid: int) -> list[int]:
    from pathlib import Path

    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def alive(pid: int) -> bool:
    from pathlib import Path

    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


async def test_S10_a_second_daemon_on_the_same_database_is_refused_and_the_first_goes_on(
    home: Home, news: NewsServer
) -> None:
    async with home.daemon() as first:
        await until(lambda: started(first), what="the first to start")
        code, _, err = await run_monitor("run", "--config", str(home.config))
        assert code == 75
        assert f"process {first.process.pid}" in err
        polled = len(news.requests)
        await until(lambda: len(news.requests) > polled, what="another poll of the first")


async def test_S10_after_sigkill_the_next_one_starts_at_once(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    async with home.daemon() as first:
        await until(lambda: started(first), what="the first to start")
        await first.kill()
    async with home.daemon() as second:
        await until(lambda: started(second), what="the second to start")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ('[polling]\nintervall = "15m"\n', 'config.toml:2:1: unknown key "intervall"'),
        ("[polling\n", "config.toml:1"),
        ('[[feeds]]\nurl = "ftp://example.org/x"\n', "config.toml:2:1: this is not an address that can be polled"),
    ],
)
async def test_S01_a_broken_config_ends_with_78_and_names_file_and_line(home: Home, broken: str, message: str) -> None:
    home.config.write_text(broken)
    code, _, err = await run_monitor("run", "--config", str(home.config))
    assert code == 78
    assert message in err
    assert "Traceback" not in err


async def test_a_missing_config_ends_with_78(home: Home) -> None:
    code, _, err = await run_monitor("run", "--config", str(home.folder / "none.toml"))
    assert code == 78
    assert "none.toml: file not found" in err


async def test_a_missing_mail_password_ends_with_78_and_names_the_line(home: Home) -> None:
    home.extra = 'username = "u"\npassword = { env = "NO_SUCH_VARIABLE" }\n'
    text = home.write().config.read_text().replace('security = "none"', 'security = "tls"')
    home.config.write_text(text)
    code, _, err = await run_monitor("run", "--config", str(home.config))
    line = text.split("\n").index('password = { env = "NO_SUCH_VARIABLE" }') + 1
    assert code == 78
    assert f"config.toml:{line}:" in err
    assert "NO_SUCH_VARIABLE is not set" in err


async def test_a_broken_watchlist_at_start_ends_with_78_and_names_file_and_line(home: Home) -> None:
    (home.folder / "watchlists" / "brics.toml").write_text('title = "x"\nall = ["Pakistan"]\ntreshold = 1\n')
    code, _, err = await run_monitor("run", "--config", str(home.config))
    assert code == 78
    assert 'brics.toml:3:1: unknown key "treshold"' in err


async def test_S05_a_broken_watchlist_is_refused_while_running_and_the_last_good_one_stays(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    broken = home.folder / "watchlists" / "brics.toml"
    good = broken.read_text()

    def alerts() -> list[str]:
        """The subjects without notices: one of the refused edit comes when that has stood for long enough."""
        return [one["Subject"] for one in mail.mails if not one["Subject"].startswith("[Notice]")]

    async with home.daemon() as daemon:
        await until(lambda: "First reading" in daemon.out, what="the first reading")
        broken.write_text(good + 'al = ["BRICS"]\n')
        await until(lambda: "last good ones stay in use" in daemon.err, what="the refusal")
        assert 'brics.toml:3:1: unknown key "al"' in daemon.err
        await until_status(home, "the last edit was refused")
        news.publish("/feed", ("n1", "Pakistan applies for BRICS membership"))
        await until(lambda: len(alerts()) == 1, what="an alert of the last good watchlist")

        broken.write_text('title = "Cats"\nall = ["Persian cat"]\n')
        await until(lambda: "watchlists reloaded: 2" in daemon.err, what="the mended watchlist")
        news.publish("/feed", ("n2", "A Persian cat wins"), ("n3", "Pakistan still wants to join BRICS"))
        await until(lambda: len(alerts()) == 2, what="an alert of the new watchlist")
        await until_status(home, "refused", is_shown=False)
    assert alerts()[1] == "[Cats] A Persian cat wins"


async def test_sighup_reloads_at_once(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: started(daemon), what="the start")
        daemon.signal(signal.SIGHUP)
        await until(lambda: "watchlists reloaded: 2" in daemon.err, what="the reload")


async def test_D13_a_dead_mail_server_does_not_delay_the_console_and_gets_all_mail_later(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await mail.stop()
    news.publish("/feed", ("old", "Old"))
    async with home.daemon() as daemon:
        await until(lambda: "First reading" in daemon.out, what="the first reading")
        news.publish("/feed", *((f"n{i}", f"Pakistan and BRICS, part {i}") for i in reversed(range(5))))
        await until(lambda: daemon.out.count("part ") >= 5, what="five alerts on the console")
        await until(lambda: "next try" in daemon.err, what="a failed delivery")
        async with MailServer(mail.port) as back:
            await until(lambda: len(back.raw) == 6, what="all mail")
    subjects = [str(message["Subject"]) for message in back.mails]
    assert subjects[0].startswith("[Notice]")
    assert subjects[1:] == [f"[Pakistan's BRICS bid] Pakistan and BRICS, part {i}" for i in range(5)]


async def test_D06_a_temporary_refusal_is_retried_with_the_same_message_id(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.replies["DATA"] = ["451 later", "451 later"]
    news.publish("/feed")

    def outcomes() -> list[str]:
        with contextlib.closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as db:
            rows = db.execute(
                "SELECT outcome FROM attempts JOIN messages ON messages.id = message_id "
                "WHERE channel = 'email' ORDER BY attempts.id"
            )
            return [outcome for (outcome,) in rows]

    async with home.daemon():
        await until(lambda: mail.raw, what="the mail at the third try")
        # The server has it before the daemon has heard and noted so.
        await until(lambda: "sent" in outcomes(), what="the note that it is sent")
    assert outcomes() == ["failed", "failed", "sent"]
    assert len(mail.raw) == 1


async def test_D08_a_greylisted_recipient_gets_the_alert_later_and_the_other_only_once(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    text = home.config.read_text()
    home.config.write_text(text.replace('"desk@desk.example"', '"a@desk.example", "b@desk.example"'))
    mail.replies["RCPT"] = ["250 OK", "450 greylisted", "450 greylisted"]
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 2, what="the second mail")
        daemon.signal(signal.SIGTERM)
        await daemon.wait()
    assert mail.recipients == [["a@desk.example"], ["b@desk.example"]]
    assert len({str(message["Message-ID"]) for message in mail.mails}) == 1
    assert "b@desk.example has to wait: 450 greylisted" in daemon.err


async def test_D07_an_alert_that_is_refused_for_good_is_dead_and_the_others_arrive(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.replies["DATA"] = ["554 never"]
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: "First reading" in daemon.out, what="the first reading")
        news.publish("/feed", ("n1", "Pakistan and BRICS"))
        await until(lambda: mail.raw, what="the next mail")
        code, out, _ = await run_monitor("alerts", "list", "--state", "dead", "--json", "--config", str(home.config))
    (dead,) = json.loads(out)
    assert code == 0
    assert dead["channel"] == "email"
    assert "554 never" in dead["detail"]


@pytest.mark.parametrize("replaced", [False, True])
async def test_Q10_a_database_that_is_deleted_or_replaced_ends_the_daemon_with_an_error(
    replaced: bool, home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        if replaced:
            other = home.folder / "other.db"
            other.write_bytes(home.database.read_bytes())
            other.replace(home.database)
        else:
            home.database.unlink()
        assert await daemon.wait() == (1 if replaced else 74)
    assert replaced or mail.mails[-1]["Subject"].endswith("The database is gone: news-monitor has stopped")
    assert f"{home.database}: deleted or replaced while the program ran" in daemon.err
    assert "Traceback" not in daemon.err


async def test_E10_restarting_again_and_again_polls_a_feed_once_and_with_conditions(home: Home, site: Site) -> None:
    home.polling = 'interval = "60m"\n'
    site.script("/kept", Answer(rss(("old", "Old")), headers=[("ETag", '"a"')]))
    home.feeds = [f"{site.url}/kept"]
    home.write()
    async with home.daemon() as daemon:
        await until(lambda: "first reading" in daemon.err, what="the first reading")
    with contextlib.closing(sqlite3.connect(home.database)) as database, database:
        database.execute("UPDATE feeds SET next_due = 0")  # an hour later
    site.script("/kept", Answer(ending="silence"))  # the poll is under way when the process dies
    for life in range(5):
        site.script(f"/life{life}", Answer(rss()))
        home.feeds.append(f"{site.url}/life{life}")
        home.write()
        async with home.daemon(CUT_SHORT) as daemon:
            # A feed that is new in each life shows that what is due has been asked for.
            await until(lambda: site.asked(f"/life{life}"), what="a tick")  # noqa: B023
            daemon.signal((signal.SIGKILL, signal.SIGTERM)[life % 2])
            await daemon.wait()
    assert [request.header("If-None-Match") for request in site.asked("/kept")] == ["", '"a"']
    assert [len(site.asked(f"/life{life}")) for life in range(5)] == [1] * 5


async def test_a_poll_that_outlives_its_interval_is_not_doubled(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed")
    news.pages["/feed"].delay = 1.0
    async with home.daemon() as daemon:
        await until(lambda: "First reading" in daemon.out, what="the first reading")
        await until(lambda: len(news.requests) >= 2, what="the next poll")
    moments = [moment for _, moment, _ in news.log if moment in ("request", "body")]
    assert moments[:3] == ["request", "body", "request"]
    assert daemon.err.count("first reading") == 1


async def test_S11_a_busy_daemon_logs_its_own_lines_and_nothing_else(home: Home, news: NewsServer) -> None:
    home.feeds = [f"{news.url}/{i}" for i in range(130)]
    home.polling = Home.polling
    home.write()
    for i in range(130):
        news.publish(f"/{i}", (f"g{i}", f"Title {i}"))
        news.pages[f"/{i}"].delay = 0.02  # all of them take many times the pause between two ticks
        news.pages[f"/{i}"].headers = {"Set-Cookie": "a b(c)=d; expires=never; version=x"}
    async with home.daemon() as daemon:
        await until(lambda: daemon.err.count("first reading") == 130, what="130 first readings")
        daemon.signal(signal.SIGTERM)
        assert await daemon.wait() == 0
    lines = [line.split(maxsplit=2)[2] for line in daemon.err.splitlines()]
    ours = re.compile(
        r"watching 130 feeds|feed\d+: first reading, 1 item, 0 matches$|130 feeds asked: |stopping$|stopped$"
    )
    assert [line for line in lines if not ours.match(line)] == []


async def test_D26_a_suspended_daemon_polls_each_feed_once_when_it_goes_on(home: Home, news: NewsServer) -> None:
    home.feeds = [f"{news.url}/{name}" for name in "abc"]
    home.polling = 'interval = "0.5s"\nmin_interval = "0.5s"\n'
    home.write()
    for name in "abc":
        news.publish(f"/{name}", ("old", "Old"))
    async with home.daemon() as daemon:
        await until(lambda: daemon.err.count("first reading") == 3, what="the first polls")
        daemon.signal(signal.SIGSTOP)
        await asyncio.sleep(1.75)  # three intervals go by
        before = len(news.requests)
        daemon.signal(signal.SIGCONT)

        def asked() -> dict[str, list[float]]:
            late = [one for one in news.log if one[1] == "request"][before:]
            return {path: [at for at, _, asked in late if asked == path] for path in ("/a", "/b", "/c")}

        await until(lambda: all(len(times) > 1 for times in asked().values()), what="two polls of each feed")
        # The second one is that of the next interval, and makes up for nothing.
        assert min(second - first for first, second, *_ in asked().values()) > 0.45
