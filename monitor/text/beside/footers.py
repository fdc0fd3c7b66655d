"""Footers: what stands below a story ("Read more on Zanzibar Post", "Source: Reuters", "© 2026 Zanzibar Post"), and the
lines that say who wrote it, who took its picture, or where one may follow its outlet.

None is ever taken for more than one sentence, at the end of a text or of its last block. One that might be a story
itself ("Sources: president to resign") is ``weak``: it is a footer only where a story stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.text.beside import phrases
from monitor.text.beside.outlet import Outlet, is_one_of

_WINDOW = 700
"""A footer stands within so many characters of a text's end."""
_MOST_FOOTERS = 8
_SENTENCE_ENDS = re.compile(r"[.!?…。！？।۔؟»”\"')\]]\s*$")
# The point of an initial ends no sentence.
_INNER_END = re.compile(r"(?<!\b\w)[.!?]\s+\S|[。！？।۔؟]\s*\w")
_SENTENCE = re.compile(r"[^.!?。！？।۔؟]+")
_WORD = re.compile(r"\w+")
_MORE_TAIL, _LINK_TAIL, _SHORT_TAIL, _NAME_TAIL = 30, 12, 12, 8
_FEW_BEFORE, _MOST_BEFORE = 5, 40
_LEAST_TITLE = 8
_MOST_JOINING = 2
_LEAST_STORY, _LEAST_UNPARTED = 2, 4
_MOST_OF_NAME, _MOST_WITHOUT_CASE, _MOST_LETTERS = 6, 3, 10
_SMALL = frozenset(
    "of the and for in on und der die das de du des da la le les et y e el di del do i и van & a".split()  # noqa: SIM905
)
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Footer(NamedTuple):
    """Where a footer stands. ``weak``: only if a story stands above it."""

    start: int
    end: int
    weak: bool


def footers(text: str, titles: Sequence[str], names: Sequence[Outlet], borders: Sequence[int] = ()) -> Iterator[Footer]:
    """The footers of ``text``, from its end on. ``titles``: how its item is called; ``borders``: where blocks begin."""
    end = len(text.rstrip())
    floor = max(0, end - _WINDOW)
    for _ in range(_MOST_FOOTERS):
        begin = max((place for place in borders if floor < place < end), default=floor)
        part = text[begin:end]
        found = _last(part, titles, names) if part.strip() else None
        if found is None and begin > floor and is_one_of(part, names):
            found = 0, False  # a block that only names the outlet
        if found is None:
            return
        yield Footer(begin + found[0], end, found[1])
        end = len(text[: begin + found[0]].rstrip())


def posted(text: str) -> list[tuple[int, int]]:
    """What sites for discussion add, wherever it stands: start and end."""
    return [found.span() for found in phrases.POSTED.finditer(text)]


def has_story(text: str, borders: Sequence[int] = ()) -> bool:
    """Whether a story is among what is left of a text: a sentence that is no credit and leads nowhere."""
    places = [0, *borders, len(text)]
    for start, end in pairwise(places):
        for found in _SENTENCE.finditer(text, start, end):
            sentence = found[0]
            unparted = len(_UNPARTED.findall(sentence))
            words = len(_WORD.findall(sentence)) - bool(unparted)
            is_whole = words == 1 and found.end() < end  # "Boats."
            enough = unparted >= _LEAST_UNPARTED or words >= _LEAST_STORY or is_whole
            if enough and not _is_beside(sentence.lstrip()):
                return True
    return False


def _is_beside(sentence: str) -> bool:
    if phrases.RIGHTS.search(sentence) or phrases.READ_ON.match(sentence) or phrases.SOURCE.match(sentence):
        return True
    related = phrases.RELATED.match(sentence)
    return bool(related) and _is_followed_by_mark(sentence[related.end() :]) if related else False


