"""JSON Schemas of the watchlist files, for editors that complete and check while one types (``#:schema`` lines)."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from monitor.watchlist.schema import EntitySection, WatchlistFile

FILES = {"watchlist": "watchlist.schema.json", "entities": "entities.schema.json"}
"""The name of each schema's file, in the folder ``schema`` beside the watchlists."""


def schema(name: str) -> dict[str, Any]:
    """The schema of ``watchlist`` or ``entities`` files, generated from the models that check them."""
    if name == "entities":
        found = TypeAdapter(dict[str, EntitySection]).json_schema(by_alias=True)
        title = "entities.toml of news-monitor: names that several watchlists share"
    else:
        found = WatchlistFile.model_json_schema(by_alias=True)
        title = "a watchlist of news-monitor"
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_draft_07(found), "title": title}


def text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def _draft_07(value: Any) -> Any:
    """The editors' plugins read draft 7, in which definitions have another name."""
    if isinstance(value, dict):
        return {("definitions" if key == "$defs" else key): _draft_07(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_draft_07(inner) for inner in value]
    return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
