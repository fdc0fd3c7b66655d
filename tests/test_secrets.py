"""No secret stands in anything that is said of a configuration, however broken it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.cli.output.excerpt import Sources, as_row, as_text
from monitor.config import settings
from monitor.daemon.reload.watching import LiveWatchlists
from monitor.errors import ConfigError, Problem, WatchlistError
from monitor.toml.quotes import ENTITIES, WATCHLIST
from monitor.toml.tomlfile import known_keys
from monitor.watchlist.checks.check import check_folder
from monitor.watchlist.load import load
from monitor.watchlist.schema import EntitySection, WatchlistFile

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


one_in = pytest.mark.parametrize("one_in", [7, pytest.param(1, marks=pytest.mark.long)])
"""Of so many mistakes one is made."""


@one_in
@pytest.mark.parametrize("variant", VARIANTS)
def test_R01_no_secret_stands_in_what_is_said_of_a_broken_configuration(
    variant: str, one_in: int, tmp_path: Path
) -> None:
    path, said, refused = tmp_path / "config.toml", [], 0
    for mistake, text in islice(broken(VARIANTS[variant]), 0, None, one_in):
        try:
            loaded = settings.load(path, text)
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
    assert refused > 1000 / one_in
    assert said[:20] == []


@one_in
@pytest.mark.parametrize("variant", VARIANTS)
def test_R01_nor_where_the_configuration_lies_among_the_watchlists(variant: str, one_in: int, tmp_path: Path) -> None:
    path, said = tmp_path / "mine.toml", []
    for mistake, text in islice(broken(VARIANTS[variant]), 0, None, 7 * one_in):  # each needs files
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
    assert problem.reads.startswith('all = ["x')


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
        settings.load(tmp_path / "config.toml", text)
    assert raised.value.problems[0].reads == quoted


FOREIGN_LINES = (
    "password = SECRETpw",
    "pass = SECRETpw",
    "hook = SECRETword",
    "hook = 'SECRETword",
    'hook = "SECRET word" and more',
    "hook = [SECRETone, SECRETother]",
    "hook = [\n  SECRETone,\n  'SECRETother\n]",
    'hook = """\nSECRET lines\nof words',
    "hook = '''\nSECRET lines\nof words",
    "hook = { title = SECRETpw }",
    "alerts.email.password = SECRET horse staple",
    '"alerts".email.password = SECRET horse staple',
    "alerts.email.login = SECRET horse staple",
    "[login]\ntitle = SECRETpw",
    "[login]\ntitle = [\n  SECRETpw",
    "machine x login SECRETme password SECRETpw",
    "any password SECRETpw",
    'any password "SECRETpw"',
    'any "password SECRETpw1"',
    "SECRETme:SECRETpw",
    "SECRETpw",
    "export TOKEN=SECRETpw",
    'any = ["x"] # password SECRETpw',
    "any = [Iran] # pwd: SECRETpw",
)


@pytest.mark.parametrize("line", FOREIGN_LINES)
@pytest.mark.parametrize("name", ["w.toml", "entities.toml"])
def test_R01_a_line_that_belongs_to_no_watchlist_is_not_quoted_nor_a_part_of_it(
    line: str, name: str, tmp_path: Path
) -> None:
    good = 'title = "W"\nlang = ["en"]\n'
    (tmp_path / "w.toml").write_text(good, "utf-8")
    live = LiveWatchlists(tmp_path) if name == "w.toml" and write_good(tmp_path) else None
    (tmp_path / name).write_text(f"{good if name == 'w.toml' else ''}{line}\n", "utf-8")
    problems = list(problems_in(tmp_path))
    problems += check_folder(tmp_path, date(2026, 1, 1)).problems
    if live:
        problems += [problem for _ in range(4) if (found := live.look()) for problem in found.refused]
    assert problems
    for problem in problems:
        assert not [one for one in shown(problem) if "SECRET" in one]


def write_good(folder: Path) -> bool:
    """A watchlist that can be used."""
    return bool((folder / "w.toml").write_text('title = "W"\nany = ["Iran"]\n', "utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASS=SECRETpw\nFOO=SECRETother\n",
        "machine x login SECRETme password SECRETpw\n",
        'title = "SECRETtitle"\nany = [SECRETpw]\n',
        'title = "SECRETtitle"\nany = ["SECRETpw" OR "x"]\n',
        '[tool]\nname = "SECRETname"\n',
        'title = 5\nowner = { name = "SECRETname" }\n',
    ],
)
def test_R01_a_link_out_of_the_folder_is_not_quoted_whatever_its_name(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "watchlists"
    folder.mkdir()
    (tmp_path / "other.toml").write_text(text, "utf-8")
    for name in ("w.toml", "entities.toml"):
        (folder / name).symlink_to(tmp_path / "other.toml")
        write_good(folder) if name == "entities.toml" else None
        for problem in problems_in(folder):
            assert not [one for one in shown(problem) if "SECRET" in one]
        (folder / name).unlink()


def test_R01_a_link_out_of_the_folder_to_what_is_plainly_a_watchlist_is_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "watchlists"
    folder.mkdir()
    (tmp_path / "mine.toml").write_text('title = "W"\nany = ["Iran OR Tehran"]\n', "utf-8")
    (folder / "w.toml").symlink_to(tmp_path / "mine.toml")
    (problem,) = problems_in(folder)
    assert any('any = ["Iran OR Tehran"]' in one for one in shown(problem))


def test_R01_the_keys_that_are_quoted_are_those_of_a_watchlist() -> None:
    def keys(model: type[BaseModel]) -> Iterator[str]:
        for path in ((), ("fields",), ("active",), ("expect",), ("examples",), ("any",)):
            yield from known_keys(model, path)

    assert frozenset(keys(WatchlistFile)) == WATCHLIST.words
    assert frozenset(known_keys(EntitySection, ())) == ENTITIES.words


@pytest.mark.parametrize(
    ("lines", "quoted"),
    [
        ('any = ["Iran", Tehran]', 'any = ["Iran", Tehran]'),
        ('any = [\n  "password manager", Tehran\n]', '"password manager", Tehran'),
        ("min sources = 2", "min sources = 2"),
        ('any: ["Iran"]', 'any: ["Iran"]'),
        ("[examples]\nmatch = [\n  Tehran talks\n]", "Tehran talks"),
        ("lang = [en] # two letters", "lang = [en] # two letters"),
        ("fields = { title = 1, body = O }", "fields = { title = 1, body = O }"),
    ],
)
def test_R01_a_broken_line_of_a_watchlist_is_quoted(lines: str, quoted: str, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(f'title = "W"\n{lines}\n', "utf-8")
    (problem,) = problems_in(tmp_path)
    assert problem.reads == quoted
