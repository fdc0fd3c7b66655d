"""No secret stands in anything that is said of a configuration, however broken it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import config
from monitor.cli.excerpt import Sources, as_row, as_text
from monitor.errors import ConfigError, Problem, WatchlistError
from monitor.watchlist.load import load

FULL = '''\
# the old account: SECRETold password SECREToldpw, token = "SECRETtok"
# url = "https://SECRETcu:SECRETcp@news.example/old?key=SECRETck"
[monitor]
database = "monitor.db"   # sftp://SECRETb:SECRETbp@backup.example/
watchlists = "watchlists"

[polling]
interval = "15m"
min_interval = "5m"
contact = "desk@desk.example"

[[feeds]]
url = "http://SECRETuser:SECRETpw@news.example/f?token=SECRETt0k&uid=SECRETuid"
name = "Dawn"
interval = "20m"
tags = ["asia", "wire"]

[[feeds]]
url = """\\
https://feeds.example/private/SECRETpath.xml?api_key=SECRETkey"""
name = "Wire"

[alerts]
limit = 10

[alerts.email]
host = "smtp.desk.example"
port = 587
security = "starttls"
username = "SECRETlogin"
password = { env = "SECRETnotavariable" }
from = "Desk <desk@desk.example>"
to = ["a@desk.example"]

[[alerts.webhook]]
name = "slack"
url = "https://hooks.slack.com/services/T0SECRET1/B0SECRET2/SECRETslack"
secret = { file = "SECRETfile" }

[[alerts.webhook]]
name = "discord"
url = "https://discord.com/api/webhooks/123456/SECRETdiscord"

[alerts.command]
run = [
  "curl",
  "-H", "Authorization: Bearer SECRETbearer",
  "--token", "SECRETarg",
  "https://SECRETcmdu:SECRETcmdp@push.example/SECRETpush",
]

[alerts.apprise]
url = { credential = "SECRETcredential" }