def _last(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """Where the footer at the end of ``part`` begins, and whether it is a weak one."""
    found = [
        one
        for one in (
            _first_on(part, titles, names),
            _read_on(part, titles, names),
            _related(part, titles),
            _source(part, names),
            _rights(part, names),
            _credit(part),
            invitation(part, names),
        )
        if one
    ]
    return min(found) if found else None


def _first_on(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "The post TITLE appeared first on SITE.", in whatever words: the title of the item, and the site's name."""
    phrase = next(reversed(list(phrases.FIRST_ON.finditer(part))), None)
    folded = part.casefold()
    for title in titles:
        at = folded.rfind(title.casefold()) if len(title) >= _LEAST_TITLE and len(folded) == len(part) else -1
        if at < 0:
            continue
        tail = part[at + len(title) :]
        says_so = phrase is not None and phrase.start() >= at + len(title)
        if _is_short(tail, _SHORT_TAIL) and (says_so or (_names_one(tail, names) and at > 0)):
            return _sentence_begins(part, at, _FEW_BEFORE), not says_so
    if not phrase or not _is_short(part[phrase.end() :], _NAME_TAIL):
        return None
    start = _sentence_begins(part, phrase.start(), _MOST_BEFORE)
    begins = phrases.BEGINS.match(part, start)
    between = len(_WORD.findall(part[start : phrase.start()]))
    tail = part[phrase.end() :].strip(" .")
    is_named = _only_names(tail, names)
    if begins and (between <= _FEW_BEFORE or is_named or _may_be_name(tail)):
        return start, True
    if is_named and tail:
        return (start if between <= _FEW_BEFORE else phrase.start()), True
    return None


def _read_on(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "Read more", and where: it is surely a footer where nothing follows but the title and the outlet's name."""
    for found in reversed(list(phrases.READ_ON.finditer(part))):
        tail = _without(part[found.end() :], titles)
        if _is_short(tail, _LINK_TAIL) and _begins_sentence(part, found.start(), found[0]):
            return found.start(), not _only_names(tail, names)
    return None


def _related(part: str, titles: Sequence[str]) -> tuple[int, bool] | None:
    for found in reversed(list(phrases.RELATED.finditer(part))):
        tail = part[found.end() :]
        is_one = _is_followed_by_mark(tail) and _is_short(_without(tail, titles), _MORE_TAIL)
        if is_one and _begins_sentence(part, found.start(), found[0]):
            return found.start(), True
    return None


def _is_followed_by_mark(tail: str) -> bool:
    return bool(re.match(r"\s*(?:[:：|»>–—-]|$)", tail))


def _source(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "Source:" with a name behind it."""
    for found in reversed(list(phrases.SOURCE.finditer(part))):
        tail = part[found.end() :].strip(' .,;()[]（）【】。»«"“”')
        if not _begins_sentence(part, found.start(), found[0]):
            continue
        if _is_known(tail, names) or _ADDRESS.fullmatch(tail):
            return found.start(), False
        if _may_be_name(tail):
            return found.start(), True
    return None


def _rights(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "© 2026 Zanzibar Post, all rights reserved": surely one where a year stands before a name."""
    for one in phrases.RIGHTS.finditer(part):
        behind = part[one.end() :]
        if _is_short(behind, _SHORT_TAIL) and not re.search(r"[:：]\s", behind):
            tail = behind.lstrip("0123456789-–,.©() \t")
            has_year = any(char.isdigit() for char in behind[: len(behind) - len(tail)])
            tail = phrases.RIGHTS.split(tail)[0].strip(" .,-–|")
            return one.start(), bool(tail) and not (_is_known(tail, names) or (has_year and _may_be_name(tail)))
    return None


def _credit(part: str) -> tuple[int, bool] | None:
    """ "Photo by Ali Khan / Zanzibar Post"."""
    at = credit(part)
    return (at, True) if at >= 0 else None


def _is_known(tail: str, names: Sequence[Outlet]) -> bool:
    return is_one_of(tail, names)


def _names_one(tail: str, names: Sequence[Outlet]) -> bool:
    return any(one.name.casefold() in tail.casefold() for one in names)


def _only_names(tail: str, names: Sequence[Outlet]) -> bool:
    """Whether nothing stands there but the name of an outlet, and a word or two that join it."""
    tail = tail.strip(" .…→»›>:[]()&|-–—。")
    for one in names:
        if tail.casefold().endswith(one.name.casefold()):
            tail = tail[: len(tail) - len(one.name)]
            return len(_WORD.findall(tail)) <= _MOST_JOINING and ":" not in tail
    return not _WORD.search(tail)


def _may_be_name(tail: str) -> bool:
    """Whether a few words may be a name: in capitals where there are any."""
    words = tail.split()
    if not 0 < len(words) <= _MOST_OF_NAME or _INNER_END.search(tail) or re.search(r"[:：!?？！]", tail):
        return False
    if tail.upper() == tail.lower():
        return len(words) <= _MOST_WITHOUT_CASE and len(_UNPARTED.findall(tail)) <= _MOST_LETTERS
    return all(not one[:1].islower() or one.lower() in _SMALL for one in (word.strip("\"'«“(") for word in words))


def _without(tail: str, titles: Sequence[str]) -> str:
    for title in titles:
        tail = tail.replace(title, " ") if title else tail
    return tail


def _is_short(tail: str, words: int) -> bool:
    """Whether a text has one sentence at most, of so many words."""
    letters = len(_UNPARTED.findall(tail))
    return len(_WORD.findall(tail)) + letters // 2 <= words and not _INNER_END.search(tail)


def _begins_sentence(part: str, at: int, phrase: str) -> bool:
    before = part[:at].rstrip()
    if before[-1:] in tuple("“„«\"'‘(") and before[-1:]:
        return False
    if not before or _SENTENCE_ENDS.search(before) or before[-1] in "|·•-–—>:（(":
        return True
    # Paragraphs are told by nothing in plain text. A capital, or letters that know none, may begin one.
    return part[at - 1].isspace() and (phrase[0].isupper() or not phrase[0].islower())


def _sentence_begins(part: str, at: int, words: int) -> int:
    """Where the sentence that ``at`` stands in begins, or ``at`` where that is too far."""
    ends = [found.end() for found in re.finditer(r"[.!?…。！？।۔؟]['\"»”’)\]]*\s+", part[:at])]
    start = ends[-1] if ends else 0
    before = _WORD.findall(part[start:at])
    if len(before) <= words:
        return start
    capital = [found.start() for found in re.finditer(r"(?<!\S)[^\W\d_a-zа-яё]\w*", part[:at])]
    return capital[-1] if capital and len(_WORD.findall(part[capital[-1] : at])) <= _FEW_BEFORE else at


# --- bylines and credits ---------------------------------------------------------------------------------------------
# Who wrote a story and who took its picture: "By Jane Doe, Zanzibar Post" above it, "Photo by Ali Khan" below that. A
# caption tells of the story; the name of who took the picture does not.


_BY = re.compile(
    r"\s*(?:(?:By|BY|by|Von|Par|Por|Door|Av|Af|Autor(?:in)?:|Auteur\s?:|Autor/a:|Автор:|Авторы:|Текст:|تحریر:|بقلم:?"
    r"|लेखक:|रिपोर्ट:|Yazan:|Haber:)\s+|文[/／：]|作者[:：]|记者[:：]?)"
)
_MOST_WORDS, _LONGEST, _MOST_OF_CREDIT = 10, 120, 8
_MOST_OF_BYLINE = 5
"""So many words are a name where no capitals show it."""
_NAME_PARTICLES = frozenset(
    "and for of the und für et pour y e para и для & staff writer writers correspondent reporter reporters editor"  # noqa: SIM905
    " de la van von der al bin".split()
)
_MAY_SHOW = re.compile(r"\W*(?:photo|image|picture|illustration)s?\s*[:：]\s*", re.IGNORECASE)
"""What a caption may begin with that says who is seen: "Photo: President Mwinyi"."""
_BEHIND = re.compile(r"\s*(?:$|[.|:;,)–—-](?=\s|$)|\()")
_MARK = re.compile(r"[.!?…]\s|[:：!?？！。۔।]")


def byline(text: str, names: Sequence[Outlet], borders: Sequence[int] = ()) -> int:
    """Where the story begins behind a line that says who wrote it; 0 where there is none. It is a block of its own, or
    ends with a name of the outlet.
    """
    by = _BY.match(text)
    if not by:
        return 0
    border = next((place for place in borders if place > 0), 0)
    if 0 < border - by.end() <= _LONGEST and may_be_names(text[by.end() : border]):
        return border
    for one in names:
        at = text.find(one.name, by.end(), by.end() + _LONGEST)
        end = at + len(one.name)
        known = one.declared or " " in one.name
        if at >= 0 and known and _BEHIND.match(text, end) and (at == by.end() or may_be_names(text[by.end() : at])):
            return end
    return 0


def credit(text: str) -> int:
    """Where the credit at the end of a caption begins, -1 where there is none."""
    for found in phrases.CREDIT.finditer(text):
        before, tail = text[: found.start()].rstrip(), text[found.end() :].strip(" .()[]")
        if not before and _MAY_SHOW.fullmatch(found[0]) and "/" not in tail:
            continue
        parted = not before or before[-1] in ".!?…()[]|–—-/。" or found[0][0] in "([©"
        if parted and tail and may_be_names(tail, _MOST_OF_CREDIT, _MOST_WITHOUT_CASE):
            return len(before)
    return -1


def names_somebody(text: str) -> bool:
    """Whether ``text`` only says who wrote or took something: "By Jane Doe", "Photo: Ali Khan / Reuters"."""
    lead = _BY.match(text) or phrases.CREDIT.match(text)
    return may_be_names(text[lead.end() :] if lead else text)


def may_be_names(text: str, most: int = _MOST_WORDS, without_case: int = _MOST_OF_BYLINE) -> bool:
    """Whether a few words may be names: in capitals, where there are any."""
    words = [word.strip(",/|()\"'“”«»") for word in text.replace("/", " / ").split()]
    words = [word for word in words if word]
    if not 0 < len(words) <= most or _MARK.search(text.strip(" .")):
        return False
    if text.lower() == text.upper():
        return len(words) <= without_case and len(_UNPARTED.findall(text)) <= _MOST_LETTERS
    return all(not word[:1].islower() or word in _NAME_PARTICLES for word in words)


# --- invitations -----------------------------------------------------------------------------------------------------
# One is the whole last sentence, or a block of its own, and names a place for followers or an app: "Follow Zanzibar
# Post on WhatsApp". "Follow Zanzibar on its way to the polls" is a story.


_PLACE = (
    r"(?:Google\s?(?:News|Discover|Новост\w+|Haberler|Actualités|Noticias|Notícias)|Гугл\s?Новост\w+|گوگل نیوز"
    r"|أخبار جوجل|गूगल न्यूज़?|WhatsApp|واٹس\s?ایپ|واتس\s?اب"
    r"|व्हा?ट्स\s?ए?प|व्हाट्सऐप|Telegram|Телеграм\w*|ٹیلی\s?گرام|تيليجرام|تلغرام"
    r"|تليغرام|टेलीग्राम|Facebook|Фейсбук\w*|فیس\s?بک|فيسبوك|फेसबुक|Instagram|انسٹا\s?گرام|إنستغرام|इंस्टाग्राम|Twitter"
    r"|ٹوئٹر|تويتر|ट्विटर|YouTube|یوٹیوب|يوتيوب|यूट्यूब|TikTok|LinkedIn|Threads|Bluesky|Mastodon|Viber|ВКонтакте|VK"
    r"|Дзен\w*|X|ایکس|إكس|एक्स)(?:['’]?\w{0,5})"
)
_AND = r"(?:,|\s?/|\s&)?\s(?:(?:and|et|y|und|e|ve|и|или|or|اور|و|और)\s)?"
_PLACES = rf"(?:the |le |la |el |o |a |das |den )?{_PLACE}(?:{_AND}{_PLACE}){{0,5}}"
_NAME = r"(?P<name>[^:：?!]{2,60}?)"
_MORE = r"(?P<more>(?:[\s,–—-][^:：]{0,60})?)"
_FORMS = (
    rf"(?:Follow|Join|Find|Like|Get|Watch|Read) {_NAME}(?: channel)? (?:on|via) {_PLACES}{_MORE}",
    rf"Subscribe to {_NAME}(?: newsletter| channel| for free| today)?(?: on {_PLACES})?",
    rf"(?:Download|Get|Install) (?:the |our )?{_NAME} app{_MORE}",
    rf"Read more (?:on|at|from|in) {_NAME}",
    rf"(?:Подпи\w+ на|Читайте|Следите за|Смотрите) {_NAME} (?:в|на) {_PLACES}{_MORE}",
    rf"(?:Скача\w+|Установи\w+|Загрузите) (?:мобильное )?приложение {_NAME}",
    rf"{_NAME} کو {_PLACES} پر (?:فالو|سبسکرائب) (?:کریں|کیجیے|کیجئے)",
    rf"{_NAME} (?:کی|کا) (?:موبائل )?(?:ایپ|ایپلیکیشن) ڈا[ؤو]ن\s?لوڈ (?:کریں|کیجیے)",
    rf"(?:Suivez|Retrouvez|Rejoignez) {_NAME} sur {_PLACES}{_MORE}",
    rf"Téléchargez l[’']appli(?:cation)? (?:de |du )?{_NAME}",
    rf"(?:Sigue|Siga|Sigan|Únete) a? ?{_NAME} en {_PLACES}{_MORE}",
    rf"(?:Descarga|Descargue) la (?:app|aplicación) (?:de |del )?{_NAME}",
    rf"(?:Folgen Sie|Folgt|Folge|Abonnieren Sie|Abonniere) {_NAME} (?:auf|bei) {_PLACES}{_MORE}",
    rf"(?:Laden Sie|Lade|Holen Sie sich) (?:jetzt )?die {_NAME}[- ]App(?: herunter)?",
    rf"(?:تابع(?:وا)?|تابعونا على|اشترك(?:وا)? في|انضم إلى) {_NAME} (?:على|عبر|في) {_PLACES}{_MORE}",
    rf"(?:حمّ?ل(?:وا)?|نزّ?ل(?:وا)?) تطبيق {_NAME}",
    rf"{_NAME} को {_PLACES} पर (?:फ़?ॉलो|फॉलो|फ़ॉलो|सब्सक्राइब) (?:करें|कीजिए)",
    rf"{_NAME} (?:का|की) (?:मोबाइल )?(?:ऐप|एप) डाउनलोड (?:करें|कीजिए)",
    rf"{_NAME}['’]\w{{1,4}} {_PLACES}(?: üzerinden| hesabından)? takip ed(?:in|iniz)",
    rf"{_NAME} uygulamasını (?:indirin|indiriniz|yükleyin)|{_NAME.replace('name', 'other')}['’]\w{{1,4}} abone olun",
    rf"(?:Siga|Segue|Acompanhe) (?:o |a )?{_NAME} (?:no|na|em) {_PLACES}{_MORE}",
    rf"(?:Baixe|Descarregue|Instale) (?:o app|o aplicativo|a app|a aplicação) (?:do |da |de )?{_NAME}",
)
_ALL = tuple(re.compile(form) for form in _FORMS)
_ENDS = re.compile(r"[.!?…。！？।۔؟][\"'»”’)\]]{0,3}\s+")
_FOR = re.compile(r"[\s,–—-]*(?:$|for |to (?:get|stay|be|receive) |pour |para |für |чтобы |и |and |لمزيد|للحصول)")
_LONGEST_INVITATION, _MOST_OF_INVITER = 200, 5


def invitation(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """Where the invitation at the end of ``part`` begins, and whether it is to be doubted: it is none of an outlet that
    is known.
    """
    ends = [found.end() for found in _ENDS.finditer(part.rstrip(" .!…。।۔"))]
    start = ends[-1] if ends else len(part) - len(part.lstrip())
    sentence = part[start:].strip(" .!…。।۔→»›>")
    if not 0 < len(sentence) <= _LONGEST_INVITATION:
        return None
    for form in _ALL:
        if found := form.fullmatch(sentence):
            groups = found.groupdict()
            name = (groups.get("name") or groups.get("other") or "").strip()
            if any(one.name.casefold() in name.casefold() for one in names if one.declared or " " in one.name):
                return start, False
            may_be_one = may_be_names(name, _MOST_OF_INVITER, _MOST_WITHOUT_CASE)
            return (start, True) if may_be_one and _FOR.match(groups.get("more") or "") else None
    return None
