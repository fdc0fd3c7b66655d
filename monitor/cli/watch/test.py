"""``monitor watch test|term``: what the watchlists make of a headline, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from monitor.cli.common import config_option, json_option, load_config, show_object
from monitor.cli.complete import EntityName
from monitor.cli.status.untold import refuse_wrong_routes

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.matching import Engine, Headline, Pattern
    from monitor.matching.terms.describe import TermDescription, WordDescription
    from monitor.model import Match
    from monitor.watchlist import Watchlists

NO_MATCH = 1
_FORMS_SHOWN = 12

at_option = click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Judge as on this day (2024-10-15): with what the watchlists expect, and when they are active.",
)
summary_option = click.option("--summary", default="", help="The text below the headline.")
source_option = click.option(
    "--source",
    default="",
    metavar="NAME",
    help="The outlet that it comes from, whose name is no match.",
)


@click.command()
@click.argument("headline")
@summary_option
@source_option
@at_option
@config_option
@json_option
def test(headline: str, summary: str, source: str, at: datetime | None, config_path: str | None, as_json: bool) -> int:
    """Say which watchlists HEADLINE belongs to, and why.

    \b
    monitor watch test "Pakistan applies for BRICS membership"
    monitor watch test "Talks in Kazan" --summary "Pakistan asked to join BRICS."
    monitor watch test --json - < headlines.tsv

    With - as the headline, lines of standard input are judged, each a title or title<TAB>summary; with --json
    one object is printed for each, in order and at once. The text alone is judged; --at DATE adds the calendar.

    What is no part of the story, such as "Read more at ...", does not count, as in a feed.

    Exit code 0: it matches (of several lines, one of them does); 1: it does not.
    """
    from monitor.text.clean import plain
    from monitor.watchlist import build

    if headline == "-" and summary:
        raise click.UsageError("with - a summary stands in the line, behind a tab; leave out --summary")
    config = load_config(config_path)
    engine = build(config.watchlists, feeds=config.feed_names).engine
    refuse_wrong_routes(config, engine.watches)
    day = at.date() if at else None
    if headline == "-":
        return 0 if _stream(engine, source, day, as_json) else NO_MATCH
    text = typed(plain(headline), plain(summary), source)
    found = engine.match(text, day)
    told = _told(config, engine, found)
    values = _judged(headline, found) | {"explanations": [match.explanation for match in found], "told": told}
    values["beside"] = [
        {"watch": watch, "part": part, "field": hit.field, "text": hit.text} for watch, part, hit in engine.beside(text)
    ]
    show_object(values, as_json, [*(_lines(found, told) or ["no watchlist matches"]), *_beside_lines(engine, text)])
    return 0 if found else NO_MATCH


def typed(title: str, summary: str, source: str = "") -> Headline:
    """A text as it is typed, with what of it would not count in a feed."""
    from monitor.matching import Headline
    from monitor.text.beside.around import Texts, asides

    return Headline(title, summary, asides=asides(Texts(title, summary, ""), source))


def _beside_lines(engine: Engine, text: Headline) -> list[str]:
    from monitor.matching.verdict import beside_lines

    return beside_lines((part, hit) for _, part, hit in engine.beside(text))


def _told(config: Config, engine: Engine, found: list[Match]) -> dict[str, str]:
    """Whom each match would be told, in words, by watchlist."""
    from monitor.alerts.routing import reach
    from monitor.daemon.channels import policy_of

    rules = policy_of(config).desk
    watches = {match.watch: engine.watch(match.watch) for match in found}
    return {match.watch: reach(rules, watch, match.band).words for match in found if (watch := watches[match.watch])}


def _judged(title: str, found: list[Match]) -> dict[str, Any]:
    return {
        "title": title,
        "matches": [
            {"watch": match.watch, "score": match.score, "band": match.band, "why": match.why} for match in found
        ],
    }


def _lines(found: list[Match], told: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    lines = []
    for match in found:
        lines += [f"{match.band} for {match.watch} ({match.title})", f"  why: {match.why}"]
        lines += [
            f'  not counted: "{miss.text}" is near to "{miss.term}", but {miss.why}' for miss in match.near_misses
        ]
        lines += [f"  {told[match.watch]}"] if match.watch in told else []
        if match.masked:
            lines.append(f"  not counted, because of an exception: {', '.join(match.masked)}")
    return lines


def _stream(engine: Engine, source: str, day: date | None, as_json: bool) -> bool:
    """Judge standard input line by line; whether any of them matches. Each answer is written before the next line is
    waited for.
    """
    from monitor.text.clean import plain

    is_empty, matches = True, False
    for line in _read(sys.stdin.buffer) if sys.stdin else ():
        is_empty = False
        title, _, summary = line.partition("\t")
        judged = typed(plain(title), plain(summary) if summary else "", source)
        found = engine.match(judged, day)
        matches = matches or bool(found)
        if as_json:
            text = json.dumps(_judged(title, found), ensure_ascii=False) if found else _nothing(title)
        else:
            lines = [*(_lines(found) or ["no watchlist matches"]), *_beside_lines(engine, judged)]
            text = "\n".join([plain(title), *(f"  {line}" for line in lines)])
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    if is_empty:
        click.echo("Standard input holds no line; each is a headline.", err=True)
    return matches


def _nothing(title: str) -> str:
    return f'{{"title": {json.dumps(title, ensure_ascii=False)}, "matches": []}}'


def _read(file: BinaryIO) -> Iterator[str]:
    for line in file:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


@click.command()
@click.argument("word", type=EntityName("@"))
@click.option(
    "--kind",
    type=click.Choice(["person", "place", "org", "title", "thing"]),
    help="What it names; taken from the watchlists and entities that hold the term, when left out.",
)
@config_option
@json_option
def term(word: str, kind: str | None, config_path: str | None, as_json: bool) -> int:
    """Show what a term expands to: forms, spellings in other scripts, typing errors, and its neighbours.

    \b
    monitor watch term stream
    monitor watch term Мишустин --kind person
    monitor watch term @sco
    """
    from monitor.matching.terms.describe import describe
    from monitor.watchlist import load
    from monitor.watchlist.checks.terms import lookalike

    lists = load(load_config(config_path).watchlists)
    patterns = _patterns(word, kind, lists)
    described = [describe(pattern) for pattern in patterns]
    used = _used_in(word, lists)
    odd = dict.fromkeys(filter(None, map(lookalike, patterns)))
    warnings = [one._asdict() for one in odd]
    values = {"terms": [asdict(one) for one in described], "used_in": used, "warnings": warnings}
    lines = [line for one in described for line in _term_lines(one)]
    lines += (f"warning: {one.message}; {one.hint}" for one in odd)
    lines += _without_dictionary(described)
    show_object(values, as_json, [*lines, f"used in: {', '.join(used) or 'no watchlist'}"])
    return 0


def _patterns(word: str, kind: str | None, lists: Watchlists) -> list[Pattern]:
    """``word`` as the watchlists mean it, or as they would."""
    from monitor.matching import Kind, TermError, parse_term
    from monitor.matching.index import patterns_of
    from monitor.toml.advice import suggestion

    if word.startswith("@"):
        found = lists.entities.patterns(word[1:])
        if found is None:
            hint = suggestion(word[1:], lists.entities.names())
            raise click.BadParameter(f'there is no entity "{word}"; {hint}', param_hint="WORD")
        return list(found)
    try:
        asked = parse_term(word, Kind(kind or "term"))
    except TermError as error:
        raise click.BadParameter(f"{error}; {error.hint}", param_hint="WORD") from error
    known = [pattern for one in lists.watches for pattern in patterns_of(one) if pattern.text == asked.text]
    return list(dict.fromkeys(known))[:1] if known and not kind else [asked]


def _used_in(word: str, lists: Watchlists) -> list[str]:
    """The watchlists that hold the term, or a phrase with its words."""
    from monitor.matching.index import patterns_of
    from monitor.text.tokens import raw_tokens, token_key

    if word.startswith("@"):
        keys = {tuple(w.key for w in pattern.words) for pattern in lists.entities.patterns(word[1:]) or ()}
    else:
        keys = {tuple(token_key(token) for token in raw_tokens(word))}

    def holds(pattern: Pattern) -> bool:
        words = tuple(one.key for one in pattern.words)
        return any(words[start : start + len(key)] == key for key in keys for start in range(len(words) - len(key) + 1))

    return [one.id for one in lists.watches if any(holds(pattern) for pattern in patterns_of(one))]


def _without_dictionary(described: Iterable[TermDescription]) -> Iterator[str]:
    """What there is to say where Russian forms are guessed by their endings."""
    from importlib.util import find_spec

    from monitor.daemon.extras import how_to_install

    russian = any("а" <= char <= "я" for one in described for word in one.words for char in word.word.casefold())
    if russian and find_spec("pymorphy3") is None:
        yield f"Russian forms are by their endings; for those of a dictionary: {how_to_install('ru')}"


def _term_lines(described: TermDescription) -> Iterator[str]:
    yield described.term
    if described.joined:
        yield f"  also written as one: {described.joined}"
    if described.respelt:
        yield f"  also written: {described.respelt}"
    for one in described.words:
        yield from _word_lines(one)


def _word_lines(one: WordDescription) -> Iterator[str]:
    shown: Callable[[Iterable[str]], str] = lambda words: ", ".join(list(words)[:_FORMS_SHOWN])  # noqa: E731
    more = len(one.forms) - _FORMS_SHOWN
    yield f"  {one.word}: {one.mode}, " + (f"Zipf {one.zipf:.1f}" if one.zipf else "on no list of common words")
    if one.forms:
        yield f"    forms: {shown(one.forms)}" + (f" and {more} more" if more > 0 else "")
    if one.transliterations:
        yield f"    in Latin letters: {shown(one.transliterations)}"
    if one.consonants:
        yield f"    by its consonants: {one.consonants}"
    off = "fuzz off" if not one.typing_errors else f"typing errors forgiven: {one.typing_errors}"
    yield f"    {off} ({one.why})"
    if one.neighbours:
        near = [f"{word} {zipf:.1f}" for word, zipf in one.neighbours]
        yield f"    neighbours, never taken for it: {shown(near)}" + (
            f" and {len(near) - _FORMS_SHOWN} more" if len(near) > _FORMS_SHOWN else ""
        )
