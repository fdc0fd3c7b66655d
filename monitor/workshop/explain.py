"""Why an item was told, or was not: the way that it went, stage by stage, and what would change the outcome.

Everything is said from what the store holds, with the reasons that were noted when things were decided.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from monitor.alerts.routing import ChannelRules, DeskRules, Untold
from monitor.alerts.schedule import next_slot
from monitor.clock import clock_text, local_text
from monitor.matching import Engine, Handling, Watch
from monitor.matching.scan import Texts
from monitor.matching.terms.rules import Mode
from monitor.matching.verdict import Missing, Verdict
from monitor.model import Band, Item, NearMiss, Outcome
from monitor.text.tokens import are_kin, raw_tokens, token_key
from monitor.watchlist.entities import Entities

_SHORT = 8
_SOURCES, _QUIET, _DATED = "sources", "the watchlist is quiet", "dated "
"""How the desk's reasons can be told from one another."""


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
    """The way of a stored match (a row of ``store.trail``). ``file``: where its watchlist is written; ``handling``: how
    it is told.
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
    outcome, watch, reason = match["outcome"], match["watch"], match["reason"]
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
        return _quieted("snooze", reason, match["snoozes"], f"monitor alerts snooze {watch} --end", now)
    if outcome == Outcome.MUTED:
        return _quieted("mute", reason, match["mutes"], f"monitor alerts mute {name} --end", now)
    if outcome == Outcome.HELD:
        feed = " this watchlist " not in f" {reason} "
        release = f"monitor alerts release {'--feed ' + str(match['feed']) if feed else watch}"
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


def _quieted(name: str, reason: str, quietings: Sequence[Mapping[str, Any]], end: str, now: float) -> Decision:
    """Silent because of a snooze or a mute, which may be over meanwhile."""
    if _is_quiet(quietings, now):
        return Stage(name, reason), (end,)
    said = reason.replace(" is snoozed ", " was snoozed ").replace(" is muted ", " was muted ")
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
    if _SOURCES in reason:
        return Stage("sources", f"not told yet: {reason}"), (f"lower min_sources in {file}",)
    if reason in _WAYS:
        return Stage("route", reason), ()
    if reason.startswith(_QUIET):
        return Stage("status", f"{reason}: it was for the digest"), (_reopen(match),)
    if reason.startswith(_DATED):
        return Stage("date", f"{reason}: it was for the digest"), ()
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
        why = match["reason"] if match["outcome"] == Outcome.UNTOLD else "there was no digest to tell it"
        change = "the next start of monitor run or monitor once tells it, or how much of its kind there is"
        return Stage("told", f"to nobody when it was found: {why}"), (change,)
    return Stage("told", f"to nobody: {untold.words}"), (_MENDED[untold],)


_WAYS = frozenset(untold.words for untold in Untold)
_MENDED = {
    Untold.NO_CHANNEL: "switch a channel on in config.toml",
    Untold.NO_ROUTE: "add a [[routes]] for it in config.toml, or switch its channel on",
    Untold.NO_DIGEST: "take digest = false out of config.toml",
}


def _joined(match: Mapping[str, Any], file: str) -> Decision:
    first = match["first"]
    if first is None:
        return Stage("story", f"one more report of a story: {match['reason']}"), ()
    said = f"{match['reason']}: one more report of {_first_of(match)}"
    if first["outcome"] == Outcome.DIGEST and _SOURCES in first["reason"]:
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
    why = one["detail"] or one["reason"]
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
        return one["reason"] or "for its message to be made"
    why = f" ({one['reason']})" if one["reason"] else ""
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
        if "muted" in one["reason"] and _is_quiet(match["mutes"], now):
            return f"monitor alerts mute {name} --end"
        if "snoozed" in one["reason"] and _is_quiet(match["snoozes"], now):
            return f"monitor alerts snooze {match['watch']} --end"
        return f"monitor alerts retry {name} sends it again"
    if one["attempts"]:
        return f"monitor alerts test shows what is wrong with {channel}; monitor alerts retry {name} tries at once"
    if one["reason"].startswith("quiet hours"):
        return f'quiet of {channel} in config.toml; priority = "urgent" in the watchlist passes quiet hours'
    if one["reason"].startswith("more than"):
        return f"raise limit of {channel} in config.toml"
    if one["reason"].startswith("waits until"):
        return "group_wait and group_interval under [alerts] in config.toml"
    if one["mode"] == "digest":
        return f"the mode of its [[routes]], and the digest of {channel}, in config.toml"
    return "monitor run or monitor once sends it"


# ---------------------------------------------------------------------------------------------------------------------
# What today's watchlists make of a stored item that they have not got: how near it came, and what would change it.


_MOST = 2
"""So many words are named of those that came near to a concept, and of those that look like its relatives."""


def history(watch: Watch, item: Item, versions: Sequence[tuple[str, float]]) -> str:
    """Why a watchlist that takes the item today has not got it. ``versions``: those that have judged, and since when,
    oldest first.
    """
    read = f"when it was read ({local_text(item.first_seen)})"
    if not versions:
        return f"{read} that watchlist did not exist yet: it has judged nothing so far"
    if item.first_seen < versions[0][1]:
        return f"{read} that watchlist did not exist yet: it judges since {local_text(versions[0][1])}"
    current = dict(versions).get(watch.version)
    if current is None:
        return f"{read} that watchlist had another version; this one has judged nothing so far"
    if item.first_seen < current:
        until = next(since for _, since in versions if since > item.first_seen)
        return f"{read} that watchlist had another version (until {local_text(until)})"
    return f"{read} that watchlist was as it is now, and did not take it: monitor audit looks into that"


def nearest(engine: Engine, item: Texts, day: date) -> Verdict | None:
    """The verdict of the watchlist that came nearest to taking ``item`` on ``day``: with the fewest missing concepts,
    then the most found. None where there are no watchlists.
    """
    verdicts = (engine.explain(watch.id, item, day) for watch in engine.watches)
    return min(verdicts, key=lambda one: (len(one.missing), -len(one.found), -one.score, one.watch), default=None)


def changes(verdict: Verdict, watch: Watch, entities: Entities, file: str, item: Texts) -> list[str]:
    """What would let ``watch``, which is written in ``file``, alert for ``item``, as far as its verdict tells."""
    if verdict.match:
        if verdict.match.band is Band.ALERT:
            return []
        if verdict.score >= verdict.alert:
            return [f"the days of active are over: move active.until in {file}, or set its after"]
        return list(_higher(verdict, watch, file, verdict.alert, "alert"))
    if verdict.refused:
        key = "active" if "active" in verdict.refused else "sources, not_sources or lang"
        return [f"change {key} in {file}"]
    if verdict.veto:
        return [f'take "{verdict.veto.alias}" out of none in {file}']
    found: list[str] = []
    if verdict.masked and verdict.missing:
        found.append(f'take the phrase around "{verdict.masked[0]}" out of except, in {file} or in entities.toml')
    for one in verdict.missing:
        found += [_add(verdict.watch, one, miss, entities) for miss in one.near_misses[:_MOST]]
        relatives = list(islice(_relatives(one, watch, item, entities), _MOST))
        found += relatives
        if not one.near_misses and not relatives:
            place = _place(one.concept, entities)
            found.append(
                f"if the item names it in other words: monitor watch add-term {verdict.watch} WORD --to {place}"
            )
    return found or list(_higher(verdict, watch, file, verdict.digest, "digest"))


def _add(watch: str, missing: Missing, miss: NearMiss, entities: Entities) -> str:
    command = f'monitor watch add-term {watch} "{miss.text}" --to {_place(missing.concept, entities, miss.term)}'
    return f'if "{miss.text}" is another name for it: {command}'


def _relatives(missing: Missing, watch: Watch, item: Texts, entities: Entities) -> Iterator[str]:
    """Words of the item that look like relatives of a missing concept's words, each with the command that adds it."""
    words = {token_key(raw): raw.removesuffix("'s").removesuffix("’s") for raw in _tokens(item)}
    for miss in missing.near_misses:
        words.pop(token_key(miss.text), None)
    patterns = next((one.patterns for one in watch.all if one.name == missing.concept), watch.any)
    for pattern in patterns:
        word = pattern.words[0]
        if len(pattern.words) > 1 or word.mode not in (Mode.WORD, Mode.EXACT):
            continue
        for key in [key for key in words if are_kin(word.key, key)]:
            raw = words.pop(key)
            # The capital that begins a headline must not make a name of a word.
            name = raw.lower() if pattern.text.islower() else raw
            place = _place(missing.concept, entities, pattern.text)
            command = f"monitor watch add-term {watch.id} {shlex.quote(name)} --to {place}"
            yield f'"{raw}" looks like a relative of "{pattern.text}": {command}'


def _tokens(item: Texts) -> list[str]:
    return [raw for text in (item.title, item.summary, item.body) for raw in raw_tokens(text)]


def _place(concept: str, entities: Entities, term: str = "") -> str:
    """What a concept can be called by on the command line: the entity that holds ``term``, or its first name."""
    names = [name.split("^")[0].strip() for name in concept.split("|")]
    for name in names:
        if name.startswith("@") and any(pattern.text == term for pattern in entities.patterns(name[1:]) or ()):
            return name
    return names[0] if " " not in names[0] else f'"{names[0]}"'


def _higher(verdict: Verdict, watch: Watch, file: str, wanted: float, key: str) -> Iterator[str]:
    """What would raise a score that was too low, or be content with it."""
    for reason in verdict.reasons:
        if reason.name == "proximity" and reason.factor < 1:
            yield f"raise near in {file} (now {watch.near}): the words stand {reason.words}"
        if reason.name == "context" and reason.factor < 1:
            weight = f"context_weight (now {watch.context_weight:g})"
            yield f"add a word that it holds to context in {file}, or lower {weight}"
    yield f"lower {key} in {file} (now {wanted:g}) to {verdict.score:.2f} or less"
