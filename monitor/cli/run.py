"""``monitor run``, ``monitor once`` and ``monitor demo``."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import config_option, console, json_option, load_config, run_to_end, show, stored
from monitor.cli.status.untold import refuse_wrong_routes
from monitor.cli.watch.changes import warn_of_remarks
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.daemon.once import Round
    from monitor.model import IngestPlan, PollReport

T = TypeVar("T")

SOME_FAILED = 4
_ONCE_SHOWN = 5

_REPORT_COLUMNS = [
    ("feed", "Feed"),
    ("result", "Result"),
    ("seen", "Items"),
    ("new", "New"),
    ("matched", "Matched"),
    ("alerts", "Alerts"),
    ("detail", "Detail"),
]


@click.command()
@config_option
@click.option("--alert-baseline", is_flag=True, help="Alert also for what feeds already hold at their first reading.")
@click.option("--verbose", "-v", is_flag=True, help="Log also what is usually not worth a line.")
def run(config_path: str | None, alert_baseline: bool, verbose: bool) -> None:
    """Watch the feeds until stopped (Ctrl-C or SIGTERM).

    Alerts go to the channels of the configuration, the log to standard error. On a terminal the last line says how
    things are, and when the next poll is.

    \b
    monitor run                                        with ./config.toml
    monitor run --config /etc/news-monitor/config.toml
    monitor service show                               to run it in the background, under systemd

    Edited watchlists and feeds are taken up while it runs; what is broken is refused, and its last good version stays
    in use.
    """
    from monitor.daemon import logs
    from monitor.daemon.app import assembled
    from monitor.daemon.logs import status_line
    from monitor.daemon.run import Daemon, Stop

    config = load_config(config_path, warn=True)
    config = config.with_baseline_alerts() if alert_baseline else config
    with status_line() as line:
        logs.set_up(verbose)

        async def main() -> None:
            stop = Stop()
            async with assembled(config) as program:
                await Daemon(program, stop, line).run()

        _to_end(main())


@click.command()
@config_option
@click.option("--force", is_flag=True, help="Poll all feeds, also those that are not due yet.")
@click.option("--dry-run", is_flag=True, help="Show what a poll would bring; write and send nothing.")
@click.option("--alert-baseline", is_flag=True, help="Alert also for what feeds already hold at their first reading.")
@click.option("--restored", is_flag=True, help="The database is a backup: keep back what may have been told since.")
@json_option
def once(
    config_path: str | None, force: bool, dry_run: bool, alert_baseline: bool, restored: bool, as_json: bool
) -> int:
    """Poll what is due, deliver what waits, and exit: for cron. Without a watchlist the items are only stored, for
    `watch new` to learn from.

    \b
    */15 * * * *  monitor once --config ~/news/config.toml
    monitor once --force --dry-run                     what would an alert say right now?
    monitor once --restored                            after a backup was restored on another machine

    Exit code 0: all feeds could be read; 4: some could not, or an alert waits for its channel or was refused for
    good; 75: a daemon is at work already.
    """
    from monitor.daemon import logs

    config = load_config(config_path, warn=True)
    config = config.with_baseline_alerts() if alert_baseline else config
    if dry_run and restored:
        raise click.UsageError("--restored is written into the database; leave out --dry-run")
    logs.set_up(quiet=True)
    return _dry(config, force, as_json) if dry_run else _wet(config, force, as_json, restored)


def _to_end(work: Coroutine[Any, Any, T]) -> T:
    """What comes of ``work``, once its log is written. Nothing else is to be written while its loop runs: in a write to
    a full pipe Ctrl-C could not end it.
    """
    from monitor.daemon import logs

    try:
        return run_to_end(work)
    finally:
        logs.wait_until_written()


def _wet(config: Config, force: bool, as_json: bool, restored: bool) -> int:
    from monitor.daemon.app import assembled, no_watchlist
    from monitor.daemon.once import one_round

    if restored and not (config.database.exists() and config.database.stat().st_size):
        raise click.ClickException(f"--restored: there is no database at {config.database}; put the backup there first")

    async def work() -> Round:
        async with assembled(config, by_hand=True, restored=restored) as program:
            return await one_round(program, force)

    done = _to_end(work())
    warn_of_remarks(([] if done.followed else [no_watchlist(config.watchlists)]) + [*done.remarks], _ONCE_SHOWN)
    if as_json:
        show([_row(report) for report in done.reports], _REPORT_COLUMNS, True, "")
    else:
        said = ["The database is taken for a backup: what may have been told since is kept back."] if restored else []
        click.echo("\n".join([*said, _summary(done.reports), *_undelivered(done)]), err=True)
    return 0 if done.ok else SOME_FAILED


def _dry(config: Config, force: bool, as_json: bool) -> int:
    from monitor.alerts.compose import message
    from monitor.alerts.render import for_terminal
    from monitor.clock import SystemClock, utc
    from monitor.daemon.once import dry_round
    from monitor.daemon.reload.refusals import Remarking, remarks_in
    from monitor.errors import StoreError
    from monitor.model import Story
    from monitor.watchlist import build
    from monitor.watchlist.checks.lint import Remarks

    library = build(config.watchlists, feeds=config.feed_names, may_be_empty=True)
    engine = library.engine
    refuse_wrong_routes(config, engine.watches)
    try:
        store = stored(config)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    said = Remarking(remarks_in(store.facts()) if store else ())
    today = utc(SystemClock().now()).date()
    warn_of_remarks(said.update(Remarks().of(library.lists, engine, config.feeds, today)), _ONCE_SHOWN)
    planned: Sequence[tuple[IngestPlan, PollReport]] = _to_end(dry_round(config, engine, store, SystemClock(), force))
    if as_json:
        show([_row(report, plan) for plan, report in planned], _REPORT_COLUMNS, True, "")
    else:
        output = console()
        for plan, _ in planned:
            for alert in plan.alerts:
                output.print(for_terminal(message("console", [Story(alert)], alert.created)), soft_wrap=True)
        click.echo(_summary([report for _, report in planned]) + "\nNothing was written or sent.", err=True)
    return 0 if all(report.ok for _, report in planned) else SOME_FAILED


def _row(report: PollReport, plan: IngestPlan | None = None) -> dict[str, object]:
    from monitor.text.clean import redact

    row: dict[str, object] = {
        "feed": report.feed.spec.name,
        "url": redact(report.feed.spec.url),
        "result": report.result,
        "detail": report.detail,
        "seen": report.seen,
        "new": report.new,
        "matched": report.matched,
        "alerts": report.alerts,
        "baseline": report.baseline,
    }
    if plan:
        row["would_alert"] = [
            {"watch": alert.watch, "headline": alert.headline, "link": alert.link, "why": alert.why}
            for alert in plan.alerts
        ]
    return row


def _summary(reports: Sequence[PollReport]) -> str:
    if not reports:
        return "No feed is due; --force polls them all the same."
    failed = [report for report in reports if not report.ok]
    new, found = sum(report.new for report in reports), sum(report.matched for report in reports)
    alerts = sum(report.alerts for report in reports)
    matches = f"{counted(found, 'match', 'matches')} ({alerts:,} worth an alert)"
    text = f"{counted(len(reports), 'feed')} polled, {counted(new, 'new item')}, {matches}."
    baseline = [report for report in reports if report.baseline]
    if baseline:
        told = sum(report.alerts for report in baseline)
        text += f" {len(baseline)} read for the first time (their items are stored and "
        text += f"alerted where they match: {_worth(told)})." if told else "not alerted)."
    for report in failed:
        text += f"\n{report.feed.spec.name}: {report.detail}"
    return text


def _worth(matches: int) -> str:
    """What a poll knows: what is told of them is decided after it."""
    return f"{counted(matches, 'match', 'matches')} worth an alert"


def _undelivered(done: Round) -> Iterator[str]:
    if done.waiting:
        waits = "waits for its channel" if done.waiting == 1 else "wait for their channel"
        yield f"{counted(done.waiting, 'alert')} {waits}: see monitor alerts list --state pending."
    if done.died:
        yield f"{counted(done.died, 'alert')} will not be delivered: see monitor alerts list --state dead."
    if done.untold:
        yield f"{counted(done.untold, 'match is', 'matches are')} told to nobody: see monitor matches --outcome untold."
    for channel, trouble in sorted(done.troubles.items()):
        yield f"{channel}: {trouble}"


# --- monitor demo ----------------------------------------------------------------------------------------------------


@click.command()
@click.option(
    "--seconds",
    type=click.FloatRange(min=5, max=600),
    default=20.0,
    show_default=True,
    help="How long the weeks of the story take.",
)
@click.option(
    "--keep",
    "folder",
    type=click.Path(file_okay=False),
    help="Where to keep the demo's files; a new temporary folder otherwise.",
)
def demo(seconds: float, folder: str | None) -> int:
    """See it work: no network, no configuration. A small newsroom on this machine publishes autumn 2024; the real
    daemon watches it.
    """
    from monitor.demo.play import play

    return asyncio.run(play(seconds, folder))
