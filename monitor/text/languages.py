"""Languages as feeds declare them: ``en_US``, ``EN-gb``, ``eng``, ``English``. A declaration may only shut an item out
where it is one, and where it can be true.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

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


# --- what a text shows of its language -------------------------------------------------------------------------------
# Where the script does not tell: letters that few languages have, and little words. Only ever asked against a
# declaration; in doubt the declaration holds.


_LETTERS = """
    і:uk,be,kk,kv ї:uk є:uk ґ:uk ў:be,uz,tg ы:ru,be,kk,ky,mn,tt,ba,cv,tk,os,ce,av,kv,ab
    э:ru,be,kk,ky,mn,tt,ba,cv,tg,uz,os,ce,av,kv ё:ru,be,kk,ky,mn,tt,ba,cv,tg,uz,os,ce,av,kv ђ:sr ћ:sr љ:sr,mk њ:sr,mk
    џ:sr,mk,ab ј:sr,mk,az ѓ:mk ќ:mk ѕ:mk қ:kk,uz,tg,ug,ab ғ:kk,uz,tg,ba,ug ҳ:uz,tg,ab ӯ:tg ӣ:tg ҷ:tg,ab
    ә:kk,tt,ba,az,ug,ab ө:kk,ky,mn,tt,ba,az,kv,ug ү:kk,ky,mn,tt,ba,az,ug ң:kk,ky,tt,ba,tk,ug ұ:kk ة:ar إ:ar ٹ:ur,pa,ks
    ڈ:ur,pa,ks ڑ:ur,pa,ks ں:ur,pa,ks ے:ur,pa,ks ہ:ur,pa,ks ټ:ps ډ:ps ړ:ps ږ:ps ښ:ps ڼ:ps ۍ:ps څ:ps ځ:ps ې:ps,ug ڪ:sd
    ٿ:sd ڏ:sd ڻ:sd ٻ:sd ڄ:sd ڃ:sd ٽ:sd ڊ:sd ڳ:sd ڱ:sd ێ:ku ڵ:ku ڕ:ku ۆ:ku,ug,az,ks ە:ku,ug,kk ۇ:ug,kk,ky ڭ:ug,kk
    پ:fa,ur,ps,sd,ug,ku,pa,ks,az,kk چ:fa,ur,ps,sd,ug,ku,pa,ks,az,kk گ:fa,ur,ps,sd,ug,ku,pa,ks,az,kk
    ژ:fa,ur,ps,sd,ug,ku,pa,ks,az ৰ:as ৱ:as ß:de
"""
"""Letters, each with the languages that are written with it; in another they are met in names at most."""
_WORDS = """
    en: the to of and in is for on with at after over as by from amid says will has are his who how why what not but be
        was were it this that their have an its more could would
    de: der die das und in den von zu mit auf für ist im nicht des dem ein eine sich auch an bei nach wird aus wie vor
        über sind zum zur als am werden hat sie gegen will noch einen einer mehr um wegen durch
    fr: le la les et des en un une du de pour dans que qui au sur par pas plus avec est aux ce sont son ses après à ne
        se sa leur ou contre entre selon
    es: el la los las de del en que un una por con para no se al su es lo más como sus tras sobre y contra este desde
        ha han entre hasta ante son
    pt: o os as do da dos das em no na de que um uma para com por não se ao é mais como e à pelo pela após sobre são
        contra diz nos nas entre ser foi
    it: il lo la gli le di del della dei delle che in un una per con non si al alla da dal dalla nel nella è sono più
        come su sul sulla e dopo contro tra anche ha
    nl: de het een en van in op te voor met dat is niet aan zijn door bij om uit naar over die wordt als ook er tegen
        maar na heeft meer geen worden
    sv: och att det i på som en ett av för med till den är inte om har från de kan efter ska vid när mot men under över
    da: og at det i på som en et af for med til den er ikke om har fra de kan efter skal ved når mod men under over vil
    no: og at det i på som en et av for med til den er ikke om har fra de kan etter skal ved når mot men under over vil
    is: og að er í á sem til við um ekki fyrir með af frá það var en hefur eru hann verið eftir
    fi: ja on ei että se oli mutta ole kun niin myös ovat kuin joka tai nyt jo sen jälkeen mukaan vain
    et: ja on ei et see oli kui ka mis oma kes aga ning või kuid pärast üle
    pl: w na z i do się nie to jest o po za od że dla jak przez przed przy ale są ma będzie już co czy
    cs: v na se z a s je do o za po ve k od pro že jak podle při si byl bude má jsou ale také už
    sk: v na sa z a s je do o za po vo k od pre že ako podľa pri si bol bude má sú ale aj už
    sl: v na se z in s je do o za po k od pri da kot ki so bo tudi že pa ni iz
    sr: u na se i s je do o za po od da su iz koji kao nije će bi sa ne ili što у на се и с је до о за по од да су из
        који као није ће би са не или што
    hu: a az és hogy nem is egy van volt meg már után csak mint még szerint lesz ki de el
    ro: de la în și din pe cu un o a care nu pentru au fi mai ce prin după este sunt va al ale lui
    ca: el la els les de del en que un una per amb no es al i més és als dels seu seva aquest ha a
    eu: eta da du ez bat dira ere izan dute egin egingo baina baino
    lt: ir kad iš yra tai kaip su į apie dėl bus po nuo per jau bet
    lv: un ir ar par no kā uz kas arī pēc tiek pie bet gada būs
    sq: të në e i një për me që nga dhe është si më ka do u
    tr: ve bir bu için ile da de en olarak daha çok sonra kadar gibi olan var yeni oldu ne
    id: yang dan di dari untuk dengan ini itu pada ke dalam akan tidak oleh bisa ada adalah tak juga telah bagi
    tl: ang ng sa na mga ay at si ni para hindi may isang
    vi: của và là có cho được trong không các với một người đã ở tại về này từ khi những
    sw: ya wa na kwa katika ni la za cha yake kuwa hii baada
    ru: в на и с по не что для из о от к за до при как после его это будет у из-за против заявил
    uk: в у на і з та не що для із про від до за як після його це буде під й проти
    be: у на і з не што для пра ад да за як пасля яго гэта будзе
    bg: на в и за с се от да не по са си е че до след ще при като към това или
    mk: на во и за со се од да не по ќе е дека до при како тоа
    ar: في من على إلى عن أن مع بعد بين هذا لا التي الذي ما خلال قبل أو ضد هذه
    fa: در به از که این را با است برای شد بر تا های می یک خود شود آن
    ur: کے میں کی ہے اور سے کا کو پر نے ہیں کہ بھی نہیں گیا
    ps: په د کې چې او له ته یې دی شوي سره
    sd: جي ۾ جو کي ۽ آهي سان تي جا
    hi: के में की है और से का को पर ने हैं कि भी नहीं गया
    mr: च्या आहे आणि या ने चा ची मध्ये साठी झाला नाही आहेत
    ne: को मा छ र ले गर्न भएको लागि गरेको हुने
