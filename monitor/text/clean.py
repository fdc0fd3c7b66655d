"""The border: whatever a feed says becomes plain, harmless, single-line text here, once.

Feed text can carry markup, terminal escape codes, line separators that split mail headers, and marks that reverse the
rest of a line. Everything behind this module may rely on their absence; where text is shown it is still escaped for
that place.
"""

from __future__ import annotations

import functools
import html
import re
from html.entities import html5
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

TITLE_LIMIT = 20_000
SUMMARY_LIMIT = 20_000
BODY_LIMIT = 50_000
LINK_LIMIT = 4_096

# In documents that are not well-formed, feedparser reads "AT&T" as an entity and returns "AT&T;".
_FALSE_ENTITY = re.compile(r"&([A-Z]\w{0,7});(?=\W|$)")


@functools.cache
def _unwanted() -> dict[int, str | None]:
    """What each unwanted character becomes: a space where it may have parted words, nothing otherwise."""
    table: dict[int, str | None] = {}
    spaces = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
    # Bidi embeddings, overrides and isolates; zero-width space, joiners of nothing, byte order mark; interlinear and
    # tag marks.
    nothing = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, *range(0x2060, 0x2065), 0xFEFF]
    nothing += [*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000)]
    table.update(dict.fromkeys(spaces, " "))
    table.update(dict.fromkeys(nothing, None))
    return table


def single_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """``text`` without control, line-breaking and direction-changing characters, white space folded, cut at ``limit``
    characters.
    """
    text = text[: limit * 2]
    if not (text.isascii() and text.isprintable()):
        text = text.translate(_unwanted())
    return " ".join(text.split())[:limit]


