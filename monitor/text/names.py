"""Words that names of outlets are made of, and those that stand around them."""

from __future__ import annotations

import re
import unicodedata

from monitor.text.folding import folded

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
