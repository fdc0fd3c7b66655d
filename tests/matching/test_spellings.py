"""One word in all the ways that it is written: in capitals, without its marks, in other code points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from monitor.matching import Kind, parse_term
from monitor.matching.describe import describe
from monitor.matching.rules import is_acronym
from tests.matching.helpers import seen

# --- accents and capitals --------------------------------------------------------------------------------------------

# A word with the marks that its script has, and what is left of it where a writer leaves them out.
_WORDS = {
    "Latin, French": [("Sénégalaise", "Senegalaise"), ("Garçonnière", "Garconniere"), ("Œuvrière", "Oeuvriere")],
    "Latin, Polish": [("Łódzkiego", "Lodzkiego"), ("Wałęsowski", "Walesowski")],
    "Latin, Czech": [("Třebíčský", "Trebicsky"), ("Škodovka", "Skodovka")],
    "Latin, Croatian": [("Đurđevac", "Durdevac")],
    "Latin, Hungarian": [("Győrzámoly", "Gyorzamoly"), ("Fűzfőgyártelep", "Fuzfogyartelep")],
    "Latin, Romanian": [("Timișoara", "Timisoara"), ("Timişoara", "Timisoara"), ("Constanța", "Constanta")],
    "Latin, Turkish": [("Çanakkale", "Canakkale"), ("Diyarbakır", "Diyarbakir"), ("Muğlaspor", "Muglaspor")],
    "Latin, Icelandic": [("Siglufjörður", "Siglufjordur"), ("Þorlákshöfn", "Thorlakshofn")],
    "Latin, Danish": [("Ærøskøbing", "Aeroskobing"), ("Nørrebroø", "Norrebroo")],
    "Latin, German": [("Straßenbahn", "Strassenbahn"), ("Großräschen", "Grossraschen")],
    "Latin, Maltese": [("Għawdxija", "Ghawdxija"), ("Ħamruniż", "Hamruniz")],
    "Latin, Vietnamese": [("Hà Nội", "Ha Noi"), ("Đà Nẵng", "Da Nang"), ("Quảng Trị", "Quang Tri")],
    "Latin, Yoruba": [("Ọ̀ṣun", "Osun"), ("Ìbàdàn", "Ibadan")],
    "Latin, Hausa": [("Ƙasashen", "Kasashen"), ("Ɓauchiwa", "Bauchiwa")],
    "Latin, Azerbaijani": [("Gəncəbasar", "Gencebasar")],
    "Latin, Hawaiian": [("Hawaiʻian", "Hawaiian"), ("Kahoʻolawe", "Kahoolawe")],
    "Latin, Arabic transliterated": [("Qurʾānic", "Quranic"), ("ʿAbbāsid", "Abbasid")],
    "Latin, Catalan": [("Col·leccions", "Colleccions"), ("Brussel·les", "Brusselles")],
    "Greek": [("Κύπρος", "Κυπρος"), ("Θεσσαλονίκη", "Θεσσαλονικη"), ("Αϊβαλί", "Αιβαλι"), ("Ταΰγετος", "Ταυγετος")],
    "Greek, polytonic": [("Ἑλλάδος", "Ελλαδος"), ("Ὅμηρος", "Ομηρος"), ("Ἀθῆναι", "Αθηναι")],
    "Cyrillic, Russian": [("Королёв", "Королев"), ("Росси́и", "России"), ("Андрейченко", "Андрейченко")],
    "Cyrillic, Ukrainian": [("Україна", "Україна"), ("Миколаї́в", "Миколаїв"), ("Ґалаґан", "Ґалаґан")],
    "Cyrillic, Belarusian": [("Магілёў", "Магілеў")],
    "Cyrillic, Macedonian": [("Ѓорѓија", "Ѓорѓија"), ("Куќевски", "Куќевски")],
    "Cyrillic, Kazakh": [("Қостанай", "Қостанай"), ("Өскемен", "Өскемен")],
    "Armenian": [("Երևան", "Երեւան"), ("Հայաստա՞ն", "Հայաստան"), ("Գյումրի", "Գյումրի")],
    "Georgian": [("თბილისი", "თბილისი"), ("ქუთაისი", "ქუთაისი")],
    "Hebrew": [("יְרוּשָׁלַיִם", "ירושלים"), ("חֵיפָה", "חיפה"), ("שׁלוֹמי", "שלומי")],
    "Arabic": [("القَاهِرَة", "القاهرة"), ("أُسَامَة", "اسامة"), ("مُؤْتَة", "موتة"), ("بَيْرُوت", "بيروت")],
    "Persian": [("آذربایجان", "اذربایجان"), ("مسألۀ", "مساله")],
    "Urdu": [("کراچیؑ", "کراچی"), ("آزادیٔ", "ازادی"), ("پاکِستان", "پاکستان")],
    "Syriac": [("ܡܳܪܕܺܝܢ", "ܡܪܕܝܢ")],
    "Devanagari": [("ज़ीरकपुर", "जीरकपुर"), ("हिन्दुस्तान", "हिंदुस्तान"), ("कोंकण", "कोंकण"), ("गाँधीनगर", "गांधीनगर")],
    "Devanagari, non-joiner": [("रक्\u200cषामंत्री", "रक्षामंत्री"), ("पक्\u200dका", "पक्का")],
    "Bengali": [("ময়মনসিংহ", "ময\u09bcমনসিংহ"), ("কোলকাতা", "ক\u09c7\u09beলকাতা"), ("উৎসব", "উত্\u200dসব")],
    "Gurmukhi": [("ਸ਼ਿਮਲਾ", "ਸਿਮਲਾ"), ("ਫ਼ਰੀਦਕੋਟ", "ਫਰੀਦਕੋਟ")],
    "Gujarati": [("અમદાવાદ", "અમદાવાદ"), ("ફ઼ારસી", "ફારસી")],
    "Odia": [("ଓଡ଼ିଶା", "ଓଡିଶା")],
    "Tamil": [("கொழும்பு", "க\u0bc6\u0bbeழும்பு")],
    "Telugu": [("హైదరాబాద్", "హ\u0c46\u0c56దరాబాద్")],
    "Kannada": [("ಮೈಸೂರು", "ಮ\u0cc6\u0cd6ಸೂರು"), ("ಫ಼ಾರಸಿ", "ಫಾರಸಿ")],
    "Malayalam": [("തൃശ്ശൂർ", "തൃശ്ശൂര്\u200d"), ("മലയാളം", "മലയാളം"), ("ചാലക്കുടിയിൽ", "ചാലക്കുടിയില്\u200d")],
    "Sinhala": [("කොළඹ", "ක\u0dd9\u0dcfළඹ")],
    "Thai": [("ทำเนียบ", "ท\u0e4d\u0e32เนียบ"), ("แม่น้ำ", "แม่น\u0e4d\u0e49\u0e32")],
    "Lao": [("ຄຳມ່ວນ", "ຄ\u0ecd\u0eb2ມ່ວນ")],
    "Korean": [("부산광역시", "부산광역시")],
    "Japanese": [("ガーナ共和国", "ｶﾞｰﾅ共和国"), ("ぎふけん", "ぎふけん")],
    "Ethiopic": [("አዲስ", "አዲስ")],
    "Cherokee": [("ᏣᎳᎩ", "ᏣᎳᎩ")],
}


def _ways(word: str, bare: str) -> Iterator[str]:
    """How a word is met in texts."""
    for one in (word, bare):
        yield from (one, one.upper(), one.lower(), one.title(), one[:1].upper() + one[1:])
        yield from (unicodedata.normalize(form, one) for form in ("NFC", "NFD", "NFKC", "NFKD"))
        yield unicodedata.normalize("NFD", one.upper())
        yield unicodedata.normalize("NFC", "".join(c for c in one.upper() if not "\u0300" <= c <= "\u036f"))


def _as_terms(word: str, bare: str) -> Iterator[str]:
    """How a user writes it. Short words in capitals would be acronyms."""
    return (one for one in _ways(word, bare) if not any(map(is_acronym, one.split())))


@pytest.mark.parametrize("script", _WORDS)
def test_F02_marks_and_capitals_make_no_difference_in_any_script(script: str) -> None:
    for word, bare in _WORDS[script]:
        texts = dict.fromkeys(_ways(word, bare))
        for term in dict.fromkeys(_as_terms(word, bare)):
            missed = [text for text in texts if seen(term, f"1: {text}, 2") != text]
            assert not missed, (term, missed)


@pytest.mark.parametrize("text", ["ᾨδεῖον", "ωδειον", "ΩΔΕΙΟΝ", "ΩΙΔΕΙΟΝ", "Ὠιδεῖον"])
def test_F02_an_iota_below_a_letter_is_left_out_or_written_beside_it(text: str) -> None:
    assert seen("ᾠδεῖον", text)


@pytest.mark.parametrize("term", ["ᾨδεῖον", "ωδειον", "Ωδειον", "Ὠιδεῖον"])
def test_F02_an_iota_below_a_letter_is_found_by_all_who_leave_it_out_or_write_it_beside(term: str) -> None:
    assert seen(term, "το ᾠδεῖον")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Κύπρος", "ΚΥΠΡΟΣ: ΟΧΙ"),
        ("Ταϊβάν", "ΤΑΪΒΑΝ"),
        ("résumé", "RESUMES lost"),
        ("Королёв", "в КОРОЛЕВЕ"),
        ("Семён", "Семена"),
        ("चुनाव", "चुनावों"),
        ("Kyōto*", "KYOTOITE"),
        ("=Málaga", "MALAGA"),
        ("Đà Nẵng", "DANANG"),
    ],
)
def test_F02_forms_prefixes_and_words_in_one_go_with_marks_and_capitals(term: str, text: str) -> None:
    assert seen(term, text, Kind.PLACE)


@pytest.mark.parametrize(
    ("term", "text"),
    [("Кий", "Кии"), ("Мій", "Міи"), ("ガラス", "カラス"), ("মা", "মু"), ("กา", "ก้า"), ("মন", "মান"), ("कल", "कुल")],
)
def test_F02_a_mark_that_makes_another_letter_makes_another_word(term: str, text: str) -> None:
    assert seen(term, text) is None


@pytest.mark.parametrize(
    ("term", "upper", "small"),
    [
        ("ΟΗΕ", "Ο ΟΗΕ", "ο Οηε αυτό"),
        ("ΗΠΑ", "στις ΗΠΑ", "Το ηπα αυτό"),
        ("ԱՄՆ", "Նոր ԱՄՆ", "Նոր ամն"),
        ("НАТО", "саммит НАТО", "Что на нато"),
        ("ЄС", "саміт ЄС", "Що єс"),
        ("ÖVP", "die ÖVP siegt", "Die övp siegt"),
        ("ÖVP", "die O\u0308VP siegt", "Die o\u0308vp siegt"),
        ("E\u0301DF", "chez ÉDF", "Chez édf"),
    ],
)
def test_F02_an_acronym_is_met_in_capitals_only_in_every_script_that_has_them(
    term: str, upper: str, small: str
) -> None:
    assert seen(term, upper)
    assert seen(term, small) is None


def test_F02_a_georgian_word_in_capitals_is_no_acronym() -> None:
    assert seen("ᲐᲨᲨ", "აშშ და BRICS")
    assert seen("აშშ", "ᲐᲨᲨ ᲓᲐ BRICS")


# --- other spellings of a letter -------------------------------------------------------------------------------------

_SPELLINGS = [
    ["Müller", "Mueller", "MÜLLER", "MUELLER", "Mu\u0308ller", "müller", "mueller"],
    ["Baerbock", "Bärbock", "BÄRBOCK"],
    ["Großdeuben", "Grossdeuben", "GROSSDEUBEN", "GROẞDEUBEN"],
    ["Schröder-Köpf", "Schroeder-Koepf", "SCHRÖDER-KÖPF"],
    ["Århus", "Aarhus", "ÅRHUS", "A\u030arhus"],
    ["Malmö", "Malmø", "Malmoe", "MALMÖ"],
    ["Tromsø", "Tromsoe", "Tromsö"],
    ["Færder", "Faerder", "Färder"],
    ["Ærøskøbing", "Aeroeskoebing"],
    ["Đoković", "Djokovic", "Djoković", "ĐOKOVIĆ"],
    ["Əliyev", "Aliyev"],
    ["Erdős", "Erdoes", "ERDŐS"],
    ["Özdemir", "Oezdemir"],
    ["Guðmundsson", "Gudmundsson"],
    ["Þorsteinn", "Thorsteinn"],
    ["ÖBB", "OEBB", "O\u0308BB"],
    ["Bad Dürkheim", "Bad Duerkheim", "BAD DÜRKHEIM"],
]


@pytest.mark.parametrize("spellings", _SPELLINGS, ids=lambda spellings: spellings[0])
def test_F19_special_letters_and_what_stands_for_them_find_each_other(spellings: list[str]) -> None:
    for term in spellings:
        missed = [text for text in spellings if seen(term, f"Heute: {text} tritt zurück") != text]
        assert not missed or (is_acronym(term) and term.isupper() and len(missed) < len(spellings) - 1), (term, missed)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Rücktritt von Müller", "Ruecktritt von Mueller gefordert"),
        ("Finance Minister Mueller", "Finance Minister Müller resigns"),
        ("Müller", "Muellers Rücktritt"),
        ("Müller", "Mueller's exit"),
        ("Münch*", "Muenchener Rück"),
        ("Muench*", "Münchener Rück"),
        ("=Köln", "Koeln"),
        ("Møller Mærsk", "MoellerMaersk"),
        ("Überfall", "ueberfall auf bank"),
    ],
)
def test_F19_other_spellings_are_met_in_phrases_forms_and_prefixes(term: str, text: str) -> None:
    assert seen(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("blü", "the blue line"),
        ("Sü", "they sue the bank"),
        ("Boer", "regeringen bør gå"),
        ("Saar", "et sår som heles"),
        ("Michael", "Michał wygrał"),
        ("Queen", "Quen wins"),
        ("Guerra", "Gurra tuli"),
        ("Muller", "Mueller resigns"),
        ("Goethe", "Gothe sagt"),
    ],
)
def test_F19_no_word_is_taken_for_another_language_s(term: str, text: str) -> None:
    assert seen("=" + term, text) is None


def test_F19_the_other_spelling_is_shown_among_the_forms() -> None:
    (word,) = describe(parse_term("Müller")).words
    assert "mueller" in word.forms
