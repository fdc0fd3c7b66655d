"""What the demo reads from the database that its daemon works on."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.demo import summary
from monitor.model import Alert, AlertId, AlertKind
from monitor.store import Store


def test_all_is_told_once_the_story_is_read_and_nothing_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "monitor.db"
    store = Store.writing(path)
    assert not summary.is_all_told(path)
    monkeypatch.setattr(summary, "ITEMS", ())
    assert summary.is_all_told(path)
    store.put_alert(Alert(AlertId("a"), AlertKind.NEW, 1.0, "News"), ["console"])
    assert not summary.is_all_told(path)
    store.close()
