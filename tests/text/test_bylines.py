"""Who wrote and who took the picture: no story. What a picture shows: a part of it."""

from __future__ import annotations

import pytest

from monitor.feeds.parse.document import parse_document
from monitor.feeds.parse.links import credited
from monitor.model import FeedSpec, Parsed
from monitor.pipeline.story import judged
from monitor.text.beside.around import Texts, asides, covered
from tests.pipeline.test_story import item, rss
from tests.work import LINEAR, growth

STORY = "Ferries wait in port."


def counts(description: str, feed: str = "Zanzibar Post") -> str:
    """What counts of the texts of an item with this description, in HTML."""
    body = rss(item("<title>Boats wait</title>", f"<description><![CDATA[{description}]]></description>"), title=feed)
    parsed = parse_document(body.encode(), "https://a.example/feed", "")
    assert isinstance(parsed, Parsed)
    ((_, headline),) = judged(parsed, FeedSpec("a", "https://a.example/feed", 900))
    return " ".join(covered(headline.summary, "summary", headline.asides).split())


@pytest.mark.parametrize(
    "byline",
    [
        *(
            "By Jane Doe, Zanzibar Post",
            "BY JANE DOE, ZANZIBAR POST",
            "By Zanzibar Post staff",
            "By Jane Doe | Zanzibar Post",
        ),
        *("Von Jane Doe, Zanzibar Post", "Par Jane Doe et Ali Khan, Zanzibar Post", "Автор: Джейн Доу, Занзибар Пост"),
        *("By Zanzibar Herald Correspondent", "Por Jane Doe para Zanzibar Post", "تحریر: علی خان زنجبار پوسٹ"),
    ],
)
def test_F03_a_line_that_says_who_wrote_does_not_count(byline: str) -> None:
    assert counts(f"<p>{byline}</p><p>{STORY}</p>") == STORY


@pytest.mark.parametrize("mark", [" - ", ". ", " | ", ": "])
def test_F03_nor_does_one_before_the_first_sentence_that_ends_with_the_outlet(mark: str) -> None:
    left = counts(f"By Jane Doe, Zanzibar Post{mark}{STORY}")
    assert left.endswith(STORY)
    assert "Zanzibar" not in left


@pytest.mark.parametrize(
    "text",
    [
        "<p>By Jane Doe in Zanzibar</p><p>Ferries wait.</p>",
        "By Monday, Zanzibar Post Offices are closed. Ferries wait.",
        "<p>By land and sea to Zanzibar</p><p>Ferries wait.</p>",
        "By Zanzibar standards, this is cold. Ferries wait.",
        "<p>By Jane Doe: Zanzibar votes</p><p>Ferries wait.</p>",
        "<p>Par Zanzibar et mer</p><p>Les bateaux attendent.</p>",
        "By Zanzibar",
    ],
)
def test_F03_a_story_that_begins_like_one_counts(text: str) -> None:
    assert "Zanzibar" in counts(text)


CREDITS = [
    *(
        "Photo by Ali Khan / Zanzibar Herald",
        "(Image credit: Zanzibar Herald)",
        "Photo: Zanzibar Herald/AFP",
        "© Zanzibar AP",
    ),
    *(
        "Foto: Ali Khan/Zanzibar Herald",
        "Фото: Занзибар Пресс",
        "Crédit photo : Zanzibar Presse",
        "图片来源：桑给巴尔日报",
    ),
]


@pytest.mark.parametrize("credit", CREDITS)
def test_F12_who_took_a_picture_does_not_count_and_what_it_shows_does(credit: str) -> None:
    figure = '<figure><img src="https://a.example/p.jpg"><figcaption>{}</figcaption></figure>'
    assert counts(f"{figure.format(credit)}<p>{STORY}</p>") == STORY
    shown = counts(f"{figure.format('The president of Pemba. ' + credit)}<p>{STORY}</p>")
    assert shown == f"The president of Pemba. {STORY}"
    assert "Zanzibar" in counts(f"{figure.format('Zanzibar votes')}<p>{STORY}</p>")
    assert counts(f"<p>{STORY}</p><p>{credit}</p>") == STORY


def test_F12_what_markup_calls_a_credit_is_one() -> None:
    assert counts(f'<p>Boats <span class="image-credit">Zanzibar Herald</span></p><p>{STORY}</p>') == f"Boats {STORY}"


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="credit-rating">Zanzibar downgraded by Moodys</p>',
        '<p class="credit-rating">Zanzibar Downgraded By Moodys</p>',
        '<div class="has-byline">Zanzibar President Resigns</div>',
        '<p class="byline">Zanzibar president resigns today after protests</p>',
        '<p class="byline-summary">Zanzibar Votes</p>',
        "<figure><figcaption>Photo: Zanzibar President Mwinyi</figcaption></figure>",
    ],
)
def test_F12_what_only_looks_like_a_credit_counts(markup: str) -> None:
    assert "zanzibar" in counts(f"{markup}<p>{STORY}</p>", "Isle Weaver").lower()


@pytest.mark.parametrize("unit", ["credit ", "<figcaption>", "<p class='credit ", "<p class='credit'>", "<p "])
def test_F12_credits_are_looked_for_in_time_that_is_linear(unit: str) -> None:
    assert growth(lambda times: credited('<p class="' + unit * times, "summary", "Zanzibar"), 1_000) < LINEAR


@pytest.mark.parametrize(
    "caption",
    [
        "Zanzibar votes",
        "Photo: Zanzibar votes",
        "Photo: Zanzibar President Resigns",
        "Photo by Ali Khan: Zanzibar votes",
    ],
)
def test_F12_a_caption_that_stands_alone_counts(caption: str) -> None:
    assert "Zanzibar" in counts(f"<figure><figcaption>{caption}</figcaption></figure>")
    found = asides(Texts("Boats wait", STORY, caption), "", ["Zanzibar Post"])
    assert "Zanzibar" in covered(caption, "body", found)
