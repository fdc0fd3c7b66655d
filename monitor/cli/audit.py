"""``monitor audit``: what should have been told, computed anew from what is stored, beside what was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import NOTHING_STORED, config_option, json_option, show_object, stored
from monitor.cli.status.to_read import config_to_read, tell_unread
from monitor.cli.status.untold import wrong_routes
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.matching import Engine
    from monitor.model import Item, Match, WatchId
    from monitor.store import Store
    from monitor.store.archive.ledger import StoredMatch

DISAGREES = 1
_SHOWN = 20


@click.command()
@config_option
@click.option("--since", default="30d", show_default=True, help="How far back.")
@json_option
def audit(config_path: str | None, since: str, as_json: bool) -> int:
    """Check that all was told that should have been, and nothing twice.

    Every stored item is matched again, with the watchlists as they are now, and compared with what was decided when it
    came. Items that came before a watchlist was as it is now are left out of the comparison. Then every match is
    followed to the messages that it was told in. What was found and is told to nobody counts as well, unless you have
    chosen that (digest = false, say, or a closed watchlist), and so does a route for a watchlist or a tag that does not
    exist.

    \b
    monitor audit                    the last thirty days
    monitor audit --since 6h --json

    Exit code 0: all agrees; 1: something does not.
    """
    from monitor.clock import SystemClock
    from monitor.matching import Read
    from monitor.matching.words.frequency import LEARNT_FROM
    from monitor.store.archive import ledger
    from monitor.store.integrity.faults import damaged
    from monitor.store.integrity.keeping import damage_in
    from monitor.toml.tomlfile import parse_duration
    from monitor.watchlist import build

    config, problems = config_to_read(config_path)
    tell_unread(config, problems)
    store = stored(config)
    if store and (detail := damage_in(store.db.conn, config.database)):
        raise damaged(config.database, detail)
    if store is None:
        raise click.ClickException(NOTHING_STORED)
    now = SystemClock().now()
    try:
        begin = now - parse_duration(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from error
    read = Read.of(store.recent_texts(LEARNT_FROM))
    engine = build(config.watchlists, read=read if read.is_enough else None).engine
    values: dict[str, Any] = {**_matched_again(store, engine, begin), **ledger.tally(store.db, begin)}
    values["faults"] += [{"what": what, "headline": headline} for what, headline in ledger.faults(store.db, begin, now)]
    wrong = [] if problems else wrong_routes(config, engine.watches)
    values["faults"] += [{"what": "the next start refuses a route", "headline": str(one)} for one in wrong]
    values |= _told_to_nobody(config, store, engine, begin, values["faults"], not problems)
    store.close()
    show_object(values, as_json, _lines(values, since))
    return DISAGREES if values["faults"] else 0


def _told_to_nobody(
    config: Config, store: Store, engine: Engine, begin: float, faults: list[dict[str, str]], is_whole: bool
) -> dict[str, Any]:
    """What was found and is told to nobody: as the user wants it, how much, by reason; all other joins ``faults``.
    ``is_whole``: all of ``config.toml`` was read.
    """
    from monitor.alerts.routing import is_closed
    from monitor.daemon.channels import policy_of
    from monitor.model import WatchId
    from monitor.store import untold
    from monitor.store.archive import ledger

    rules, chosen = policy_of(config).desk, Counter[str]()
    for one in untold.find(store.db, begin):
        watch = engine.watch(WatchId(one.watch))
        if watch is None or is_closed(watch.handling):
            chosen["the watchlist is closed, or gone"] += 1
            continue
        why = rules.untold(watch.id, watch.handling)
        if why and why.is_chosen:
            chosen[why.words] += 1
        else:
            words = why.words if why else "the next start tells it"
            faults.append({"what": f"found and told to nobody ({words})", "headline": one.title})
    written = {name: section.enabled for _, name, section in config.alerts.sections}
    for channel, headline in ledger.stranded(store.db, begin, rules.names) if is_whole else ():
        if channel in written:
            chosen[f"the channel {channel} is switched off"] += 1
        else:
            what = f"waits for the channel {channel}, which config.toml no longer has"
            faults.append({"what": what, "headline": headline})
    return {"told_to_nobody": dict(chosen)}


def _matched_again(store: Store, engine: Engine, begin: float) -> dict[str, Any]:
    from monitor.store.archive import ledger

    known = ledger.versions(store.db)
    since = {str(watch.id): known.get((watch.id, watch.version)) for watch in engine.watches}
    items = compared = 0
    faults: list[dict[str, str]] = []
    for number, item in ledger.items_since(store.db, begin):
        items += 1
        told = ledger.matches_of(store.db, number)
        texts = [*ledger.earlier(store.db, number, item), item]
        faults += ({"what": what, "headline": item.title} for what in _differences(engine, texts, told, since))
        compared += sum(start is not None and item.first_seen >= start for start in since.values())
    return {"items": items, "decisions": compared, "faults": faults}


def _differences(
    engine: Engine, texts: Sequence[Item], told: Mapping[str, StoredMatch], since: Mapping[str, float | None]
) -> Iterator[str]:
    """What differs of an item, whose ``texts`` are those before each edit and the last one: the best of them counts."""
    from monitor.model import Band

    item = texts[-1]
    day = datetime.fromtimestamp(item.first_seen, UTC).date()
    found: dict[WatchId, Match] = {}
    for text in texts:
        for match in engine.match(text, day):
            if match.watch not in found or match.band is Band.ALERT:
                found[match.watch] = match
    for watch, start in since.items():
        if start is None or item.first_seen < start:
            continue
        here, there = found.get(watch), told.get(watch)  # type: ignore[call-overload]
        if here and not there:
            yield f"{watch} should have had it ({here.why})"
        elif there and not here:
            yield f"{watch} had it, and should not"
        elif here and there and here.band != there.band:
            yield f"{watch} took it for {there.band}, and it is {here.band}"


def _lines(values: Mapping[str, Any], since: str) -> Iterator[str]:
    def each(numbers: Mapping[str, int]) -> str:
        return ", ".join(f"{count:,} {name}" for name, count in sorted(numbers.items())) or "none"

    yield f"items       {values['items']:,} in {since}, {counted(values['decisions'], 'decision')} made again"
    yield f"matches     {each(values['outcomes'])}"
    yield f"messages    {each(values['messages'])}"
    if twice := values["perhaps_twice"]:
        yield f"            {twice:,} of them may have arrived twice: a connection broke at the last moment"
    for why, count in values["told_to_nobody"].items():
        yield f"told to nobody, as you chose: {counted(count, 'match', 'matches')} ({why})"
    faults = values["faults"]
    if not faults:
        yield "agrees      all that should have been told was told, or waits with a reason; nothing was told twice"
    for fault in faults[:_SHOWN]:
        yield f"DISAGREES   {fault['what']}: {fault['headline']}"
    if len(faults) > _SHOWN:
        yield f"            and {len(faults) - _SHOWN:,} more; --json lists all"
