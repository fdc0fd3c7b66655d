"""Watchlist files: what they come to mean, and what is said about them when they are wrong.

Each file in ``tests/data/watchlists/bad`` says in its first lines what is expected of it: ``# expect: 3: unknown key``
is a problem on line 3 whose message contains ``unknown key``, and no other problem may be reported. A line
``# bug: ...`` says why this does not hold yet.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from monitor.errors import Problem, WatchlistError
from monitor.matching import Headline, Watch, compile_watches
from monitor.matching.terms.rules import Mode
from monitor.watchlist import Watchlists, ids_in, load

DATA = Path(__file__).parents[1] / "data" / "watchlists"
SHIPPED = Path(__file__).parents[2] / "watchlists"
BAD = sorted((DATA / "bad").glob("*.toml"))

TITLE = 'title = "A thread"\n'


def folder(path: Path, **files: str) -> Path:
    """A folder of watchlists: ``brics=...`` is written to ``brics.toml``."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.toml").write_text(text, "utf-8")
    return path


def watch(path: Path, text: str, entities: str = "") -> Watch:
    """The watch that a watchlist of these lines means."""
    (one,) = load(folder(path, thread=TITLE + text, entities=entities)).watches
    return one


def problems(path: Path) -> list[Problem]:
    """What is wrong with the watchlists of a folder."""
    with pytest.raises(WatchlistError) as raised:
        load(path)
    return raised.value.problems


def test_H30_a_bad_file_is_refused_with_line_and_message(tmp_path: Path) -> None:
    for bad in BAD:
        is_entities = bad.stem.startswith("entities-")
        folder = tmp_path / bad.stem
        folder.mkdir()
        shutil.copy(bad, folder / ("entities.toml" if is_entities else "thread.toml"))
        other = "plain.toml" if is_entities else "entities.toml"
        shutil.copy(DATA / other, folder / other)
        expected = re.findall(r"^# expect: (\d+): (.*)$", bad.read_text("utf-8"), re.MULTILINE)
        found = problems(folder)
        assert [str(problem.line) for problem in found] == [line for line, _ in expected], bad.stem
        for problem, (_, part) in zip(found, expected, strict=True):
            assert part in problem.message, bad.stem
            assert problem.file.name == ("entities.toml" if is_entities else "thread.toml"), bad.stem


def test_there_are_bad_files_to_test() -> None:
    assert len(BAD) > 40


def test_the_shipped_watchlists_load() -> None:
    names = {watch.id for watch in load(SHIPPED).watches}
    assert names == {"mishustin-islamabad", "pakistan-brics", "pakistan-stream"}


def test_the_smallest_file_has_the_documented_defaults(tmp_path: Path) -> None:
    one = watch(tmp_path, 'all = ["Pakistan", "BRICS"]\n')
    assert (one.id, one.title) == ("thread", "A thread")
    assert (one.near, one.context_weight, one.fields) == (40, 0.0, (1.0, 0.85, 0.55))
    assert (one.alert, one.digest) == (0.70, 0.45)
    assert (one.any, one.context, one.masks, one.vetoes) == ((), (), (), ())


def test_every_key_is_carried_over(tmp_path: Path) -> None:
    text = """
any = ["Pakistan Stream"]
all = ["Pakistan", ["Russia", "Gazprom^0.5"]]
near = 7
context = ["deal"]
context_weight = 0.25
except = ["Pakistan Street"]
none = ["cricket"]
alert = 0.8
digest = 0.3
[fields]
title = 0.9
summary = 0.5
body = 0.1
"""
    one = watch(tmp_path, text)
    assert [pattern.text for pattern in one.any] == ["Pakistan Stream"]
    assert [concept.name for concept in one.all] == ["Pakistan", "Russia|Gazprom^0.5"]
    assert [pattern.weight for pattern in one.all[1].patterns] == [1.0, 0.5]
    assert (one.near, one.context_weight, one.alert, one.digest) == (7, 0.25, 0.8, 0.3)
    assert [pattern.text for pattern in (*one.context, *one.masks, *one.vetoes)] == [
        "deal",
        "Pakistan Street",
        "cricket",
    ]
    assert one.fields == (0.9, 0.5, 0.1)


def test_keys_of_later_features_are_checked_and_kept(tmp_path: Path) -> None:
    text = """
any = ["Pakistan"]
lang = ["en"]
sources = ["dawn"]
not_sources = ["blog"]
min_sources = 2
silence = "3d"
status = "quiet"
group = "story"
active = { from = 2024-09-15, until = 2024-10-20, after = "silent" }
expect = [{ from = 2024-10-15, until = 2024-10-16, what = "summit" }]
[examples]
match = ["Pakistan"]
"""
    assert watch(tmp_path, text).id == "thread"


