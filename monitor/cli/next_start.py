"""What a start would refuse now, for ``monitor status`` while no daemon is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.errors import Problem


def refused_now(config: Config, is_whole: bool) -> dict[str, str]:
    """What is wrong with the watchlists, and with ``config.toml`` beside them; ``is_whole``: all of that was read."""
    from monitor.cli.untold import wrong_routes
    from monitor.errors import WatchlistError
    from monitor.watchlist import read_all

    routes: list[Problem] = []
    try:
        lists, problems = read_all(config.watchlists, feeds=config.feed_names if is_whole else None, may_be_empty=True)
        if is_whole and not problems:
            routes = wrong_routes(config, lists.watches)
    except WatchlistError as error:
        problems = error.problems
    return {"refusal": _text(problems), "held": "", "config_refusal": _text(routes)}


def _text(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))
