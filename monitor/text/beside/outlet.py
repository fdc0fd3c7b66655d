"""Where the name of an outlet stands around a story: ``Ferry sinks - Dawn``, ``Ferry sinks (dawn.com)``, ``Dawn: Ferry
sinks``. It tells who reports, not what.

A name that belongs to a sentence stays: "Life in Pakistan" of the outlet "Pakistan". So what parts a name from a title
has to be there. A feed may be called by its subject, and headlines name theirs in the same places: "South Africa:
miners strike". So what a feed is called is an outlet's name only where its words, its host or its titles show that.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.text.folding import folded

_MOST_PARTS = 3
_MOST_SEPARATORS = 4
_LONGEST_NAME = 120
_LEAST_TITLES, _MOST_TITLES, _SHARE = 5, 100, 0.8
_RUN = re.compile(r"[\W_ǀ]+")
_DASHES, _LONG_DASHES = "-‐‑‒–−~/", "—―"
_BESIDE = "&+%$€£'’ʼ\"“”„«»‹›"
"""What stands inside names or around them."""
_ENDS = ".!?…。！？।۔؟;"
_OPENING, _CLOSING = "([（［【<{«", ")]）］】>}»"
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class Outlet(NamedTuple):
    """What an outlet goes by. ``declared``: this is surely its name, wherever it stands apart. Else it counts only
    behind a title, or where it ``leads`` before one, as most titles of its feed show it.
    """

    name: str
    declared: bool = False
    leads: bool = False


class _Separator(NamedTuple):
    start: int
    end: int
    kind: str
    """``bar``, ``dash``, ``colon``, ``stop`` (which ends a sentence or a part of one)."""


def outlets(source: str, *others: str, shown: tuple[Outlet, ...] = ()) -> tuple[Outlet, ...]:
    """The names that may stand around an item's texts: that of its declared ``source``, and of ``others``, which its
    feed is called or leads to, what is surely one; ``shown``: what the feed's titles show.
    """
    return _outlets(source, others, shown)


@functools.lru_cache(1_000)
def _outlets(source: str, others: tuple[str, ...], shown: tuple[Outlet, ...]) -> tuple[Outlet, ...]:
    found: dict[str, Outlet] = {}
    source = " ".join(source.split())
    if 1 < len(source) <= _LONGEST_NAME:
        found[source] = Outlet(source, True)
        if label := _label(source):
            found.setdefault(label, Outlet(label))
    hosts = [one for one in others if _HOST.fullmatch(one)]
    for host in hosts:
        found.setdefault(host, Outlet(host, True))
    labels = {label for label in map(_label, hosts) if label}
    for name in (one for one in others if one not in hosts):
        for form in feed_names(name):
            is_one = is_outlet(form)
            if is_one or key(form) in labels:
                found.setdefault(form, Outlet(form, is_one))
    for one in shown:
        found.setdefault(one.name, one)
    return tuple(sorted(found.values(), key=lambda one: -len(one.name)))


@functools.lru_cache(1_000)
def feed_names(title: str) -> tuple[str, ...]:
    """What a feed's title may name, without "RSS Feed" and "Latest from": all of it, and its parts."""
    title = " ".join(title.split())
    if not title or len(title) > 2 * _LONGEST_NAME:
        return ()
    parts = [title]
    if not asks_for_a_search(title):
        place = 0
        for one in (*_separators(title), _Separator(len(title), len(title), "bar")):
            parts.append(title[place : one.start])
            place = one.end
    forms = (without_generic(part.strip(" \"'“”«»()[]")) for part in parts)
    return tuple(dict.fromkeys(form for form in forms if 1 < len(form) <= _LONGEST_NAME and key(form)))


def _label(host: str) -> str:
    """The name in a host: ``dawn`` of ``www.dawn.com``."""
    if not _HOST.fullmatch(host):
        return ""
    labels = host.lower().split(".")[:-1]
    if len(labels) > 1 and (labels[-1] in ("co", "com", "org", "net", "gov", "ac", "or", "ne", "edu")):
        labels = labels[:-1]
    return key(labels[-1])


