"""Links that only lead on."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.likeness import canonical_link
from monitor.text.redirectors import behind

PAGE = "https://daily.example/zanzibar-visa?a=1&b=%D1%8F"
CODED = quote(PAGE, safe="")


def _packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _as_google_news_names(page: str) -> str:
    """The name of an article as it was made until 2024: a message with the address in it, in base64."""
    length = len(page)
    sized = bytes((length,)) if length < 128 else bytes((length & 0x7F | 0x80, length >> 7))
    return urlsafe_b64encode(b"\x08\x13\x22" + sized + page.encode() + b"\xd2\x01\x00").decode().rstrip("=")


def _by_proofpoint(page: str) -> str:
    """The second kind of its addresses."""
    return (
        quote(page, safe=":/")
        .replace("-", "%2D")
        .replace("_", "%5F")
        .replace(":", "%3A")
        .translate({ord("%"): "-", ord("/"): "_"})
    )


REDIRECTED = [
    f"https://www.google.com/url?rct=j&sa=t&url={CODED}&ct=ga&cd=CAIyGm&usg=AFQjC",
    f"https://www.google.co.uk/url?q={CODED}&sa=U",
    f"http://news.google.com/news/url?sa=t&url={CODED}",
    f"https://l.facebook.com/l.php?u={CODED}&h=AT0",
    f"https://www.facebook.com/l.php?u={CODED}",
    f"https://l.instagram.com/?u={CODED}&e=AT0",
    f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={CODED}&c=1",
    f"https://t.umblr.com/redirect?z={CODED}&t=abc",
    f"https://out.reddit.com/t3_abc?url={CODED}&token=x",
    f"https://duckduckgo.com/l/?uddg={CODED}&rut=x",
    f"https://www.youtube.com/redirect?event=d&q={CODED}",
    f"https://r.search.yahoo.com/_ylt=Aw/RV=2/RE=1/RO=10/RU={CODED}/RK=2/RS=x-",
    f"https://news.yahoo.com/story;_ylt=A0;RU={CODED}",
    f"http://us.rd.yahoo.com/dailynews/rss/*{CODED}",
    f"https://vk.com/away.php?to={CODED}&cc_key=",
    f"http://cn.bing.com/news/apiclick.aspx?url={CODED}",
    f"https://yandex.ru/clck/jsredir?from=x&url={CODED}",
    f"https://news.yandex.ru/yandsearch?cl4url={CODED}",
    f"https://translate.google.com/translate?sl=ru&tl=en&u={CODED}",
    f"https://t.me/iv?url={CODED}&rhash=1",
    f"https://medium.com/r/?url={CODED}",
    f"https://consent.google.com/m?continue={CODED}",
    f"https://consent.yahoo.com/?done={CODED}",
    f"https://href.li/?{PAGE}",
    f"https://anonym.to/?{PAGE}",
    f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={CODED}",
    f"https://www.bing.com/ck/a?!&&p=5f3c&ptn=3&ver=2&u=a1{_packed(PAGE)}&ntb=1",
    f"https://urldefense.proofpoint.com/v1/url?u={CODED}&k=abc%3D%3D",
    f"https://urldefense.proofpoint.com/v2/url?u={_by_proofpoint(PAGE)}&d=DwMFaQ&c=abc&r=def&m=ghi&s=jkl&e=",
    "https://urldefense.com/v3/__https://daily.example/zanzibar-visa?a=1&b=*D1*8F__;JSU!!Abc!Def$",
    "https://urldefense.us/v3/__https:/daily.example/zanzibar-visa?a=1&b=**E__;JUQxJThG!!Abc$",
    "https://urldefense.com/v3/__https://daily.example/zanzibar-visa?a=1**B*D1*8F__;JmI9JSU!!Abc$",
    f"https://nam02.safelinks.protection.outlook.com/?url={CODED}&data=05%7C02&reserved=0",
    f"https://nam02.safelinks.protection.outlook.com/ap/t-59584e83/?url={CODED}&data=05",
    f"https://linkprotect.cudasvc.com/url?a={CODED}&c=E,1",
    f"https://secure-web.cisco.com/1Abc-d_e/{CODED}",
    f"https://eu-west-1.protection.sophos.com/?d=daily.example&u={quote(b64encode(PAGE.encode()))}&i=x",
    f"https://news.google.com/rss/articles/{_as_google_news_names(PAGE)}?oc=5",
    f"https://news.google.com/__i/rss/rd/articles/{_as_google_news_names(PAGE)}?oc=5",
    "https://daily-example.translate.goog/zanzibar-visa?a=1&b=%D1%8F&_x_tr_sl=ru&_x_tr_tl=en&_x_tr_pto=wapp",
    "https://daily-example.cdn.ampproject.org/c/s/daily.example/zanzibar-visa?a=1&b=%D1%8F&amp_js_v=a6&usqp=mq331",
    "https://daily-example.bing-amp.com/c/s/daily.example/zanzibar-visa?a=1&b=%D1%8F",
    "https://www.google.com/amp/s/daily.example/zanzibar-visa?a=1&b=%D1%8F",
    f"https://www.google.com/url?q={quote('https://l.facebook.com/l.php?u=' + CODED, safe='')}",
]


def test_F11_a_known_redirector_leads_to_the_page_in_its_query() -> None:
    for link in REDIRECTED:
        assert behind(link) == PAGE, link
        assert canonical_link(link) == canonical_link(PAGE), link


PAGES = [
    PAGE,
    f"https://site.example/share?url={CODED}",
    f"https://site.example/article?u={CODED}",
    f"https://www.google.com/search?q={CODED}",
    f"https://www.google.com.evil.example/url?url={CODED}",
    f"https://google.evil.example/url?q={CODED}",
    f"https://www.facebook.com/sharer.php?u={CODED}",
    "https://www.google.com/url?url=daily.example/a",
    "https://www.google.com/url?url=/a",
    "https://www.google.com/url?url=//daily.example/a",
    "https://www.google.com/url?url=javascript:alert(1)",
    "https://www.google.com/url?url=https://",
    "https://www.google.com/url?url=https://[::1/a",
    "https://feedproxy.google.com/~r/daily/~3/abc/",
    f"https://www.bing.com/ck/a?u=a1{_packed('javascript:alert(1)')}",
    f"https://www.bing.com/ck/a?u=a1{_packed('/search?q=visa')}",
    f"https://www.bing.com/ck/a?u=a2{_packed(PAGE)}",
    "https://www.bing.com/ck/a?u=a1%ff*!",
    "https://urldefense.com/v3/__ftp://daily.example/a__;!!Abc!Def$",
    "https://urldefense.com/v3/__https://daily.example/a",
    "https://urldefense.proofpoint.com/v2/url?u=javascript-3Aalert-281-29",
    "https://news.google.com/rss/articles/CBMiAVVfeXFM",
    "https://news.google.com/rss/search?q=visa",
    "https://apple.news/AbCdEf",
    "https://translate.goog/a?_x_tr_sl=ru",
    "https://a.daily-example.translate.goog.evil.example/a",
    "https://[::1/url?url=https://daily.example/",
    "",
]


def test_F11_everything_else_is_a_page_of_its_own() -> None:
    for link in PAGES:
        assert behind(link) == link


def test_F11_a_page_in_a_cache_of_amp_is_the_page() -> None:
    for link in (
        "https://daily-example.cdn.ampproject.org/c/s/daily.example/visa",
        "https://cdn.ampproject.org/v/s/daily.example/visa?amp_js_v=1",
    ):
        assert behind(link) == "https://daily.example/visa"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://www-daily-example.translate.goog/a?_x_tr_sl=ru", "https://www.daily.example/a"),
        ("https://the--daily-example.translate.goog/a/?_x_tr_sl=ru&_x_tr_tl=en", "https://the-daily.example/a/"),
        ("https://daily-example.translate.goog/?_x_tr_sch=http&id=5&_x_tr_sl=ru", "http://daily.example/?id=5"),
        ("https://0-80ak6aa92e-example.translate.goog/a?_x_tr_enc=0", "https://xn--80ak6aa92e.example/a"),
        ("https://1-2--daily-example.translate.goog/a?_x_tr_enc=0,1", "https://2-daily.example/a"),
    ],
)
def test_F11_a_translated_page_is_the_page(link: str, page: str) -> None:
    assert behind(link) == page


def test_F11_of_a_page_in_a_cache_its_own_query_stays() -> None:
    first, second = (behind(f"https://cdn.ampproject.org/c/daily.example/story.php?id={n}&amp_gsa=1") for n in (1, 2))
    assert (first, second) == ("http://daily.example/story.php?id=1", "http://daily.example/story.php?id=2")


def test_F11_redirectors_in_redirectors_come_to_an_end() -> None:
    link = PAGE
    for _ in range(40):
        link = "https://www.bing.com/ck/a?u=a1" + _packed(link[:2000])
    assert behind(link).startswith("https://www.bing.com/ck/a?")


@given(st.text(max_size=80))
def test_any_link_has_something_behind_it(tail: str) -> None:
    for start in (
        *("", "https://www.google.com/url?url=", "https://r.search.yahoo.com/RU=", "https://www.bing.com/ck/a?u=a1"),
        *("https://urldefense.com/v3/__https://a.example/**", "https://urldefense.com/v3/__https://a*__;"),
        *("https://news.google.com/rss/articles/", "https://a-example.translate.goog/?_x_tr_enc=0&_x_tr_hp="),
        *("https://urldefense.com/v2/url?u=https-3A__", "https://cdn.ampproject.org/c/s/"),
    ):
        link = start + tail
        found = behind(link)
        assert found == link or found.lower().startswith(("http://", "https://"))