def visible(text: str) -> str:
    """``text`` with every control and direction-changing character written out (``␛``, ``<U+202E>``), so that a quoted
    line shows what it holds and does nothing. Tabs, too.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    wanted = code not in _unwanted()
    return char if wanted else f"<U+{code:04X}>"


def plain(markup: str, limit: int = TITLE_LIMIT) -> str:
    """HTML or text as one clean line of text: tags removed, entities decoded once, words of neighbouring blocks kept
    apart.
    """
    # Markup is up to some ten times longer than its text; what lies beyond is not worth the time of parsing it.
    markup = markup[: limit * 20]
    if "<" in markup or "&" in markup:
        markup = text_of(without_false_entities(markup))
        if len(markup) > limit * 2:
            markup = " ".join(markup.split())  # or the spaces of thousands of tags would push the words out
    return single_line(markup, limit)


def without_false_entities(text: str) -> str:
    """``text`` with the ``;`` removed that feedparser puts behind what it took for an entity: ``AT&T;``."""
    return _FALSE_ENTITY.sub(_unless_entity, text)


def _unless_entity(match: re.Match[str]) -> str:
    return match[0] if f"{match[1]};" in html5 else f"&{match[1]}"


# What joining with a base leaves as it is; so are nearly all links, and the long way takes five times as long.
_COMPLETE_LINK = re.compile(r"https?://[a-z0-9.-]+/[\w./%~+,=&@!*:-]*(?:\?[\w./%~+,=&@!*:-]+)?", re.ASCII)


def web_link(link: str, base: str = "") -> str:
    """``link`` made absolute, when it is one that a person may safely click (http or https), otherwise the empty
    string.
    """
    link = single_line(link, LINK_LIMIT).replace(" ", "%20")
    if not link:
        return ""
    if _COMPLETE_LINK.fullmatch(link):
        return link
    try:
        absolute = urljoin(base, link)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute if parts.scheme in ("http", "https") and parts.hostname else ""


# Query parameters whose values open doors: never shown, logged or exported.
_SECRET_NAME = re.compile(
    r"token|key(?!words?$)|secret|pass|pwd|auth(?!ors?$)|(?<!de)sig|session|credential|jwt|^(?:code|pw|pin)$",
    re.IGNORECASE,
)
_USER = re.compile(r"//[^/?#]*@")
_PARAMETER = re.compile(r"([^=&;/]+)=([^&;]*)")
_NAME_INSIDE = re.compile(r"[?&;#]([^=?&;#]+)=")


def _hidden(pair: re.Match[str]) -> str:
    name, value = unquote(pair[1]), pair[2]
    # An address with a user or a secret in it, as it is or encoded, and be it twice: the way back from a login, say.
    address = unquote(unquote(value))
    holds_one = _USER.search(address) or any(map(_SECRET_NAME.search, _NAME_INSIDE.findall(address)))
    return f"{name}=***" if holds_one or _SECRET_NAME.search(name) else pair[0]


_SCHEME = re.compile(r"([a-z][\w+.-]*)://", re.IGNORECASE)
_WEB = frozenset({"http", "https", "feed", "ftp", "file", "gopher", "about", "javascript", "data"})
_HOOK_HOST = re.compile(r"^hooks?\.|\bwebhooks?\.|^maker\.ifttt\.com")
_HOOK_PATH = re.compile(r"/api/webhooks/|^/webhook(?:b2)?/|/bot\d+:|^/services/T\w+/B\w+", re.IGNORECASE)
_ADDRESS = re.compile(r"\w[\w+.-]*://\S+")


def redact_all(text: str) -> str:
    """``text`` with each address in it fit to be shown."""
    return _ADDRESS.sub(lambda found: redact(found[0]), text)


_LEAST_SECRET = 4
"""Characters of a secret that is looked for in texts: "pin=1" would take the ones out of all numbers."""


def without_secrets(text: str, url: str) -> str:
    """``text``, which a server has said, without the secrets of the address that it was asked at: some repeat them in
    their errors.
    """
    try:
        parts = urlsplit(url)
        secrets = {parts.password or ""}
    except ValueError:
        return text
    pairs = _PARAMETER.finditer(f"{parts.query};{parts.path.partition(';')[2]};{parts.fragment}")
    secrets |= {pair[2] for pair in pairs if _SECRET_NAME.search(unquote(pair[1]))}
    for secret in sorted({form for one in secrets for form in (one, unquote(one))}, key=len, reverse=True):
        if len(secret) >= _LEAST_SECRET:
            text = text.replace(secret, "***")
    return text


def host_of(url: str) -> str:
    """The host of ``url``, in lower case; empty when it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def redact(url: str) -> str:
    """``url`` fit to be shown: without user, password and the values of parameters that look like secrets. Of addresses
    that are keys as a whole (those of webhooks, and those that Apprise reads) only the beginning is left.
    """
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in _WEB:
        return f"{scheme[1]}://***"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        host += f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(unreadable address)"
    # "user:password@host" without a scheme, and "http:/user:password@host" with half of one.
    if not parts.netloc and "@" in (url if parts.scheme in ("http", "https") else url.partition("/")[0]):
        return "***@" + redact("//" + url.rpartition("@")[2]).removeprefix("//")
    if _HOOK_HOST.search(host) or _HOOK_PATH.search(parts.path):
        return f"{parts.scheme}://{host}/***"
    query = _PARAMETER.sub(_hidden, parts.query)
    path = ";".join(
        _PARAMETER.sub(_hidden, part) if place else part for place, part in enumerate(parts.path.split(";"))
    )
    path = _USER.sub("//***@", path)
    user = "***@" if parts.username or parts.password else ""
    return urlunsplit((parts.scheme, user + host, path, query, ""))


# --- HTML as text ----------------------------------------------------------------------------------------------------
# What is a tag of HTML goes, and every other ``<`` stays what it was, part of a sentence. There is no tree: a parser of
# HTML takes everything behind a ``<`` that means "less than" for a tag, and builds trees of tags nested 60,000 deep;
# here every step takes time in proportion to the text.


