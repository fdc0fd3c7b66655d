"""``monitor once`` and the commands beside it, as a script would use them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts.channels.console import ConsoleChannel
from monitor.config.settings import load
from monitor.daemon.app import assembled
from monitor.daemon.once import one_round
from monitor.store import Store
from tests.support import PATIENCE, Home, MailServer, NewsServer, Page, rss, run_monitor, until


@pytest.fixture
def home(home: Home) -> Home:
    """Asked as seldom as a user may wish: here nothing waits for the next poll."""
    return replace(home, polling=Home.polling).write()


async def once(home: Home, *options: str) -> tuple[int, str, str]:
    return await run_monitor("once", "--config", str(home.config), *options)


async def test_D08_who_is_refused_for_good_is_told_of_once_and_shown_until_the_server_takes_the_address(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    gone, refused = "gone@desk.example", "the server refuses gone@desk.example"
    home.config.write_text(home.config.read_text().replace('to = ["', f'to = ["{gone}", "'))

    async def round_of(title: str) -> str:
        news.publish("/feed", (title, f"Pakistan and BRICS: {title}"), ("old", "Old"))
        return (await run_monitor("once", "--force", "--config", str(home.config)))[1]

    news.publish("/feed", ("old", "Old"))
    await run_monitor("once", "--config", str(home.config))
    mail.replies["RCPT"] = ["550 5.1.1 no such user, id 17", "250 OK"] * 9
    rounds = [await round_of(title) for title in ("a bid", "a vote", "a summit")]
    assert "".join(rounds).count(f"email: {refused}") == 1
    assert len([one for one in mail.mails if refused in str(one["Subject"])]) == 1, "the others hear of it, too"
    _, out, _ = await run_monitor("status", "--config", str(home.config))
    assert f"recipient-refused  email: {refused}; others get the alerts" in out
    _, out, _ = await run_monitor("alerts", "list", "--config", str(home.config))
    assert "gone@desk.example was refused: 550 5.1.1 no such user" in out

    # A retry that asks somebody else says nothing of who was refused.
    mail.replies["RCPT"] = ["250 OK", "451 later", "550 no such user", "250 OK"]
    (count,) = {len([one for one in mail.mails if refused in str(one["Subject"])])}
    await round_of("a start")
    mail.replies["RCPT"] = []
    written = home.config.read_text()
    home.config.write_text(written.replace(f'"{gone}", ', ""))
    _, out, _ = await run_monitor("status", "--config", str(home.config))
    assert refused not in out, "who is no recipient any more"
    home.config.write_text(written)
    _, out, _ = await run_monitor("status", "--config", str(home.config))
    assert refused in out
    await round_of("an end")
    _, out, _ = await run_monitor("status", "--config", str(home.config))
    assert refused not in out, "who took a message"
    assert len([one for one in mail.mails if refused in str(one["Subject"])]) == count


async def test_the_first_round_is_a_baseline_and_says_so(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed", ("old", "Pakistan applies for BRICS membership"), ("o2", "Weather"))
    code, out, _ = await once(home)
    assert code == 0
    assert "First reading of 1 feed: 2 items, 1 match already there" in out
    assert "feed0: 1 match in 2 items" in out
    assert "monitor matches --outcome baseline" in out
    assert len(mail.raw) == 1

    code, out, _ = await run_monitor("matches", "--outcome", "baseline", "--json", "--config", str(home.config))
    (match,) = json.loads(out)
    assert match["title"] == "Pakistan applies for BRICS membership"
    assert match["watch"] == "brics"


async def test_alert_baseline_alerts_what_was_already_there_and_says_so(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish(
        "/feed", *((f"o{i}", f"Pakistan applies for BRICS membership, part {i}") for i in range(5)), ("w", "W")
    )
    code, out, err = await once(home, "--alert-baseline")
    assert code == 0
    assert out.count("why: 1.00") == 5
    assert len(mail.raw) == 6
    assert (
        "1 read for the first time (their items are stored and alerted where they match: 5 matches worth an alert)"
        in err
    )
    assert "First reading of 1 feed: 6 items, 5 matches already there" in out
    assert "All of these matches were alerted" in out
    assert "Alerts begin" not in out


async def test_a_round_that_is_cut_short_is_no_failure_of_the_feeds_in_hand(
    home: Home, news: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_a_moment(self: ConsoleChannel) -> None:
        await asyncio.sleep(0.1)  # as long as other parts of the program may need to be closed

    monkeypatch.setattr(ConsoleChannel, "close", in_a_moment)
    news.pages["/feed"] = Page(rss(), delay=PATIENCE)

    async def begin() -> None:
        async with assembled(load(home.config), by_hand=True) as program:
            await one_round(program, force=False)

    working = asyncio.create_task(begin())
    await until(lambda: news.requests, what="the request")
    working.cancel()
    await asyncio.wait({working})
    (row,) = Store.reading(home.database).list_feeds()
    assert (row["failures"], row["last_error"]) == (0, "")


async def test_a_feed_that_is_not_due_is_left_alone_unless_forced(home: Home, news: NewsServer) -> None:
    home.config.write_text(
        home.config.read_text().replace('interval = "1s"\nmin_interval', 'interval = "60m"\nmin_interval')
    )
    news.publish("/feed", ("old", "Old"))
    await once(home)
    code, _, err = await once(home)
    assert (code, len(news.requests)) == (0, 1)
    assert "No feed is due" in err

    news.publish("/feed", ("new", "Pakistan and BRICS"), ("old", "Old"))
    code, out, _ = await once(home, "--force")
    assert (code, len(news.requests)) == (0, 2)
    assert "Pakistan and BRICS" in out


async def test_force_polls_a_feed_whose_poll_was_killed(home: Home, news: NewsServer) -> None:
    home.config.write_text(
        home.config.read_text().replace('interval = "1s"\nmin_interval', 'interval = "60m"\nmin_interval')
    )
    news.pages["/feed"] = Page(rss(), delay=PATIENCE)
    async with home.daemon() as daemon:
        await until(lambda: news.requests, what="the request")
        await daemon.kill()
    _, out, _ = await run_monitor("feeds", "list", "--json", "--config", str(home.config))
    due = datetime.fromisoformat(json.loads(out)[0]["next_due"])
    assert due > datetime.now(UTC) + timedelta(minutes=50)

    news.publish("/feed", ("old", "Old"))
    _, _, err = await once(home)
    assert "No feed is due" in err
    code, _, err = await once(home, "--force")
    assert code == 0
    assert "1 feed polled" in err


async def test_a_dry_run_shows_the_alerts_and_changes_nothing(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed", ("old", "Old"))
    await once(home)
    before = home.database.read_bytes()
    news.publish("/feed", ("new", "Pakistan and BRICS"), ("old", "Old"))
    for _ in range(2):
        code, out, err = await once(home, "--dry-run", "--force")
        assert code == 0
        assert "Pakistan and BRICS" in out
        assert "Nothing was written or sent" in err
    assert len(mail.raw) == 1
    assert home.database.read_bytes() == before


async def test_a_dry_run_before_the_first_round_makes_no_database(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("old", "Pakistan and BRICS"))
    code, _, _ = await once(home, "--dry-run")
    assert code == 0
    assert not home.database.exists()


async def test_a_round_reads_all_new_feeds_however_many(home: Home, news: NewsServer) -> None:
    home.feeds = [f"{news.url}/{number}" for number in range(70)]
    home.write()
    for number in range(70):
        news.publish(f"/{number}", ("old", "Old"))
    code, _, err = await once(home)
    assert (code, len(news.requests)) == (0, 70)
    assert "70 feeds polled" in err


async def test_a_failing_feed_gives_exit_code_4_and_does_not_stop_the_others(home: Home, news: NewsServer) -> None:
    home.feeds += [f"{news.url}/broken", f"{news.url}/page", "http://127.0.0.1:1/nobody"]
    home.write()
    news.publish("/feed", ("old", "Old"))
    news.pages["/broken"] = Page(status=500)
    news.pages["/page"] = Page(b"<!DOCTYPE html><html><body>Log in</body></html>", content_type="text/html")
    code, _, err = await once(home)
    assert code == 4
    assert "feed1: the server answered 500" in err
    assert "feed2: this is not a feed but a web page" in err
    assert "feed3: no connection to 127.0.0.1" in err

    code, out, _ = await run_monitor("feeds", "list", "--json", "--config", str(home.config))
    assert [row["state"] for row in json.loads(out)] == ["healthy", "failing", "failing", "failing"]


async def test_a_feed_with_a_name_in_another_script_fails_in_words_and_stops_no_other(
    home: Home, news: NewsServer
) -> None:
    home.feeds.append("http://пример.invalid/feed")
    home.write()
    news.publish("/feed", ("old", "Old"))
    for options in (["--dry-run"], []):
        code, _, err = await once(home, *options)
        assert code == 4
        assert err.count("feed1: ") == 1
        assert "Error" not in err
    code, out, _ = await run_monitor("feeds", "list", "--json", "--config", str(home.config))
    first, second = json.loads(out)
    assert (first["state"], second["state"]) == ("healthy", "failing")
    assert "пример.invalid" in second["error"]


async def test_once_as_json_has_a_row_for_each_feed(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("old", "Old"))
    code, out, _ = await once(home, "--json", "--dry-run")
    (row,) = json.loads(out)
    assert code == 0
    assert (row["feed"], row["result"], row["seen"], row["new"], row["would_alert"]) == ("feed0", "read", 1, 1, [])


async def test_D07_an_alert_that_is_refused_for_good_is_reported_once(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.replies["DATA"] = ["554 looks like spam"]
    news.publish("/feed", ("old", "Old"))
    code, _, err = await once(home)
    assert code == 4
    assert "1 alert will not be delivered" in err
    assert "email: refused for good: the message was refused: 554 looks like spam" in err
    code, _, err = await once(home, "--force")
    assert code == 0
    assert "not be delivered" not in err


async def test_D11_a_forgotten_username_loses_nothing_and_is_reported(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.replies["MAIL"] = ["530 5.7.0 Authentication required"]
    news.publish("/feed", ("old", "Old"))
    code, _, err = await once(home)
    assert code == 4
    assert "1 alert waits for its channel" in err
    assert "530 5.7.0 Authentication required" in err
    code, _, _ = await once(home)
    assert (code, len(mail.raw)) == (0, 1)


async def test_D32_what_waits_on_a_channel_that_was_switched_off_is_shown_and_is_no_failure(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.replies["MAIL"] = ["530 Authentication required"]
    news.publish("/feed", ("old", "Old"))
    assert (await once(home))[0] == 4
    written = home.config.read_text()
    home.config.write_text(written.replace("[alerts.email]\n", "[alerts.email]\nenabled = false\n"))
    assert (await once(home))[0] == 0
    _, out, _ = await run_monitor("status", "--config", str(home.config))
    assert "email is switched off: what is pending there (1) waits until it is on again" in out
    _, out, _ = await run_monitor("status", "--json", "--config", str(home.config))
    assert json.loads(out)["orphans"] == {"email": 1}

    home.config.write_text(written)
    assert ((await once(home))[0], len(mail.raw)) == (0, 1)


async def test_D29_a_character_that_the_terminal_cannot_show_holds_nothing_up(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("n1", "Заявка: Pakistan applies for BRICS membership"))
    code, out, _ = await run_monitor(
        "once", "--alert-baseline", "--config", str(home.config), env={"PYTHONIOENCODING": "ascii"}
    )
    assert code == 0
    assert r"\u0417\u0430\u044f\u0432\u043a\u0430: Pakistan applies" in out


async def test_status_says_that_nothing_runs_and_what_is_stored(home: Home, news: NewsServer) -> None:
    code, out, _ = await run_monitor("status", "--config", str(home.config))
    assert code == 3
    assert "not running" in out
    news.publish("/feed", ("old", "Old"))
    await once(home)
    code, out, _ = await run_monitor("status", "--json", "--config", str(home.config))
    values = json.loads(out)
    assert code == 3
    assert values["feeds"] == {"healthy": 1, "failing": 0, "new": 0}
    assert values["items"] == 1


async def test_feeds_check_tells_what_a_feed_holds_and_what_matches(home: Home, news: NewsServer) -> None:
    news.publish("/other", ("a", "Pakistan and BRICS"), ("b", "Weather"))
    code, out, _ = await run_monitor(
        "feeds", "check", f"{news.url}/other", "--allow-private", "--config", str(home.config)
    )
    assert code == 0
    assert "Test feed: 2 items" in out
    assert "yes, by ETag" in out
    assert "alert for brics: Pakistan and BRICS" in out
    assert not home.database.exists()


async def test_feeds_check_tells_of_a_redirect_only_when_there_was_one(home: Home, news: NewsServer) -> None:
    news.publish("/other", ("a", "A"))
    news.pages["/moved"] = Page(status=301, headers={"Location": "/other"})
    for path, told in (("/other", False), ("", False), ("/moved", True)):
        news.publish("/", ("a", "A"))
        url = news.url.replace("http://", "http://u:secret@") + path
        code, out, _ = await run_monitor("feeds", "check", url, "--allow-private", "--config", str(home.config))
        assert code == 0
        assert ("moved for good to" in out) == told
        assert "secret" not in out


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:99999/", "http://a..b/"])
async def test_feeds_check_of_what_is_no_address_is_a_usage_error(home: Home, url: str) -> None:
    code, out, err = await run_monitor("feeds", "check", url, "--config", str(home.config))
    assert (code, out) == (2, "")
    assert "is not an address that can be polled; a feed's address starts with http:// or https://" in err


async def test_feeds_check_without_a_configuration_says_that_nothing_was_matched(
    home: Home, news: NewsServer, tmp_path: Path
) -> None:
    news.publish("/other", ("a", "Pakistan and BRICS"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {"HOME": str(elsewhere), "XDG_CONFIG_HOME": str(elsewhere)}
    check = ("feeds", "check", f"{news.url}/other", "--allow-private")
    code, out, _ = await run_monitor(*check, env=env, cwd=elsewhere)
    assert code == 0
    assert "no configuration: not matched" in out
    assert "no item matches" not in out

    (elsewhere / "config.toml").write_text("[polling\n")
    code, out, err = await run_monitor(*check, env=env, cwd=elsewhere)
    assert (code, out) == (78, "")
    assert "config.toml:1" in err


async def test_H25_feeds_check_refuses_a_private_address_without_permission(home: Home, news: NewsServer) -> None:
    code, out, _ = await run_monitor("feeds", "check", f"{news.url}/other", "--config", str(home.config))
    assert code == 1
    assert "127.0.0.1 is not a public address; set allow_private = true" in out
    assert not news.requests


async def test_alerts_test_reports_each_channel(home: Home, mail: MailServer) -> None:
    code, out, _ = await run_monitor("alerts", "test", "--config", str(home.config))
    assert code == 0
    assert "email\tsent\t250 taken" in out
    assert mail.mails[0]["Subject"] == "[Test] This is a test: alerts arrive here"

    await mail.stop()
    code, out, _ = await run_monitor("alerts", "test", "--json", "--config", str(home.config))
    assert code == 1
    assert [row["result"] for row in json.loads(out[out.index("[\n") :])] == ["sent", "failed"]


async def test_where_mail_is_the_only_channel_a_refused_mail_is_told_by_mail(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    home.config.write_text(home.config.read_text().replace("[alerts.console]\n", ""))
    news.publish("/feed", ("o", "Old"))
    await run_monitor("once", "--config", str(home.config))
    told = len(mail.raw)
    headlines = ["Pakistan applies for BRICS membership", "BRICS weighs gold trade; Pakistan objects"]
    news.publish("/feed", *((f"n{number}", headline) for number, headline in enumerate(headlines)), ("o", "Old"))
    mail.replies["DATA"] = ["554 looks like spam"] * 2
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 4
    for _ in range(2):
        await run_monitor("once", "--force", "--config", str(home.config))
    subjects = [str(one["Subject"]) for one in mail.mails[told:]]
    assert len(subjects) == 1, "one an hour at most"
    assert "Not delivered by email: " in subjects[0]


async def test_a_refused_notice_makes_no_notice(home: Home, news: NewsServer, mail: MailServer) -> None:
    home.config.write_text(home.config.read_text().replace("[alerts.console]\n", ""))
    news.publish("/feed", ("o", "Old"))
    await run_monitor("once", "--config", str(home.config))
    news.publish("/feed", ("n", "Pakistan applies for BRICS membership"), ("o", "Old"))
    mail.replies["DATA"] = ["554 never"] * 100
    for _ in range(3):
        await run_monitor("once", "--force", "--config", str(home.config))
    assert 100 - len(mail.replies["DATA"]) == 2, "the alert, and one notice of it"