"""
_KIN = """
    gl:pt oc:ca co:it sc:it lb:de fy:nl af:nl li:nl fo:is hr:sr bs:sr ms:id su:id jv:id wa:fr ht:fr pa:ur ks:ur
    tt:ba mo:ro rm:it an:es
"""
"""Languages without a list here, each with one that it is like enough."""
_FOLD = str.maketrans("يىكۀ", "ییکہ")
_WORD = re.compile(r"[\w\u0900-\u0dff]+(?:-[^\W\d_]+)?")
_LEAST_WORDS = 2
_LEAST_WITHOUT_A_LIST = 3
_LEAST_SHARE_OF_WORDS = 0.12
_TIMES = 5
_KANA, _HAN = re.compile("[\u3041-\u30ff]"), re.compile("[\u4e00-\u9fff]")
_FEW_KANA, _MANY_HAN = 3, 16


def speaks_against(text: str, code: str) -> bool:
    """Whether ``text`` shows that it is not in the language with the code ``code``, though its script may be."""
    if code in ("ja", "zh"):
        return _is_other_han(text, code)
    words = _WORD.findall(text.casefold().translate(_FOLD))
    return _has_foreign_letters(words, code) or _has_foreign_words(words, code)


def _is_other_han(text: str, code: str) -> bool:
    """Chinese has no kana. Japanese has, or is short; and its characters stand in its own standard."""
    kana = len(_KANA.findall(text))
    if code == "zh" or kana:
        return code == "zh" and kana >= _FEW_KANA
    han = _HAN.findall(text)
    return len(han) >= _MANY_HAN or sum(not _is_japanese(char) for char in set(han)) >= _LEAST_WORDS


@functools.lru_cache(10_000)
def _is_japanese(char: str) -> bool:
    return bool(char.encode("shift_jis", "ignore"))


def _has_foreign_letters(words: list[str], code: str) -> bool:
    table = _letters()
    found = sum(any(char in table and code not in table[char] for char in set(word)) for word in words)
    return found >= _LEAST_WORDS and found >= _LEAST_SHARE_OF_WORDS * len(words)


def _has_foreign_words(words: list[str], code: str) -> bool:
    table = _words()
    kin = _kin().get(code, code)
    counts = Counter(word for word in words if word in table)
    least = _LEAST_WORDS if kin in _listed() else _LEAST_WITHOUT_A_LIST
    for other in frozenset().union(*(table[word] for word in counts)) - {kin}:
        # A word of both says nothing.
        theirs = [count for word, count in counts.items() if other in table[word] and kin not in table[word]]
        own = sum(count for word, count in counts.items() if kin in table[word] and other not in table[word])
        if len(theirs) >= least and sum(theirs) >= max(_LEAST_SHARE_OF_WORDS * len(words), _TIMES * own):
            return True
    return False


@functools.cache
def _letters() -> dict[str, frozenset[str]]:
    pairs = (one.partition(":") for one in _LETTERS.split())
    return {char: frozenset(codes.split(",")) for char, _, codes in pairs}


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    code = ""
    for word in _WORDS.split():
        if word.endswith(":"):
            code = word[:-1]
        else:
            found.setdefault(word.translate(_FOLD), set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


@functools.cache
def _listed() -> frozenset[str]:
    return frozenset().union(*_words().values())


@functools.cache
def _kin() -> dict[str, str]:
    return dict(pair.split(":") for pair in _KIN.split())


def is_little(word: str) -> bool:
    """Whether a word is one of those that stand in any text of some language: "with", "после"."""
    return word.casefold().translate(_FOLD) in _words()
