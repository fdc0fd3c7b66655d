"""``monitor service show``."""

from __future__ import annotations

import click

from monitor.cli.common import config_option, load_config


@click.group()
def service() -> None:
    """Running in the background."""


@service.command()
@config_option
@click.option("--user", is_flag=True, help="For your own service manager: no root needed.")
@click.option("--unit-only", is_flag=True, help="Only the unit, to be written to its file.")
def show(config_path: str | None, user: bool, unit_only: bool) -> None:
    """Print the systemd unit that runs this installation, and the commands that install it. Changes nothing.

    \b
    monitor service show --user                  what it looks like
    """
    from monitor.daemon.systemd import unit

    config = load_config(config_path)
    made = unit(config.path, config.database, user, config.secrets, config.folders)
    if not unit_only:
        click.echo("# To install this unit and start it:")
        for command in made.commands:
            click.echo(f"#   {command}")
        click.echo()
    click.echo(made.text, nl=False)
