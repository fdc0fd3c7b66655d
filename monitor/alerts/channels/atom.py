"""Alerts as Atom feeds (RFC 4287), one file for each watchlist, for any feed reader."""

from __future__ import annotations

import contextlib
import fcntl
import html
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from monitor.alerts.channels.thread import ChannelThread
from monitor.alerts.render import controls, other_sources
from monitor.clock import utc
from monitor.model import Alert, Message, Partly, SendFailed, SendResult, Sent, Story
from monitor.text.clean import LINK_LIMIT, single_line

_ATOM = "http://www.w3.org/2005/Atom"
_OWN = "news-monitor"
"""The file for what belongs to no watchlist: notices, and tests."""
_TITLE_LIMIT = 500
_TEXT_LIMIT = 1_000
_RELATED = 10
SIZE_LIMIT = 10_000_000
"""Bytes. A longer file is none of ours: it is neither read nor written."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("", _ATOM)


class AtomChannel:
    """Keeps ``<folder>/<watchlist>.xml``, each with the newest ``entries`` alerts."""

    def __init__(self, folder: Path, entries: int = 100, name: str = "atom") -> None:
        self.name = name
        self._folder = folder
        self._entries = entries
        self._thread = ChannelThread("atom")

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Write the message's stories into their files. An alert that is there already stays as it is."""
        return await self._thread.run(lambda: self._write(message))

    async def end_batch(self) -> None:
        """Nothing is kept open between messages."""

    async def close(self) -> None:
        """Let go of the thread, which may wait for a slow disk."""
        self._thread.close()

    def _write(self, message: Message) -> SendResult:
        stories: dict[str, list[Story]] = {}
        for story in message.stories:
            stories.setdefault(story.alert.watch or _OWN, []).append(story)
        try:
            self._folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            with _only_writer(self._folder):
                for watch, same in stories.items():
                    self._add(watch, same)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the folder's name
            reason = getattr(error, "strerror", None) or str(error)
            return SendFailed(single_line(f"{self._folder} cannot be written: {reason}", 500), unreachable=True)
        return Sent(f"written to {', '.join(f'{watch}.xml' for watch in stories)}" if stories else "nothing to write")

    def _add(self, watch: str, stories: Sequence[Story]) -> None:
        path = self._folder / f"{watch}.xml"
        before = _read(path, _feed_id(watch))
        known = {_text(entry, "id") for entry in before}
        new = [_entry(story) for story in stories if _entry_id(story.alert) not in known]
        if not new:
            return
        entries = sorted([*new, *before], key=lambda entry: _text(entry, "updated"), reverse=True)[: self._entries]
        title = stories[0].alert.watch_title or "News monitor"
        _replace(path, _document(watch, title, entries))


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Keep other channels out of ``folder`` meanwhile, also those of another process: what one of them adds between our
    reading and our writing would be lost. Where the folder cannot be locked, it keeps out nobody.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- reading back ----------------------------------------------------------------------------------------------------


def _read(path: Path, feed: str) -> list[ET.Element]:
    """The entries of our own file; a file that is damaged or somebody else's is put aside, and there are none."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return []
    entries = _entries_of(data, feed)
    if entries is None:
        os.replace(path, path.with_name(path.name + ".bad"))
        return []
    return entries


def _entries_of(data: bytes, feed: str) -> list[ET.Element] | None:
    # Ours has no document type, so entities cannot be declared and made to grow.
    if len(data) > SIZE_LIMIT or b"<!DOCTYPE" in data:
        return None
    try:
        root = ET.fromstring(data)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, LookupError):  # the latter two: an encoding that is none
        return None
    entries = root.findall(_tag("entry"))
    whole = all(_text(entry, "id") and _text(entry, "updated") for entry in entries)
    return entries if root.tag == _tag("feed") and _text(root, "id") == feed and whole else None


def _text(element: ET.Element, tag: str) -> str:
    return element.findtext(_tag(tag)) or ""


# --- writing ---------------------------------------------------------------------------------------------------------


def _replace(path: Path, data: bytes) -> None:
    """Write ``data`` so that readers see the old file or the new one, also after a power cut."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(handle, 0o644)  # web servers run as somebody else
            os.fsync(handle)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _document(watch: str, title: str, entries: list[ET.Element]) -> bytes:
    """The feed's file; with fewer entries where it would become too long to be read back."""
    root = ET.Element(_tag("feed"))
    _child(root, "id", _feed_id(watch))
    _child(root, "title", _clean(title, _TITLE_LIMIT), type="text")
    _child(root, "updated", _text(entries[0], "updated"))
    _child(_child(root, "author"), "name", _OWN)
    _child(root, "generator", _OWN)
    root.extend(entries)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data if len(data) <= SIZE_LIMIT else _document(watch, title, entries[: len(entries) // 2])


def _entry(story: Story) -> ET.Element:
    alert = story.alert
    entry = ET.Element(_tag("entry"))
    _child(entry, "id", _entry_id(alert))
    _child(entry, "title", _clean(alert.headline, _TITLE_LIMIT), type="text")
    _child(entry, "updated", _time(alert.created))
    if published := _time(alert.published):
        _child(entry, "published", published)
    _child(_child(entry, "author"), "name", _clean(alert.source, _TITLE_LIMIT) or _OWN)
    if alert.link:
        _child(entry, "link", rel="alternate", href=_clean(alert.link, LINK_LIMIT))
    for copy in story.copies[:_RELATED]:
        if copy.link:
            _child(
                entry,
                "link",
                rel="related",
                href=_clean(copy.link, LINK_LIMIT),
                title=_clean(copy.source, _TITLE_LIMIT),
            )
    # An entry without a link of its own must have content (RFC 4287 section 4.1.2).
    _child(entry, "summary" if alert.link else "content", _html(_paragraphs(story)), type="html")
    return entry


def _paragraphs(story: Story) -> Iterable[str]:
    alert = story.alert
    if alert.summary != alert.headline:
        yield alert.summary
    yield from alert.lines
    if others := other_sources(story):
        yield f"Also in: {others}"
    if alert.why:
        yield f"Why: {alert.why}"
    yield story.remark
    if commands := [command for _, command in controls(alert)]:
        yield " · ".join(commands)


def _html(paragraphs: Iterable[str]) -> str:
    cleaned = (_clean(one) for one in paragraphs)
    return "".join(f"<p>{html.escape(one)}</p>" for one in cleaned if one)


def _child(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(tag), attributes)
    child.text = text or None
    return child


def _clean(text: str, limit: int = _TEXT_LIMIT) -> str:
    """``text`` in one line of what may stand in XML."""
    return _NOT_XML.sub("", single_line(text, limit))


def _time(timestamp: float | None) -> str:
    """Feeds say impossible times; those are left out."""
    try:
        return "" if timestamp is None else utc(timestamp).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return ""


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _feed_id(watch: str) -> str:
    return f"urn:news-monitor:{watch}"


def _entry_id(alert: Alert) -> str:
    return f"urn:news-monitor:alert:{alert.id}"
