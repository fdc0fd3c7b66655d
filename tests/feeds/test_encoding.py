"""Which encoding a document is in: headlines of many languages, in every encoding that they were ever published in."""

from __future__ import annotations

import codecs
import functools
from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest

from monitor.feeds.parse.encoding import text_of
from tests.work import LINEAR, growth

HEADLINES = Path(__file__).parents[1] / "data" / "headlines.tsv"
ENCODINGS = {
    "ru": ("cp1251", "koi8_r", "iso8859_5", "cp866"),
    "uk": ("cp1251", "koi8_u", "iso8859_5"),
    "bg": ("cp1251", "iso8859_5"),
    "el": ("cp1253", "iso8859_7"),
    "tr": ("cp1254", "iso8859_9"),
    "pl": ("cp1250", "iso8859_2"),
    "cs": ("cp1250", "iso8859_2"),
    "hu": ("cp1250", "iso8859_2"),
    "fr": ("cp1252", "iso8859_15"),
    "de": ("cp1252", "iso8859_1"),
    "es": ("cp1252",),
    "pt": ("cp1252",),
    "sv": ("cp1252",),
    "en": ("cp1252",),
    "ar": ("cp1256", "iso8859_6"),
    "he": ("cp1255", "iso8859_8"),
    "th": ("cp874",),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "zh-hans": ("gb18030", "gb2312"),
    "zh-hant": ("big5", "gb18030"),
    "ko": ("euc_kr", "cp949"),
    "ur-1256": ("cp1256",),
    "fa-1256": ("cp1256",),
}
LATIN = ("tr", "pl", "cs", "hu", "fr", "de", "es", "pt", "sv", "en")
PAIRS = [(language, encoding) for language, encodings in ENCODINGS.items() for encoding in encodings]
WRONG = ("utf-8", "utf-16", "windows-1251", "gb2312", "shift_jis", "bogus-1", "punycode")


@functools.cache
def headlines() -> dict[str, list[str]]:
    found = defaultdict(list)
    for line in HEADLINES.read_text("utf-8").splitlines():
        language, headline = line.split("\t")
        found[language].append(headline)
    return found


def document(titles: list[str], declared: str = "utf-8") -> str:
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    return f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{items}</channel></rss>'


@functools.cache
def feeds(language: str, encoding: str) -> list[tuple[str, bytes]]:
    """A feed of each headline alone, and one of all; the ones that can be written in ``encoding`` and leave ASCII."""
    titles = headlines()[language]
    found = []
    for text in [document([title]) for title in titles] + [document(titles)]:
        try:
            body = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if not body.isascii() or encoding == "iso2022_jp":
            found.append((text, body))
    assert found
    return found


@pytest.mark.parametrize("language", ENCODINGS)
def test_H07_headlines_declared_as_utf_8_are_read_in_the_encoding_that_they_are_in(language: str) -> None:
    for encoding in ENCODINGS[language]:
        for text, body in feeds(language, encoding):
            assert text_of(body, "application/rss+xml") == text, encoding


@pytest.mark.parametrize("language", ENCODINGS)
@pytest.mark.parametrize("alone", [1, pytest.param(None, marks=pytest.mark.long)], ids=["one alone", "each alone"])
def test_H08_a_wrong_or_bogus_charset_in_the_header_costs_no_letter(language: str, alone: int | None) -> None:
    # Some ten letters in a wrong encoding that happen to be letters in it, too, are believed to be in it.
    enough = 2 if language in LATIN else 20
    for encoding, declared in product(ENCODINGS[language], WRONG):
        told = [
            (text, body)
            for text, body in feeds(language, encoding)
            if len(body.decode("ascii", "ignore")) <= len(body) - enough
        ]
        for text, body in [*told[:alone], *told[-1:]]:
            assert text_of(body, f"text/xml; charset={declared}") == text, (encoding, declared)


@pytest.mark.parametrize("language", ENCODINGS)
def test_H08_the_declared_encoding_wins_where_it_fits(language: str) -> None:
    for encoding in ENCODINGS[language]:
        name = encoding.replace("iso8859_", "iso-8859-").replace("_", "-")
        for text, body in feeds(language, encoding):
            assert text_of(body, f"text/xml; charset={name}") == text, encoding


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "gb2312", "shift_jis", "big5", "euc-kr", "koi8-r"])
def test_H08_utf_8_stays_utf_8_whatever_the_header_says(declared: str) -> None:
    for language in ENCODINGS:
        for text, body in feeds(language, "utf-8"):
            assert text_of(body, f"text/xml; charset={declared}") == text, language


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_H08_wide_encodings_are_known_with_and_without_their_mark(encoding: str) -> None:
    marks = {
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }
    text = document(headlines()["ru"] + headlines()["zh-hans"], "utf-16")
    for mark, content_type in product(
        (marks[encoding], b""), ("", "application/rss+xml; charset=utf-8", "text/xml; charset=windows-1251")
    ):
        assert text_of(mark + text.encode(encoding), content_type) == text, (mark, content_type)


