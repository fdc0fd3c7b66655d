"""``monitor completion``: the script that makes the shell complete our commands."""

from __future__ import annotations

import click

_VARIABLE = "_MONITOR_COMPLETE"
_PLACES = {
    "bash": ("~/.bashrc", 'eval "$(monitor completion bash)"'),
    "zsh": ("~/.zshrc", 'eval "$(monitor completion zsh)"'),
    "fish": ("~/.config/fish/config.fish", "monitor completion fish | source"),
}
# For bash @ and : end a word, and so @entity and all:2 would never be completed.
_WHOLE_WORDS = "COMP_WORDBREAKS=${COMP_WORDBREAKS//[@:]/}\n"


@click.command()
@click.argument("shell", type=click.Choice(list(_PLACES)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script with which SHELL completes commands, options and the names of watchlists, entities and feeds.

    \b
    bash, in ~/.bashrc:                   eval "$(monitor completion bash)"
    zsh, in ~/.zshrc:                     eval "$(monitor completion zsh)"
    fish, in ~/.config/fish/config.fish:  monitor completion fish | source
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None, "click knows these shells"
    file, line = _PLACES[shell]
    click.echo(f"# Put this line into {file}:   {line}")
    if shell == "bash":
        click.echo(_WHOLE_WORDS, nl=False)
    click.echo(script(ctx.find_root().command, {}, "monitor", _VARIABLE).source())
