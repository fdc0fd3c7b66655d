"""Notices of how feeds, watchlists and the database are: what changed, since when, why, and what the user can do.
Pure.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from monitor.alerts.compose import notice
from monitor.clock import ago, local_text
from monitor.errors import Refusal
from monitor.model import Alert, Health, Kept, Lost, Silence, Standing
from monitor.text.clean import redact, single_line
from monitor.text.wording import counted

_NAMED = 10
"""Of many feeds so many are named."""
_CHANGES = {
    Health.FAILING: ("cannot be read", "cannot be read"),
    Health.GONE: ("is gone for good", "are gone for good"),
    Health.SILENT: ("has fallen silent", "have fallen silent"),
    Health.GAP: ("may have lost items", "may have lost items"),
    Health.QUARANTINED: ("may be somebody else's now", "may be somebody else's now"),
}
_REMINDERS = {
    Health.FAILING: ("still cannot be read", "still cannot be read"),
    Health.GONE: ("is still gone", "are still gone"),
    Health.SILENT: ("is still silent", "are still silent"),
    Health.QUARANTINED: ("is still quarantined", "are still quarantined"),
}


def feeds_notice(feeds: Sequence[Standing], now: float, total: int) -> Alert:
    """One notice of all ``feeds`` that are not as the user was last told, of ``total`` that are followed."""
    shown = [line for feed in feeds[:_NAMED] for line in _lines(feed, now)]
    if len(feeds) > _NAMED:
        shown.append(f"... and {len(feeds) - _NAMED:,} more: monitor feeds list")
    return notice(
        ("feeds", *(f"{feed.feed} {feed.health} {feed.since} {feed.asked_url}" for feed in feeds), f"{now}"),
        now,
        single_line(_headline(feeds, total), 1_000),
        (*shown, "To see how all feeds are: monitor feeds list"),
    )


def _headline(feeds: Sequence[Standing], total: int) -> str:
    failing = [feed for feed in feeds if feed.health is Health.FAILING]
    if len(failing) == len(feeds) == total > 1:
        return f"None of the {total:,} feeds can be read: is this machine offline?"
    if len(feeds) == 1:
        return f"The feed {feeds[0].name} {_change(feeds[0], 0)}"
    changes = Counter(_change(feed, 0) for feed in feeds)
    plural = {_change(feed, 0): _change(feed, 1) for feed in feeds}
    parts = [f"{number:,} {plural[change] if number > 1 else change}" for change, number in changes.most_common()]
    return f"{counted(len(feeds), 'feed')}: {', '.join(parts)}"


def _change(feed: Standing, several: int) -> str:
    if feed.health in _CHANGES:
        moved = feed.asked_url != feed.told_url and feed.health is not Health.FAILING
        reminds = feed.told is feed.health and not moved and feed.health in _REMINDERS
        return (_REMINDERS if reminds else _CHANGES)[feed.health][several]
    if feed.told is Health.QUARANTINED:
        return ("is itself again", "are themselves again")[several]
    if feed.told in (Health.FAILING, Health.GONE):
        return ("can be read again", "can be read again")[several]
    if feed.told is Health.SILENT:
        return ("publishes again", "publish again")[several]
    return ("has moved", "have moved")[several] if feed.asked_url != feed.told_url else ("is well", "are well")[several]


def _lines(feed: Standing, now: float) -> list[str]:
    """What there is to say of one feed."""
    say = _SAID.get(feed.health)
    lines = list(say(feed, now)) if say else list(_well(feed))
    if feed.asked_url != feed.told_url:
        lines += _moved(feed)
    return [single_line(line, 1_000) for line in lines]


def _well(feed: Standing) -> Iterator[str]:
    yield f"{feed.name}: it {_change(feed, 0)}"
    if feed.held:
        yield (
            f"{counted(feed.held, 'match', 'matches')} of the time in between {'is' if feed.held == 1 else 'are'} kept "
            f"back (monitor matches --outcome quarantined); to be told: monitor feeds accept {_argument(feed.name)}"
        )


def _failing(feed: Standing, now: float) -> Iterator[str]:
    last = f"last read {local_text(feed.last_success)}" if feed.last_success else "never read yet"
    yield f"{feed.name}: {feed.error} ({counted(feed.failures, 'try', 'tries')}, {last}). It is tried on."


def _gone(feed: Standing, now: float) -> Iterator[str]:
    name = _argument(feed.name)
    yield f"{feed.name}: {feed.error}. It is not asked any more."
    yield f"To ask it again: monitor feeds resume {name}; or drop it: monitor feeds remove {name}"


def _silent(feed: Standing, now: float) -> Iterator[str]:
    since = feed.last_new or now
    usual = f"; it used to publish {feed.usual}" if feed.usual else ""
    yield f"{feed.name}: nothing new since {local_text(since)} ({ago(now - since)} ago){usual}. It can be read."


def _gap(feed: Standing, now: float) -> Iterator[str]:
    again = "it can be read again, but " if feed.told in (Health.FAILING, Health.GONE) else ""
    yield (
        f"{feed.name}: {again}at {local_text(feed.gap_at)} nothing was left of what it held at the reading before; "
        "what may have stood in it only in between was not seen. For a day it is asked as often as its interval allows."
    )


def _quarantined(feed: Standing, now: float) -> Iterator[str]:
    name = _argument(feed.name)
    yield (
        f"{feed.name}: since {local_text(feed.since)} its title, its items and the site they lead to are all others. "
        f"{counted(feed.held, 'match', 'matches')} {'is' if feed.held == 1 else 'are'} kept back, and nothing of it is "
        "told (monitor matches --outcome quarantined)."
    )
    if feed.failures:
        tries = counted(feed.failures, "try", "tries")
        yield f"{feed.name}: since {local_text(feed.last_success)} it cannot be read, either: {feed.error} ({tries})"
    yield f"If it is still your feed: monitor feeds accept {name}; if not: monitor feeds remove {name}"


_SAID = {
    Health.FAILING: _failing,
    Health.GONE: _gone,
    Health.SILENT: _silent,
    Health.GAP: _gap,
    Health.QUARANTINED: _quarantined,
}


def _moved(feed: Standing) -> list[str]:
    if not feed.asked_url:
        return [f"{feed.name}: it is asked at the address in config.toml again"]
    moved = f"{feed.name}: its server says that it moved for good; it is asked at {redact(feed.asked_url)} now."
    if feed.same:
        return [
            f"{moved} {feed.same} is asked there as well: one of the two is enough.",
            f"To drop it: monitor feeds remove {_argument(feed.name)}",
        ]
    return [f"{moved} Write that address into config.toml when you like; its history stays."]


def silence_notice(silence: Silence, now: float) -> Alert:
    """The notice that nothing was found for a watchlist for longer than its user wants."""
    few = 2 * silence.readable < silence.feeds
    how = f"{silence.readable:,} of {counted(silence.feeds, 'feed')} could be read within the last day"
    return notice(
        ("silence", silence.watch, f"{silence.since}"),
        now,
        f"Nothing for {silence.title} in {ago(now - silence.since)}",
        (
            f"Nothing was found since {local_text(silence.since)}.",
            f"Only {how}: it may be the reading that fails, and not the news." if few else f"{how}.",
            f"What it found before: monitor matches --watch={shlex.quote(silence.watch)}. You are told once.",
        ),
    )


def edited_notice(floods: Mapping[str, str], limit: int, now: float) -> Alert:
    """The notice that watchlists, each with what it would bring, would be a flood, and are new or were edited since the
    last run.
    """
    ids, several = list(floods), len(floods) > 1
    more = [f"... and {len(ids) - _NAMED:,} more: monitor watch list"] if len(ids) > _NAMED else []
    new, is_now = ("They are new, or were", "they are") if several else ("It is new, or was", "it is")
    return notice(
        ("edited", *ids, f"{now}"),
        now,
        f"{len(ids):,} watchlists may flood you" if several else f"The watchlist {ids[0]} may flood you",
        (
            *(single_line(f"{watch} would be a flood: {floods[watch]}.", 1_000) for watch in ids[:_NAMED]),
            *more,
            f"{new} edited, since the last run. No version before that is known now, so {is_now} in use.",
            f"When one brings more than {counted(limit, 'alert')} within an hour, the others are held.",
            f"If you did not mean this: monitor watch edit {'WATCHLIST' if several else ids[0]}. You are told once.",
        ),
    )


def untold_notice(number: int, late: int, since: float, now: float) -> Alert:
    """The notice that ``number`` matches were told to nobody when they were found; the ``late`` newest stand in the
    next digest.
    """
    newest = f"The newest {late:,} {'stands' if late == 1 else 'stand'} in the next digest." if late else ""
    return notice(
        ("untold", f"{number}", f"{since}"),
        now,
        f"{counted(number, 'match', 'matches')} that nobody was told of since {local_text(since)}",
        (
            "When they were found there was no digest, or no route, that could tell them. Now there is.",
            *([newest] if newest else []),
            "To read them: monitor matches --outcome digest, and --outcome untold. You are told once.",
        ),
    )


def _argument(name: str) -> str:
    """``name`` as an argument in a shell; one that begins like an option is none."""
    return f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)


# --- of the database -------------------------------------------------------------------------------------------------
# That it is refused, cannot be written, can be again, or will soon have no room.


_REFUSED = {
    Refusal.DAMAGED: "The database is damaged",
    Refusal.MISSING: "The database is gone",
    Refusal.EMPTY: "The database is empty",
    Refusal.FOREIGN: "The database is not the one that was in use",
}


def refused_notice(refusal: Refusal, detail: str, now: float) -> Alert:
    """The notice that the program ends, or does not start, because of its database."""
    return _notice(
        ("refused", refusal, f"{now}"),
        now,
        f"{_REFUSED[refusal]}: news-monitor has stopped",
        detail,
        "Until you mend this, no feed is read and no alert is sent. You are told once.",
    )


def failure_notice(detail: str, now: float) -> Alert:
    """The notice that the program has ended by a mistake of its own."""
    return _notice(
        ("failure", f"{now}"),
        now,
        "A mistake of the program: news-monitor has stopped",
        detail,
        "Until it runs again, no feed is read and no alert is sent. MONITOR_DEBUG=1 shows where the mistake happened.",
    )


def trouble_notice(detail: str, since: float, now: float) -> Alert:
    """The notice that the database cannot be written for now."""
    return _notice(
        ("database", f"{since}"),
        now,
        "The database cannot be written: alerts wait",
        f"{detail} (since {local_text(since)})",
        "Nothing is lost: what cannot be stored is read again, and what waits is sent later. "
        "You are told when the database can be written again.",
    )


def recovered_notice(since: float, now: float) -> Alert:
    """The notice that the database can be written again."""
    return _notice(
        ("database-again", f"{since}"),
        now,
        "The database can be written again",
        f"It could not be for {ago(now - since)}, since {local_text(since)}. "
        "Feeds are read and alerts are sent again; nothing is lost.",
    )


def kept_words(kept: Kept) -> str:
    """How much is kept back: 3 matches and 1 notice, say."""
    matches = [counted(kept.matches, "match", "matches")] if kept.matches else []
    return " and ".join([*matches, *([counted(kept.notices, "notice")] if kept.notices else [])])


def span_words(since: float, until: float) -> str:
    """Of which time the database knows nothing."""
    first, last = local_text(since), local_text(until)
    return f"less than a minute, at {first}" if first == last else f"the time from {first} to {last}"


def restored_notice(lost: Lost, kept: Kept, now: float) -> Alert:
    """The notice that the database is older than it was, and what was done about it."""
    held = (
        (
            f"{kept_words(kept)} {'is' if kept.total == 1 else 'are'} kept back, as you may have had "
            f"{'it' if kept.total == 1 else 'them'} before (monitor alerts list --restored).",
            "To be told all the same: monitor alerts release --restored",
            "To drop them for good:   monitor alerts drop --restored",
        )
        if kept.total
        else ("Nothing was found that you may have been told before.",)
    )
    return _notice(
        ("restored", f"{lost.at}"),
        now,
        "The database is older than it was: restored from a backup?",
        f"It knows nothing of {span_words(lost.since, lost.until)}. What you said of alerts then, and what you muted "
        "or snoozed, is lost.",
        *held,
    )


def low_notice(folder: str, free: float, now: float) -> Alert:
    """The notice that the disk with the database will soon be full."""
    return _notice(
        ("room", f"{now}"),
        now,
        f"The disk is almost full: {megabytes(free)} are left for the database",
        f"Make room on the disk that holds {folder}. When it is full, nothing can be stored, and alerts wait.",
        "To be told earlier or later, set free_space under [monitor] in config.toml.",
    )


def room_notice(free: float, now: float) -> Alert:
    """The notice that there is room again."""
    return _notice(("room-again", f"{now}"), now, f"The disk has room again: {megabytes(free)}")


def megabytes(size: float) -> str:
    """``size`` in bytes, for people."""
    return f"{size / 1e6:,.0f} MB" if size < 10e9 else f"{size / 1e9:,.0f} GB"


def _notice(about: tuple[str, ...], now: float, headline: str, *lines: str) -> Alert:
    return notice(about, now, headline, tuple(single_line(line, 1_000) for line in lines))