def test_H07_a_language_that_is_named_decides_where_the_letters_do_not() -> None:
    # The byte 0xB3 alone: the l with stroke of Polish, and half a letter of many others.
    body = document(["Zmar\u0142 Jan Nowak"]).replace("<channel>", "<channel><language>pl</language>")
    assert text_of(body.encode("cp1250"), "") == body


RIGHTLY_DECLARED = [
    ("windows-1252", "Of course they won’t, but they didn’t"),
    ("windows-1252", "Why Musk’s plan won’t work"),
    ("windows-1252", "(via x) Tags: art · school · Japan · video"),
    ("windows-1252", "Wisp — specifically Scheme — standardized"),
    ("windows-1252", "How many posts start “Here at HQ…”?"),
    ("windows-1252", "Nœud papillon, œuvre et sœur : l’ÉCONOMIE EN CRISE"),
    ("windows-1252", "The river, by the […]"),
    ("iso-8859-1", "Copyright © 2024 AP"),
    ("iso-8859-1", "½ price"),
    ("iso-8859-1", "3×4"),
    ("iso-8859-1", "¿?"),
    ("iso-8859-1", "±5 points"),
    ("shift_jis", "ｱｲﾌｫﾝ"),
    ("gbk", "\u8054\u901a"),
]


@pytest.mark.parametrize("content_type", ["", "text/xml; charset={}"])
def test_H08_a_declaration_that_nothing_contradicts_is_believed(content_type: str) -> None:
    for encoding, title in RIGHTLY_DECLARED:
        text = document([title], encoding)
        assert text_of(text.encode(encoding), content_type.format(encoding)) == text, encoding


@pytest.mark.parametrize(
    ("declared", "title"),
    [("iso-8859-1", "Dąbie, Polska"), ("windows-1251", "Gain 5× now"), ("euc-kr", "Côte"), ("gb2312", "½ price")],
)
@pytest.mark.parametrize("content_type", ["", "text/xml; charset={}"])
def test_H08_one_letter_in_utf_8_outweighs_every_declaration(declared: str, title: str, content_type: str) -> None:
    text = document([title], declared)
    assert text_of(text.encode(), content_type.format(declared)) == text


@pytest.mark.parametrize("title", ["It’s official", "£5 off", "€90 for two", "Rates – what next?", "In June of […]"])
def test_H07_signs_alone_are_read_as_english_has_them(title: str) -> None:
    text = document([title])
    assert text_of(text.encode("cp1252"), "") == text


def test_H07_a_document_in_another_encoding_that_is_cut_inside_a_letter_keeps_the_rest() -> None:
    text = document(headlines()["ja"], "shift_jis")
    body = text.encode("cp932")
    cut = body[: body.index("九州".encode("cp932")) + 1]
    assert text_of(cut, "text/xml; charset=shift_jis")[:-1] == text[: text.index("九州")]


def test_H08_names_of_encodings_that_are_no_text_are_not_tried() -> None:
    # Decoding "punycode" takes the square of the length; "zlib" and "hex" are no text at all.
    for name in ("punycode", "idna", "zlib", "hex", "unicode_escape", "utf-7", "undefined", "../../etc"):
        assert text_of(b"+ADw- \\u0041 caf\xc3\xa9" * 10_000, f"text/xml; charset={name}").startswith(
            "+ADw- \\u0041 café"
        )


ESCAPES = ("\x1b$B", "\x1b$@", "\x1b$(D", "\x1b(J", "\x1b(I")


@pytest.mark.parametrize("escape", ESCAPES)
def test_H44_the_escapes_of_iso_2022_in_one_title_leave_the_other_titles_alone(escape: str) -> None:
    for behind, others in product(("", "!!\x1b(B", "!!"), ("Москва и Élysée", "Moscow")):
        body = document([others, f"evil {escape}{behind}", others, f"evil {escape}", others]).encode()
        assert text_of(body, "text/xml; charset=utf-8").count(f"<title>{others}</title>") == 3, (behind, others)


@pytest.mark.parametrize("many", [3, pytest.param(4, marks=pytest.mark.long)])
def test_H07_escapes_that_no_codec_can_read_raise_nothing(many: int) -> None:
    pieces = ("\x1b$B", "\x1b.A", "\x1bN", "\x1b.J", "\x1b$(D", "\x1b(J", "!", "\x80", "\x1b(B")
    for numbers in product(range(len(pieces)), repeat=many):
        body = "".join(["<title>\x1b$B", *(pieces[number] for number in numbers), "\x1b(B</title>"])
        assert text_of(body.encode("latin-1"), "").startswith("<title>")


def test_H44_escapes_without_end_cost_no_more_than_their_number() -> None:
    assert growth(lambda times: text_of(b"<rss>" + b"\x1b$B" * times, ""), 5_000) < LINEAR
