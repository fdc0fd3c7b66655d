"""``monitor feeds ...``: each command stands in a module of its own."""

from __future__ import annotations

import click

from monitor.cli import feeds_check, feeds_edit, feeds_list, feeds_opml


@click.group()
def feeds() -> None:
    """The feeds that are followed."""


for command in (
    feeds_list.list_,
    feeds_check.check,
    feeds_edit.add,
    feeds_edit.remove,
    feeds_list.resume,
    feeds_list.accept,
    feeds_opml.import_,
    feeds_opml.export,
):
    feeds.add_command(command)
