"""HTML as text: what is a tag of HTML goes, and every other ``<`` stays what it was, part of a sentence.

There is no tree. A headline is a line or two in which "<" as often means "less than", and a parser of HTML takes
everything behind such a one for a tag, or behind the word ``<script>`` for a program; nor does a tree of tags nested
60,000 deep, or of one with 40,000 attributes, ever get built. Every step takes time in proportion to the text.
"""

from __future__ import annotations

import functools
import html
import re

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
