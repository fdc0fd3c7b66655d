"""Addresses that only lead on, with the address that they lead to written in them. Nothing is asked for.

Only what is known to lead on is looked into: ``https://site.example/share?url=...`` is a page of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_MOST_STEPS = 3


class _Redirector(NamedTuple):
    host: re.Pattern[str]
    path: re.Pattern[str]
    parameters: tuple[str, ...]


def _of(host: str, path: str, *parameters: str) -> _Redirector:
    return _Redirector(re.compile(rf"(?:{host})", re.ASCII), re.compile(rf"(?:{path})", re.ASCII), parameters)


_GOOGLE = r"(?:www\.|news\.|m\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})"
_KNOWN = (
    _of(_GOOGLE, r"/url/?|/news/url/?", "url", "q"),
    _of(r"(?:www\.|cn\.)?bing\.com", r"/(?:news/)?apiclick\.aspx", "url"),
    _of(r"(?:[a-z]+\.)?facebook\.com|l\.messenger\.com", r"/l(?:/l)?\.php|/flx/warn/?", "u"),
    _of(r"l\.instagram\.com|l\.threads\.(?:net|com)|l\.wl\.co", r"/?|/l/?", "u"),
    _of(r"t\.umblr\.com", r"/redirect/?", "z"),
    _of(r"out\.reddit\.com", r"/.*", "url"),
    _of(r"(?:www\.|html\.|lite\.)?duckduckgo\.com", r"/l/?", "uddg"),
    _of(r"(?:www\.|m\.)?youtube\.com", r"/redirect/?", "q"),
    _of(r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go|redir/general-malware-page)/?", "url"),
    _of(r"(?:m\.|away\.)?vk\.(?:com|ru)", r"/away(?:\.php)?", "to"),
    _of(r"(?:www\.)?getpocket\.com", r"/redirect/?", "url"),
    _of(r"slack-redir\.net", r"/link/?", "url"),
    _of(r"steamcommunity\.com", r"/linkfilter/?", "url", "u"),
    _of(r"[a-z0-9-]+\.safelinks\.protection\.outlook\.com", r"/.*", "url"),
    _of(r"(?:redirect|r)\.viglink\.com", r"/?", "u"),
    _of(r"go\.(?:redirectingat|skimresources)\.com", r"/?", "url"),
    _of(r"(?:feedproxy\.google|feeds\.feedburner)\.com", r"/.*", "url"),
    _of(r"(?:[a-z]+\.)?yandex\.(?:ru|com|by|kz|com\.tr)", r"/clck/jsredir/?|/redir/.*", "url"),
    _of(r"(?:[a-z]+\.)?yandex\.(?:ru|com|by|kz|com\.tr)", r"/yandsearch/?", "cl4url"),
    _of(r"translate\.google\.(?:[a-z]{2,3}|com?\.[a-z]{2})", r"/(?:translate(?:_c)?|website)?/?", "u"),
    _of(r"t\.me", r"/iv/?", "url"),
    _of(r"medium\.com", r"/r/?", "url"),
    _of(r"consent\.(?:google|youtube)\.(?:[a-z]{2,3}|com?\.[a-z]{2})", r"/.*", "continue"),
    _of(r"(?:[a-z]+\.)?consent\.yahoo\.com|consent\.yahoo\.com", r"/.*", "done"),
    _of(r"(?:[a-z0-9-]+\.)?news\.yahoo\.com|(?:[a-z0-9-]+\.)*(?:search|rd|finance)\.yahoo\.com", r"/.*", "RU", "ru"),
)
_YAHOO = re.compile(r"(?:[a-z0-9-]+\.)*yahoo\.com", re.ASCII)
_IN_PATH = re.compile(r"[/;]RU=(?P<coded>https?(?::|%3a)[^/;]+)|/\*(?P<plain>https?(?::|%3a).+)", re.IGNORECASE)
_AMP_VIEWER = re.compile(rf"{_GOOGLE}", re.ASCII)
_AMP_PATH = re.compile(r"/amp/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+/.+)", re.ASCII)
_AMP_CACHE = re.compile(r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org", re.ASCII)
_CACHED_PATH = re.compile(r"/[cv]/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+/.+)", re.ASCII)
_WHOLE_QUERY = frozenset(("href.li", "www.href.li", "anonym.to", "www.anonym.to", "nullrefer.com"))
"""Their query is the address."""
_WEB = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)


def behind(link: str) -> str:
    """The page that ``link`` leads on to, where it is the address of a known redirector; else ``link`` itself."""
    for _ in range(_MOST_STEPS):
        target = _target(link)
        if not target:
            break
        link = target
    return link


def _target(link: str) -> str:
    if "://" not in link:
        return ""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    for one in _KNOWN:
        if parts.query and one.host.fullmatch(host) and one.path.fullmatch(parts.path or "/"):
            pairs = [pair.partition("=") for pair in parts.query.split("&")]
            for name in one.parameters:
                for own, _, value in pairs:
                    if own == name and (target := _web(unquote(value))):
                        return target
    return _without_parameter(host, parts.path, parts.query)


def _without_parameter(host: str, path: str, query: str) -> str:
    """The page that is a part of the path, or the whole query."""
    if _YAHOO.fullmatch(host) and (found := _IN_PATH.search(f"{path}?{query}" if query else path)):
        return _web(unquote(found["coded"] or "") or _unquoted_start(found["plain"]))
    if host in _WHOLE_QUERY:
        return _web(unquote(query) if "://" not in query[:8] else query)
    if _AMP_CACHE.fullmatch(host) and (viewed := _CACHED_PATH.fullmatch(path)):
        return _web(f"http{'s' if viewed['secure'] else ''}://{viewed['page']}")
    if _AMP_VIEWER.fullmatch(host) and (viewed := _AMP_PATH.fullmatch(path)):
        return _web(f"http{'s' if viewed['secure'] else ''}://{viewed['page']}{'?' + query if query else ''}")
    return ""


def _unquoted_start(text: str) -> str:
    return text if "://" in text[:8] else unquote(text)


def _web(address: str) -> str:
    """``address`` where it is a whole one of the web, and names somebody; else nothing."""
    if not _WEB.match(address):
        return ""
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""
