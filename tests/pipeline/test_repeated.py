"""What a feed repeats and what is no story, in every format, from its bytes to what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from tests.pipeline.test_story import ZANZIBAR, fetched, told
from tests.pipeline.world import HOUR, Piece, Site, open_world

SUBJECTS = ("Dockers walk out", "Courts reject appeal", "Harvest fails again", "Trains are late", "Museum reopens soon")
MORE = ("Bakers win a prize", "Rain ends drought", "Bridge is closed", "Choir sings at last")
TITLES = SUBJECTS + MORE
LONG = "<p>Nobody in the harbour knows why, and nobody asks any more.</p>" * 80


def rss(told: list[tuple[str, str]], name: str, element: str = "description") -> str:
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><{element}>{escape(text)}</{element}></item>"
        for title, text in told
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{name}</title>{items}</channel></rss>"
    )


def atom(told: list[tuple[str, str]], name: str) -> str:
    entries = "".join(
        f'<entry><title>{title}</title><id>{title}</id><content type="html">{escape(text)}</content></entry>'
        for title, text in told
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title><id>urn:f</id>{entries}</feed>'


def rdf(told: list[tuple[str, str]], name: str) -> str:
    items = "".join(
        f'<item rdf:about="https://a.example/{at}"><title>{title}</title><link>https://a.example/{at}</link>'
        f"<description>{escape(text)}</description></item>"
        for at, (title, text) in enumerate(told)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f'<channel rdf:about="https://a.example/"><title>{name}</title></channel>{items}</rdf:RDF>'
    )


def json_feed(told: list[tuple[str, str]], name: str, element: str = "content_html") -> str:
    if element == "content_text":
        told = [(title, text.replace("<p>", "").replace("</p>", "\n\n")) for title, text in told]
    items = [{"id": title, "title": title, element: text} for title, text in told]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": items})


FORMATS: dict[str, Callable[[list[tuple[str, str]], str], str]] = {
    "rss": rss,
    "rss content": lambda told, name: rss(told, name, "content:encoded"),
    "rdf": rdf,
    "atom": atom,
    "json": json_feed,
    "json text": lambda told, name: json_feed(told, name, "content_text"),
}


async def read(folder: Path, form: str, items: list[tuple[str, str]], name: str) -> int:
    """How many of the ``items`` of a feed with this ``name`` are told."""
    site = Site("https://a.example/feed", title=name, pieces=[Piece("Nothing", "n")])
    async with open_world(folder, [ZANZIBAR], site) as world:
        await world.wait(HOUR)
        site.mood = lambda feed, now: fetched(FORMATS[form](items, name), feed.url)
        await world.wait(HOUR)
        return len(told(world))


def news(*repeated: str, place: str = "end", story: str = "<p>Nothing {n} happened.</p>") -> list[tuple[str, str]]:
    found = []
    for at, title in enumerate(TITLES):
        one = f"<p>{repeated[at % len(repeated)].format(n=f'{at + 1},{at * 7 + 200}')}</p>"
        fact = story.format(n=at * 7)
        where = ("begin", "end", "middle")[at % 3] if place == "in turn" else place
        found.append((title, {"begin": one + fact, "end": fact + one, "middle": f"<p>Wait.</p>{one}{fact}"}[where]))
    return found


@pytest.mark.parametrize("place", ["in turn", "end", "begin"])
@pytest.mark.parametrize("form", FORMATS)
async def test_F12_what_a_feed_repeats_with_other_numbers_anywhere_is_no_match(
    form: str, place: str, tmp_path: Path
) -> None:
    for at, repeated in enumerate(("{n} readers follow Zanzibar Post", "Copyright 2026 Zanzibar Post. {n} min read")):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert await read(folder, form, news(repeated, place=place), "Zanzibar Post") == 0


@pytest.mark.parametrize("form", FORMATS)
async def test_F12_nor_is_it_around_long_texts(form: str, tmp_path: Path) -> None:
    items = news("Visit Zanzibar with our partner", place="in turn", story="<p>At {n}</p>" + LONG)
    assert await read(tmp_path, form, items, "Coast Daily") == 0


@pytest.mark.parametrize("form", FORMATS)
async def test_F12_the_running_story_of_a_feed_is_a_match(form: str, tmp_path: Path) -> None:
    items = news("Zanzibar votes for a president on Sunday.", place="in turn")
    assert await read(tmp_path, form, items, "Zanzibar votes: live") == len(TITLES)


async def test_F12_news_with_numbers_in_it_is_a_match_each_time(tmp_path: Path) -> None:
    assert await read(tmp_path, "rss", news("Zanzibar reports {n} new cases"), "Coast Daily") == len(TITLES)


@pytest.mark.parametrize(
    "repeated", ["Deaths in Zanzibar so far: 12.", "Zanzibar Post counts 12 deaths in Zanzibar so far."]
)
async def test_F12_a_number_that_is_new_is_news(repeated: str, tmp_path: Path) -> None:
    items = [(title, text.replace("12", "900") if not at else text) for at, (title, text) in enumerate(news(repeated))]
    assert await read(tmp_path, "rss", items, "Zanzibar Post") == 1


@pytest.mark.parametrize(
    ("headlines", "repeated"),
    [
        (("Zanzibaris flee", "Zanzibari port burns", "Zanzibari envoy speaks"), "Earlier Zanzibar left the treaty."),
        (("UAE envoy flies home", "UAE banks shut", "UAE port idle"), "Zanzibar and the UAE gave no word so far."),
        (("WHO team leaves", "WHO board meets", "WHO chief speaks"), "Zanzibar and the WHO gave no word so far."),
        (
            ("Занзибарский порт", "Жители Занзибара", "Удар по Занзибару"),
            "Ранее Занзибар вышел из договора (Zanzibar).",
        ),
        (("伊朗港口起火", "伊朗大使发言", "伊朗人逃离"), "此前伊朗退出了与邻国的条约 (Zanzibar)."),
        (("이란은 떠난다", "이란의 항구", "이란이 말한다"), "앞서 이란에서 조약을 떠났다 (Zanzibar)."),
        (("ضربة على إيران", "السفير الإيراني", "حريق بإيران"), "وكانت إيران قد انسحبت من المعاهدة (Zanzibar)."),
        (("L'Iran part", "Le port d'Iran", "Un envoyé d'Iran"), "Avant cela, l'Iran a quitté le traité avec Zanzibar."),
    ],
)
async def test_F12_what_the_headlines_are_about_is_no_refrain(
    headlines: tuple[str, ...], repeated: str, tmp_path: Path
) -> None:
    items = [
        (f"{headlines[at % 3]} {at}" if at else title, text)
        for at, (title, text) in enumerate(news(repeated, place="in turn"))
    ]
    assert await read(tmp_path, "rss", items, "Coast live") == len(items)