ENTITIES = """
[pakistan]
kind = "place"
names = ["Pakistan", "Islamic Republic^0.5"]
acronyms = ["PAK"]
except = ["Pakistan Street"]

[south_asia]
kind = "place"
names = ["South Asia", "@pakistan"]
"""


def test_an_entity_stands_for_all_of_its_names(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = ["@pakistan"]\n', ENTITIES)
    assert [pattern.text for pattern in one.any] == ["Pakistan", "Islamic Republic", "PAK"]
    assert one.any[2].words[0].mode is Mode.ACRONYM


def test_the_weight_of_an_entity_weighs_each_of_its_names(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = ["@pakistan^0.5"]\n', ENTITIES)
    assert [pattern.weight for pattern in one.any] == [0.5, 0.25, 0.5]


def test_an_entity_brings_the_phrases_in_which_it_means_something_else(tmp_path: Path) -> None:
    one = watch(tmp_path, 'all = [["Lahore", "@pakistan^0.5"]]\n', ENTITIES)
    assert [mask.text for mask in one.masks] == ["Pakistan Street"]


def test_an_entity_that_names_another_stands_for_the_other_s_names_too(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = ["@south_asia"]\n', ENTITIES)
    assert [pattern.text for pattern in one.any] == ["South Asia", "Pakistan", "Islamic Republic", "PAK"]


def test_an_entity_that_names_another_brings_the_other_s_exceptions_too(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = ["@south_asia"]\n', ENTITIES)
    assert [mask.text for mask in one.masks] == ["Pakistan Street"]


@pytest.mark.parametrize("written", ["@pakistan ^0.5", "PAK ^0.5"])
def test_a_space_before_the_weight_changes_nothing(tmp_path: Path, written: str) -> None:
    spaced = watch(tmp_path / "spaced", f'any = ["{written}"]\n', ENTITIES)
    joined = watch(tmp_path / "joined", f'any = ["{written.replace(" ", "")}"]\n', ENTITIES)
    assert spaced.any == joined.any


def test_the_long_form_sets_kind_and_typing_errors(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = [{ t = "mishustin", kind = "person" }, { t = "Mishustin", fuzz = 0 }]\n')
    assert [word.fuzz for pattern in one.any for word in pattern.words] == [2, 0]


def test_in_a_phrase_one_word_stays_as_written_whatever_fuzz_says(tmp_path: Path) -> None:
    one = watch(tmp_path, 'any = [{ t = "Mikhail Mishustin", fuzz = 2 }]\n')
    engine = compile_watches([one])
    assert engine.match(Headline("Mikhail Mishutsin lands"))
    assert not engine.match(Headline("Mikhial Mishutsin lands"))


def test_all_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    folder(tmp_path, one="x = 1\n", two=TITLE, three=TITLE + 'any = ["Pakistan"]\n', entities='pakistan = "x"\n')
    assert {problem.file.name for problem in problems(tmp_path)} == {"one.toml", "two.toml", "entities.toml"}


def test_a_mistake_among_the_entities_is_reported_where_it_is_and_nowhere_else(tmp_path: Path) -> None:
    entities = ENTITIES + "[brics]\nkind = 7\n"
    folder(tmp_path, one=TITLE + 'any = ["@pakistan"]\n', entities=entities)
    assert {problem.file.name for problem in problems(tmp_path)} == {"entities.toml"}


def test_S09_a_folder_without_watchlists_is_an_error_and_not_silence(tmp_path: Path) -> None:
    folder(tmp_path, entities=ENTITIES)
    assert "holds no watchlist" in problems(tmp_path)[0].message


def test_S09_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    assert "does not exist" in problems(tmp_path / "nowhere")[0].message


def test_S09_an_unreadable_watchlist_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path, good=TITLE + 'any = ["Pakistan"]\n')
    (tmp_path / "folder.toml").mkdir()
    (problem,) = problems(tmp_path)
    assert (problem.file.name, problem.line) == ("folder.toml", 0)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251"])
def test_S09_a_watchlist_in_another_encoding_is_an_error(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "thread.toml").write_bytes((TITLE + 'any = ["Пакистан"]\n').encode(encoding))
    assert "not UTF-8" in problems(tmp_path)[0].message


def test_S09_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = (TITLE + 'any = ["Pakistan"]\n').replace("\n", "\r\n")
    (tmp_path / "thread.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [one.title for one in load(tmp_path).watches] == ["A thread"]


@pytest.mark.parametrize("name", ["a name", "ünï", "-dash", "a,b"])
def test_a_file_name_that_cannot_be_an_id_is_refused(tmp_path: Path, name: str) -> None:
    folder(tmp_path, **{name: TITLE + 'any = ["Pakistan"]\n'})
    assert "the file's name is the watchlist's id" in problems(tmp_path)[0].message


def test_hidden_files_of_editors_are_left_out(tmp_path: Path) -> None:
    folder(tmp_path, thread=TITLE + 'any = ["Pakistan"]\n', **{".thread": "half a li"})
    assert [one.id for one in load(tmp_path).watches] == ["thread"]


def test_a_key_that_was_added_at_the_end_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = TITLE + 'any = ["Pakistan"]\n[examples]\nmatch = ["Pakistan waits"]\n'
    (problem,) = problems(folder(tmp_path / "a", thread=f'{text}none = ["cricket"]\n'))
    assert problem.hint == "what stands below [examples] belongs to it: move this line up, above [examples]"
    (problem,) = problems(folder(tmp_path / "b", thread=f'{text}nonw = ["cricket"]\n'))
    assert problem.hint == "known here: match, nomatch"


def test_a_link_that_leads_nowhere_is_told_with_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "thread.toml").symlink_to("../desk/thread.toml")
    (problem,) = problems(tmp_path)
    assert problem.message == "file not found: it is a link to ../desk/thread.toml, where nothing is"


COPIES = ("thread.sync-conflict-20261126-120000-ABCDEFG", "thread_BACKUP_4711", "thread_LOCAL_4711")


@pytest.mark.parametrize("name", COPIES)
def test_S08_copies_that_sync_and_merge_programs_make_are_left_out(tmp_path: Path, name: str) -> None:
    text = TITLE + 'any = ["Pakistan"]\n'
    folder(tmp_path, thread=text, **{name: text})
    assert [one.id for one in load(tmp_path).watches] == ["thread"]
    assert ids_in(tmp_path) == ["thread"]


@pytest.mark.parametrize(
    "name", ["sync-conflict", "thread_BASE", "thread_base_jump", "air_BASE_4711_strike", "vote_local_2024"]
)
def test_a_name_that_only_resembles_such_a_copy_is_one_like_others(tmp_path: Path, name: str) -> None:
    folder(tmp_path, **{name: TITLE + 'any = ["Pakistan"]\n'})
    assert [one.id for one in load(tmp_path).watches] == [name]


# --- versions and examples -------------------------------------------------------------------------------------------


def versions(path: Path, text: str, entities: str = ENTITIES) -> str:
    return watch(path, text, entities).version


def test_a_version_does_not_change_with_comments_and_order(tmp_path: Path) -> None:
    one = versions(tmp_path / "a", 'any = ["@pakistan"]\nnear = 7\n')
    assert versions(tmp_path / "b", '# a comment\nnear = 7\nany = [\n  "@pakistan",\n]\n') == one


def test_a_version_changes_with_the_file(tmp_path: Path) -> None:
    assert versions(tmp_path / "a", "near = 7\nany=['PAK']\n") != versions(tmp_path / "b", "near = 8\nany=['PAK']\n")


@pytest.mark.parametrize("term", ["@pakistan", "@pakistan^0.5", "@south_asia"])
def test_a_version_changes_with_an_entity_that_the_file_names(tmp_path: Path, term: str) -> None:
    text = f'all = [["Lahore", "{term}"]]\n'
    changed = ENTITIES.replace('"Pakistan", ', '"Pakistan", "Paquistan", ')
    assert versions(tmp_path / "a", text) != versions(tmp_path / "b", text, changed)


def test_a_version_does_not_change_with_other_entities(tmp_path: Path) -> None:
    text = 'any = ["@pakistan"]\n'
    changed = ENTITIES.replace('"South Asia"', '"Southern Asia"')
    assert versions(tmp_path / "a", text) == versions(tmp_path / "b", text, changed)


def test_examples_know_their_lines(tmp_path: Path) -> None:
    text = 'any = ["Pakistan"]\n[examples]\nmatch = [\n  "Pakistan one",\n  "Pakistan two"]\nnomatch = ["x"]\n'
    lists: Watchlists = load(folder(tmp_path, thread=TITLE + text))
    examples = lists.examples(lists.watches[0].id)
    assert examples.match == (("Pakistan one", 5), ("Pakistan two", 6))
    assert examples.nomatch == (("x", 7),)


def test_U03_a_language_that_there_is_not_is_refused_with_the_one_that_is_meant(tmp_path: Path) -> None:
    folder(tmp_path, thread=TITLE + 'any = ["Pakistan"]\nlang = ["englsh", "qqqq"]\n')
    assert [one.hint for one in problems(tmp_path)] == [
        'did you mean "english"?',
        'write its two letters of ISO 639, like "en", "ru" or "ur"',
    ]
