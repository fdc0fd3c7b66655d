"""What a text shows of its language where the script does not tell: letters that few languages have, and little words.

Only ever asked against a declaration. In doubt the declaration holds.
"""

from __future__ import annotations

import functools
import re
from collections import Counter

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
_LEAST_SHARE = 0.12
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
    return found >= _LEAST_WORDS and found >= _LEAST_SHARE * len(words)


def _has_foreign_words(words: list[str], code: str) -> bool:
    table = _words()
    kin = _kin().get(code, code)
    counts = Counter(word for word in words if word in table)
    least = _LEAST_WORDS if kin in _listed() else _LEAST_WITHOUT_A_LIST
    for other in frozenset().union(*(table[word] for word in counts)) - {kin}:
        # A word of both says nothing.
        theirs = [count for word, count in counts.items() if other in table[word] and kin not in table[word]]
        own = sum(count for word, count in counts.items() if kin in table[word] and other not in table[word])
        if len(theirs) >= least and sum(theirs) >= max(_LEAST_SHARE * len(words), _TIMES * own):
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
