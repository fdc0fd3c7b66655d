"""Arguments that are no text: bytes that are not UTF-8. Files may be called so; nothing else is."""

from __future__ import annotations

from collections.abc import Sequence

import click


def check_arguments(root: click.Command, words: Sequence[str]) -> None:
    """Raises click.UsageError for the first of ``words`` that is not UTF-8 and does not name a file."""
    command = _command(root, words)
    files = {name for param in command.params if _names_files(param) for name in param.opts}
    takes_files = any(_names_files(param) for param in command.params if isinstance(param, click.Argument))
    before = ""
    for word in words:
        option = word.partition("=")[0]
        is_file = before in files or option in files or (takes_files and not word.startswith("-"))
        if not is_file and not _is_text(word):
            shown = word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise click.UsageError(
                f'the argument "{shown}" is not UTF-8 text; is the terminal set to another encoding?'
            )
        before = word


def _command(root: click.Command, words: Sequence[str]) -> click.Command:
    """The command that ``words`` lead to."""
    found = root
    for word in words:
        found = found.commands.get(word, found) if isinstance(found, click.Group) else found
    return found


def _names_files(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Path) or param.name == "config_path"


def _is_text(word: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in word)
