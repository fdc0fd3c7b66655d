"""Addresses that only lead on, with the address that they lead to written in them. Nothing is asked for.

Only what is known to lead on is looked into: ``https://site.example/share?url=...`` is a page of its own.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

_MOST_STEPS = 3


class _Redirector(NamedTuple):
    host: re.Pattern[str]
    path: re.Pattern[str]
    parameters: tuple[str, ...]
    read: Callable[[str], str]
    """What a parameter's value says, as it is written."""


def _of(host: str, path: str, *parameters: str, read: Callable[[str], str] = unquote) -> _Redirector:
    return _Redirector(re.compile(rf"(?:{host})", re.ASCII), re.compile(rf"(?:{path})", re.ASCII), parameters, read)


def _bytes(coded: str) -> bytes:
    try:
        return urlsafe_b64decode(unquote(coded).replace("+", "-").replace("/", "_").rstrip("=") + "==")
    except ValueError:
        return b""


def _base64(coded: str) -> str:
    return _bytes(coded).decode("utf-8", "replace")


def _of_bing(value: str) -> str:
    return _base64(value[2:]) if value.startswith("a1") else ""


def _of_proofpoint(value: str) -> str:
    return unquote(value.replace("-", "%").replace("_", "/"))


_GOOGLE = r"(?:www\.|news\.|m\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})"
_KNOWN = (
    _of(_GOOGLE, r"/url/?|/news/url/?", "url", "q"),
    _of(r"(?:www\.|cn\.)?bing\.com", r"/(?:news/)?apiclick\.aspx", "url"),
    _of(r"(?:www\.|cn\.)?bing\.com", r"/ck/a", "u", read=_of_bing),
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
    _of(r"[a-z0-9-]+\.safelinks\.protection\.(?:outlook\.com|office365\.us)", r"/.*", "url"),
    _of(r"statics\.teams\.cdn\.office\.net", r"/.*/atp-safelinks\.html", "url"),
    _of(r"urldefense\.proofpoint\.com|urldefense\.(?:com|us)", r"/v1/url", "u"),
    _of(r"urldefense\.proofpoint\.com|urldefense\.(?:com|us)", r"/v2/url", "u", read=_of_proofpoint),
    _of(r"linkprotect\.cudasvc\.com", r"/url", "a"),
    _of(r"(?:[a-z0-9-]+\.)+protection\.sophos\.com", r"/.*", "u", read=_base64),
    _of(r"exit\.sc|gate\.sc", r"/?", "url"),
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
_AMP_CACHE = re.compile(r"(?:[a-z0-9-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)", re.ASCII)
_CACHED_PATH = re.compile(r"/(?:[cv]|wp)/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+/.+)", re.ASCII)
_CACHES_OWN = re.compile(r"(?:amp_|_js_v|usqp=|_x_tr_)")
"""Parameters that a cache or a translator adds to those of the page."""
_WHOLE_QUERY = frozenset(("href.li", "www.href.li", "anonym.to", "www.anonym.to", "nullrefer.com"))
"""Their query is the address."""
_TRANSLATOR = ".translate.goog"
_SINGLE_HYPHEN = re.compile(r"\b-\b")
_PROOFPOINT = re.compile(r"https?://urldefense(?:\.proofpoint)?\.(?:com|us)/v3/__(.+?)__;([\w=-]*)!", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\*(?:\*(.))?")
_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ONE_SLASH = re.compile(r"(https?:/)(?=[^/])", re.IGNORECASE)
_CISCO_PATH = re.compile(r"/[^/]+/(https?%3a.+)", re.IGNORECASE)
_GOOGLE_NEWS_PATH = re.compile(r"(?:/__i)?(?:/rss)?(?:/rd)?/articles/([\w-]+)", re.ASCII)
_ADDRESS_IN_IT = re.compile(rb"\x08.\x22[\x80-\xff]?[\x01-\x7f](https?://[!-~]+)", re.DOTALL)
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
                    if own.removeprefix("amp;") == name and (target := _web(one.read(value))):
                        return target
    if host.startswith("urldefense."):
        return _web(_left_out_by_proofpoint(link))
    return _web(_of_a_translator(host, parts)) or _without_parameter(host, parts.path, parts.query)


def _without_parameter(host: str, path: str, query: str) -> str:
    """The page that is a part of the path, or the whole query."""
    if _YAHOO.fullmatch(host) and (found := _IN_PATH.search(f"{path}?{query}" if query else path)):
        return _web(unquote(found["coded"] or "") or _unquoted_start(found["plain"]))
    if host in _WHOLE_QUERY:
        return _web(unquote(query) if "://" not in query[:8] else query)
    if _AMP_CACHE.fullmatch(host) and (viewed := _CACHED_PATH.fullmatch(path)):
        return _web(f"http{'s' if viewed['secure'] else ''}://{viewed['page']}{_own_query(query)}")
    if _AMP_VIEWER.fullmatch(host) and (viewed := _AMP_PATH.fullmatch(path)):
        return _web(f"http{'s' if viewed['secure'] else ''}://{viewed['page']}{'?' + query if query else ''}")
    if host == "secure-web.cisco.com" and (coded := _CISCO_PATH.fullmatch(path)):
        return _web(unquote(coded[1]))
    if host == "news.google.com" and (named := _GOOGLE_NEWS_PATH.fullmatch(path)):
        return _web(_of_google_news(named[1]))
    return ""


def _own_query(query: str) -> str:
    own = "&".join(pair for pair in query.split("&") if pair and not _CACHES_OWN.match(pair))
    return f"?{own}" if own else ""


def _of_a_translator(host: str, parts: SplitResult) -> str:
    """The page whose host is a part of the translator's: dots are hyphens in it, and hyphens two."""
    name = host.removesuffix(_TRANSLATOR)
    if name == host or "." in name:
        return ""
    said = dict(pair.partition("=")[::2] for pair in parts.query.split("&"))
    kinds = said.get("_x_tr_enc", "").split(",")
    name = re.sub(r"[^\w-]", "", said.get("_x_tr_hp", "")) + name
    if "1" in kinds:
        name = name.removeprefix("1-")
    start = "xn--" if "0" in kinds and name.startswith("0-") else ""
    name = start + _SINGLE_HYPHEN.sub(".", name.removeprefix("0-") if start else name).replace("--", "-")
    scheme = "http" if said.get("_x_tr_sch") == "http" else "https"
    return f"{scheme}://{name}{parts.path}{_own_query(parts.query)}" if "." in name else ""


def _left_out_by_proofpoint(link: str) -> str:
    """The page in its third kind of address: stars stand for letters, which follow behind it."""
    if not (found := _PROOFPOINT.match(link)):
        return ""
    letters = iter(_base64(found[2]))

    def put_back(star: re.Match[str]) -> str:
        many = _LENGTHS.find(star[1]) + 2 if star[1] else 1
        return "".join(islice(letters, many))

    return _LEFT_OUT.sub(put_back, _ONE_SLASH.sub(r"\1/", unquote(found[1])))


def _of_google_news(coded: str) -> str:
    """The page that an older name of an article is made of. Newer ones only Google can read."""
    found = _ADDRESS_IN_IT.match(_bytes(coded))
    return found[1].decode("ascii") if found else ""


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
