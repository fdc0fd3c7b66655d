"""``monitor``: the group of all commands, and the one place where errors become exit codes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

import click

from monitor import __version__
from monitor.cli import audit, complete, items, run, service
from monitor.cli.alerts import verdicts
from monitor.cli.alerts.group import alerts
from monitor.cli.feeds.group import feeds
from monitor.cli.output import streams
from monitor.cli.status import status
from monitor.cli.watch.group import watch
from monitor.daemon import stopping
from monitor.errors import FileProblems, MonitorError
from monitor.text.clean import redact_all, visible

_CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_HELP = """Watches news feeds for developments in the threads you follow, and tells you once, quickly, and why.

\b
See it work, offline:        monitor demo
Watch the news:              monitor run
Poll once, for cron:         monitor once
How is it doing?             monitor status
Would this headline alert?   monitor watch test "Pakistan applies to join BRICS"

The configuration is --config FILE, $MONITOR_CONFIG, ./config.toml, ~/.config/news-monitor/config.toml or
/etc/news-monitor/config.toml, whichever is found first.
"""


class _ReaderGone(Exception):
    """The reader of our standard output has seen enough (``| head``)."""


class _Group(click.Group):
    """Keeps a broken pipe from click, which would end the program itself, with the exit code of a failure."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        """Reads the options, and prints the help."""
        try:
            return super().make_context(*arguments, **more)
        except BrokenPipeError as error:
            raise _ReaderGone from error

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command, to its last byte of output."""
        try:
            result = super().invoke(ctx)
            if sys.stdout:  # None when it is closed
                sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ReaderGone from error
        except KeyboardInterrupt as error:
            # click would end the line in any case, and wait for a pipe that nobody reads.
            if sys.stderr and sys.stderr.isatty():
                click.echo(err=True)
            raise click.Abort from error
        return result


@click.group(cls=_Group, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="monitor")
def cli() -> None:
    """The root of all commands."""


for command in (
    run.run,
    run.once,
    run.demo,
    status.status,
    status.matches,
    items.items,
    verdicts.feedback,
    feeds,
    watch,
    alerts,
    audit.audit,
    service.service,
    complete.completion,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line. A user meets messages and exit codes, never a traceback (unless MONITOR_DEBUG is set)."""
    streams.open_closed_ones()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A headline may hold what the terminal's encoding does not; better "\\u0421" than nothing at all.
        sys.stdout.reconfigure(errors="backslashreplace")
    _let_messages_be_lost()
    try:
        code = _run()
    except KeyboardInterrupt:  # a second one, while the first was answered
        code = stopping.exit_code()
    _end(code)


def _run() -> int:
    try:
        check_arguments(cli, sys.argv[1:])
        result = cli.main(prog_name="monitor", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(_visible(redact_all(shown.getvalue())), err=True, nl=False)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        # click turns the end of the input, where it asks something, into the same error as Ctrl-C.
        return 1 if isinstance(error.__context__, EOFError) else stopping.exit_code()
    except MonitorError as error:
        return _show(error)
    except _ReaderGone:
        _drop_output()
        return 0
    except Exception as error:
        if stopping.is_behind(error):
            return stopping.exit_code()
        is_full = isinstance(error, OSError) and error.errno in _CANNOT_WRITE and not error.filename
        if is_full or isinstance(error, streams.OutputClosed):
            _drop_output()
            click.echo(f"error: the output cannot be written: {getattr(error, 'strerror', error)}", err=True)
            return 1
        if os.environ.get("MONITOR_DEBUG"):
            click.echo(_visible(redact_all(traceback.format_exc())), err=True)
            return 1
        from monitor.store.integrity.faults import meant_by

        if meant := meant_by(error):
            return _show(meant)
        click.echo(_visible(redact_all(f"error: {type(error).__name__}: {error}")), err=True)
        click.echo("This is a mistake of the program. MONITOR_DEBUG=1 shows where it happened.", err=True)
        return 70


_FLUSH_PATIENCE = 1.0


def _end(code: int) -> None:
    """End the process now, also when threads still wait for a mail server, for DNS or for the reader of a pipe: python
    would wait with them, or make a failure of what it cannot write.
    """
    stopping.ended()
    streams.let_go()
    is_cut_short = code == stopping.exit_code()
    if threading.active_count() > 1 or is_cut_short:
        flushing = threading.Thread(target=_flush, daemon=True)
        flushing.start()
        flushing.join(_FLUSH_PATIENCE)
        os._exit(code)
    sys.exit(code)


class _Unheard(io.FileIO):
    """Standard error: what nobody can read any more is no reason to fail."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(memoryview(data).cast("B"))


def _let_messages_be_lost() -> None:
    """Where standard error takes nothing, as /dev/full does, it is all the same what the program does that decides how
    it ends.
    """
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr is sys.__stderr__:
        raw = _Unheard(sys.stderr.fileno(), "wb", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding=sys.stderr.encoding, errors="backslashreplace", line_buffering=True
        )


def _drop_output() -> None:
    """Python would otherwise complain once more, when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _show(error: MonitorError) -> int:
    if isinstance(error, FileProblems):
        for problem in error.problems:
            click.echo(f"error: {_visible(str(problem))}", err=True)
    else:
        click.echo(f"error: {_visible(str(error))}", err=True)
    return error.exit_code


def _visible(message: str) -> str:
    """``message``, which may quote what a file or an argument holds, harmless in a terminal."""
    return "\n".join(map(visible, message.split("\n")))


# --- arguments that are no text --------------------------------------------------------------------------------------
# Bytes that are not UTF-8: files may be called so, and nothing else is.


def check_arguments(root: click.Command, words: Sequence[str]) -> None:
    """Raises click.UsageError for the first of ``words`` that is not UTF-8 and does not name a file."""
    command = _command(root, words)
    files = {name for param in command.params if _names_files(param) for name in param.opts}
    takes_files = any(_names_files(param) for param in command.params if isinstance(param, click.Argument))
    before = ""
    for word in words:
        option = word.partition("=")[0]
        is_file = before in files or option in files or (takes_files and not word.startswith("-"))
        if not is_file and not _is_text(word):
            shown = word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise click.UsageError(
                f'the argument "{shown}" is not UTF-8 text; is the terminal set to another encoding?'
            )
        before = word


def _command(root: click.Command, words: Sequence[str]) -> click.Command:
    """The command that ``words`` lead to."""
    found = root
    for word in words:
        found = found.commands.get(word, found) if isinstance(found, click.Group) else found
    return found


def _names_files(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Path) or param.name == "config_path"


def _is_text(word: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in word)
