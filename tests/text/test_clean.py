"""The border: what feeds say becomes plain, harmless text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.clean import LINK_LIMIT, TITLE_LIMIT, plain, redact, single_line, web_link, without_secrets
from tests.work import LINEAR, growth

# Text as hostile feeds write it: any code point, lone surrogates among them, and pieces of markup.
HOSTILE = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(), max_size=8),
        st.sampled_from(
            ["<", ">", "&", ";", "<b>", "</p>", "<script>", "<!--", "<![CDATA[", "&lt;", "&#27;", "&#xD800;", "\x1b[2J"]
        ),
        st.sampled_from(["\ud800", "\0", "\r\n", "\u2028", "\u202e", "\x9b", "  "]),
    ),
    max_size=12,
).map("".join)


@given(HOSTILE)
def test_H09_H10_H32_no_control_line_or_direction_character_survives(text: str) -> None:
    for clean in (single_line(text), plain(text)):
        assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in clean)
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(clean)


@given(HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert single_line(single_line(text)) == single_line(text)


@given(st.text(max_size=60), st.integers(1, 30))
def test_no_text_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(single_line(text, limit)) <= limit
    assert len(plain(text, limit)) <= limit


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\u2028c\u0085d\x0be\x0cf\x1cg", "a b c d e f g"),
        ("  many \t kinds\u00a0of   space ", "many kinds of space"),
        ("\x1b[2Jcleared\x07\x7f", "[2Jcleared"),
        ("abc\u202edef\u2066ghi", "abcdefghi"),
        ("\ufeffstart \ud800end", "start end"),
        ("Pak\u200bistan", "Pakistan"),
        ("اسلام\u200cآباد", "اسلام\u200cآباد"),
        ("", ""),
    ],
    ids=[
        "line ends",
        "space",
        "terminal codes",
        "directions",
        "no character",
        "zero width",
        "non-joiner stays",
        "empty",
    ],
)
def test_unwanted_characters_become_a_space_where_they_part_words_and_nothing_elsewhere(raw: str, clean: str) -> None:
    assert single_line(raw) == clean


def test_H20_a_title_of_megabytes_is_cut() -> None:
    assert len(plain("<b>word</b> " * 1_000_000)) <= TITLE_LIMIT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&amp;T"),
        ("it&#8217;s", "it’s"),
        ("1 &lt; 2", "1 < 2"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
        ("a&nbsp;b", "a b"),
        ("VU&Ccaron;I&Cacute;EV speaks", "VUČIĆEV speaks"),
    ],
)
def test_H41_entities_are_decoded_once(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two<br/>three", "one two three"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", "one two"),
        ("one<img src=x onerror=alert(1)>two", "one two"),
        ("<b>Pak</b>istan", "Pakistan"),
        ("<a href='x'>Paki<span>stan</span></a>'s", "Pakistan's"),
    ],
)
def test_H41_tags_part_words_where_a_page_shows_them_apart_and_only_there(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize("tag", ["script", "style", "template", "iframe"])
def test_H14_H15_what_no_reader_sees_is_dropped(tag: str) -> None:
    assert plain(f"before <{tag}>alert(1)</{tag}> after") == "before after"


@pytest.mark.parametrize(
    "title",
    [
        *("Inflation <target, Acme says", "Profit <forecast at Acme", "if a<b then Acme", "if a<b and c>d, Acme"),
        *("How to use the <script> tag at Acme", "The <template> element, by Acme", "<title> by Acme", "I <3 Acme"),
        *("List<String> at Acme", "Bob <bob@acme.example> said", "see <https://acme.example/x> now", "x <y> z, Acme"),
        *("Stop the <script and Acme", "Acme <-> Umbrella", "a <!-- in Acme's code", "if (a <b && c == d) Acme > x"),
        *("<details to follow> Acme", "Acme's <style>, <noscript> and <iframe>", "Acme wins <"),
        *("Profit <year-on-year> at Acme", "<CEO:Bob> of Acme", "<?who> is Acme", "if a <b c=5 then Acme", "<!> Acme"),
    ],
)
def test_H41_where_a_sign_is_no_tag_a_title_keeps_its_words(title: str) -> None:
    assert plain(title) == title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<p title="News < World">one</p>two', "one two"),
        ('<a title=\'it"s > x\' href="y">one</a>', "one"),
        ("<td nowrap width=5>one<td>two", "one two"),
        ('<video controls autoplay src="x"></video>one', "one"),
        ('<img alt src="x">one<hr noshade/>two', "one two"),
        ('<a href="x"<img src="y">one</a>', "one"),
        ('one <a href="https://news.exam', "one"),
        ("<o:p></o:p><amp-img src=x></amp-img>one<![if !IE]>", "one"),
        ('<radialGradient id="x"/><stop offset="0%"/>one', "one"),
        ("<title>one</title> two", "one two"),
        ('one <iframe src="x"/> two <script src="y"> three', "one two three"),
        ("one<!-- two --> three <!DOCTYPE html>four", "one three four"),
        ("one <template>two</TEMPLATE > three <style> four", "one three <style> four"),
    ],
)
def test_H41_tags_are_told_from_signs_however_they_are_written(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "markup", ["plain <b", "<", "&", "<!--", "<![CDATA[x", "&#xFFFFFFFF;", "<svg><style><a id='</x"]
)
def test_broken_markup_does_not_raise(markup: str) -> None:
    assert isinstance(plain(markup), str)


@pytest.mark.parametrize(
    ("returned", "meant"),
    [("AT&T; wins", "AT&T wins"), ("AT&T;", "AT&T"), ("M&S;, P&G;", "M&S, P&G"), ("M&S;x", "M&S;x")],
)
def test_H40_an_ampersand_that_was_taken_for_an_entity_is_repaired(returned: str, meant: str) -> None:
    assert plain(returned) == meant


@pytest.mark.parametrize("markup", ["VU&Ccaron;I&Cacute;: talks", "100 &Omega; and more", "&Scaron;"])
def test_H41_an_entity_at_the_end_of_a_word_is_decoded(markup: str) -> None:
    assert "&" not in plain(markup)


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("https://news.example/a?b=1&c=2#d", "https://news.example/a?b=1&c=2#d"),
        ("/story/1", "https://desk.example/story/1"),
        ("story/1", "https://desk.example/feeds/story/1"),
        ("?id=1", "https://desk.example/feeds/rss?id=1"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("  https://news.example/a b\n", "https://news.example/a%20b"),
        ("HTTP://news.example/", "HTTP://news.example/"),
    ],
)
def test_a_link_is_made_absolute(link: str, absolute: str) -> None:
    assert web_link(link, "https://desk.example/feeds/rss") == absolute


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "feed://news.example/",
        "mailto:a@news.example",
        "http://",
        "http:///path",
        "http://[::1",
        "",
    ],
)
def test_H16_only_web_addresses_are_links(link: str) -> None:
    assert web_link(link, "https://desk.example/rss") == ""


def test_H16_a_scheme_broken_by_a_tab_does_not_become_a_script() -> None:
    assert web_link("java\tscript:alert(1)") == ""
    assert web_link("java\tscript:alert(1)", "https://desk.example/rss").startswith("https://desk.example/")


@given(HOSTILE, HOSTILE)
def test_H16_whatever_is_given_a_link_is_http_or_nothing(link: str, base: str) -> None:
    made = web_link(link, base)
    assert made == "" or made.lower().startswith(("http://", "https://"))
    assert " " not in made


def test_a_link_of_any_length_is_cut() -> None:
    assert len(web_link("https://news.example/" + "x" * 10_000)) <= LINK_LIMIT


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@news.example/f?token=tok", "https://***@news.example/f?token=***"),
        ("https://user@news.example:8443/f", "https://***@news.example:8443/f"),
        ("https://news.example/f?page=2&api_key=tok&x=1", "https://news.example/f?page=2&api_key=***&x=1"),
        (
            "https://news.example/f?sign=1&authorization=2&keyring=3",
            "https://news.example/f?sign=***&authorization=***&keyring=***",
        ),
        (
            "https://news.example/f?keyword=gas&keywords=a&author=reuters&design=2",
            "https://news.example/f?keyword=gas&keywords=a&author=reuters&design=2",
        ),
        ("https://news.example/f?TOKEN=tok", "https://news.example/f?TOKEN=***"),
        ("https://news.example/f?to%6ben=tok", "https://news.example/f?token=***"),
        ("https://news.example/f?access_token=tok#tok", "https://news.example/f?access_token=***"),
        ("https://[2001:db8::1]:8080/f?sig=tok", "https://[2001:db8::1]:8080/f?sig=***"),
        ("https://news.example/f?a=1&b=2", "https://news.example/f?a=1&b=2"),
        ("https://news.example/f?a=http://u:p@z/&b=2", "https://news.example/f?a=***&b=2"),
        ("https://news.example/f?a=http%3A%2F%2Fu%3Ap%40z", "https://news.example/f?a=***"),
        ("https://news.example/f?a=http%253A%252F%252Fu%253Ap%2540z", "https://news.example/f?a=***"),
        ("https://news.example/http://u:p@z/f", "https://news.example/http://***@z/f"),
        ("https://news.example/f;token=tok", "https://news.example/f;token=***"),
        ("https://news.example/f;v=1;key=tok?a=1", "https://news.example/f;v=1;key=***?a=1"),
        ("https://news.example/f?jwt=tok&code=tok&pw=tok", "https://news.example/f?jwt=***&code=***&pw=***"),
        ("https://news.example/f?country_code=us", "https://news.example/f?country_code=us"),
        ("https://social.example/@desk/feed?u=@desk", "https://social.example/@desk/feed?u=@desk"),
        ("user:secret@news.example/f?key=tok", "***@news.example/f?key=***"),
        ("/@desk/feed", "/@desk/feed"),
    ],
)
def test_H28_secrets_in_an_address_are_not_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


@pytest.mark.parametrize("url", ["http://u:secret@[::1/f", "https://u:secret@h:99999/f", "https://u:se/cret@h/f"])
def test_H28_an_address_that_cannot_be_read_is_not_shown_at_all(url: str) -> None:
    assert "secret" not in redact(url)
    assert "cret@" not in redact(url)


@pytest.mark.parametrize(
    "query",
    [
        *("user=desk&pass=tok", "a=1;token=tok", "next=/f?token=tok", "next=%2Ff%3Fa%3D1%26token%3Dtok"),
        *("back=https%253A%252F%252Fh%252Ff%253Ftoken%253Dtok", "type=rss?token=tok"),
    ],
)
def test_H28_secrets_are_found_under_all_their_usual_names_and_separators(query: str) -> None:
    assert "tok" not in redact(f"https://news.example/f?{query}").replace("token", "")


@pytest.mark.parametrize("said", ["s3cret", "wrong key: t0k3n", "'open%20it'", "'open it'"])
def test_H28_what_a_server_repeats_of_a_secret_is_not_shown(said: str) -> None:
    url = "https://desk:s3cret@news.example/f;sid=session-1?key=t0k3n&auth=open%20it&pin=1#"
    assert without_secrets("no such page: desk 1", url) == "no such page: desk 1"
    assert "***" in without_secrets(said, url)


@pytest.mark.parametrize(
    "opening", ["<div>", "<ul><li>", "<b>", "<p class='x'>", "<table><tr><td>", "</p><s>", "<u></b>"]
)
@pytest.mark.parametrize("size", [500, pytest.param(5_000, marks=pytest.mark.long)])
def test_T01_H19_markup_nested_without_end_costs_no_more_than_its_length(opening: str, size: int) -> None:
    def cleaned(times: int) -> str:
        return plain(f"<h1>Pakistan</h1>{opening * times}<script>alert(1)</script>joins &amp; stays", 50_000)

    assert cleaned(10 * size) == "Pakistan joins & stays"
    assert growth(cleaned, size) < LINEAR


@pytest.mark.parametrize(
    "piece",
    [
        *("<script>", "<!--", "<title>", "<template ", '<a x="', '<a x="<"', "<b title='\"<", '<p x="<<<" y="<<<" '),
        *("<a ", "<a alt ", "<p x= ", "<p /", "<a-", "<a:a", "<", "&", "&a", "<p a0=1 "),
    ],
)
def test_T01_H19_no_piece_of_markup_repeated_costs_more_than_its_length(piece: str) -> None:
    assert growth(lambda times: plain(piece * times, 50_000), 500) < LINEAR
    assert growth(lambda times: plain(piece + piece[1:] * times, 50_000), 500) < LINEAR
    assert growth(lambda times: plain(piece * times + "</title>-->", 50_000), 500) < LINEAR


@pytest.mark.parametrize("value", ["", "=1"])
def test_T01_H19_a_tag_of_40_000_attributes_costs_no_more_than_its_length(value: str) -> None:
    def cleaned(attributes: int) -> str:
        return plain("<p " + " ".join(f"a{number}{value}" for number in range(attributes)) + ">x", 50_000)

    assert len(cleaned(40_000)) <= 50_000
    assert growth(cleaned, 5_000) < LINEAR


def test_many_tags_that_end_are_only_markup() -> None:
    assert plain("<p>some <b>te</b>xt</p><br>" * 2_000).startswith("some text some text")
