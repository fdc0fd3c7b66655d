"""Rows of alerts and deliveries, as listings show them: reasons in words, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.store import Store

_GRAVEST = ["dead", "pending", "dropped", "sent"]


def deliveries_of(store: Store, *which: Any) -> list[dict[str, Any]]:
    """Deliveries, each with what is to be said of how far it has come."""
    from monitor.alerts.wording import worded

    found = []
    for row in map(worded, store.list_deliveries(*which)):
        why = row.pop("reason")
        found.append({**row, "detail": row["detail"] or why or ""})
    return found


def by_alerts(deliveries: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row for each alert: how far it has come on each channel, and why it has come no further."""
    alerts: dict[str, list[Mapping[str, Any]]] = {}
    for one in deliveries:
        alerts.setdefault(one["alert_id"], []).append(one)
    for same in alerts.values():
        channels: dict[str, list[str]] = {}
        for one in sorted(same, key=lambda one: (_GRAVEST.index(one["state"]), one["id"])):
            channels.setdefault(one["state"], []).append(one["channel"])
        parts = (f"{state}: {', '.join(dict.fromkeys(names))}" for state, names in channels.items())
        told = "; ".join(parts) if len(channels) > 1 else next(iter(channels))
        told_of = (one for one in same if one["detail"] and (one["state"] != "sent" or one["in_part"]))
        why = (f"{one['channel']}: {one['detail']}" for one in told_of)
        yield {**same[0], "told": told, "detail": "; ".join(dict.fromkeys(why))}


def worded_whole(values: dict[str, Any]) -> dict[str, Any]:
    """All of an alert, with each reason in words."""
    from monitor.alerts.wording import worded

    found = {key: [worded(row) for row in values[key]] for key in ("reports", "deliveries")}
    return {**worded(values), **found}
