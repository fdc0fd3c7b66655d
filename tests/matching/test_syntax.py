"""Terms in the query languages of other programs: each is refused, with what to write here; names stay terms."""

from __future__ import annotations

import pytest

from monitor.matching import TermError, parse_term
from monitor.matching.terms.rules import acronym

ONE_OF_TWO = 'any = ["Iran", "Tehran"]'
BOTH = 'all = ["iran", "deal"]'
WITHOUT = 'none = ["cricket"]'
FOREIGN = {
    # alternatives
    "Iran OR Tehran": ONE_OF_TWO,
    "Iran | Tehran": ONE_OF_TWO,
    "Iran|Tehran": ONE_OF_TWO,
    "Iran || Tehran": ONE_OF_TWO,
    "(Iran OR Tehran)": ONE_OF_TWO,
    '"Iran" OR "Tehran"': ONE_OF_TWO,
    '"Iran" or "Tehran"': ONE_OF_TWO,
    "Iran ODER Tehran": ONE_OF_TWO,
    "Iran ＯＲ Tehran": ONE_OF_TWO,
    "iran or tehran or qom": 'any = ["iran", "tehran", "qom"]',
    "NATO OR EU": 'any = ["NATO", "EU"]',
    "IRAN OR TEHRAN": 'any = ["IRAN", "TEHRAN"]',
    "Иран ИЛИ Тегеран": 'any = ["Иран", "Тегеран"]',
    "ایران OR تهران": 'any = ["ایران", "تهران"]',
    "@iran OR @qom": 'any = ["@iran", "@qom"]',
    # conjunctions
    "iran AND deal": BOTH,
    "iran && deal": BOTH,
    '"iran" and "deal"': BOTH,
    "iran UND deal": BOTH,
    "NATO AND BRICS": 'all = ["NATO", "BRICS"]',
    "+iran": 'all = ["iran"]',
    "iran +deal": "under all",
    # exclusions
    "-cricket": WITHOUT,
    "−cricket": WITHOUT,
    "- cricket": WITHOUT,
    '-"cricket"': WITHOUT,
    "!cricket": WITHOUT,
    "NOT cricket": WITHOUT,
    "iran -cricket": WITHOUT,
    "iran NOT cricket": WITHOUT,
    "iran AND NOT cricket": WITHOUT,
    "Iran НЕ крикет": 'none = ["крикет"]',
    # proximity
    "iran NEAR/5 deal": f"{BOTH} and near = 5",
    "iran near/5 deal": f"{BOTH} and near = 5",
    "iran NEAR:5 deal": f"{BOTH} and near = 5",
    "iran NEAR5 deal": f"{BOTH} and near = 5",
    "iran NEAR deal": f"{BOTH} and near = 10",
    "iran w/5 deal": f"{BOTH} and near = 5",
    "iran W/5 deal": f"{BOTH} and near = 5",
    "iran /5 deal": f"{BOTH} and near = 5",
    "iran /s deal": BOTH,
    "iran pre/3 deal": f"{BOTH} and near = 3",
    "iran ADJ deal": BOTH,
    "iran ADJ3 deal": f"{BOTH} and near = 3",
    "iran NEXT/3 deal": f"{BOTH} and near = 3",
    "iran AROUND(5) deal": f"{BOTH} and near = 5",
    "iran AROUND (5) deal": f"{BOTH} and near = 5",
    "NEAR(iran deal, 5)": f"{BOTH} and near = 5",
    "iran WITHIN 5 deal": f"{BOTH} and near = 5",
    "iran within 5 words of deal": f"{BOTH} and near = 5",
    '"iran deal"~5': f"{BOTH} and near = 5",
    # several at once
    "(Iran OR Tehran) AND deal -cricket": "for OR one list inside all",
    "iran and (deal or talks)": "for OR one list inside all",
    # quotation marks and brackets
    '"exact"': '"exact", or "=exact"',
    "“exact”": '"exact", or "=exact"',
    "„exact“": '"exact", or "=exact"',
    "'iran deal'": 'write it without them: "iran deal"',
    '"iran deal"': 'write it without them: "iran deal"',
    '="exact"': '"exact", or "=exact"',
    '"iran" "deal"': BOTH,
    '"iran deal" talks': 'write it without them: "iran deal talks"',
    "(iran deal)": 'write it without them: "iran deal"',
    "(iran": 'write it without them: "iran"',
    # signs and words of other languages and notations
    "Iran XOR Tehran": ONE_OF_TWO,
    "Iran <or> Tehran": ONE_OF_TWO,
    "Iran; Tehran": ONE_OF_TWO,
    "Iran ∨ Tehran": ONE_OF_TWO,
    "iran ∧ deal": BOTH,
    "iran <and> deal": BOTH,
    "iran <near/5> deal": f"{BOTH} and near = 5",
    "iran BEFORE deal": BOTH,
    "iran AFTER deal": BOTH,
    "iran THEN deal": BOTH,
    "iran NEXT deal": BOTH,
    "NUCLEAR DEAL NOT CRICKET": 'none = ["CRICKET"]',
    "-#cricket": 'none = ["#cricket"]',
    "¬cricket": WITHOUT,
    "Iran –cricket": WITHOUT,
    "Іран АБО угода": 'any = ["Іран", "угода"]',
    "Іран ТА угода": 'all = ["Іран", "угода"]',
    "Іран І угода": 'all = ["Іран", "угода"]',
    "Иран И сделка": 'all = ["Иран", "сделка"]; a phrase is written small: "Иран и сделка"',
    "Iran LUB Izrael": 'any = ["Iran", "Izrael"]',
    "Iran NIE krykiet": 'none = ["krykiet"]',
    "Iran OF Israël": 'any = ["Iran", "Israël"]',
    "Iran EN Israël": 'all = ["Iran", "Israël"]',
    "Iran NIET cricket": WITHOUT,
    "Iran ELLER Tehran": ONE_OF_TWO,
    "iran OCH deal": BOTH,
    "İran VE İsrail": 'all = ["İran", "İsrail"]',
    "Ιράν Ή Ισραήλ": 'any = ["Ιράν", "Ισραήλ"]',
    # characters that nobody sees
    "Iran\u200bOR\u200bTehran": ONE_OF_TWO,
    "Iran \u2060OR\u2060 Tehran": ONE_OF_TWO,
    "\u200e-cricket": WITHOUT,
    '\ufeff"exact"': '"exact", or "=exact"',
    # what was copied from a page's source or an address
    "&quot;Iran&quot;": 'as it is read: "Iran"',
    "&#34;Iran&#x22;": 'as it is read: "Iran"',
    "Johnson &amp; Johnson": 'as it is read: "Johnson & Johnson"',
    "<b>Iran</b> deal": 'as it is read: "Iran deal"',
    "Iran<br/>": 'as it is read: "Iran"',
    "Iran%20deal": 'as it is read: "Iran deal"',
    "%D0%98%D1%80%D0%B0%D0%BD": 'as it is read: "Иран"',
    "www.dawn.example": "sources",
    "dawn.example/feed": "sources",
    "iran # the country": '"iran"  # ...',
    # fields
    "iran in:title": "fields",
    "re:iran": "write the word alone",
    "intitle:iran": "fields = { summary = 0, body = 0 }",
    "allintitle: iran deal": "fields = { summary = 0, body = 0 }",
    "title:": "fields = { summary = 0, body = 0 }",
    "title: iran": "fields = { summary = 0, body = 0 }",
    "TI=iran": "fields = { summary = 0, body = 0 }",
    "headline(iran)": "fields = { summary = 0, body = 0 }",
    "site:dawn.example": 'sources = ["Dawn"]',
    "iran -site:dawn.example": 'sources = ["Dawn"]',
    "inurl:iran": 'sources = ["Dawn"]',
    "source:dawn": 'sources = ["Dawn"]',
    "https://dawn.example/feed": "sources",
    "lang:ru": "lang",
    "since:2026-01-01": "active",
    "filetype:pdf": "write the word alone",
    # patterns
    "(?i)iran": "list the spellings",
    "/iran.*/": "list the spellings",
    r"\biran\b": "list the spellings",
    "Ir[ae]n": "list the spellings",
    "[a-z]": "list the spellings",
    "ir.*n": "list the spellings",
    "^iran": "list the spellings",
    "iran$": "list the spellings",
    "iran{1,2}": "list the spellings",
    "organi?ation": "list the spellings",
    "%iran%": "list the spellings",
    "~iran": "fuzz = 2",
    "iran~": "fuzz = 2",
    "iran~2": "fuzz = 2",
}
NAMES = (
    *("Trinidad and Tobago", "TRINIDAD AND TOBAGO", "Trinidad And Tobago", "life or death", "DO NOT RESUSCITATE"),
    *("AT&T", "R&D", "Johnson & Johnson", "H&M", "AC/DC", "Either/Or", "24/7", "9/11", "S/4HANA", "n/a"),
    *("Disney+", "Disney+ Hotstar", "+972 Magazine", "A$AP", "US$", "$AAPL", "!Kung", "Yahoo!"),
    *('ПАО "Газпром"', 'Dwayne "The Rock" Johnson', "«Северный поток»", "Côte d'Ivoire", "O'Neill", "Rock 'n' Roll"),
    *("Xi'an", "'Ndrangheta", "CSI: Miami", "Mission: Impossible", "Re:Zero", "10:30", "booking.com", "S.C.O."),
    *("BANK OF CHINA", "HOUSE OF CARDS", "DAY AFTER TOMORROW", "THOU SHALT NOT KILL", "ВОЙНА И МИР", "VE Day"),
    *("Vitamin E deficiency", "World War I memorial", "Tesla Model Y recall", "Carlos I de España", "Type O Negative"),
    *(
        "Antigua and Barbuda",
        "Bosnia & Herzegovina",
        "Washington, DC",
        "C#m",
        "#MeToo",
        "100% Iran",
        "<3 Iran",
        "S&P 500",
    ),
    *(
        "Node.js",
        "Booking.com Holdings",
        "Dawn.com",
        "می\u200cشوستین",
        "Евгений И. Петров",
        "Henry IV",
        "Iran–Iraq war",
    ),
    *(
        "Banco Santander (Brasil)",
        "Shanghai Cooperation Organisation (SCO)",
        "(500) Days of Summer",
        "Jordan (country)",
    ),
    *("F-16", "Al-Shabaab", "ISIS-K", "Iran - deal", "London – Paris", "Near East", "next week", "not guilty"),
    *("Who Wants to Be a Millionaire?", "Portland, OR", "Portland, OR wildfire", "OR Tambo", "After Eight"),
    *(
        "Title IX",
        "Body Shop",
        "Source Code",
        "the text",
        "चीन",
        "برکس",
        "中国",
        "#iran",
        "No. 10",
        "pakist*",
        "=Reading",
    ),
)


