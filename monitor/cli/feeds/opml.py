"""``monitor feeds import|export``: lists of feeds from other readers, and for them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, json_option, load_config, run_to_end, show_object
from monitor.cli.watch.changes import change_config, config_text, dry_run_option
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.cli.feeds.imports import Look, Plan
    from monitor.cli.feeds.reading import Reading
    from monitor.config.settings import Config
    from monitor.feeds.lists.opml import FeedList

_MOST_LINES = 10
_AT_A_TIME = 16
NOTHING_TAKEN = 1


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--tag", "tags", multiple=True, help="A word of your own for all of them; may be given several times.")
@click.option("--check", is_flag=True, help="Read each feed first, and leave out those that cannot be read.")
@dry_run_option
@config_option
@json_option
def import_(
    file: str, tags: tuple[str, ...], check: bool, dry_run: bool, config_path: str | None, as_json: bool
) -> int:
    """Add the feeds of an OPML file to config.toml. Feed readers export such a file; its folders become tags. Feeds
    that are listed already, under whatever spelling of their address, are left out.

    \b
    monitor feeds import feedly.opml --dry-run      what would change?
    monitor feeds import feedly.opml
    monitor feeds import feedly.opml --check        only those that can be read now
    newsboat -e | monitor feeds import -            from another program

    Without --check nothing is read: a list of 500 feeds is taken in a moment. Only addresses of the web are taken.

    Exit code 0: all feeds of the list that can be are in config.toml now; 1: none of them could be taken, or FILE is no
    OPML.
    """
    from monitor.cli.feeds.imports import WHY_NO_FEED, plan
    from monitor.toml import edit
    from monitor.toml.write import only_writer

    found = _read(file)
    config = load_config(config_path)
    looks = _look_at(plan(found.feeds, config.feeds, tags), config) if check else None
    with only_writer(config.path.parent):
        config = load_config(config_path)  # it may be another one now: reading the feeds takes its time
        result = plan(found.feeds, config.feeds, tags, looks)
        result.refused += [(name, WHY_NO_FEED[kind]) for name, kind in found.others]
        more = _for_scripts(result, found)
        told = [*_told(result, found, "would be added" if dry_run else "added"), *_advice(result, check)]
        if result.new:
            draft = edit.append_tables(config_text(config), "feeds", result.new)
            _check_size(config, draft)
            change_config(config, draft, dry_run, as_json, told, more, with_diff=dry_run)
            return 0
    if as_json:
        show_object({"written": False, "files": [], "diff": [], **more}, True, ())
    else:
        for line in (*told, "Nothing was written."):
            click.echo(line, err=True)
    return 0 if result.listed and not result.unreadable else NOTHING_TAKEN


def _read(file: str) -> FeedList:
    """The feeds of a file, or of standard input. Raises click.ClickException."""
    from monitor.feeds.lists import opml

    try:
        if file == "-":
            body = sys.stdin.buffer.read(opml.LARGEST + 1)
        else:
            with open(file, "rb") as opened:
                body = opened.read(opml.LARGEST + 1)
        return opml.read(body)
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be read: {error.strerror}") from error
    except opml.OpmlError as error:
        raise click.ClickException(f"{'standard input' if file == '-' else file}: {error}") from error


def _check_size(config: Config, draft: str) -> None:
    from monitor.toml.limits import LARGEST

    if len(draft.encode()) > LARGEST:
        raise click.ClickException(
            f"Nothing was written: {config.path.name} would be larger than {LARGEST // 1_000_000} MB, which is never "
            "read; import a part of the list."
        )


# --- --check ---------------------------------------------------------------------------------------------------------


def _look_at(result: Plan, config: Config) -> dict[str, Look]:
    return run_to_end(_look_at_all([table["url"] for table in result.new], config))


async def _look_at_all(urls: Sequence[str], config: Config) -> dict[str, Look]:
    """Each feed, read once: a few at a time, and of one host no more than ``per_host``."""
    from monitor.cli.feeds.reading import FeedReader
    from monitor.model import FeedSpec

    looks: dict[str, Look] = {}
    waiting = iter(urls)

    async def work() -> None:
        for url in waiting:
            looks[url] = look_of(await reader.read(FeedSpec(url, url, config.polling.interval)))
            bar.update(1)

    with _progress(len(urls)) as bar:
        async with FeedReader(config) as reader, asyncio.TaskGroup() as group:
            for _ in range(min(_AT_A_TIME, config.polling.concurrency)):
                group.create_task(work())
    return looks


def look_of(reading: Reading) -> Look:
    """What a reading has shown of a feed of a list."""
    from monitor.cli.feeds.imports import Look
    from monitor.text.clean import redact

    if reading.parsed:
        return Look(reading.parsed.title, reading.parsed.language)
    why = reading.failure.detail if reading.failure else "it is not understood"
    if reading.failure and reading.failure.kind == "forbidden":
        why = f"{why.partition(';')[0]}; if it is meant to be there: monitor feeds add --allow-private"
    if named := reading.candidates():
        why = f"{why}; it names {redact(named[0].url)}"
    return Look(why=why)


class _Silent:
    """A progress bar that nobody looks at."""

    def update(self, steps: int) -> None:
        """Some steps are done."""


@contextlib.contextmanager
def _progress(length: int) -> Iterator[Any]:
    if not (sys.stderr.isatty() and length):
        yield _Silent()
        return
    with click.progressbar(length=length, label="Reading the feeds", file=sys.stderr, show_pos=True) as bar:
        yield bar


# --- what is told ----------------------------------------------------------------------------------------------------


def _for_scripts(result: Plan, found: FeedList) -> dict[str, Any]:
    from monitor.text.clean import redact

    return {
        "added": [{**table, "url": redact(table["url"])} for table in result.new],
        "listed": [{"url": redact(url), "as": redact(other)} for url, other in result.listed],
        "refused": [{"name": name, "why": why} for name, why in result.refused],
        "unreadable": [{"url": redact(url), "why": why} for url, why in result.unreadable],
        "beyond": found.beyond,
        "cut": found.cut,
    }


def _told(result: Plan, found: FeedList, verb: str) -> Iterator[str]:
    from monitor.text.clean import redact

    counts = [f"{counted(len(result.new), 'feed')} {verb}"]
    counts += [f"{len(result.listed):,} listed already"] if result.listed else []
    counts += [f"{len(result.refused):,} refused"] if result.refused else []
    counts += [f"{len(result.unreadable):,} cannot be read"] if result.unreadable else []
    yield ", ".join(counts) + "." if found.feeds else "The list holds no feeds."
    others = [(url, other) for url, other in result.listed if url != other]
    yield from _some(f"listed already: {redact(url)}, as {redact(other)}" for url, other in others)
    yield from _some(f'refused: "{name or "(no name)"}": {why}' for name, why in result.refused)
    yield from _some(f"left out: {redact(url)}: {why}" for url, why in result.unreadable)
    if found.cut:
        yield "warning: the file breaks off; feeds behind its last line are missing"
    if found.beyond:
        more = f"{counted(found.beyond, 'more feed')} {'stands' if found.beyond == 1 else 'stand'}"
        yield f"The list is cut: {more} behind its first {len(found.feeds):,}; split it."


def _some(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_MOST_LINES]
    if len(every) > _MOST_LINES:
        yield f"  and {len(every) - _MOST_LINES:,} more like that; --json lists all"


def _advice(result: Plan, checked: bool) -> Iterator[str]:
    from monitor.cli.feeds.imports import is_private

    if private := sum(is_private(table["url"]) for table in result.new):
        which = "1 of them is" if private == 1 else f"{private:,} of them are"
        yield f"{which} in a private network, and not read before you set allow_private = true there."
    if result.new and not checked:
        yield "None of them was read: `monitor feeds check URL` reads one, `monitor once --dry-run` all of them."
    if result.new:
        yield "What a feed holds at its first reading is not alerted."


# --- export ----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("file", metavar="[FILE]", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--with-secrets", is_flag=True, help="Also feeds whose addresses hold passwords or keys.")
@config_option
def export(file: str, with_secrets: bool, config_path: str | None) -> None:
    """Write the feeds of config.toml as OPML 2.0. Other feed readers and `feeds import` read it. A feed stands in the
    folder of its first tag.

    \b
    monitor feeds export feeds.opml
    monitor feeds export | less

    Feeds whose addresses hold a password or a key are left out, so that the file can be passed on. An old export is
    replaced; any other file is not.
    """
    from monitor.feeds.lists import opml
    from monitor.toml.write import write_as_it_is, write_atomically

    config = load_config(config_path)
    secret = [] if with_secrets else [feed for feed in config.feeds if opml.holds_secret(feed.url)]
    hidden = {feed.url for feed in secret}
    kept = [feed for feed in config.feeds if feed.url not in hidden]
    text = opml.written(kept)
    if file in _OUTPUT:
        click.echo(text, nl=False)
        sys.stdout.flush()
    elif not write_as_it_is(Path(file), text):
        _refuse_other_files(Path(file))
        write_atomically(Path(file), text)
    click.echo(f"{counted(len(kept), 'feed')} exported.", err=True)
    if secret:
        names = ", ".join(feed.name for feed in secret[:_MOST_LINES])
        rest = f" and {len(secret) - _MOST_LINES:,} more" if len(secret) > _MOST_LINES else ""
        click.echo(
            f"warning: left out, because an address holds a password or a key: {names}{rest}; "
            "--with-secrets includes them",
            err=True,
        )


_OUTPUT = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def _refuse_other_files(path: Path) -> None:
    """Raises click.ClickException where something stands that is no list of feeds: a slip must not cost a file."""
    try:
        with path.open("rb") as file:
            start = file.read(2_000)
    except FileNotFoundError:
        return
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be read: {error.strerror}") from error
    if start.strip() and b"<opml" not in start.lower():
        raise click.ClickException(f"{path}: is there already, and is no OPML; name another file")
