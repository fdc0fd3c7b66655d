"""``monitor demo``."""

from __future__ import annotations

import asyncio

import click


@click.command()
@click.option(
    "--seconds",
    type=click.FloatRange(min=5, max=600),
    default=20.0,
    show_default=True,
    help="How long the weeks of the story take.",
)
@click.option(
    "--keep",
    "folder",
    type=click.Path(file_okay=False),
    help="Where to keep the demo's files; a new temporary folder otherwise.",
)
def demo(seconds: float, folder: str | None) -> int:
    """See it work: no network, no configuration. A small newsroom on this machine publishes autumn 2024; the real
    daemon watches it.
    """
    from monitor.demo.play import play

    return asyncio.run(play(seconds, folder))