@functools.lru_cache(10_000)
def key(name: str) -> str:
    """What names are compared by: letters and digits, without marks, case and an article in front."""
    words = folded(unicodedata.normalize("NFKC", name)).split()
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    while len(words) > 1 and words[-1].strip(".") in BEHIND:
        words = words[:-1]
    joined = "".join(words)
    if joined.isalnum():
        return joined
    return "".join(char for char in joined if char.isalnum() or unicodedata.category(char)[0] == "M")


def is_one_of(text: str, names: Iterable[Outlet]) -> bool:
    """Whether ``text`` is one of these names, however it is spelt."""
    return key(text) in _by_key(tuple(names))


@functools.lru_cache(1_000)
def _by_key(names: tuple[Outlet, ...]) -> Mapping[str, Outlet]:
    found: dict[str, Outlet] = {}
    for one in sorted(names, key=lambda one: one.declared, reverse=True):
        if one_key := key(one.name):
            found.setdefault(one_key, one)
    return found


def shown_by(titles: Iterable[str], *called: str) -> tuple[Outlet, ...]:
    """What stands apart at the same end of nearly all ``titles``: the name of their outlet. A single word may be a
    place that they are all about, and is one only if the feed is ``called`` so.
    """
    distinct = list(dict.fromkeys(titles))[:_MOST_TITLES]
    if len(distinct) < _LEAST_TITLES:
        return ()
    behind: Counter[str] = Counter()
    before: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for title in distinct:
        found = [one for one in _separators(title) if one.kind in ("bar", "dash")]
        last = _inside_brackets(title) or (title[found[-1].end :] if found and found[-1].start > 0 else "")
        first = title[: found[0].start] if found and found[0].kind == "bar" else ""
        for part, counted in ((last, behind), (first, before)):
            if one_key := key(part):
                counted[one_key] += 1
                spelt.setdefault(one_key, part.strip())
    confirmed = {key(form) for name in called for form in (*feed_names(name), _label(name)) if form}
    wanted = max(_LEAST_TITLES, int(-(-len(distinct) * _SHARE // 1)))
    return tuple(
        Outlet(spelt[one], False, counted is before)
        for counted in (behind, before)
        for one, number in counted.items()
        if number >= wanted and (one in confirmed or len(_WORD.findall(spelt[one])) > 1)
    )


def _inside_brackets(title: str) -> str:
    whole = title.rstrip()
    start = max((whole.rfind(one) for one in "([（［【"), default=-1)
    return whole[start + 1 : -1] if whole[-1:] in tuple(")]）］】") and start > 0 else ""


def without_outlet(title: str, outlet: str, feed: str = "") -> str:
    """``title`` without the names of its ``outlet``, which it declares itself, and of its ``feed`` at its end. Offsets
    stay true.
    """
    names = outlets(outlet, feed)
    for _ in range(_MOST_PARTS):
        cut = _end(title, names)
        if cut is None:
            break
        title = title[:cut]
    return title


def bare(title: str, outlet: str, feed: str = "") -> str:
    """``title`` without the names of its outlet and its feed around it."""
    title = without_outlet(title, outlet, feed)
    return title[_beginning(title, outlets(outlet, feed)) or 0 :]


def around(text: str, names: Iterable[Outlet]) -> list[tuple[int, int]]:
    """The parts of ``text`` at its beginning and its end that only name an outlet, with what parts them from the rest.
    None where nothing would be left.
    """
    names = tuple(names)
    start, end = 0, len(text)
    for _ in range(_MOST_PARTS):
        cut = _end(text[start:end], names)
        if cut is None:
            break
        end = start + cut
    cut = _beginning(text[start:end], names)
    start = start if cut is None else start + cut
    return [span for span in ((0, start), (end, len(text))) if span[0] < span[1]]


def _end(text: str, names: Sequence[Outlet]) -> int | None:
    """Where the name at the end of ``text`` begins, with what parts it from the rest; None where there is none."""
    floor = max(0, len(text) - 3 * _LONGEST_NAME)
    by_key, whole = _by_key(tuple(names)), text.rstrip()
    opened = max((whole.rfind(one) for one in _OPENING), default=-1)
    if whole[-1:] in tuple(_CLOSING) and opened > 0 and (one := by_key.get(key(whole[opened + 1 : -1]))):
        before = whole[:opened].rstrip()
        if (one.declared or len(_WORD.findall(one.name)) > 1) and key(before) and not _separator_ends(before):
            return len(before)
    end = len(text)
    for separator in list(_separators(text, floor))[-_MOST_SEPARATORS:][::-1]:
        part = text[separator.end : end]
        found = by_key.get(key(part))
        if found and _may_part(separator, found) and key(text[: separator.start]):
            return separator.start
        if is_generic(part):
            end = separator.start
    return None


def _separator_ends(text: str) -> bool:
    return any(one.end == len(text) and one.kind != "stop" for one in _separators(text))


def _may_part(separator: _Separator, name: Outlet) -> bool:
    """Whether a name may stand behind that at the end of a title."""
    if separator.kind in ("bar", "dash"):
        return not name.leads
    return name.declared and (separator.kind == "colon" or len(_WORD.findall(name.name)) > 1)


def _beginning(text: str, names: Sequence[Outlet]) -> int | None:
    """Where the rest begins behind a name at the beginning of ``text``."""
    by_key = _by_key(tuple(names))
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] in tuple(_OPENING):
        closes = min((place for one in _CLOSING if (place := text.find(one, start, start + 200)) > 0), default=-1)
        found = by_key.get(key(text[start + 1 : closes])) if closes > 0 else None
        rest = text[closes + 1 :].lstrip(" :-–—|")
        if found and found.declared and key(rest):
            return len(text) - len(rest)
    for number, separator in enumerate(_separators(text[: 3 * _LONGEST_NAME])):
        if number >= _MOST_SEPARATORS:
            break
        found = by_key.get(key(text[: separator.start]))
        is_parted = separator.kind in ("bar", "dash", "colon") if found and found.declared else separator.kind == "bar"
        if found and (found.declared or found.leads) and is_parted and key(text[separator.end :]):
            return separator.end
    return None


def _separators(text: str, floor: int = 0) -> Iterator[_Separator]:
    """What parts ``text``: runs of marks that no word has inside."""
    for run in _RUN.finditer(text, floor):
        start, end = run.span()
        while start < end and unicodedata.category(text[start])[0] == "M":
            start += 1
        marks = text[start:end]
        kind = _kind(marks)
        if kind:
            yield _Separator(start, end, kind)


@functools.lru_cache(1_000)
def _kind(marks: str) -> str:
    core = "".join(char for char in marks if not char.isspace() and unicodedata.category(char) != "Cf")
    spaced = any(char.isspace() for char in marks)
    angled = core.strip("\"'“”") in ("»", "›", "«", "»»") and spaced
    core = core if angled else "".join(char for char in core if char not in _BESIDE)
    if not core or all(unicodedata.category(char)[0] == "M" for char in core):
        return ""
    if "::" in core or "..." in core or "…" in core:
        return "bar"
    core = core.strip(_ENDS + ",،、()[]（）")
    if not core:
        return "stop" if spaced and not any(char in _OPENING + _CLOSING for char in marks) else ""
    if core in (":", "："):
        return "colon"
    if core.startswith(":/"):  # of an address
        return ""
    if all(char in _DASHES for char in core):
        return "dash" if spaced or len(core) > 1 else ""
    if all(char in _LONG_DASHES for char in core):
        return "dash"
    if core in ("@", "#", "·", ".", "_") and not spaced and core != "_":
        return ""
    return "bar"


# --- words of names --------------------------------------------------------------------------------------------------
# Words that names of outlets are made of, and those that stand around them.


ARTICLES = frozenset("the la le les el los las il lo der die das de het a o os as".split())  # noqa: SIM905
BEHIND = frozenset("online newspaper website rss atom feed feeds".split())  # noqa: SIM905
"""What may stand behind a name, or not."""
_OUTLETS = """
    post times news today daily herald gazette tribune journal chronicle guardian telegraph observer mail press wire
    newswire radio tv television broadcasting magazine weekly monthly reporter examiner inquirer courier dispatch
    bulletin newspaper blog newsletter zeitung blatt tageblatt tagblatt rundschau kurier anzeiger nachrichten presse
    rundfunk tagesspiegel courrier quotidien actualites actualité infos diario periodico noticias prensa correo heraldo
    jornal folha giornale corriere gazzetta notizie krant nieuws dagblad avisen aftonbladet tidning tidningen nyheter
    gazeta wiadomosci dziennik haber haberler haberleri gazetesi новости газета вести известия вестник ведомости сегодня
    новини вісті сьогодні вестник вести روزنامہ نیوز خبریں اخبار پوسٹ ٹوڈے ٹائمز اليوم أخبار الأخبار صحيفة جريدة
    الإخبارية بوست نيوز خبرگزاری روزنامه خبر समाचार न्यूज़ दैनिक टुडे टाइम्स সংবাদ খবর নিউজ
"""
_UNPARTED = re.compile(
    r"(?:日报|日報|时报|時報|晚报|晚報|早报|早報|新闻网|新聞網|新闻|新聞|周刊|週刊|通讯社|通訊社|신문|일보|뉴스)$"
)
_COMPANIES = frozenset(
    ("deutsche post", "royal mail", "la poste", "swiss post", "japan post", "india post", "canada post")
)
_GENERIC = (
    r"rss(?:\s*2\.0)?|atom|feeds?|news ?feed|rss feed|latest|latest news|top stories|top news|news|breaking news|home"
    r"|home ?page|all articles|all news|articles|headlines|world|новости|все новости|главные новости|лента"
)
_BEHIND_NAME = re.compile(
    r"(?:\s*[-–—|:»·,]\s*|\s+)(?:rss(?:\s*2\.0)?|atom|feeds?|news ?feed|latest news|latest|top"
    r" stories|home ?page|home|all articles|all news|articles|headlines|все новости|лента)\s*$",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"^(?:the\s+)?(?:latest|top|all|breaking|recent)?\s*(?:news|stories|articles|posts|headlines|updates|latest)\s+(?:from|on|at|by|-)\s+",
    re.IGNORECASE,
)
_SEARCH = re.compile(r"google (?:news|alerts?)|\bbing\b|\balerts?\b|\bsearch\b|[\"“„«].+[\"”“»]", re.IGNORECASE)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\s\-–—_.,|:]+", folded(unicodedata.normalize("NFKC", name)))


_KNOWN = frozenset(word for name in _OUTLETS.split() for word in _words(name))


def is_outlet(name: str) -> bool:
    """Whether the words of a name tell that it is an outlet's: "Zanzibar Post", not "South Africa"."""
    words = _words(name)
    if len(words) < 2:
        return len(name) > 2 and bool(_UNPARTED.search(name))
    has_one = not _KNOWN.isdisjoint(words) and not all(one in _KNOWN or one in ARTICLES for one in words)
    return (has_one or bool(_UNPARTED.search(name))) and " ".join(words) not in _COMPANIES


def is_generic(part: str) -> bool:
    """Whether a part of a title is "Latest news" or a date, and names nothing."""
    part = part.strip()
    return bool(re.fullmatch(_GENERIC, part, re.IGNORECASE)) or bool(re.fullmatch(r"[\d./\s:,-]+", part))


def without_generic(name: str) -> str:
    """A feed's title without "Latest from" before it and "RSS Feed" behind it."""
    name = _BEFORE_NAME.sub("", name, count=1)
    while found := _BEHIND_NAME.search(name):
        if found.start() <= 1:
            break
        name = name[: found.start()].rstrip(" -–—|:»·,")
    return "" if is_generic(name) else name


def asks_for_a_search(title: str) -> bool:
    """Whether a feed is called by what somebody looks for."""
    return bool(_SEARCH.search(title))
