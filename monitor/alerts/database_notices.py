"""Notices of the database: that it is refused, cannot be written, can be again, or will soon have no room. Pure."""

from __future__ import annotations

from monitor.alerts.compose import notice
from monitor.clock import ago, local_text
from monitor.errors import Refusal
from monitor.model import Alert, Kept, Lost
from monitor.text.clean import single_line
from monitor.text.numbers import counted

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
