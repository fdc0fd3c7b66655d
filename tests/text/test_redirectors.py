"""Links that only lead on."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.likeness import canonical_link
from monitor.text.redirectors import behind

PAGE = "https://daily.example/zanzibar-visa?a=1&b=%D1%8F"
CODED = quote(PAGE, safe="")


@pytest.mark.parametrize(
    "link",
    [
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
        f"https://www.google.com/url?q={quote('https://l.facebook.com/l.php?u=' + CODED, safe='')}",
    ],
)
def test_F11_a_known_redirector_leads_to_the_page_in_its_query(link: str) -> None:
    assert behind(link) == PAGE
    assert canonical_link(link) == canonical_link(PAGE)


@pytest.mark.parametrize(
    "link",
    [
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
        "https://[::1/url?url=https://daily.example/",
        "",
    ],
)
def test_F11_everything_else_is_a_page_of_its_own(link: str) -> None:
    assert behind(link) == link


def test_F11_a_page_in_a_cache_of_amp_is_the_page() -> None:
    for link in (
        "https://daily-example.cdn.ampproject.org/c/s/daily.example/visa",
        "https://cdn.ampproject.org/v/s/daily.example/visa?amp_js_v=1",
    ):
        assert behind(link) == "https://daily.example/visa"


@given(st.text(max_size=80))
def test_any_link_has_something_behind_it(tail: str) -> None:
    for link in (tail, "https://www.google.com/url?url=" + tail, "https://r.search.yahoo.com/RU=" + tail):
        found = behind(link)
        assert found == link or found.lower().startswith(("http://", "https://"))
