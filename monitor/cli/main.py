"""``monitor``: the group of all commands, and the one place where errors become exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading

import click

from monitor import __version__
from monitor.cli import alerts, demo, feeds, running, service, status, watch
from monitor.errors import FileProblems, MonitorError

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


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="monitor")
def cli() -> None:
    """The root of all commands."""


for command in (
    running.run,
    running.once,
    demo.demo,
    status.status,
    status.matches,
    feeds.feeds,
    watch.watch,
    alerts.alerts,
    service.service,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line. A user meets messages and exit codes, never a traceback (unless MONITOR_DEBUG is set)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A headline may hold what the terminal's encoding does not; better "\\u0421" than nothing at all.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        result = cli.main(prog_name="monitor", standalone_mode=False)
        code = result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    except MonitorError as error:
        code = _show(error)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader of our pipe has seen enough; python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    except Exception as error:
        if os.environ.get("MONITOR_DEBUG"):
            raise
        click.echo(f"error: {type(error).__name__}: {error}", err=True)
        click.echo("This is a mistake of the program. MONITOR_DEBUG=1 shows where it happened.", err=True)
        code = 70
    _end(code)


_FLUSH_PATIENCE = 1.0


def _end(code: int) -> None:
    """End the process now, also when threads still wait for a mail server, for DNS or for the reader of a pipe: python
    would wait with them.
    """
    if threading.active_count() > 1:
        flushing = threading.Thread(target=_flush, daemon=True)
        flushing.start()
        flushing.join(_FLUSH_PATIENCE)
        os._exit(code)
    sys.exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def _show(error: MonitorError) -> int:
    if isinstance(error, FileProblems):
        for problem in error.problems:
            click.echo(f"error: {problem}", err=True)
    else:
        click.echo(f"error: {error}", err=True)
    return error.exit_code
