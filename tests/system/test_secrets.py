"""Secrets of a configuration, in all that the real program says and sends: the log, mails, status, lists, diffs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Child, Home, MailServer, NewsServer, run_monitor, until

SAVED = {
    "a quote is missing": ('url = "http://u:SECRETpw@news.example/f?token=SECRETt0k', '[[feeds]]\n{}\nname = "New"\n'),
    "a key is misspelt": ('pasword = "SECRETpw"', '[alerts.command]\nrun = ["true"]\n{}\n'),
    "a comma is missing": ('run = ["curl", "--token" "SECRETtoken"]', "[alerts.command]\n{}\n"),
    "no quotes at all": ("url = tgram://123:SECRETbot/SECRETchat", "[alerts.apprise]\n{}\n"),
    "a text in the place of a table": ('url = "slack://SECRETa/SECRETb/SECRETc"', "[alerts.apprise]\n{}\n"),
    "a word in the place of a time": ('timeout = "SECRETpw"', '[alerts.command]\nrun = ["true"]\n{}\n'),
}


async def test_R01_a_broken_line_with_a_secret_is_refused_without_it_in_the_log_in_the_mail_and_in_status(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    good = home.config.read_text()
    told: list[str] = []
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 1, what="the first reading")
        for number, (line, around) in enumerate(SAVED.values(), 1):
            home.config.write_text(good + around.format(line))
            await _many(daemon, "config.toml not reloaded", number)
            await until(lambda mails=number + 1: len(mail.raw) == mails, what="the notice")
            home.config.write_text(good)
            await _many(daemon, "config.toml reloaded", number)
        home.config.write_text(good + around.format(line))
        await _many(daemon, "config.toml not reloaded", number + 1)
        for words in (("status",), ("status", "--json"), ("feeds", "list"), ("run",)):
            _, out, err = await run_monitor(*words, "--config", str(home.config))
            told += [out, err]
    told += [daemon.err, daemon.out, *(str(one.get_body((kind,))) for one in mail.mails for kind in ("plain", "html"))]
    assert sum("not valid TOML" in one for one in told) >= 5
    assert not [one for one in told if "SECRET" in one]
    database = b"".join(path.read_bytes() for path in home.folder.glob("monitor.db*"))
    assert b"SECRET" not in database


async def _many(daemon: Child, line: str, times: int) -> None:
    await until(lambda: daemon.err.count(line) == times, what=f"{line}, for the {times}. time")


FEEDS = """\
# the feed of the desk: https://u:SECRETcomment@news.example/x
[[feeds]]
url = "https://news.example/first.xml?uid=7&token=SECRETt0k"
name = "First"

[[feeds]]   # password: SECRETbehind
url = "https://user:SECRETpw@news.example/second.xml"
name = "Second"

[[feeds]]
url = "https://news.example/third.xml"
name = "Third"

[alerts.command]
run = [
  "notify", "--token", "SECRETarg",
  "SECRETbare",  # the key of SECRETwhom
]

[[alerts.webhook]]
url = "https://hooks.slack.com/services/T0SECRET/B0SECRET/SECRETslack"
secret = { env = "MONITOR_WEBHOOK_SECRET" }
"""
OPML = """<opml version="2.0"><head/><body>
<outline text="Fourth" type="rss" xmlUrl="https://u:SECRETopml@news.example/fourth.xml"/></body></opml>"""
CHANGES = {
    "add": ("feeds", "add", "--no-check", "https://u:SECRETadd@news.example/new.xml?key=SECRETkey", "--name", "New"),
    "remove": ("feeds", "remove", "Second"),
    "import": ("feeds", "import", "list.opml"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_R10_the_diff_of_a_change_shows_no_secret_also_not_of_what_stands_beside_it(
    change: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(FEEDS, "utf-8")
    (tmp_path / "list.opml").write_text(OPML, "utf-8")
    for more in ("--dry-run", "--json"):
        code, out, err = await run_monitor(*CHANGES[change], more, cwd=tmp_path)
        assert code == 0, err
        assert "SECRET" not in out.replace("MONITOR_WEBHOOK_SECRET", "") + err
        if more == "--json":
            assert any(line.startswith("@@ -") for line in json.loads(out)["diff"])
        elif change == "remove":
            assert '-url = "https://***@news.example/second.xml"' in out
            assert ' url = "https://news.example/third.xml"' in out
    assert "SECRETt0k" in (tmp_path / "config.toml").read_text()  # the file has them all the same


async def test_R10_the_diff_of_a_watchlist_shows_no_secret(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    (tmp_path / "watchlists").mkdir()
    text = 'title = "W"\n# from https://u:SECRETpw@wiki.example, token=SECRETtoken\nall = ["Pakistan", "BRICS"]\n'
    (tmp_path / "watchlists" / "w.toml").write_text(text, "utf-8")
    code, out, err = await run_monitor("watch", "add-term", "w", "Kasur", "--to", "Pakistan", cwd=tmp_path)
    assert code == 0, err
    assert '+all = [["Pakistan", "Kasur"], "BRICS"]' in out
    assert "SECRET" not in out + err
    assert "SECRETpw" in (tmp_path / "watchlists" / "w.toml").read_text()
