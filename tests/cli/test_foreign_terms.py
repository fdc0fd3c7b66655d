"""Terms in another program's query language do not come in on any way: checks, the start, edits, and commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.daemon.reload.watching import LiveWatchlists
from monitor.errors import WatchlistError
from monitor.matching import Headline
from tests.support import run_monitor

CONFIG = '[[feeds]]\nname = "Dawn"\nurl = "https://feeds.example/dawn"\n'
GOOD = 'title = "Talks"\nany = ["Tehran talks"]\n'
ENTITIES = '[qom]\nkind = "place"\nnames = ["Qom"]\n'
HINT = 'each is a term of its own: any = ["Iran", "Tehran"]'
IN_PLACE = {
    "context": 'each is a term of its own: context = ["Iran", "Tehran"]',
    "except": 'each is a term of its own: except = ["Iran", "Tehran"]',
    "none": 'each is a term of its own: none = ["Iran", "Tehran"]',
    "names": 'each is a name of its own: names = ["Iran", "Tehran"]',
    "acronyms": 'each is a name of its own: acronyms = ["Iran", "Tehran"]',
}
PLACES = {
    "any": 'any = ["Iran OR Tehran"]\n',
    "all": 'all = ["Iran OR Tehran"]\n',
    "a list in all": 'all = [["deal", "Iran OR Tehran"]]\n',
    "a long term": 'any = [{ t = "Iran OR Tehran", kind = "place" }]\n',
    "with a weight": 'any = ["Iran OR Tehran^0.5"]\n',
    "exact": 'any = ["=Iran OR Tehran"]\n',
    "context": 'any = ["deal"]\ncontext = ["Iran OR Tehran"]\n',
    "except": 'any = ["deal"]\nexcept = ["Iran OR Tehran"]\n',
    "none": 'any = ["deal"]\nnone = ["Iran OR Tehran"]\n',
}
IN_ENTITIES = {
    "names": 'names = ["Iran OR Tehran"]\n',
    "acronyms": 'names = ["Iran"]\nacronyms = ["Iran OR Tehran"]\n',
    "except": 'names = ["Iran"]\nexcept = ["Iran OR Tehran"]\n',
}
IS_A_NAME, IS_A_TERM = "each is a name of its own: ", "each is a term of its own: "
COMMANDS = {
    ("watch", "add-term", "talks", "Iran OR Tehran"): IS_A_TERM + "monitor watch add-term talks Iran Tehran",
    ("watch", "add-term", "talks", "Qom", "Iran OR Tehran", "--to", "none"): (
        IS_A_TERM + "monitor watch add-term talks --to none Iran Tehran"
    ),
    ("watch", "add-term", "talks", "Iran OR Tehran", "--new-concept"): (
        IS_A_TERM + "monitor watch add-term talks --new-concept Iran Tehran"
    ),
    ("watch", "entity", "add", "qom", "Iran OR Tehran"): IS_A_NAME + "monitor watch entity add qom Iran Tehran",
    ("watch", "entity", "add", "iran", "Iran OR Tehran", "--kind", "place"): (
        IS_A_NAME + "monitor watch entity add iran --kind place Iran Tehran"
    ),
    ("watch", "entity", "add", "qom", "Iran OR Tehran", "--acronym"): (
        IS_A_NAME + "monitor watch entity add qom --acronym Iran Tehran"
    ),
    ("watch", "new", "Iran OR Tehran"): HINT,
    ("watch", "term", "Iran OR Tehran"): HINT,
    ("watch", "edit", "talks"): HINT,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "watchlists" / "talks.toml").write_text(GOOD, "utf-8")
    (tmp_path / "watchlists" / "entities.toml").write_text(ENTITIES, "utf-8")
    return tmp_path


async def monitor(home: Path, *words: str, **env: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml"), **env}, cwd=home)


def texts(home: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (home / "watchlists").iterdir()}


@pytest.mark.parametrize(("place", "lines"), PLACES.items(), ids=PLACES)
async def test_U02_no_place_of_a_watchlist_takes_a_query(home: Path, place: str, lines: str) -> None:
    hint = IN_PLACE.get(place, HINT)
    live = LiveWatchlists(home / "watchlists")
    (home / "watchlists" / "talks.toml").write_text(f'title = "Talks"\n{lines}', "utf-8")
    with pytest.raises(WatchlistError) as raised:
        LiveWatchlists(home / "watchlists")
    assert [(one.line, hint in one.hint) for one in raised.value.problems] == [(2 + lines.count('any = ["deal'), True)]
    (found,) = [found for _ in range(4) if (found := live.look())]
    assert [one.message.rpartition(": ")[2] for one in found.refused] == ['"OR" is not understood here']
    assert live.engine.match(Headline("Tehran talks"))
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, hint in out) == (78, True)


@pytest.mark.parametrize(("place", "lines"), IN_ENTITIES.items(), ids=IN_ENTITIES)
async def test_U02_no_place_of_the_entities_takes_a_query(home: Path, place: str, lines: str) -> None:
    live = LiveWatchlists(home / "watchlists")
    (home / "watchlists" / "entities.toml").write_text(f'[qom]\nkind = "place"\n{lines}', "utf-8")
    (found,) = [found for _ in range(4) if (found := live.look())]
    assert [IN_PLACE[place] in one.hint for one in found.refused] == [True]
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, IN_PLACE[place] in out) == (78, True)


@pytest.mark.parametrize(("words", "hint"), COMMANDS.items(), ids=[" ".join(words) for words in COMMANDS])
async def test_U02_no_command_writes_a_query(home: Path, words: tuple[str, ...], hint: str) -> None:
    before = texts(home)
    editor = home / "editor"
    editor.write_text(f'#!/bin/sh\ncat > "$1" <<\'END\'\ntitle = "Talks"\n{PLACES["any"]}END\n', "utf-8")
    editor.chmod(0o755)
    code, _, err = await monitor(home, *words, EDITOR=str(editor))
    assert code, err
    assert hint in err
    assert texts(home) == before


ELSEWHERE = {
    ("add-term", "talks", "war AND truce"): (
        "monitor watch add-term talks --new-concept war; monitor watch add-term talks --new-concept truce"
    ),
    ("add-term", "talks", "war NEAR/5 truce"): "--new-concept truce, and near = 5 in its file",
    ("add-term", "talks", "war NOT cricket"): "what rules an item out: monitor watch add-term talks --to none cricket",
    ("add-term", "talks", "war AND truce", "--to", "none"): 'a phrase is written as it is read: "war truce"',
    ("add-term", "talks", "title:war", "--to", "none"): "write the term alone",
    ("add-term", "talks", "lang:en", "--to", "none"): "write the term alone",
    ("entity", "add", "qom", "war AND truce"): "what has to be there together stands in a watchlist: all = [",
    ("entity", "add", "qom", "site:dawn.example"): "write the name alone",
    ("entity", "add", "qom", "war NOT cricket"): 'stands in a watchlist: none = ["cricket"]',
}


@pytest.mark.parametrize(("words", "hint"), ELSEWHERE.items(), ids=[" ".join(words) for words in ELSEWHERE])
async def test_U02_a_translation_offers_only_what_there_is_in_that_place(
    home: Path, words: tuple[str, ...], hint: str
) -> None:
    code, _, err = await monitor(home, "watch", *words)
    assert (code, hint in err) == (1, True), err
    assert not any(key in err for key in ("any = ", "fields = ", "lang = ", "sources = "))


async def test_U02_a_start_with_a_query_is_refused(home: Path) -> None:
    (home / "watchlists" / "talks.toml").write_text(f'title = "Talks"\n{PLACES["any"]}', "utf-8")
    for command in ("run", "once"):
        code, _, err = await monitor(home, command)
        assert (code, HINT in err) == (78, True)


async def test_U02_a_query_can_be_taken_out_again(home: Path) -> None:
    (home / "watchlists" / "talks.toml").write_text('title = "Talks"\nany = ["Tehran talks", "-cricket"]\n', "utf-8")
    code, _, err = await monitor(home, "watch", "remove-term", "talks", "-cricket")
    assert code == 2, "an option, to the command line"
    code, _, err = await monitor(home, "watch", "remove-term", "talks", "--", "-cricket")
    assert (code, texts(home)["talks.toml"]) == (0, GOOD), err


async def test_U02_alternatives_in_small_letters_are_a_warning(home: Path) -> None:
    (home / "watchlists" / "talks.toml").write_text(
        'title = "Talks"\nany = ["Iran or Tehran", "life or death"]\n', "utf-8"
    )
    code, out, _ = await monitor(home, "watch", "check")
    assert code == 0
    assert 'warning: "Iran or Tehran" is met only with its three words in a row' in out
    assert "life or death" not in out.replace('any = ["Iran or Tehran", "life or death"]', "")


PERHAPS = (
    *("Irán O Israel", "Irán Y Israel", "Iran E Israele", "Iran I Izrael", "Iran & Tehran", "Iran, Tehran"),
    *("ایران یا تهران", "إيران أو طهران", "इरान या तेहरान", "伊朗 或 德黑兰", "איראן או ישראל"),
)


@pytest.mark.parametrize("term", PERHAPS)
async def test_U02_what_may_be_an_operator_or_a_name_is_a_warning(home: Path, term: str) -> None:
    (home / "watchlists" / "talks.toml").write_text(f'title = "Talks"\nany = ["{term}"]\n', "utf-8")
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, f'warning: "{term}" is met only with its ' in out) == (0, True), out


async def test_U02_the_name_of_a_site_is_a_warning(home: Path) -> None:
    (home / "watchlists" / "talks.toml").write_text('title = "Talks"\nany = ["dawn.example"]\n', "utf-8")
    code, out, _ = await monitor(home, "watch", "check")
    said = 'warning: "dawn.example" is met only where a text names the site so'
    assert (code, said in out) == (0, True), out
    (home / "watchlists" / "talks.toml").write_text('title = "Talks"\nany = ["Johnson & Johnson", "AT&T"]\n', "utf-8")
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, "all is well" in out) == (0, True), out
