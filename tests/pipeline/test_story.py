"""What is the story of an item, from the bytes of a feed to what is told: outlets, footers, languages, redirectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

from monitor.feeds.parse import xmlfeed
from monitor.feeds.parse.document import parse_document
from monitor.matching import Watch
from monitor.model import Entry, Fetched, Parsed, Validators
from tests.pipeline.bureau import a_watch
from tests.pipeline.world import HOUR, Piece, Site, World, open_world

ZANZIBAR = a_watch("zanzibar", "Zanzibar", "Занзибар", "زنجبار", group="none")
URL = "https://collector.example/feed"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def fetched(body: str, url: str = URL) -> Fetched:
    return Fetched(url, 200, body.encode(), "", Validators())


def parsed(body: str) -> Parsed:
    found = parse_document(body.encode(), URL, "")
    assert isinstance(found, Parsed), found
    return found


def rss(*items: str, title: str = "The Example", head: str = "") -> str:
    return (
        f'<rss version="2.0" {DC} xmlns:News="https://www.bing.com/news/search?q=z" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
        f"<channel><title>{title}</title>{head}{''.join(items)}</channel></rss>"
    )


def item(title: str, more: str = "", attributes: str = "") -> str:
    """An item of RSS; ``title`` with its tag."""
    return f"<item{attributes}>{title}<link>https://a.example/1</link>{more}</item>"


def rdf(item: str, head: str = "") -> str:
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {DC}>'
        f'<channel rdf:about="{URL}"><title>Collector</title><link>{URL}</link>{head}</channel>'
        f'<item rdf:about="https://a.example/1"{item}</item></rdf:RDF>'
    )


def atom(entry: str, lang: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {DC}{lang}><title>Collector</title><id>urn:f</id>'
        f'<entry{entry}<id>urn:1</id><link href="https://a.example/1"/></entry></feed>'
    )


def json_feed(**item: Any) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "C", "language": "en", "items": [{"id": "1", **item}]}
    )


async def read(folder: Path, *bodies: str, watch: Watch = ZANZIBAR) -> list[tuple[str, str]]:
    """What is told of documents that feeds bring after their first reading: headlines, and whose they are."""
    sites = [Site(f"https://feed{number}.example/", pieces=[Piece("Nothing", "n")]) for number in range(len(bodies))]
    async with open_world(folder, [watch], *sites) as world:
        await world.wait(HOUR)
        for site, body in zip(sites, bodies, strict=True):
            site.mood = lambda feed, now, body=body: fetched(body, feed.url)  # type: ignore[misc]
            await world.wait(HOUR)
        return told(world)


def told(world: World) -> list[tuple[str, str]]:
    stories = (story for message in world.reader.got if message.kind != "notice" for story in message.stories)
    return [(story.alert.headline, story.alert.source) for story in stories]


# --- the outlet ------------------------------------------------------------------------------------------------------

NAMED = "Dockers walk out - Zanzibar Today"
TITLE = f"<title>{NAMED}</title>"
RDF = f">{TITLE}<link>https://a.example/1</link>"
OUTLETS = {
    "rss": rss(item(TITLE, '<source url="https://zt.example/">Zanzibar Today</source>')),
    "rss by a publisher": rss(item(TITLE, "<dc:publisher>Zanzibar Today</dc:publisher>")),
    "rss of a search": rss(item(TITLE, "<News:Source>Zanzibar Today</News:Source>")),
    "rdf": rdf(f"{RDF}<dc:source>Zanzibar Today</dc:source>"),
    "rdf by a publisher": rdf(f"{RDF}<dc:publisher>Zanzibar Today</dc:publisher>"),
    "atom": atom(f">{TITLE}<source><id>urn:z</id><title>Zanzibar Today</title></source>"),
    "json": json_feed(url="https://a.example/1", title=NAMED, source={"name": "Zanzibar Today"}),
    "json, a name": json_feed(url="https://a.example/1", title=NAMED, source="Zanzibar Today"),
}


@pytest.mark.parametrize("body", OUTLETS.values(), ids=OUTLETS)
def test_F03_every_format_can_name_the_outlet(body: str) -> None:
    (entry,) = parsed(body).entries
    assert entry.source == "Zanzibar Today"


@pytest.mark.parametrize("body", OUTLETS.values(), ids=OUTLETS)
async def test_F03_an_outlet_in_a_title_is_no_match(body: str, tmp_path: Path) -> None:
    assert await read(tmp_path, body) == []


@pytest.mark.parametrize("body", OUTLETS.values(), ids=OUTLETS)
async def test_F03_an_outlet_is_shown_as_the_source(body: str, tmp_path: Path) -> None:
    told = await read(tmp_path, body, watch=a_watch("dockers", "Dockers"))
    assert told == [(NAMED, "Zanzibar Today")]


def test_F03_an_address_alone_names_the_outlet_by_its_host() -> None:
    body = rdf("><title>A</title><link>https://a.example/1</link><dc:source>https://www.zt.example/x</dc:source>")
    assert parsed(body).entries[0].source == "zt.example"


async def test_F03_related_articles_and_their_outlets_are_no_match(tmp_path: Path) -> None:
    link, other = "https://c.example/r/1", "https://c.example/r/2"
    summary = (
        f'<ol><li><a href="{link}">Antwerp ferry stops</a>&nbsp;<font color="#6f6f6f">Harbour News</font></li>'
        f'<li><a href="{other}">Ferry chaos spreads</a>&nbsp;<font color="#6f6f6f">The Zanzibar Herald</font></li></ol>'
    )
    body = rss(
        f"<item><title>Antwerp ferry stops - Harbour News</title><link>{link}</link><guid>1</guid>"
        f'<description>{escape(summary)}</description><source url="https://hn.example">Harbour News</source></item>'
    )
    assert await read(tmp_path / "en", body) == []
    ferry = await read(tmp_path / "ru", body, watch=a_watch("ferry", "Antwerp"))
    assert ferry == [("Antwerp ferry stops - Harbour News", "Harbour News")]


async def test_F03_a_place_that_an_outlet_is_called_by_is_a_match(tmp_path: Path) -> None:
    body = rss("<item><title>Zanzibar: ferry sinks</title><guid>1</guid></item>", title="Zanzibar Post")
    assert await read(tmp_path, body) == [("Zanzibar: ferry sinks", "feed0.example")]


async def test_F03_one_title_of_two_outlets_is_one_story(tmp_path: Path) -> None:
    async with open_world(
        tmp_path, [a_watch("zanzibar", "Zanzibar")], *(Site(f"https://feed{n}.example/") for n in "ab")
    ) as world:
        for site in world.sites.values():
            site.publish("Nothing")
        await world.wait(HOUR)
        forms = ("Zanzibar ferry sinks in port (Coast Daily)", "Isle Today: Zanzibar ferry sinks in port")
        for site, title, source in zip(world.sites.values(), forms, ("Coast Daily", "Isle Today"), strict=True):
            body = rss(
                f"<item><title>{title}</title><guid>1</guid><source url='https://x.example'>{source}</source></item>"
            )
            site.mood = lambda feed, now, body=body: fetched(body, feed.url)  # type: ignore[misc]
        await world.wait(HOUR)
        assert len(world.told) == 1


# --- footers ---------------------------------------------------------------------------------------------------------


def post(number: int, text: str, title: str = "", footer: str = "") -> str:
    title = title or f"Subject {'abcdefghij'[number]}{number} of the day"
    summary = f"<p>{text}</p><p>{footer.format(title=title)}</p>"
    return f"<item><title>{title}</title><guid>{number}</guid><description>{escape(summary)}</description></item>"


async def test_F12_the_footer_of_a_feed_is_no_match(tmp_path: Path) -> None:
    footer = 'The post <a href="https://z.example/1">{title}</a> appeared first on <a href="/">Zanzibar Post</a>.'
    body = rss(post(1, "Home team wins.", footer=footer), title="Zanzibar Post")
    assert await read(tmp_path, body) == []


async def test_F12_what_a_feed_repeats_below_each_item_is_no_match(tmp_path: Path) -> None:
    footer = "Travel to Zanzibar with our partner."
    items = [post(number, f"Nothing {number * 7} happened.", footer=footer) for number in range(5)]
    assert await read(tmp_path / "en", rss(*items)) == []
    assert len(await read(tmp_path / "ru", rss(*items[:4]))) == 4


async def test_F12_nor_is_what_it_has_repeated_over_time(tmp_path: Path) -> None:
    footer = "Travel to Zanzibar with our partner."
    site = Site(URL, pieces=[Piece("Nothing", "n")])
    async with open_world(tmp_path, [ZANZIBAR], site) as world:
        await world.wait(HOUR)
        for number in range(8):
            body = rss(post(number, f"Nothing {number * 7} happened.", footer=footer))
            site.mood = lambda feed, now, body=body: fetched(body)  # type: ignore[misc]
            await world.wait(HOUR)
        assert len(world.told) <= 4
        assert "Subject h7 of the day" not in world.told


async def test_F12_a_subject_of_several_items_is_not_lost(tmp_path: Path) -> None:
    items = [post(number, f"The {number} ferries to Zanzibar wait in port.") for number in range(6)]
    assert len(await read(tmp_path / "en", rss(*items))) == 6
    few = [post(number, "Ferries to Zanzibar wait.") for number in range(3)]
    assert len(await read(tmp_path / "ru", rss(*few))) == 3


async def test_F12_an_edit_that_puts_the_word_into_the_story_is_told(tmp_path: Path) -> None:
    footer = "The post {title} appeared first on Zanzibar Post."
    site = Site(URL, title="Zanzibar Post", pieces=[Piece("Nothing", "n")])
    async with open_world(tmp_path, [ZANZIBAR], site) as world:
        await world.wait(HOUR)
        for text in ("Ferries wait.", "Ferries to Zanzibar wait."):
            body = rss(post(1, text, footer=footer), title="Zanzibar Post")
            site.mood = lambda feed, now, body=body: fetched(body)  # type: ignore[misc]
            await world.wait(HOUR)
            assert bool(world.told) == ("Zanzibar" in text)


# --- languages -------------------------------------------------------------------------------------------------------

VOTE = "<title>Занзибар голосует</title>"
OWN = '<title xml:lang="ru">Занзибар голосует</title>'
ENGLISH, IN_ENGLISH = "<language>en</language>", ' xml:lang="en"'
LANGUAGES = {
    "atom": atom(f' xml:lang="ru">{VOTE}', IN_ENGLISH),
    "atom title": atom(f">{OWN}", IN_ENGLISH),
    "atom link": atom(f">{VOTE}", IN_ENGLISH).replace("<link ", '<link hreflang="ru" '),
    "atom dc": atom(f">{VOTE}<dc:language>rus</dc:language>", IN_ENGLISH),
    "rss item": rss(item(VOTE, "", ' xml:lang="ru"'), head=ENGLISH),
    "rss title": rss(item(OWN), head=ENGLISH),
    "rss dc": rss(item(VOTE, "<dc:language>ru_RU</dc:language>"), head=ENGLISH),
    "rdf dc": rdf(f">{VOTE}<dc:language>Russian</dc:language>", "<dc:language>en</dc:language>"),
    "json": json_feed(url="https://a.example/1", title="Занзибар голосует", language="ru"),
}


@pytest.mark.parametrize("body", LANGUAGES.values(), ids=LANGUAGES)
async def test_F06_an_entry_s_own_language_comes_before_the_feed_s(body: str, tmp_path: Path) -> None:
    russian, english = (
        replace(ZANZIBAR, id=name, languages=frozenset((name,)))  # type: ignore[arg-type]
        for name in ("ru", "en")
    )
    assert parsed(body).entries[0].language[:2] == "ru"
    assert len(await read(tmp_path / "ru", body, watch=russian)) == 1
    assert await read(tmp_path / "en", body, watch=english) == []


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("ru", "en"):
        (tmp_path / name).mkdir()


@pytest.mark.parametrize("language", ["und", "mul", "zxx", "English", "eng", "en_US", "EN-gb", "xx", "", "None"])
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
async def test_F06_what_is_no_known_code_keeps_nothing_out(language: str, form: str, tmp_path: Path) -> None:
    title = "The Zanzibar vote"
    bodies = {
        "rss": rss(f"<item><title>{title}</title><guid>1</guid></item>", head=f"<language>{language}</language>"),
        "atom": atom(f"><title>{title}</title>", f' xml:lang="{language}"'),
        "json": json_feed(url="https://a.example/1", title=title).replace('"en"', f'"{language}"'),
    }
    watch = replace(ZANZIBAR, languages=frozenset(("en",)))
    assert len(await read(tmp_path, bodies[form], watch=watch)) == 1


def in_german(entry: str, more: str = "") -> str:
    return atom(f"{entry}<title>Zanzibar</title>{more}", ' xml:lang="de"')


OWN_WORDS = {
    "atom, empty": (in_german(' xml:lang="">'), "und"),
    "atom, und": (in_german(' xml:lang="und">'), "und"),
    "atom, empty title": (in_german(">").replace("<title>Z", '<title xml:lang="">Z'), "und"),
    "atom summary": (in_german(">", '<summary xml:lang="en">Zanzibar votes</summary>'), "en"),
    "atom content": (in_german(">", '<content xml:lang="en">Zanzibar votes</content>'), "en"),
    "atom, silent": (in_german(">", "<summary>Zanzibar votes</summary>"), ""),
    "atom dc, the feed's": (in_german(">", "<dc:language>de</dc:language>"), "de"),
    "rss, und": (rss(item("<title>Zanzibar</title>", "<dc:language>und</dc:language>"), head=ENGLISH), "und"),
    "rss, the feed's": (rss(item("<title>Zanzibar</title>", "<dc:language>en</dc:language>"), head=ENGLISH), "en"),
    "rss title, the feed's": (rss(item('<title xml:lang="en">Zanzibar</title>'), head=ENGLISH), "en"),
    "rss description": (
        rss(item("<title>Sansibar</title>", '<description xml:lang="de">Sansibar</description>'), head=ENGLISH),
        "de",
    ),
    "rss, silent": (rss(item("<title>Zanzibar</title>", "<description>A vote</description>"), head=ENGLISH), ""),
    "rdf, und": (rdf(">" + VOTE + "<dc:language>und</dc:language>", "<dc:language>en</dc:language>"), "und"),
    "json, und": (json_feed(title="Zanzibar", language="und"), "und"),
    "json, the feed's": (json_feed(title="Zanzibar", language="en"), "en"),
    "json, a list": (json_feed(title="Zanzibar", language=["de"]), "de"),
    "json, several": (json_feed(title="Zanzibar", language=["de", "fr"]), "und"),
    "json, silent": (json_feed(title="Zanzibar", language=None), ""),
}


@pytest.mark.parametrize(("body", "own"), OWN_WORDS.values(), ids=OWN_WORDS)
def test_F06_an_entry_says_its_language_says_that_it_is_not_known_or_says_nothing(body: str, own: str) -> None:
    assert parsed(body).entries[0].language == own


@pytest.mark.parametrize("body", [body for body, own in OWN_WORDS.values() if own == "und"])
async def test_F06_an_entry_whose_language_is_not_known_is_shut_out_by_none(body: str, tmp_path: Path) -> None:
    assert len(await read(tmp_path, body, watch=replace(ZANZIBAR, languages=frozenset(("ur",))))) == 1


GERMAN = ("Sansibar wählt", "Zanzibar: Streik im Hafen", "Regen auf Pemba", "Wahl und Streit", "Der Minister geht")
DEFAULT = rss(
    *(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in GERMAN), head="<language>en-us</language>"
)


async def test_F06_a_feed_with_a_system_s_default_language_shuts_nothing_out_and_the_log_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = replace(ZANZIBAR, languages=frozenset(("de",)))
    again = DEFAULT.replace("Regen", "Sonne").replace("Wahl und", "Kampf und")
    site = Site(URL, pieces=[Piece("Nothing", "n")])
    async with open_world(tmp_path, [watch], site) as world:
        await world.wait(HOUR)
        for body in (DEFAULT, again):
            site.mood = lambda feed, now, body=body: fetched(body)  # type: ignore[misc]
            await world.wait(HOUR)
        assert [title for title, _ in told(world)] == ["Zanzibar: Streik im Hafen"]
    said = [record.getMessage() for record in caplog.records if '"en-us"' in record.getMessage()]
    assert len(said) == 1


async def test_F06_a_language_that_the_letters_contradict_keeps_nothing_out(tmp_path: Path) -> None:
    body = rss("<item><title>Занзибар голосует</title><guid>1</guid></item>", head="<language>en</language>")
    assert len(await read(tmp_path, body, watch=replace(ZANZIBAR, languages=frozenset(("ru",))))) == 1


@pytest.mark.parametrize(
    "body",
    [
        one
        for one in (*OUTLETS.values(), *LANGUAGES.values(), *(body for body, _ in OWN_WORDS.values()))
        if one[0] == "<"
    ],
)
def test_both_readers_of_feeds_agree_about_outlets_and_languages(body: str) -> None:
    if plain := xmlfeed.of_plain_feed(body, URL):
        assert plain == xmlfeed.by_feedparser(body, URL)


# --- redirectors -----------------------------------------------------------------------------------------------------

PAGE = "https://daily.example/zanzibar-visa"
REDIRECTOR = f"https://www.google.com/url?rct=j&sa=t&url={PAGE}&ct=ga&usg=AFQ"
SEARCH = (
    f'><title type="html">Former minister over &lt;b&gt;Zanzibar&lt;/b&gt;</title><link href="{escape(REDIRECTOR)}"/>'
)
FOUND: dict[str, Callable[[], str]] = {
    "atom": lambda: atom(SEARCH).replace('<link href="https://a.example/1"/>', ""),
    "rss": lambda: rss(
        f"<item><title>Former minister over Zanzibar scam</title><guid>1</guid><link>{escape(REDIRECTOR)}</link></item>"
    ),
    "feedburner": lambda: rss(
        "<item><title>Former minister over Zanzibar scam</title><guid>1</guid>"
        "<link>http://feedproxy.google.com/~r/daily/~3/x/</link>"
        f"<feedburner:origLink>{PAGE}</feedburner:origLink></item>"
    ),
    "json": lambda: json_feed(url=REDIRECTOR, title="Former minister over Zanzibar scam"),
}


@pytest.mark.parametrize("form", FOUND)
async def test_F11_one_article_by_a_redirector_and_by_itself_is_told_once(form: str, tmp_path: Path) -> None:
    direct = rss(f"<item><title>Visa fraud inquiry widens in Zanzibar</title><link>{PAGE}</link></item>")
    (entry,) = parsed(FOUND[form]()).entries
    assert entry.link == PAGE
    watch = a_watch("zanzibar", "Zanzibar")
    assert len(await read(tmp_path, FOUND[form](), direct, watch=watch)) == 1


def test_F11_an_original_link_that_is_no_address_is_none() -> None:
    for wrong in ("", "javascript:alert(1)", "/a", "daily.example/a"):
        body = rss(
            "<item><title>A</title><link>https://a.example/1</link>"
            f"<feedburner:origLink>{wrong}</feedburner:origLink></item>"
        )
        assert parsed(body).entries[0].link == "https://a.example/1"


@pytest.mark.parametrize("guid", ["g", ""])
async def test_F11_what_was_stored_under_a_redirector_s_link_is_known(guid: str, tmp_path: Path) -> None:
    entry = Entry(guid, PAGE, "Zanzibar visa scam", "", "", None, written_link=REDIRECTOR)
    former = replace(entry, link=REDIRECTOR, written_link="")
    site = Site(URL)
    documents = [Parsed("A", "", (former,)), Parsed("A", "", (entry,))]
    async with open_world(tmp_path, [ZANZIBAR], site) as world:

        async def parse(answer: Fetched) -> Parsed:
            return documents[0 if len(world.requests) == 1 else 1]

        world.parse = parse  # type: ignore[method-assign]
        site.mood = lambda feed, now: fetched("")
        await world.wait(4 * HOUR)
        assert len(world.requests) > 2
        assert await world.store.call(lambda store: store.db["items"].count) == 1
        assert world.told == []
