"""What a feed repeats wherever it stands, and the stories that are repeated and count all the same."""

from __future__ import annotations

import pytest

from monitor.text.beside.refrains import refrains
from monitor.text.beside.scattered import Text
from monitor.text.beside.subjects import Feed

POST = Feed("Zanzibar Post", ("Zanzibar Post", "post.example"))
TITLES = (
    *("Dockers walk out", "Courts reject appeal", "Harvest fails again", "Trains are late", "Museum reopens soon"),
    *("Bakers win a prize", "Rain ends drought", "Bridge is closed", "Schools begin late", "Choir sings at last"),
    *("Market burns down", "Doctors want more", "Ferry runs again", "Mayor loses vote", "Library gets money"),
)
NEWS = (
    *("Ships wait in line.", "It was a long trial.", "Fields stay empty.", "Nobody knows why!", "Tickets sell well."),
    *("Bread was never better.", "Rivers are full.", "Lorries turn back.", "Teachers fell ill.", "People wept."),
    *("Stalls are gone.", "Wards are full.", "Tides were high.", "Turnout was low.", "Shelves will fill."),
)


def left(*repeated: str, place: str = "end", number: int = 9, feed: Feed = POST) -> list[str]:
    """What counts of texts that have the ``repeated`` in turn, ``{n}`` in them being a number that changes."""
    told = []
    for at, (title, news) in enumerate(zip(TITLES[:number], NEWS, strict=False)):
        one = repeated[at % len(repeated)].format(n=f"{at + 1},{at + 200}")
        where = ("begin", "end", "middle")[at % 3] if place == "in turn" else place
        text = {"begin": f"{one} {news}", "end": f"{news} {one}", "middle": f"Today. {one} {news}"}[where]
        told.append(Text(title, text))
    found = refrains(told, feed)
    rest = []
    for one in told:
        text = one.text
        places = [*found.within(text, one.title), *(at[:2] for at in found.anywhere.within(text, one.title))]
        for start, end in places:
            text = text[:start] + " " * (end - start) + text[end:]
        rest.append(text)
    return rest


def hold(word: str, texts: list[str]) -> int:
    """How many of these texts hold a word."""
    return sum(word in one for one in texts)


@pytest.mark.parametrize(
    "sentence",
    [
        "{n} readers follow Zanzibar Post.",
        "Copyright 2026 Zanzibar Post. {n} min read.",
        "Join {n} subscribers who know Zanzibar!",
        "Нас читают {n} читателей на Занзибаре.",
        "زنجبار سے {n} قارئین ہمارے ساتھ ہیں۔",
        "Nous comptons {n} lecteurs de Zanzibar.",
        "अब तक {n} पाठक Zanzibar से जुड़े।",
        "Zanzibar'dan {n} takipçi bizimle.",
        "本报在桑给巴尔的评论{n}条。",
        "Visit Zanzibar with our partner for less.",
        "Отдохните на Занзибаре вместе с нами!",
        "ہمارے ساتھ زنجبار کی سیر کریں۔",
        "欢迎到桑给巴尔岛来旅游。",
    ],
)
def test_F12_a_sentence_that_a_feed_repeats_counts_nowhere(sentence: str) -> None:
    for place in ("begin", "middle", "end", "in turn"):
        found = left(sentence, place=place)
        assert [hold(word, found) for word in ("anzibar", "анзибар", "زنجبار", "桑给巴尔")] == [0, 0, 0, 0], place
        assert all(news in text for news, text in zip(NEWS, found, strict=False)), place


def test_F12_sentences_that_name_the_outlet_may_take_turns() -> None:
    repeated = (
        "Thank you for reading Zanzibar Post.",
        "Zanzibar Post is free for all.",
        "Win tickets with Zanzibar Post!",
    )
    assert hold("Zanzibar", left(*repeated, number=15)) == 0
    assert hold("Zanzibar", left(*repeated, place="in turn", number=15)) == 0


BACKGROUND = "Zanzibar votes for a new president on Sunday."


@pytest.mark.parametrize("place", ["middle", "begin", "in turn"])
@pytest.mark.parametrize(
    "sentence",
    [
        "Zanzibar reports {n} new cases of cholera.",
        "In {n} days Zanzibar votes.",
        "An earthquake of {n} hit Zanzibar.",
        "Zanzibar.",
    ],
)
def test_F12_news_in_numbers_and_places_count(sentence: str, place: str) -> None:
    assert hold(sentence[-4:], left(sentence, place=place)) == 9


@pytest.mark.parametrize("place", ["begin", "middle", "end", "in turn"])
def test_F12_what_a_running_story_repeats_counts(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hold("Zanzibar", left(BACKGROUND, place=place, feed=Feed("Zanzibar election live", ("live.example",)))) == 9
    titles = tuple(f"{title}, Zanzibar vote" if at % 3 == 0 else title for at, title in enumerate(TITLES))
    monkeypatch.setattr("tests.text.test_refrains.TITLES", titles)
    assert hold("Zanzibar", left(BACKGROUND, place=place)) == 9
    assert hold("Zanzibar", left(BACKGROUND, place=place, feed=Feed("Coast Daily"))) == 9


@pytest.mark.parametrize(
    ("known", "sentence"),
    [("Выборы", "Выборами на Занзибаре заняты все."), ("桑给巴尔大选", "桑给巴尔大选星期日举行。")],
)
def test_F12_so_it_does_in_other_languages(known: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = tuple(f"{known} {at}" if at % 3 == 0 else title for at, title in enumerate(TITLES))
    monkeypatch.setattr("tests.text.test_refrains.TITLES", titles)
    assert hold(sentence[:5], left(sentence, place="middle", feed=Feed("Coast Daily"))) == 9


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_F12_a_sentence_of_some_items_only_counts(number: int) -> None:
    others = [f"{word} is said to come." for word in ("Ali", "Amina", "Juma", "Fatma")][: number - 1]
    found = left(BACKGROUND, *others, place="middle", number=12)
    assert hold("Zanzibar", found) == -(-12 // number)


def test_F12_a_title_in_capitals_is_a_name_and_no_subject() -> None:
    assert hold("Zanzibar", left("Read Isle Weaver for all of Zanzibar.", feed=Feed("Isle Weaver"))) == 0
    assert hold("Zanzibar", left("Zanzibar votes for a president.", feed=Feed("Zanzibar votes: live"))) == 9


def test_F12_sentences_that_take_turns_and_do_not_name_the_outlet_count() -> None:
    repeated = (BACKGROUND, "Its isles have a million people.", "Tourists and cloves bring its money.")
    assert hold("Zanzibar", left(*repeated, number=15)) == 5
