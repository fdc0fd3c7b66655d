"""What is kept back since a backup was restored: listed, told after all, or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.model import Kept
    from monitor.pipeline import Desk
    from monitor.store import Store


def kept_back(store: Store, watch: str | None) -> list[dict[str, Any]]:
    """All of it, newest first."""
    from monitor.alerts.wording import words_of
    from monitor.store import outbox
    from monitor.store.integrity import restored

    found = []
    for row in restored.kept_rows(store.db, watch):
        alert = outbox.alert_of(row["payload"])
        found.append(
            {
                "name": row["alert_id"][:8],
                "alert_id": row["alert_id"],
                "kind": row["kind"],
                "headline": alert.headline,
                "told": "kept back",
                "watch": alert.watch,
                "at": row["at"],
                "detail": words_of(row["why"]),
                "reason_code": row["why"] and row["why"].code,
                "source": alert.source,
                "link": alert.link,
            }
        )
    return found


def release_all(store: Store, desk: Desk, now: float) -> str:
    """Tell it all after all; says what becomes of it."""
    from monitor.alerts.notices import kept_words
    from monitor.store.integrity import restored

    kept = restored.kept(store.db)
    desk.release_restored(store.desk, now)
    restored.release_messages(store.db, now)
    if not kept.total:
        return "Nothing is kept back."
    are = "is" if kept.total == 1 else "are"
    return f"{kept_words(kept)} {are} released: alerts go out now, and all else stands in the next digest."


def dropped(kept: Kept) -> str:
    """Says what was dropped."""
    from monitor.alerts.notices import kept_words

    return f"{kept_words(kept)} dropped." if kept.total else "Nothing is kept back."
