"""From files to an engine: examples, what is taken over when files change, warnings, and the schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import Level, WatchlistError
from monitor.matching import Headline
from monitor.model import WatchId
from monitor.watchlist import Library, build, load
from monitor.watchlist.checks.lint import warnings
from monitor.watchlist.schema import FILES, schema, text

SHIPPED = Path(__file__).parents[2] / "watchlists"
BRICS = 'title = "BRICS bid"\nall = ["@pakistan", "BRICS"]\n'
ENTITIES = '[pakistan]\nkind = "place"\nnames = ["Pakistan"]\n'


def folder(path: Path, **files: str) -> Path:
    for name, content in files.items():
        (path / f"{name}.toml").write_text(content, "utf-8")
    return path


def refusals(path: Path, previous: Library | None = None) -> list[str]:
    with pytest.raises(WatchlistError) as raised:
        build(path, previous)
    return [f"{problem.line}: {problem.message}" for problem in raised.value.problems]


# --- examples --------------------------------------------------------------------------------------------------------


def test_an_example_that_does_not_hold_keeps_the_folder_from_loading(tmp_path: Path) -> None:
    examples = '[examples]\nmatch = ["Pakistan in BRICS",\n  "Bricks of Pakistan"]\nnomatch = ["Pakistan and BRICS"]\n'
    folder(tmp_path, brics=BRICS + examples, entities=ENTITIES)
    first, second = refusals(tmp_path)
    assert first.startswith('5: the example "Bricks of Pakistan" should match, and does not: Found: "Pakistan"')
    assert '"Bricks" is near to "BRICS"' in first
    assert second == '6: the example "Pakistan and BRICS" should not match'


def test_an_example_may_reach_the_digest_only(tmp_path: Path) -> None:
    weak = 'title = "x"\nany = ["Pakistan^0.5"]\n[examples]\nmatch = ["Pakistan"]\n'
    library = build(folder(tmp_path, weak=weak))
    assert [str(w.message) for w in warnings(library.lists, library.engine)][-1].startswith(
        'the example "Pakistan" reaches only the digest'
    )


# --- what is taken over ----------------------------------------------------------------------------------------------


def test_files_that_have_not_changed_are_not_read_again(tmp_path: Path) -> None:
    first = build(folder(tmp_path, brics=BRICS, entities=ENTITIES, gas='title = "Gas"\nany = ["PSGP"]\n'))
    folder(tmp_path, gas='title = "Gas"\nany = ["PSGP", "Pak Stream"]\n')
    second = build(tmp_path, first)
    brics, gas = WatchId("brics"), WatchId("gas")
    assert second.lists.loaded[brics] is first.lists.loaded[brics]
    assert second.lists.loaded[gas] is not first.lists.loaded[gas]
    assert [match.watch for match in second.engine.match(Headline("PakStream for Pakistan in BRICS"))] == [brics, gas]
    assert [match.watch for match in first.engine.match(Headline("PakStream for Pakistan in BRICS"))] == [brics]


def test_a_changed_entity_changes_the_watchlists_that_name_it(tmp_path: Path) -> None:
    first = build(folder(tmp_path, brics=BRICS, entities=ENTITIES, gas='title = "Gas"\nany = ["PSGP"]\n'))
    folder(tmp_path, entities=ENTITIES.replace('["Pakistan"]', '["Pakistan", "Islamabad"]'))
    second = build(tmp_path, first)
    assert not first.engine.match(Headline("Islamabad and BRICS"))
    assert second.engine.match(Headline("Islamabad and BRICS"))
    assert second.lists.loaded[WatchId("gas")] is first.lists.loaded[WatchId("gas")]


def test_a_watchlist_that_is_gone_matches_no_more(tmp_path: Path) -> None:
    first = build(folder(tmp_path, brics=BRICS, entities=ENTITIES, gas='title = "Gas"\nany = ["PSGP"]\n'))
    (tmp_path / "gas.toml").unlink()
    assert not build(tmp_path, first).engine.match(Headline("PSGP"))


def test_a_broken_change_is_told_against_the_previous_library_too(tmp_path: Path) -> None:
    first = build(folder(tmp_path, brics=BRICS, entities=ENTITIES))
    folder(tmp_path, brics=BRICS + '[examples]\nmatch = ["nothing"]\n')
    assert refusals(tmp_path, first)[0].startswith('4: the example "nothing"')


def test_ids_that_differ_in_case_alone_are_one(tmp_path: Path) -> None:
    folder(tmp_path, brics=BRICS, entities=ENTITIES, Brics=BRICS)
    if len(list(tmp_path.glob("[bB]rics.toml"))) == 1:
        pytest.skip("this file system does not tell them apart")
    assert refusals(tmp_path) == ['0: the id "brics" is taken by Brics.toml']


# --- warnings --------------------------------------------------------------------------------------------------------


def warned(path: Path, content: str) -> list[str]:
    library = build(folder(path, one='title = "One"\n' + content))
    return [problem.message for problem in warnings(library.lists, library.engine)]


def test_a_watchlist_of_proper_names_only_is_noted(tmp_path: Path) -> None:
    assert warned(tmp_path, 'all = ["Mishustin", ["Islamabad", "SCO"]]\n') == [
        "only proper names: an article that names none of them is not found"
    ]
    assert warned(tmp_path, 'all = [["Mishustin", "the premier"], "Islamabad"]\n') == [
        "typing errors are not forgiven in ordinary words: premier"
    ]


@pytest.mark.parametrize(
    ("term", "word"),
    [("ΚΥΠΡΟΣ", "Κυπρος"), ("ΕΛΛΑΔΑ", "Ελλαδα"), ("РОССИЯ", "Россия"), ("IRAN", ""), ("ISRAEL", "Israel")],
)
def test_F02_a_word_in_capitals_is_noted_to_be_an_acronym(tmp_path: Path, term: str, word: str) -> None:
    library = build(folder(tmp_path, one=f'title = "One"\nany = ["{term}", "world health assembly"]\n'))
    notes = [one for one in warnings(library.lists, library.engine) if one.code == "word-in-capitals"]
    assert [(one.level, one.hint) for one in notes] == ([(Level.NOTE, f'write "{word}" for the word')] if word else [])


@pytest.mark.parametrize("term", ["BRICS", "UNESCO", "БРИКС", "ЮНЕСКО", "NATO", "ASEAN", "OPEC", "COVID", "Κύπρος"])
def test_F02_what_is_an_acronym_is_not_noted(tmp_path: Path, term: str) -> None:
    library = build(folder(tmp_path, one=f'title = "One"\nany = ["{term}", "world health assembly"]\n'))
    assert not [one for one in warnings(library.lists, library.engine) if one.code == "word-in-capitals"]


def test_a_frequent_word_to_hang_on_is_warned_about(tmp_path: Path) -> None:
    (message, *_) = warned(tmp_path, 'any = ["they"]\n')
    assert '"they" stands in about ' in message
    assert not [w for w in warned(tmp_path, 'all = ["they", "bakery"]\n') if "stands in" in w]


def test_an_acronym_that_is_a_small_word_as_well_is_only_noted(tmp_path: Path) -> None:
    library = build(folder(tmp_path, one='title = "One"\nany = ["WHO", "world health assembly"]\n'))
    (note,) = [one for one in warnings(library.lists, library.engine) if one.code == "very-frequent"]
    assert note.level is Level.NOTE
    assert note.message.startswith('"who" stands in about ')
    assert note.message.endswith(" of all headlines, in capitals or not")


def test_the_shipped_watchlists_have_no_warnings() -> None:
    library = build(SHIPPED)
    assert [one.message for one in warnings(library.lists, library.engine) if one.level is not Level.NOTE] == []


# --- editors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_schemas_are_those_of_the_models(name: str) -> None:
    assert (SHIPPED / "schema" / FILES[name]).read_text("utf-8") == text(name)


def test_the_shipped_files_name_their_schema() -> None:
    for path in SHIPPED.glob("*.toml"):
        name = "entities" if path.name == "entities.toml" else "watchlist"
        assert path.read_text("utf-8").splitlines()[0] == f"#:schema schema/{FILES[name]}"
        assert (path.parent / "schema" / FILES[name]).exists()


def test_the_schema_knows_every_key_and_says_what_it_means() -> None:
    found = schema("watchlist")
    keys: dict[str, Any] = found["properties"]
    assert {"title", "any", "all", "near", "context", "except", "none", "expect", "silence", "examples"} <= keys.keys()
    assert found["additionalProperties"] is False
    assert all(value.get("description") or "$ref" in json.dumps(value) for value in keys.values())
    references = {part.split('"')[0] for part in json.dumps(found).split("#/")[1:]}
    assert references
    assert all(reference.removeprefix("definitions/") in found["definitions"] for reference in references)
    assert schema("entities")["additionalProperties"]["$ref"].endswith("EntitySection")


def test_durations_are_text_in_the_schema() -> None:
    silence = json.dumps(schema("watchlist")["properties"]["silence"])
    assert '"string"' in silence
    assert load(SHIPPED).source(WatchId("pakistan-brics")).silence == 21 * 86400
