"""How alike two pieces of news are: by link, title and text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.reasons import Alike
from monitor.text.likeness import Likeness, Same, canonical_link, likeness_of, same_story, title_key
from tests.work import counted

LINK = "https://www.dawn.com/news/1234567/pakistan-applies"


def item(title: str, link: str = "", body: str = "", outlet: str = "") -> Likeness:
    return likeness_of(title, outlet, link, body)


def compared(title: str, other: str) -> Same | None:
    """Why two titles are one story; the same in both orders."""
    a, b = item(title), item(other)
    assert same_story(a, b) == same_story(b, a)
    return same_story(a, b)


def text(words: int, first: int = 0) -> str:
    """A text whose every word is another."""
    return " ".join(f"word{number}" for number in range(first, first + words))


# ---- links


@pytest.mark.parametrize(
    "tail",
    [
        "?utm_source=rss&utm_medium=feed",
        "?fbclid=IwAR0",
        "?gclid=abc",
        "?yclid=123",
        "?UTM_Source=rss&mc_cid=1&mc_eid=2&at_medium=x&xtor=RSS-1&ocid=y&smid=tw&ref_src=z&cmpid=c&igshid=d&dclid=e&msclkid=f",
        "/",
        "/amp",
        "/amp/?amp=1",
        "#comments",
        "?",
    ],
)
def test_I25_links_that_differ_only_in_tracking_are_one(tail: str) -> None:
    assert canonical_link(LINK + tail) == canonical_link(LINK) != ""
    first, other = item("Pakistan applies for BRICS", LINK), item("BRICS: Pakistan applies", LINK + tail)
    assert same_story(first, other) == Same(Alike.LINK)


@pytest.mark.parametrize("name", ["id", "p", "q", "article", "story_id", "v", "page", "date", "at", "m"])
def test_I25_links_that_differ_in_what_names_the_page_are_two(name: str) -> None:
    one, other = f"https://example.org/news?{name}=1", f"https://example.org/news?{name}=2"
    assert canonical_link(one) != canonical_link(other)
    assert not same_story(item("Explosion heard in the capital", one), item("Parliament passes the budget", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("HTTPS://WWW.Example.ORG:443/a", "https://example.org/a"),
        ("http://m.example.org:80/a", "https://amp.example.org/a"),
        ("https://www.m.example.org/a", "https://example.org./a"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?utm_term=x&a=1&b=2"),
        ("https://ria.ru/новость", "https://ria.ru/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("https://example.org/%7euser/%d0%b0?q=a+b", "https://example.org/~user/%D0%B0?q=a%20b"),
        ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"),
        ("https://user:word@example.org/a", "https://example.org/a"),
    ],
)
def test_I25_spellings_of_one_address_are_one(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org:8080/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/?q=a%26b=c", "https://example.org/?q=a&b=c"),
        ("https://example.org/#!/news/1", "https://example.org/#!/news/2"),
        ("https://urdu.example.org/a", "https://example.org/a"),
        ("https://cam.example.org/a", "https://ca.example.org/a"),
        ("https://m.org/a", "https://org/a"),
        ("https://example.org/camp", "https://example.org/c"),
    ],
)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dawn.com/news/1",
        "ftp://example.org/a",
        "mailto:desk@example.org",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://[::1/a",
        "https://example.org:port/a",
        "https://example.org:99999/a",
        "https://exa mple..org/a",
    ],
)
def test_what_is_no_web_link_is_no_identity(url: str) -> None:
    assert canonical_link(url) == ""


@pytest.mark.parametrize(
    "url",
    ["https://www.dawn.com", "https://dawn.com/", "https://dawn.com/?utm_source=rss#top", "https://dawn.com/amp/"],
)
def test_a_front_page_is_no_identity(url: str) -> None:
    assert canonical_link(url) == ""
    assert not same_story(item("Explosion heard in the capital", url), item("Parliament passes the budget", url))


@given(st.text(alphabet="/%2Ffгa=&?#!;+ \ud800é.:@[", max_size=40))
def test_any_link_can_be_read_and_its_reading_is_stable(tail: str) -> None:
    read = canonical_link("https://example.org/" + tail)
    assert read.isascii()
    assert not read or canonical_link("https://" + read) == read


def test_one_link_with_titles_that_share_nothing_is_a_live_page() -> None:
    live = "https://example.org/live"
    one, other = item("Explosion heard in Kabul", live, text(60)), item("Стороны обмениваются пленными", live, text(60))
    assert same_story(one, other) is None
    assert same_story(one, item("", live)) == Same(Alike.LINK)


def test_I25_one_link_is_one_story_though_a_number_in_its_title_is_corrected() -> None:
    one, other = item("Blast kills 5 in Peshawar", LINK), item("Toll rises to 7 in Peshawar blast", LINK)
    assert same_story(one, other) == Same(Alike.LINK)


# ---- titles


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Pakistan formally applies for BRICS membership - Reuters", "Reuters"),
        ("Pakistan formally applies for BRICS membership - Reuters", ""),
        ("Pakistan formally applies for BRICS membership | The Times of India", ""),
        ("Pakistan formally applies for BRICS membership — Al Jazeera English", "Google News"),
        ("Pakistan formally applies for BRICS membership – dawn.com", ""),
        ("Pakistan formally applies for BRICS membership - Voice of America - Dawn", "Dawn"),
        ("PAKISTAN formally applies for “BRICS” membership.", "Dawn"),
    ],
)
def test_I26_the_outlet_behind_a_title_does_not_count(title: str, outlet: str) -> None:
    plain = "Pakistan formally applies for BRICS membership"
    assert title_key(title, outlet) == "pakistan formally applies for brics membership"
    assert same_story(item(title, outlet=outlet), item(plain)) == Same(Alike.TITLE)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        (
            "Россия и Пакистан договорились о поставках нефти - РИА Новости",
            "Россия и Пакистан договорились о поставках нефти",
        ),
        (
            "پاکستان نے برکس کی رکنیت کے لیے درخواست دے دی - BBC News اردو",
            "پاكستان نے برکس كى رکنیت کے لیے درخواست دے دی",
        ),
        ("巴基斯坦正式申请加入金砖国家合作机制 - 新华网", "巴基斯坦正式申请加入金砖国家合作机制"),
    ],
)
def test_I26_nor_does_it_in_other_scripts(title: str, plain: str) -> None:
    assert same_story(item(title), item(plain)) == Same(Alike.TITLE)


@pytest.mark.parametrize(
    "title",
    [
        "A short history of the pipeline - Part 2",
        "Strike reported near the airport in Kyiv - 5 killed",
        "Officials say the ceasefire has been broken - not true",
        "What we know so far about the war - Kyiv hit",
        "Oil deal signed - Reuters",
        "The minister speaks about the pipeline - what he said and what he meant",
    ],
)
def test_I26_a_last_part_that_tells_something_counts(title: str) -> None:
    assert title_key(title).split()[-1] == title.split()[-1].lower()


@pytest.mark.parametrize("title", ["", "Live", "Morning news briefing", "В мире", "新闻快讯", "- | -"])
def test_a_title_of_few_words_identifies_nothing(title: str) -> None:
    assert title_key(title) == ""
    assert compared(title, title) is None


def test_letters_without_spaces_are_parts_of_words() -> None:
    assert title_key("中国外交部长访问") != ""
    assert title_key("中国外交部长") == ""


@pytest.mark.parametrize(
    ("title", "other"),
    [
        (
            "Pakistan formally applies for membership in BRICS bloc",
            "Pakistan formally applies for membership in the BRICS bloc",
        ),
        (
            "Explosions heard in Kyiv as air defence repels attack",
            "Explosion heard in Kyiv as air defence repels attack",
        ),
        (
            "Five killed in blast at mosque in Peshawar, police say",
            "5 killed in blast at mosque in Peshawar, police say",
        ),
        (
            "Россия и Пакистан договорились о поставках нефти в 2027 году",
            "Россия и Пакистан договорились о поставке нефти в 2027 году",
        ),
        (
            "پاکستان نے برکس کی رکنیت کے لیے باضابطہ درخواست دے دی ہے",
            "پاکستان نے برکس کی رکنیت کے لیے باضابطہ درخواست دے دی",
        ),
    ],
)
def test_I24_titles_that_differ_by_a_trifle_are_one_story(title: str, other: str) -> None:
    same = compared(title, other)
    assert same
    assert same.by is Alike.TITLES
    assert same.share < 1


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("5 killed in blast at mosque in Peshawar, police say", "7 killed in blast at mosque in Peshawar, police say"),
        (
            "Five killed in blast at mosque in Peshawar, police say",
            "Six killed in blast at mosque in Peshawar, police say",
        ),
        (
            "Russia's war on Ukraine, day by day: Day 12 of the siege",
            "Russia's war on Ukraine, day by day: Day 13 of the siege",
        ),
        (
            "The long history of the pipeline through Balochistan, Part 1",
            "The long history of the pipeline through Balochistan",
        ),
        (
            "Pakistan to borrow $5bn from China for the new railway",
            "Pakistan to borrow $7bn from China for the new railway",
        ),
        (
            "При взрыве в мечети Пешавара погибли 5 человек, сообщает полиция",
            "При взрыве в мечети Пешавара погибли 7 человек, сообщает полиция",
        ),
        (
            "پشاور کی مسجد میں دھماکا، ۵ افراد جاں بحق اور متعدد زخمی",
            "پشاور کی مسجد میں دھماکا، ۷ افراد جاں بحق اور متعدد زخمی",
        ),
    ],
)
def test_I24_another_number_is_another_story(title: str, other: str) -> None:
    assert compared(title, other) is None


@pytest.mark.parametrize(
    ("title", "other"),
    [
        (
            "Pakistan will join BRICS this year, foreign minister says",
            "Pakistan will not join BRICS this year, foreign minister says",
        ),
        (
            "Iran says it struck the American base in eastern Syria",
            "Iran denies it struck the American base in eastern Syria",
        ),
        (
            "Talks in Doha will be held next week, officials tell us",
            "Talks in Doha won’t be held next week, officials tell us",
        ),
        (
            "Россия будет участвовать в саммите стран БРИКС в Казани",
            "Россия не будет участвовать в саммите стран БРИКС в Казани",
        ),
        (
            "Кремль подтвердил сообщения о переговорах с Пакистаном по газопроводу в Москве",
            "Кремль опровергает сообщения о переговорах с Пакистаном по газопроводу в Москве",
        ),
        (
            "پاکستان برکس کے اجلاس میں شرکت کرے گا، دفتر خارجہ کا اعلان",
            "پاکستان برکس کے اجلاس میں شرکت نہیں کرے گا، دفتر خارجہ کا اعلان",
        ),
        (
            "دفتر خارجہ نے پاکستان کی برکس میں شمولیت کی خبروں کی تصدیق کر دی",
            "دفتر خارجہ نے پاکستان کی برکس میں شمولیت کی خبروں کی تردید کر دی",
        ),
    ],
)
def test_I24_a_denial_is_another_story(title: str, other: str) -> None:
    assert compared(title, other) is None


def test_I24_denied_in_the_same_words_it_is_the_same_story() -> None:
    title = "Iran denies that 5 of its ships were stopped"
    assert compared(title, title.upper()) == Same(Alike.TITLE)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Pakistan formally applies for BRICS membership", "India formally opposes Pakistan's BRICS membership"),
        ("Blast in Quetta market leaves several people dead", "Blast in Peshawar mosque leaves several people dead"),
        ("Взрыв прогремел на рынке в Кветте", "Взрыв прогремел в мечети в Пешаваре"),
    ],
)
def test_I24_titles_about_other_things_are_two_stories(title: str, other: str) -> None:
    assert compared(title, other) is None


def test_long_titles_are_texts_and_have_to_be_the_same() -> None:
    long = "The foreign minister said on Monday after talks in the capital that " + text(12)
    assert compared(long, long) == Same(Alike.TITLE)
    assert compared(long, long + "s") is None


# ---- texts


def test_I24_one_agency_text_under_two_headlines_is_one_story() -> None:
    one = item("Pakistan applies for BRICS membership", body=text(200))
    other = item("Islamabad wants to join the club of Moscow and Beijing", body=text(200) + " (Reporting by the desk)")
    assert same_story(one, other) == (Alike.TEXTS, pytest.approx(0.98, abs=0.005))


def test_I24_unless_the_headlines_tell_other_numbers() -> None:
    one = item("Blast in Peshawar mosque kills 5", body=text(200) + " 5 killed")
    other = item("Toll of the attack on worshippers rises to 7", body=text(200) + " 7 killed")
    assert same_story(one, other) is None
    assert same_story(one, item("Toll of the attack on worshippers rises", body=text(200)))


def test_short_texts_and_texts_that_are_half_alike_say_nothing() -> None:
    assert not same_story(item("One thing", body=text(47)), item("Another", body=text(47)))
    assert same_story(item("One thing", body=text(48)), item("Another", body=text(48))) == Same(Alike.TEXTS)
    assert not same_story(item("One thing", body=text(200)), item("Another", body=text(200, first=100)))


def test_texts_are_compared_by_their_beginnings() -> None:
    assert same_story(item("One", body=text(400)), item("Another", body=text(400) + " and so on" * 2000))


# ---- all of it


def test_nothing_is_like_nothing() -> None:
    assert same_story(item(""), item("")) is None


@given(st.lists(st.sampled_from(["talks", "in", "Kabul", "5", "not", "мир", "امن", "和"]), max_size=12), st.data())
def test_likeness_knows_no_order_and_everything_is_like_itself(words: list[str], data: st.DataObject) -> None:
    one, other = item(" ".join(words)), item(" ".join(data.draw(st.permutations(words))))
    assert same_story(one, other) == same_story(other, one)
    assert same_story(one, one) == (Same(Alike.TITLE) if one.title else None)


@given(st.text(alphabet="aab c", max_size=80), st.text(alphabet="aab c", max_size=80))
def test_titles_are_alike_by_the_share_of_their_fours_of_letters(first: str, second: str) -> None:
    a, b = item("Some words of news " + first), item("Some words of news " + second)
    grams, others = ({key[i : i + 4] for i in range(len(key) - 3)} for key in (a.title, b.title))
    share = len(grams & others) / len(grams | others)
    expected = Same(Alike.TITLE) if a.title == b.title else Same(Alike.TITLES, share) if share >= 0.8 else None
    assert same_story(a, b) == (expected and pytest.approx(expected))


def test_an_item_is_compared_with_another_in_a_few_steps_however_long_both_are() -> None:
    def compared_with_many(words: int) -> tuple[bool, int]:
        recent = [
            item(
                f"Minister number{n} speaks about oil prices in town{n * 7}", f"https://e.org/{n}", text(words, 300 * n)
            )
            for n in range(300)
        ]
        new = item("Minister speaks about oil prices in the capital town", "https://e.org/new", text(words, 10**6))
        return counted(lambda: any(same_story(new, one) for one in recent))

    is_found, steps = compared_with_many(400)
    assert (is_found, steps) == compared_with_many(40)
    assert not is_found
    assert steps < 300 * 20
