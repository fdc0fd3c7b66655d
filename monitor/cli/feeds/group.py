"""``monitor feeds ...``: each command stands in a module of its own."""

from __future__ import annotations

import click

from monitor.cli.feeds import check, edit, listing, opml


@click.group()
def feeds() -> None:
    """The feeds that are followed."""


for command in (
    listing.list_,
    check.check,
    edit.add,
    edit.remove,
    listing.resume,
    listing.accept,
    opml.import_,
    opml.export,
):
    feeds.add_command(command)
