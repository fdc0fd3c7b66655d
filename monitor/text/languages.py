"""Languages as feeds declare them: ``en_US``, ``EN-gb``, ``eng``, ``English``. A declaration may only shut an item out
where it is one, and where it can be true.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from monitor.text.tongues import speaks_against

_CODES = """
    aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bh:bih
    bi:bis bm:bam bn:ben bo:bod/tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces/cze cu:chu cv:chv
    cy:cym/wel da:dan de:deu/ger dv:div dz:dzo ee:ewe el:ell/gre en:eng eo:epo es:spa et:est eu:baq/eus fa:fas/per
    ff:ful fi:fin fj:fij fo:fao fr:fra/fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin
    ho:hmo hr:hrv ht:hat hu:hun hy:arm/hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk in:ind io:ido is:ice/isl
    it:ita iu:iku iw:heb ja:jpn ji:yid jv:jav jw:jav ka:geo/kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan
    ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav
    mg:mlg mh:mah mi:mao/mri mk:mac/mkd ml:mal mn:mon mo:mol mr:mar ms:may/msa mt:mlt my:bur/mya na:nau nb:nob
    nd:nde ne:nep ng:ndo nl:dut/nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan
    pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron/rum ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag
    sh:hbs si:sin sk:slk/slo sl:slv sm:smo sn:sna so:som sq:alb/sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam
    te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd
    uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:chi/zho zu:zul
"""
"""ISO 639: two letters, then three."""
_SAME = """
    iw:he in:id ji:yi mo:ro mol:ro sh:sr hbs:sr scc:sr scr:hr nb:no nn:no nob:no nno:no fil:tl cmn:zh yue:zh arb:ar
    arz:ar pes:fa prs:fa swh:sw zsm:ms ckb:ku kmr:ku uzn:uz azj:az ekk:et lvs:lv pnb:pa
"""
"""Older and narrower codes of what a watchlist calls one language."""
_NAMES = """
    ar:arabic/العربية az:azerbaijani/azərbaycan be:belarusian/беларуская bg:bulgarian/български bn:bengali/bangla/বাংলা
    ca:catalan/català cs:czech/čeština/cesky/česky cy:welsh/cymraeg da:danish/dansk de:german/deutsch
    el:greek/ελληνικά en:english/englisch/anglais/inglés/ingles/английский es:spanish/español/espanol/castellano
    et:estonian/eesti eu:basque/euskara fa:persian/farsi/فارسی fi:finnish/suomi fr:french/français/francais
    ga:irish/gaeilge gl:galician/galego gu:gujarati/ગુજરાતી he:hebrew/עברית hi:hindi/हिन्दी/हिंदी hr:croatian/hrvatski
    hu:hungarian/magyar hy:armenian/հայերեն id:indonesian/indonesia it:italian/italiano ja:japanese/日本語
    ka:georgian/ქართული kk:kazakh/қазақ km:khmer kn:kannada/ಕನ್ನಡ ko:korean/한국어 ku:kurdish/kurdî ky:kyrgyz lo:lao
    lt:lithuanian/lietuvių lv:latvian/latviešu mk:macedonian/македонски ml:malayalam/മലയാളം mn:mongolian mr:marathi/मराठी
    ms:malay/melayu my:burmese ne:nepali/नेपाली nl:dutch/nederlands no:norwegian/norsk pa:punjabi/ਪੰਜਾਬੀ/پنجابی
    pl:polish/polski ps:pashto/پښتو pt:portuguese/português/portugues ro:romanian/română ru:russian/русский/russisch
    sd:sindhi/سنڌي si:sinhala sk:slovak/slovenčina sl:slovenian/slovenščina so:somali sq:albanian/shqip
    sr:serbian/српски/srpski sv:swedish/svenska sw:swahili/kiswahili ta:tamil/தமிழ் te:telugu/తెలుగు th:thai/ไทย
    tl:tagalog/filipino/pilipino tr:turkish/türkçe/turkce uk:ukrainian/українська ur:urdu/اردو uz:uzbek vi:vietnamese
    vi:tiếng-việt zh:chinese/中文/汉语/漢語 am:amharic/አማርኛ