def test_U02_an_operator_of_another_program_is_refused_with_what_to_write_here() -> None:
    for term, translation in FOREIGN.items():
        for written in (term, f"{term}^0.5", f"  {term} "):
            refused = refusal(written)
            assert refused is not None, written
            assert str(refused).startswith(f'"{written}": ')
            assert str(refused).endswith(" is not understood here")
            assert translation in refused.hint, written


def refusal(term: str) -> TermError | None:
    """Why ``term`` is refused, if it is."""
    try:
        parse_term(term)
    except TermError as error:
        return error
    return None


def test_U02_what_only_looks_like_an_operator_stays_a_term() -> None:
    refused = {term: found for term in NAMES if (found := refusal(term))}
    assert not refused
    assert all(parse_term(term).words for term in NAMES)


@pytest.mark.parametrize("term", ["A OR B", '"SCO"', "SCO|ШОС", "(SCO)"])
def test_U02_an_acronym_of_an_entity_is_no_query_either(term: str) -> None:
    with pytest.raises(TermError, match=r"is not understood here$"):
        acronym(term)


@pytest.mark.parametrize("term", ["*word", "wo*rd", "*", "!!!", "", "...", '""', "()", "OR", "AND", "NOT", "the"])
def test_U02_what_could_match_nothing_or_everything_is_refused(term: str) -> None:
    with pytest.raises(TermError):
        parse_term(term)