_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html img li main menu nav ol optgroup option p pre
    search section summary table tbody td tfoot th thead title tr ul
    """.split()  # noqa: SIM905 - a list of ninety strings is no easier to read
)
"""Elements that a page shows apart from what stands beside them (HTML section 15.3)."""
_OTHERS = frozenset(
    """
    a abbr acronym applet area audio b base basefont bdi bdo bgsound big blink button canvas cite code col colgroup data
    datalist del dfn em embed font frame i iframe image input ins kbd keygen label legend link map mark marquee meta
    meter nobr noembed noframes noscript object output param picture plaintext progress q rb rp rt rtc ruby s samp
    script select slot small source span strike strong style sub sup svg template textarea time track tt u var video
    wbr xmp circle clippath defs ellipse g lineargradient path polygon polyline radialgradient rect tspan math mfrac mi
    mn mo mrow mspace msqrt mstyle msub msup mtext o:p
    """.split()  # noqa: SIM905
)
"""The other elements of HTML, old ones too, those of drawings and formulas that are no words, and what Word writes."""
# Of which no reader sees what they hold; and the title of a page, which has to end to be one.
_WITH_AN_END = re.compile(r"<(?:(!--)|(script|style|template|noscript|iframe|title)(?=[\s/>])[^<>]*>)", re.IGNORECASE)
# No pattern of this program has possessive quantifiers or atomic groups: Python before 3.11.5 misreads them. What must
# not be given back is looked at ahead and then taken, "(?=(?P<x>...))(?P=x)"; the rest has nothing to give back.
# Attributes that stand without a value; other words without one are a sentence: "if a <b and c> d".
_FLAGS = r"""(?:\s+(?:allowfullscreen|alt|async|autoplay|checked|class|compact|controls|crossorigin|defer|disabled
    |download|hidden|id|ismap|itemscope|loop|multiple|muted|nomodule|noshade|novalidate|nowrap|open|playsinline|readonly
    |required|reversed|selected|style)\b(?!\s*=)){0,999}"""
_WITH_VALUE = r"""[\s/](?=[^<>=]*=\s*["']|\s*[\w:.-]+\s*=[^=\s])"""
QUOTED = r"""[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*){0,50000}"""
"""Pattern of a tag's attributes, as far as their quotes come in pairs and hold no "<". The bound is one of memory: each
pair takes 220 bytes until the tag has ended.
"""
# A value in quotes may hold a "<" or three, and a tag two such values: without a bound, time would be quadratic.
_VALUE_WITH_SIGN = r"""(?:"[^"<]*(?:<[^"<]*){1,3}"|'[^'<]*(?:<[^'<]*){1,3}')"""
WELL_QUOTED = rf"{QUOTED}(?:{_VALUE_WITH_SIGN}{QUOTED}){{0,2}}"
"""The same, and a few values may hold a "<"."""
_TAG = re.compile(
    rf"""<(?:
        (?=(?P<name>/?[a-z][a-z0-9]*(?:[:-][a-z][\w-]*){{0,99}}))(?P=name)
        (?=(?P<flags>{_FLAGS}))(?P=flags)
        (?: [\s/]*> | {_WITH_VALUE}(?P<value>{WELL_QUOTED}>|[^<>]*>?) )
      | !doctype\b[^<>]*> | !\[(?:if|endif)\b[^<>]*> | \?(?:xml|php)\b[^<>]*>
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTED = re.compile(r"""=\s*["']""")


def text_of(markup: str) -> str:
    """``markup`` without its tags, its entities decoded once. Blocks are parted by spaces; what no reader sees
    (scripts, styles, comments) is left out where it is closed, and where it is not, nothing is.
    """
    if "<" in markup:
        markup = _TAG.sub(_instead, _without_hidden(markup))
    return html.unescape(markup)


def _instead(tag: re.Match[str]) -> str:
    name = (tag["name"] or "").lower()
    is_quoted = bool(_QUOTED.search(tag["value"] or ""))
    if not is_quoted and tag[0][-1] != ">":
        return tag[0]
    element = name.removeprefix("/")
    if element in _BLOCKS:
        return " "
    if element in _OTHERS or is_quoted or not name:
        return ""
    # Names with a colon or a hyphen are of XML or made up by a page; "<year-on-year>" is neither.
    is_made_up = ":" in name or "-" in name
    return "" if is_made_up and (tag["value"] or name[0] == "/") else tag[0]


def _without_hidden(markup: str) -> str:
    """``markup`` without what no reader sees, and with what only seems to begin such a part made text."""
    kept: list[str] = []
    place = 0
    ends: dict[str, int] = {}
    for opening in _WITH_AN_END.finditer(markup):
        if opening.start() < place or opening[0].endswith("/>"):
            continue
        name = "--" if opening[1] else opening[2].lower()
        if ends.get(name, 0) < opening.end():
            # Once none is found, none is looked for again, or time would be quadratic.
            closing = _end_of(name).search(markup, opening.end())
            ends[name] = closing.end() if closing else len(markup) + 1
        if ends[name] <= len(markup):
            if name != "title":
                kept += markup[place : opening.start()], " "
                place = ends[name]
        elif "=" not in opening[0]:
            kept += markup[place : opening.start()], html.escape(opening[0])
            place = opening.end()
    return "".join((*kept, markup[place:])) if kept else markup


@functools.cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile("-->" if name == "--" else rf"</{name}\b[^<>]*>?", re.IGNORECASE)