"""
_ALSO_COUNTRIES = "bi br ch co cr ee gd gn ie in kg ki kr kw la li lu na ng om sa sc se sm sn st tn ve za"
_COUNTRIES = frozenset(_ALSO_COUNTRIES.split())
"""Codes of languages with few papers, which are codes of countries as well: kr is Kanuri, and what Koreans write. Where
nothing else is said they are not known.
"""
# Where these are followed by themselves (ca-CA), somebody has taken a country for a language as well.
_DOUBLED = _COUNTRIES | {"af", "ar", "be", "ca", "cy", "et", "eu", "ga", "gl", "my", "sl", "sr", "sv"}
# As Unicode names their letters. A language that stands in none of these lists may be written in any script.
_SCRIPTS = {
    "LATIN": "en es fr de pt it tr id pl nl sv da no fi cs sk hu ro hr sl et lv lt is ga cy ca gl eu sq mt sw so vi tl"
    " ms af zu xh yo ig ha rw mg az uz ku sr bs lb aa ak an ay bi bm br ch co cr ee eo ff fj fo fy gd gn gv ho ht hz ia"
    " ie ik io iu jv jw kg ki kj kl kr kw la lg li ln lu mh mi na nd ng nr nv ny oc oj om qu rm rn sc se sg sm sn ss st"
    " su tk tn to ts tt tw ty ug ve vo wa wo za kk mo haw ceb",
    "CYRILLIC": "ru uk bg be mk sr kk ky tg mn tt ba uz az os ab av ce cu cv kv ku tk ug mo",
    "ARABIC": "ar ur fa ps sd ug ku pa ks az kk ky ha ms uz tk",
    "GREEK": "el",
    "HEBREW": "he yi",
    "DEVANAGARI": "hi mr ne sa ks sd bh pi",
    "BENGALI": "bn as",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "THAI": "th pi",
    "LAO": "lo",
    "MYANMAR": "my",
    "KHMER": "km",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am ti",
    "HANGUL": "ko",
    "CJK": "zh ja ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "BOPOMOFO": "zh",
    "MONGOLIAN": "mn",
    "TIBETAN": "bo dz",
    "THAANA": "dv",
    "YI": "ii",
    "CANADIAN": "cr iu oj",
    "ADLAM": "ff",
    "AVESTAN": "ae",
}
_TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{1,8})*)", re.ASCII)
_READ = 2_000
_ENOUGH = 12
_FEW = 4
_TELLING = 24
_LEAST_SHARE = 0.2
_TWO = frozenset(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))
"""Scripts in which one character says as much as two letters do."""
NOT_KNOWN = "und"
"""What an entry says of its language where that is none that is known."""


def _table(written: str) -> dict[str, str]:
    pairs = (entry.partition(":") for entry in written.split())
    return {name: code for code, _, names in pairs for name in (code, *names.split("/"))}


def _same() -> dict[str, str]:
    pairs = (pair.partition(":") for pair in _SAME.split())
    return {old: code for old, _, code in pairs}


@functools.cache
def _known() -> dict[str, str]:
    return _table(_NAMES) | _table(_CODES) | {code: code for code in ("haw", "ceb")} | _same()


@functools.lru_cache(1_000)
def language_code(declared: str) -> str:
    """The code of a language as it is declared (``en_US``, ``EN-gb``, ``eng``, ``English``): its two letters, or three
    where it has no two, and what else was written (``en-US``). Empty for what names none: ``und``, ``mul``.
    """
    text = declared.strip().casefold().replace("_", "-").partition(".")[0].partition("@")[0]
    tag = _TAG.fullmatch(text)
    if tag and (code := _known().get(tag[1])):
        return code + "".join(f"-{_cased(part)}" for part in tag[2].split("-")[1:])
    name, *others = re.split(r"[\s(),;/]+", text)
    several = any(len(other) > 3 and other in _known() for other in others)
    code = _known().get(text) or ("" if several else _known().get(name, ""))
    return code if code and (len(name) > 3 or not name.isascii()) else ""


def own_word(declared: str) -> str:
    """What an entry's declaration comes to: a code, ``NOT_KNOWN``, or nothing where it declares nothing."""
    code = "" if is_a_country(declared) else language_code(declared)
    return code or (NOT_KNOWN if declared.strip() else "")


def is_a_country(declared: str) -> bool:
    """Whether ``declared`` may as well be a country's code that was taken for a language's."""
    code, _, region = declared.strip().casefold().replace("_", "-").partition("-")
    return code in (_DOUBLED if region else _COUNTRIES) and region in ("", code)


def known_names() -> list[str]:
    """What languages can be called: their names, and their codes."""
    return list(_known())


def _cased(part: str) -> str:
    """A part of a tag as it is usually written: ``GB``, ``Hans``."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part


def spoken(title: str, declared: str, summary: str = "") -> str:
    """The code of the language that an item is declared to be in; empty where that names none, or cannot be true by its
    title, or, where that is short, by its title and summary.
    """
    code = "" if is_a_country(declared) else language_code(declared)
    if not code or contradicts(title, code):
        return ""
    return "" if len(title) < _TELLING and summary and contradicts(f"{title} {summary[:_READ]}", code) else code


def contradicts(text: str, language: str) -> bool:
    """Whether ``text`` is in letters that ``language`` is not written in, or in another language by its little words.
    Where that is not known, or the text says too little, it does not.
    """
    code = language_code(language).partition("-")[0]
    if not code:
        return False
    text = text[:_READ]
    found: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if script := _script(char):
            found[script] += 2 * count if script in _TWO else count
    written_in, letters = _scripts_of(code), found.total()
    fitting = sum(found[script] for script in written_in)
    if written_in and letters >= (_ENOUGH if fitting else _FEW) and fitting < _LEAST_SHARE * letters:
        return True
    if code == "ko" and found["CJK"] >= _FEW and not found["HANGUL"]:
        return True
    return speaks_against(text, code)


@functools.cache
def _scripts_of(code: str) -> frozenset[str]:
    return frozenset(script for script, codes in _SCRIPTS.items() if code in codes.split())


@functools.lru_cache(10_000)
def _script(char: str) -> str:
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    return unicodedata.name(char, "").partition(" ")[0] if unicodedata.category(char)[0] in "LM" else ""


def unopposed(declared: str, titles: Iterable[str]) -> str:
    """What is ``declared`` of a whole feed, unless its ``titles`` together show that it is not so: one alone may be too
    short to tell.
    """
    return "" if declared and contradicts(" ".join(titles), declared) else declared


def language_of(own: str, configured: str, feed: str, title: str, summary: str = "") -> str:
    """The language of an item: its own word, else the user's about its feed, else the feed's. Empty where none of them
    names one that the texts can be in. An item that speaks for itself, be it that its language is not known, is not
    spoken for by its feed.
    """
    said = (own, configured) if own.strip() else (configured, feed)
    return next((code for declared in said if (code := spoken(title, declared, summary))), "")
