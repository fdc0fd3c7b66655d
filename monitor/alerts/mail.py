"""A message as the body of a mail, from templates that a user may replace by files of the same names; and the headers
of mails as they travel.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.alerts.render import IN_FULL, by_watch, controls, direction, facts, heading, marked, short_id
from monitor.clock import local_text
from monitor.model import Message, MessageKind, Story

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates(folder: Path | None) -> Environment:
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

    shipped = PackageLoader("monitor.alerts", "templates")
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), shipped]) if folder else shipped,
        autoescape=lambda name: bool(name and ".html" in name),  # noqa: S701 - on for HTML, off for plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def for_mail(message: Message, folder: Path | None = None) -> tuple[str, str]:
    """The message as plain text and as HTML. ``folder``: where the user's own templates are; those that are not there
    are the shipped ones. Raises what a template of the user's makes Jinja2 raise.
    """
    name = "digest" if message.kind is MessageKind.DIGEST else "message"
    shown = [shown_story(story) for story in message.stories]
    values = {
        "message": message,
        "heading": heading(message),
        "created": local_text(message.created),
        "stories": shown[:IN_FULL],
        "further": shown[IN_FULL:],
        "watches": [(title, [shown_story(story) for story in stories]) for title, stories in by_watch(message.stories)],
    }
    templates = _templates(folder)
    return (
        templates.get_template(f"{name}.txt.j2").render(values),
        templates.get_template(f"{name}.html.j2").render(values),
    )


def shown_story(story: Story) -> dict[str, Any]:
    """What templates may say of a story."""
    alert = story.alert
    return {
        "alert": alert,
        "id": short_id(alert),
        "headline": marked(alert, "title", alert.headline),
        "summary": marked(alert, "summary", alert.summary) if alert.summary != alert.headline else [],
        "facts": dict(facts(story)),
        "copies": story.copies,
        "remark": story.remark,
        "controls": controls(alert),
        "direction": direction(alert.headline),
    }


# --- headers as they travel ------------------------------------------------------------------------------------------
# Text in encoded words (RFC 2047), each of which holds whole words with the spaces behind them; long lines folded.
# Python's own way loses or doubles spaces where it breaks a line within text that is not ASCII, and not in all versions
# alike.


_LINE = 76
"""Characters of a line that holds encoded words (RFC 2047 section 2)."""
_WORD = 75
_AROUND = len("=?utf-8?q??=")
_LEAST_ROOM = _WORD - _AROUND - len("In-Reply-To: ")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*-+/")
"""What stands for itself in each place where an encoded word may be (RFC 2047 section 5, 3)."""
_SPACE = 0x20
_CHARSETS = (
    "iso-8859-1",
    "iso-8859-2",
    "windows-1251",
    "iso-8859-7",
    "iso-8859-8",
    "windows-1256",
    "tis-620",
    "gb2312",
    "euc-kr",
)


class _AsWritten(EmailPolicy):
    """Headers that are sent as they were written. Read, they are parsed like those of any mail."""

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """Keep what was written."""
        return name, value

    def fold(self, name: str, value: str) -> str:
        """The header as it was written."""
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same, on the way to a server."""
        return self.fold(name, value).encode("ascii")


AS_WRITTEN = _AsWritten(linesep="\r\n", raise_on_defect=True)


def text_header(mail: EmailMessage, name: str, text: str) -> None:
    """Add a header of free text, which has no line break in it."""
    mail[name] = _folded(name, text.split(" ") if _is_plain(text, _room(name)) else list(_encoded(text, _room(name))))


def address_header(mail: EmailMessage, name: str, mailboxes: list[tuple[str, str]]) -> None:
    """Add a header of addresses: pairs of a name, which may be empty, and an address in ASCII."""
    words: list[str] = []
    for number, (display, address) in enumerate(mailboxes, 1):
        comma = "," if number < len(mailboxes) else ""
        if _is_plain(display, _room(name)):
            words += f"{formataddr((display, address))}{comma}".split(" ")
        else:
            words += [*_encoded_name(display, _room(name)), f"<{address}>{comma}"]
    mail[name] = _folded(name, words)


def _encoded_name(text: str, room: int) -> list[str]:
    """A name in encoded words: in a single one where any encoding makes it short enough. Python, up to 3.13 at least,
    reads a space between two of them where a name is wanted.
    """
    words = list(_encoded(text, room))
    for charset in _CHARSETS if len(words) > 1 else ():
        with contextlib.suppress(UnicodeEncodeError):
            word = f"=?{charset}?b?{base64.b64encode(text.encode(charset)).decode('ascii')}?="
            if len(word) <= room:
                return [word]
    return words


def _is_plain(text: str, room: int) -> bool:
    """Whether ``text`` can travel as it is, and is not read as something else at the other end."""
    printable = text.isascii() and text.isprintable() and "=?" not in text
    return printable and all(len(word) + len('"",') <= room for word in text.split(" "))


def _room(name: str) -> int:
    """How long the first word of a header may be."""
    return _LINE - len(f"{name}: ")


def _folded(name: str, words: list[str]) -> str:
    """``words`` with a space, or a line break and a space, between them."""
    lines = [words[0]]
    used = len(f"{name}: {words[0]}")
    for word in words[1:]:
        if used + 1 + len(word) > _LINE and lines[-1].strip():
            lines.append(f" {word}")
            used = 1 + len(word)
        else:
            lines[-1] += f" {word}"
            used += 1 + len(word)
    return "\r\n".join(lines)


def _encoded(text: str, first: int) -> Iterator[str]:
    """``text`` in encoded words, the first of them of at most ``first`` characters. Readers drop what stands between
    two of them, so each space is inside of one.
    """
    kind = "q" if len(_quoted(text)) <= len(_base64(text)) else "b"
    encode = _quoted if kind == "q" else _base64
    part, room = "", first - _AROUND
    for piece in _pieces(text, encode):
        if part and len(encode(part + piece)) > room:
            yield f"=?utf-8?{kind}?{encode(part)}?="
            part, room = "", _WORD - _AROUND
        part += piece
    yield f"=?utf-8?{kind}?{encode(part)}?="


def _pieces(text: str, encode: Callable[[str], str]) -> Iterator[str]:
    """What should not be taken apart: words with the spaces behind them, or, of one that is too long, its letters."""
    for word in re.findall(r"[^ ]+ *| +", text):
        yield from [word] if len(encode(word)) <= _LEAST_ROOM else word


def _quoted(text: str) -> str:
    return "".join(
        chr(byte) if byte in _SAFE else "_" if byte == _SPACE else f"={byte:02X}" for byte in text.encode("utf-8")
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
