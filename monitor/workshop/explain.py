"""Why an item was told, or was not: the way that it went, stage by stage, and what would change the outcome.

Everything is said from what the store holds, with the reasons that were noted when things were decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.alerts.routing import ChannelRules, DeskRules, Untold
from monitor.alerts.schedule import next_slot
from monitor.alerts.wording import words_of
from monitor.clock import clock_text, local_text
from monitor.matching import Handling
from monitor.model import Band, Outcome
from monitor.model.reasons import (
    Because,
    Flood,
    LimitReached,
    MoreSources,
    MutedMeanwhile,
    MutedStory,
    OldDate,
    QuietHours,
    QuietWatchlist,
    SnoozedMeanwhile,
    SnoozedWatchlist,
    Unroutable,
    WaitsForMore,
)

_SHORT = 8


@dataclass(frozen=True)
class Stage:
    """One stage of the way, and what came of it there."""

    name: str
    said: str


@dataclass(frozen=True)
class Way:
    """The way of one match: its stages in order, which of them ``decided``, and what would ``change`` the outcome."""

    watch: str
    title: str
    outcome: str
    why: str
    stages: tuple[Stage, ...]
    decided: Stage
    change: tuple[str, ...]


def way(match: Mapping[str, Any], rules: DeskRules, file: str, now: float, handling: Handling | None = None) -> Way:
    """The way of a stored match (a row of ``store.archive.trail``). ``file``: where its watchlist is written;
    ``handling``: how it is told.
    """
    decided, change = _decided(match, file, now)
    stages = [Stage("match", match["why"]), *_passed(match, decided.name), decided]
    if match["silent"]:
        stages = [stage for stage in stages if stage.name != "route"]
        decided, more = _untold(match, rules, handling or Handling())
        stages, change = [*stages, decided], (*more, *change)
    told = [_delivery(one, rules.by_name.get(one["channel"]), now) for one in match["deliveries"]]
    if match["outcome"] == Outcome.ALERTED:
        decided, change = _told(match, told, now)
    stages += told
    return Way(match["watch"], match["watch_title"], match["outcome"], match["why"], tuple(stages), decided, change)


# --- the desk -------------------------------------------------------------------------------------------------------


def _passed(match: Mapping[str, Any], decided: str) -> Iterator[Stage]:
    """What was passed before the stage that decided, as far as the outcome tells."""
    if decided in ("first reading", "desk"):
        return
    before = (
        "the feed had been read before" if match["is_later"] else "alerts for what a feed holds then were asked for"
    )
    yield Stage("first reading", f"passed: {before}")
    if match["band"] == Band.ALERT:
        yield Stage("score", f"passed: {match['score']:.2f}, and an alert takes {_threshold(match):.2f}")
    if match["first"] and decided != "story":
        yield Stage("story", f"one more report of {_first_of(match)}")
    elif decided not in ("score", "story", "alert"):
        yield Stage("story", "passed: the first report of its story")


def _threshold(match: Mapping[str, Any]) -> float:
    return float(match["explanation"].get("threshold", 0.0))


def _first_of(match: Mapping[str, Any]) -> str:
    first = match["first"]
    return f'"{first["title"]}", which {first["source"]} had first ({local_text(first["at"])}, #{first["item"]})'


Decision = tuple[Stage, tuple[str, ...]]


def _decided(match: Mapping[str, Any], file: str, now: float) -> Decision:
    """The stage at which the desk, or the poll before it, decided; and what would change that."""
    outcome, watch, reason = match["outcome"], match["watch"], words_of(match["reason"])
    name = match["alert_id"][:_SHORT]
    if outcome == Outcome.WAITING:
        return Stage("desk", "nothing is decided about it yet"), ("monitor run or monitor once decides about it",)
    if outcome == Outcome.BASELINE or (outcome == Outcome.DIGEST and not match["alert_id"]):
        return _first_reading(match)
    if outcome in (Outcome.DIGEST, Outcome.UNTOLD):
        return _for_the_digest(match, file)
    if outcome == Outcome.JOINED:
        return _joined(match, file)
    if outcome == Outcome.SNOOZED:
        return _quieted("snooze", match["reason"], match["snoozes"], f"monitor alerts snooze {watch} --end", now)
    if outcome == Outcome.MUTED:
        return _quieted("mute", match["reason"], match["mutes"], f"monitor alerts mute {name} --end", now)
    if outcome == Outcome.HELD:
        by_feed = isinstance(match["reason"], Flood) and match["reason"].feed
        release = f"monitor alerts release {'--feed ' + str(match['feed']) if by_feed else watch}"
        return Stage("flood", reason), (f"{release} tells it now", "raise flood under [alerts] in config.toml")
    if outcome == Outcome.RESTORED:
        return Stage("restored", reason), ("monitor alerts release --restored tells what was kept back then",)
    if outcome == Outcome.ALERTED:
        return Stage("alert", reason or "to be told"), ()
    if outcome == Outcome.ARCHIVED:
        return Stage("archived", reason), (_reopen(match),)
    return Stage(str(outcome), reason or f"its outcome is {outcome}"), ()


def _reopen(match: Mapping[str, Any]) -> str:
    return f"monitor watch reopen {match['watch']}: what it finds from then on is told"


def _quieted(
    name: str, reason: Because | None, quietings: Sequence[Mapping[str, Any]], end: str, now: float
) -> Decision:
    """Silent because of a snooze or a mute, which may be over meanwhile."""
    if _is_quiet(quietings, now):
        return Stage(name, words_of(reason)), (end,)
    said = words_of(reason, is_over=True)
    ended = quietings[0]["ended"] if quietings else None
    return Stage(name, f"{said}; that was ended {local_text(ended)}" if ended else said), ()


def _is_quiet(quietings: Sequence[Mapping[str, Any]], now: float) -> bool:
    return any(one["ended"] is None and one["until"] > now for one in quietings)


def _first_reading(match: Mapping[str, Any]) -> Decision:
    said = f"it was there when {match['source']} was read for the first time, and that alerts nobody"
    if match["band"] == Band.DIGEST:
        said += f"; its score, {match['score']:.2f}, is for the digest besides"
    change = "baseline = true under [alerts] in config.toml, or monitor run --alert-baseline: for feeds not read yet"
    return Stage("first reading", said), (change,)


def _for_the_digest(match: Mapping[str, Any], file: str) -> Decision:
    reason, score, threshold = match["reason"], match["score"], _threshold(match)
    said = words_of(reason)
    if isinstance(reason, Unroutable) and reason.but is None:
        return Stage("route", said), ()
    match reason.but if isinstance(reason, Unroutable) else reason:
        case MoreSources():
            return Stage("sources", f"not told yet: {said}"), (f"lower min_sources in {file}",)
        case QuietWatchlist():
            return Stage("status", f"{said}: it was for the digest"), (_reopen(match),)
        case OldDate():
            return Stage("date", f"{said}: it was for the digest"), ()
    if score >= threshold:
        said = f"{score:.2f} is enough for an alert, but the days of active were over: it was for the digest"
        return Stage("score", said), (f"move active.until in {file}, or set its after",)
    said = f"{score:.2f}, and an alert takes {threshold:.2f}: it was for the digest"
    change = [f"lower alert in {file} to {score:.2f} or less"]
    for factor in match["explanation"].get("reasons", ()):
        if factor["name"] == "context" and factor["factor"] < 1:
            change.append("add a word that it holds to context, or lower context_weight")
        if factor["name"] == "proximity" and factor["factor"] < 1:
            change.append(f"raise near: the words stand {factor['words']}")
    return Stage("score", said), tuple(change)


def _untold(match: Mapping[str, Any], rules: DeskRules, handling: Handling) -> Decision:
    """Why nobody is told, and what would let somebody be."""
    untold = rules.untold(match["watch"], handling)
    if untold is None:
        why = words_of(match["reason"]) if match["outcome"] == Outcome.UNTOLD else "there was no digest to tell it"
        change = "the next start of monitor run or monitor once tells it, or how much of its kind there is"
        return Stage("told", f"to nobody when it was found: {why}"), (change,)
    return Stage("told", f"to nobody: {untold.words}"), (_MENDED[untold],)


_MENDED = {
    Untold.NO_CHANNEL: "switch a channel on in config.toml",
    Untold.NO_ROUTE: "add a [[routes]] for it in config.toml, or switch its channel on",
    Untold.NO_DIGEST: "take digest = false out of config.toml",
}


def _joined(match: Mapping[str, Any], file: str) -> Decision:
    first, reason = match["first"], words_of(match["reason"])
    if first is None:
        return Stage("story", f"one more report of a story: {reason}"), ()
    said = f"{reason}: one more report of {_first_of(match)}"
    if first["outcome"] == Outcome.DIGEST and isinstance(first["reason"], MoreSources):
        return Stage("sources", f"{said}; its story waits for more sources"), (f"lower min_sources in {file}",)
    change = f'group = "none" in {file} makes a story of each report, except for those with the same link'
    return Stage("story", said), (change, f"monitor alerts show {first['alert_id'][:_SHORT]} shows the whole story")


# --- the channels ---------------------------------------------------------------------------------------------------


def _delivery(one: Mapping[str, Any], rules: ChannelRules | None, now: float) -> Stage:
    """What became of it on one channel."""
    said = _delivered(one, rules, now)
    if rules is None and one["state"] == "pending":
        said = f"waits: the channel is switched off ({said})"
    return Stage(one["channel"], said)


def _delivered(one: Mapping[str, Any], rules: ChannelRules | None, now: float) -> str:
    how = " in the digest" if one["mode"] == "digest" else ""
    why = one["detail"] or words_of(one["reason"])
    if one["state"] == "sent":
        return f"sent{how} {local_text(one['finished'])}"
    if one["state"] == "dead":
        return f"given up{how}: {why}"
    if one["state"] == "dropped":
        return f"dropped{how}: {why or 'by the user'}"
    if not one["message"]:
        return f"waits: {_waits_for(one, rules, now)}"
    tries = len(one["attempts"])
    if not tries:
        return f"waits to be sent{how}"
    return (
        f"waits{how} after {tries} failed {'try' if tries == 1 else 'tries'}, next {local_text(one['next_attempt'])}"
        + (f": {why}" if why else "")
    )


def _waits_for(one: Mapping[str, Any], rules: ChannelRules | None, now: float) -> str:
    if one["mode"] != "digest":
        return words_of(one["reason"]) or "for its message to be made"
    why = f" ({words_of(one['reason'])})" if one["reason"] else ""
    if rules is None or rules.digest is None:
        return f"an hour, for others to be sent together with it{why}"
    return f"for the digest, {clock_text(next_slot(now, rules.digest, rules.zone), rules.zone)}{why}"


def _told(match: Mapping[str, Any], stages: Sequence[Stage], now: float) -> Decision:
    """What decided about an alert that the desk let pass: its channels."""
    if not stages:
        return Stage("route", "it was to be told, and there was no channel for it"), ("add a channel under [alerts]",)
    states = [one["state"] for one in match["deliveries"]]
    if "sent" in states:
        told = [stage for stage, state in zip(stages, states, strict=True) if state == "sent"]
        said = "; ".join(f"{stage.name} {stage.said}" for stage in told)
        rest = [one for one in match["deliveries"] if one["state"] != "sent"]
        return Stage("delivery", f"told: {said}"), tuple(dict.fromkeys(_next_step(match, one, now) for one in rest))
    said = "; ".join(f"{stage.name} {stage.said}" for stage in stages)
    return Stage("delivery", f"not told: {said}"), tuple(
        dict.fromkeys(_next_step(match, one, now) for one in match["deliveries"])
    )


def _next_step(match: Mapping[str, Any], one: Mapping[str, Any], now: float) -> str:
    """What would bring it to a channel that it has not reached."""
    name, channel = match["alert_id"][:_SHORT], one["channel"]
    if one["state"] in ("dead", "dropped"):
        if isinstance(one["reason"], MutedMeanwhile | MutedStory) and _is_quiet(match["mutes"], now):
            return f"monitor alerts mute {name} --end"
        if isinstance(one["reason"], SnoozedMeanwhile | SnoozedWatchlist) and _is_quiet(match["snoozes"], now):
            return f"monitor alerts snooze {match['watch']} --end"
        return f"monitor alerts retry {name} sends it again"
    if one["attempts"]:
        return f"monitor alerts test shows what is wrong with {channel}; monitor alerts retry {name} tries at once"
    waits = {
        QuietHours: f'quiet of {channel} in config.toml; priority = "urgent" in the watchlist passes quiet hours',
        LimitReached: f"raise limit of {channel} in config.toml",
        WaitsForMore: "group_wait and group_interval under [alerts] in config.toml",
    }
    if type(one["reason"]) in waits:
        return waits[type(one["reason"])]
    if one["mode"] == "digest":
        return f"the mode of its [[routes]], and the digest of {channel}, in config.toml"
    return "monitor run or monitor once sends it"