[[routes]]
channels = ["slack", "email"]
tags = ["asia"]
'''
PLAIN = {
    # What people write where a table with the place of a secret is wanted.
    'password = { env = "SECRETnotavariable" }': 'password = "SECRETplain pass, word"',
    'secret = { file = "SECRETfile" }': "secret = '''\nSECRETmulti\nSECRETline = x==\nSECRETb64==\n'''",
    'url = { credential = "SECRETcredential" }': 'url = "tgram://123456:SECRETbot/SECRETchat"',
}
VARIANTS = {"as it should be": FULL, "secrets in the file": FULL}
for _before, _after in PLAIN.items():
    assert _before in FULL
    VARIANTS["secrets in the file"] = VARIANTS["secrets in the file"].replace(_before, _after)


def broken(text: str) -> Iterator[tuple[str, str]]:
    """What becomes of ``text`` by the mistakes that people and dying editors make: the mistake, and the text."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for mistake, changed in _changed(line):
            yield f"{number + 1}: {mistake}", "\n".join([*lines[:number], changed, *lines[number + 1 :]])
        yield f"{number + 1}: left out", "\n".join([*lines[:number], *lines[number + 1 :]])
        yield f"{number + 1}: twice", "\n".join([*lines[: number + 1], *lines[number:]])
        yield f"{number + 1}: the end", "\n".join(lines[: number + 1])
        yield f"{number + 1}: at the top", "\n".join([line, *lines[:number], *lines[number + 1 :]])
        yield f"{number + 1}: under polling", text.replace("[polling]", f"[polling]\n{line}", 1)
    for at in range(0, len(text), 7):
        yield f"cut at {at}", text[:at]


def _changed(line: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"[\"'\[\]{}=,#]", line):
        yield f"{found[0]} at {found.start()} dropped", line[: found.start()] + line[found.end() :]
        yield f"{found[0]} at {found.start()} doubled", line[: found.end()] + line[found.start() :]
        yield f"broken at {found.start()}", line[: found.end()] + "\n" + line[found.end() :]
        yield f"begins at {found.start()}", line[found.start() :]
    for at in range(1, len(line), 4):
        yield f"cut at {at}", line[:at]
        yield f"broken at {at}", f"{line[:at]}\n{line[at:]}"
    key, equals, value = line.partition("=")
    if equals and key.strip().isidentifier():
        name = key.strip()
        yield "a letter of the key missing", f"{name[:-2]}{name[-1]} ={value}"
        yield "key and value exchanged", f"{value.strip()} = {name!r}"
        yield "colon", f"{name}:{value}"
        yield "no equals", f"{name} {value}"
        yield "no quotes", f"{name} = {value.strip().strip(chr(34))}"
        yield "a list", f"{name} = [{value}]"
        yield "a table", f"{name} = {{ x = {value} }}"
        yield "another key", f"interval = {value}"
        yield "for a name", f"timezone = {value}"
        yield "for a channel", f"channels = [{value}]"
        yield "curly quotes", line.replace('"', "“")
        yield "a backslash", line.replace('"', '"\\q', 1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_R01_no_secret_stands_in_what_is_said_of_a_broken_configuration(variant: str, tmp_path: Path) -> None:
    path, said, refused = tmp_path / "config.toml", [], 0
    for mistake, text in broken(VARIANTS[variant]):
        try:
            loaded = config.load(path, text)
            problems = list(loaded.warnings)
            for section in loaded.alerts.channels.values():
                for key, value in section:
                    if key in ("password", "secret", "url") and not isinstance(value, str | None):
                        with pytest.raises(ConfigError) as raised:
                            loaded.read_secret(value, ("alerts", key))
                        problems += raised.value.problems
        except ConfigError as error:
            problems, refused = error.problems, refused + 1
        said += [(mistake, str(problem)) for problem in problems if "SECRET" in str(problem)]
    assert refused > 1000
    assert said[:20] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_R01_nor_where_the_configuration_lies_among_the_watchlists(variant: str, tmp_path: Path) -> None:
    path, said = tmp_path / "mine.toml", []
    for number, (mistake, text) in enumerate(broken(VARIANTS[variant])):
        if number % 7:  # each needs files
            continue
        path.write_text(text, "utf-8")
        for problem in problems_in(tmp_path):
            said += [(mistake, one) for one in shown(problem) if "SECRET" in one]
    assert said[:20] == []


def problems_in(folder: Path) -> list[Problem]:
    """What is wrong with the watchlists of ``folder``."""
    with pytest.raises(WatchlistError) as raised:
        load(folder)
    return raised.value.problems


def shown(problem: Problem) -> list[str]:
    """A problem in each form in which it is shown."""
    line = Sources().line(problem.file, problem.line)
    return [str(problem), str(as_text(problem, line)), json.dumps(as_row(problem, line), default=str)]


LINES = (
    'url = "http://u:SECRETpw@news.example/f?token=SECRETt0k',
    'pasword = "SECRETpw',
    "tokn: SECRETtoken",
    'any = ["x", # api_key=SECRETkey',
    'title = "Authorization: Bearer SECRETbearer',
    "header = 'authorization' = Basic SECRETbasic",
    'to = "tgram://SECRETbot/SECRETchat',
    'to = "mailto://u:SECRETpw@mail.example',
    'hook = "https://hooks.slack.com/services/T0SECRET/B0/SECRETslack',
    'hook = "https://discord.com/api/webhooks/1/SECRETdiscord',
    "http//u:SECRETpw@news.example",
)


@pytest.mark.parametrize("line", LINES)
def test_R01_a_quoted_line_of_a_watchlist_holds_no_secret(line: str, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(f'title = "W"\n{line}\n', "utf-8")
    for problem in problems_in(tmp_path):
        assert not [one for one in shown(problem) if "SECRET" in one]


def test_R01_of_a_link_to_another_file_nothing_is_quoted(tmp_path: Path) -> None:
    system = tmp_path / "shadow"
    system.write_text("daemon:SECRETroot:19000:0:99999\n[SECRETtable\n", "utf-8")
    folder = tmp_path / "watchlists"
    folder.mkdir()
    (folder / "w.toml").symlink_to(system)
    (problem,) = problems_in(folder)
    assert problem.line == 1
    for one in shown(problem):
        assert "SECRET" not in one
        assert "daemon" not in one


def test_R01_a_link_to_a_watchlist_is_quoted_as_one(tmp_path: Path) -> None:
    """As a ConfigMap has them: a link by way of a link."""
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "w.toml").write_text('title = "W"\nall = ["x\n', "utf-8")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "w.toml").symlink_to("..data/w.toml")
    (problem,) = problems_in(tmp_path)
    assert 'the line reads: all = ["x' in problem.hint


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('[polling]\ninterval = "1h\n', 'interval = "1h'),
        ("[polling]\ninterval = 15m # fast\n", "interval = 15m"),
        ("[polling\n", "[polling"),
        ('[[feeds]]\nurl = "https://news.example\n', "url = ***"),
        ('[alerts.email]\nusername = "me\n', "username = ***"),
    ],
)
def test_R01_what_is_harmless_is_quoted_all_the_same(text: str, quoted: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        config.load(tmp_path / "config.toml", text)
    assert raised.value.problems[0].hint.endswith(f"the line reads: {quoted}")
