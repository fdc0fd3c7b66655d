"""What stands around stories, and what of it is taken for the story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Aside, Part
from monitor.text.beside import phrases
from monitor.text.beside.around import Texts, asides, covered
from monitor.text.beside.refrains import Refrains, refrains

TITLE = "Local football results of the week"
OUTLET = "Zanzibar Post"
SENTENCE = "The home team wins by two goals."


def counts(summary: str, title: str = TITLE, source: str = "", *others: str) -> str:
    """What counts of a summary."""
    found = asides(Texts(title, summary, ""), source, others)
    return " ".join(covered(summary, "summary", found).split())


FOOTERS = [
    f"The post {TITLE} appeared first on {OUTLET}.",
    f"The post {TITLE} first appeared on {OUTLET}.",
    f"Der Beitrag {TITLE} erschien zuerst auf {OUTLET}.",
    f"L’article {TITLE} est apparu en premier sur {OUTLET}.",
    f"La entrada {TITLE} se publicó primero en {OUTLET}.",
    f"O post {TITLE} apareceu primeiro em {OUTLET}.",
    f"L'articolo {TITLE} proviene da {OUTLET}.",
    f"Het bericht {TITLE} verscheen eerst op {OUTLET}.",
    f"Artykuł {TITLE} pochodzi z serwisu {OUTLET}.",
    f"Сообщение {TITLE} появились сначала на {OUTLET}.",
    f"Запись {TITLE} впервые появилась {OUTLET}.",
    f"Запис {TITLE} спершу з'явився на {OUTLET}.",
    f"{TITLE} yazısı ilk önce {OUTLET} üzerinde ortaya çıktı.",
    f"ظهرت المقالة {TITLE} أولاً على {OUTLET}.",
    f"نوشته {TITLE} اولین بار در {OUTLET} پدیدار شد.",
    f"پوسٹ {TITLE} سب سے پہلے {OUTLET} پر شائع ہوئی۔",
    f"पोस्ट {TITLE} पहली बार {OUTLET} पर दिखाई दी।",
    f"The post {TITLE} 最先出现在 {OUTLET}。",
    f"投稿 {TITLE} は {OUTLET} に最初に表示されました。",
    f"Ang post na {TITLE} ay unang lumabas sa {OUTLET}.",  # a language of which no phrase is known
    f"Continue reading {TITLE} at {OUTLET}",
    f"Continue reading on {OUTLET} →",
    f"Read more on {OUTLET}",
    "Read more...",
    f"Weiterlesen auf {OUTLET}",
    f"Lire la suite sur {OUTLET}",
    f"Leer más en {OUTLET}",
    f"Читать далее на {OUTLET}",
    f"مزید پڑھیں {OUTLET}",
    "続きを読む",
    f"Source: {OUTLET}",
    f"Источник: {OUTLET}",
    f"المصدر: {OUTLET}",
    "来源：桑给巴尔日报",
    f"© 2026 {OUTLET}. All rights reserved.",
    f"Copyright (c) 2026 {OUTLET}",
    f"(c) 2026 {OUTLET}, all rights reserved",
    "submitted by /u/zanzibar_fan to r/zanzibar [link] [comments]",
    "Related: Zanzibar ferry sinks",
    "Читайте также: Занзибар голосует",
    f"This article was originally published on {OUTLET}.",
    f"Originally posted on {OUTLET}",
    f"This article appeared in {OUTLET}",
    f"First published at {OUTLET}",
    f"Republished from {OUTLET}",
    f"Read this article on {OUTLET}",
    f"Mehr auf {OUTLET}",
    f"Suscríbete a {OUTLET}",
    f"Abonnez-vous à {OUTLET}",
    "Подробности на сайте Занзибар Пресс",
    "阅读原文：桑给巴尔日报",
    "责任编辑：桑给巴尔",
    f"Photograph: {OUTLET}/AFP",
    f"Image credit: {OUTLET}",
    "You might also like: Zanzibar ferry sinks",
]


def test_F12_a_footer_does_not_count() -> None:
    for footer in FOOTERS:
        assert counts(f"{SENTENCE} {footer}", TITLE, "", OUTLET) == SENTENCE, footer


def test_F12_nor_does_a_block_that_only_names_the_outlet() -> None:
    summary = f"{SENTENCE} {OUTLET}"
    found = asides(Texts(TITLE, summary, "", [("summary", len(SENTENCE) + 1)]), "", [OUTLET])
    assert covered(summary, "summary", found).strip() == SENTENCE


def test_F12_nor_do_several_of_them() -> None:
    summary = f"{SENTENCE} Read more. The post {TITLE} appeared first on {OUTLET}. © {OUTLET}"
    assert counts(summary, TITLE, "", OUTLET) == SENTENCE


@pytest.mark.parametrize(
    "summary",
    [
        "Zanzibar votes on Sunday.",
        "He asked children to read more. Zanzibar builds schools.",
        "The singer first appeared in Zanzibar.",
        "The singer first appeared in Zanzibar in 1999.",
        "A sign appeared first on Zanzibar.",
        "The paper names its source: Zanzibar's president.",
        "He said: “Read more about Zanzibar”, and left.",
        "Далее Занзибар сыграет с Кенией.",
        "پاکستان پہلی بار زنجبار پہنچا۔",
        "Parliament of Zanzibar, a court said. Nothing related to it was found.",
        "Ships leave Zanzibar. Read more. Long lines of people wait there. They want to go home.",
    ],
)
def test_F12_what_only_sounds_like_one_counts(summary: str) -> None:
    assert counts(summary, TITLE, "", OUTLET) == summary


def test_F03_a_summary_that_repeats_the_title_has_an_outlet_behind_it() -> None:
    assert counts(f"{TITLE} Zanzibar Today", f"{TITLE} - Zanzibar Today", "Zanzibar Today") == TITLE
    assert counts(f"{TITLE} Zanzibar votes", f"{TITLE} - Zanzibar Today", "Zanzibar Today") == f"{TITLE} Zanzibar votes"


# --- refrains --------------------------------------------------------------------------------------------------------

SUBJECTS = ("Dockers walk out", "Courts reject appeal", "Harvest fails again", "Trains are late", "Museum reopens soon")
NEWS = ("Ships wait.", "It was a long trial.", "Rain came too late", "Nobody knows why!", "Tickets sell well.")
PARAGRAPH = "Visit Zanzibar with our partner for less"


def texts(ending: str = "", beginning: str = "", number: int = 5) -> list[tuple[str, str]]:
    """Titles and summaries that end or begin alike."""
    found = zip(SUBJECTS[:number], NEWS, strict=False)
    return [(title, f"{beginning} {news} {ending}".strip()) for title, news in found]


def kept(found: Refrains, title: str, summary: str) -> str:
    """What a feed does not repeat."""
    for start, end in reversed(found.within(summary, title)):
        summary = summary[:start] + summary[end:]
    return summary.strip()


@pytest.mark.parametrize(
    "ending",
    ["Zanzibar daily, since 1999.", "Zanzibar.", PARAGRAPH, "Изучите Занзибар вместе с нами!", "زنجبار کی خبریں۔"],
)
def test_F12_a_sentence_below_nearly_all_items_does_not_count(ending: str) -> None:
    found = refrains(texts(ending))
    assert [kept(found, *one) for one in texts(ending)] == [kept(Refrains(), *one) for one in texts()]


def test_F12_nor_does_one_above_them_or_around_their_titles() -> None:
    above = "News of Zanzibar and its isles."
    assert kept(refrains(texts("", above)), *texts("", above)[0]) == texts()[0][1]
    around = [(one, f"{number} goals. {one} all of it on Zanzibar") for number, one in enumerate(SUBJECTS)]
    assert kept(refrains(around), *around[2]) == "2 goals."


def test_F12_an_item_without_it_loses_nothing() -> None:
    found = refrains([*texts("Zanzibar daily, since 1999."), ("Other", "Zanzibar votes.")])
    assert kept(found, "Other", "Zanzibar votes.") == "Zanzibar votes."


@pytest.mark.parametrize(
    "found",
    [
        texts("Zanzibar daily, since 1999.", number=4),
        [("One title", f"{number} dead. Zanzibar daily.") for number in range(9)],
        [(one, f"The {number} men were seen in Zanzibar.") for number, one in enumerate(SUBJECTS)],
        [(one, f"ZANZIBAR: {news}") for one, news in zip(SUBJECTS, NEWS, strict=True)],
        [(one, f"Zanzibar. {news}") for one, news in zip(SUBJECTS, NEWS, strict=True)],
        [(one, f"Boats wait. In {number} days Zanzibar votes.") for number, one in enumerate(SUBJECTS)],
    ],
    ids=["too few", "one story", "words of a sentence", "dateline", "short dateline", "unlike sentences"],
)
def test_F12_a_subject_that_several_items_share_counts(found: list[tuple[str, str]]) -> None:
    assert [kept(refrains(found), *one) for one in found] == [summary for _, summary in found]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=60)), max_size=8))
def test_any_texts_have_refrains_within_their_bounds(found: list[tuple[str, str]]) -> None:
    below = refrains(found)
    for title, text in found:
        assert all(0 <= start <= end <= len(text) for start, end in below.within(text, title))


@given(st.text(max_size=40), st.text(max_size=200), st.text(max_size=20))
def test_what_is_set_aside_lies_within_its_text_which_stays_as_long(title: str, text: str, source: str) -> None:
    found = asides(Texts(title, text, text), source, ("Zanzibar Post",), None, [Aside("body", 0, 3, Part.RELATED)])
    for field, whole in (("title", title), ("summary", text), ("body", text)):
        assert len(covered(whole, field, found)) == len(whole)


# --- a footer stands below a story -----------------------------------------------------------------------------------

STORIES = ["Zanzibar votes for a president", "Занзибар голосует на этой неделе", "زنجبار کے صدر مستعفی ہو گئے"]
LISTED = {
    "read on": phrases._READ_ON,
    "related": phrases._RELATED,
    "sources": phrases._SOURCES,
    "rights": phrases._RIGHTS,
    "first on": phrases._FIRST_ON,
}


@pytest.mark.parametrize("listed", LISTED.values(), ids=LISTED)
@given(st.data())
def test_F12_no_phrase_takes_a_story_that_stands_behind_it(listed: tuple[str, ...], data: st.DataObject) -> None:
    phrase, story = data.draw(st.sampled_from(listed)), data.draw(st.sampled_from(STORIES))
    parted = data.draw(st.sampled_from([" ", ": ", ". ", " – ", "："]))
    end = data.draw(st.sampled_from([".", "", "!"]))
    more = data.draw(st.sampled_from(["", f" {phrase}", f" {phrase}."]))
    assert story in counts(f"{phrase}{parted}{story}{end}{more}", TITLE, "", OUTLET)


@pytest.mark.parametrize("listed", LISTED.values(), ids=LISTED)
@given(st.data())
def test_F12_no_phrase_takes_more_than_the_sentence_that_it_stands_in(
    listed: tuple[str, ...], data: st.DataObject
) -> None:
    phrase, story = data.draw(st.sampled_from(listed)), data.draw(st.sampled_from(STORIES))
    name = data.draw(st.sampled_from(["", "Reuters", OUTLET]))
    summary = f"{SENTENCE} {phrase} {name}. {story}. Thousands wait."
    assert story in counts(summary, TITLE, "", OUTLET)


@pytest.mark.parametrize("listed", LISTED.values(), ids=LISTED)
@given(st.data())
def test_F12_a_phrase_in_a_block_of_its_own_leaves_the_next_block(listed: tuple[str, ...], data: st.DataObject) -> None:
    phrase, story = data.draw(st.sampled_from(listed)), data.draw(st.sampled_from(STORIES))
    summary = f"{SENTENCE} {phrase} {story}"
    found = asides(Texts(TITLE, summary, "", [("summary", summary.index(story))]), "", [OUTLET])
    assert covered(summary, "summary", found).endswith(story)


@pytest.mark.parametrize(
    "summary",
    [
        "© Reuters. Zanzibar votes for a new president on Sunday.",
        "© Reuters. FILE PHOTO: A man walks in Stone Town. By Ali Khan (Reuters) - Zanzibar votes on Sunday.",
        "Photo: © dpa Zanzibar wählt am Sonntag.",
        "Sources: Zanzibar president to resign",
        "Source: Zanzibar President Resigns",
        "消息来源：桑给巴尔总统辞职",
        "MORE: Rain in Kenya. MORE: Zanzibar votes",
        "Photo © AFP. Read more: Zanzibar votes",
        "Copyright (C) AFP Zanzibar votes on Sunday",
        "Court rules on copyright (again): Zanzibar artists win a case against a studio",
        "Boats wait. All rights reserved by law to women: Zanzibar passes a bill",
        "Boats wait. Source: Zanzibar president to resign on Sunday",
        "Boats wait at port. Via Zanzibar: ferries go on",
        "Boats wait. Click here to see how Zanzibar votes",
        "A long war. The story of the Zanzibar revolution first appeared in print in 1964.",
        "A long war. Ali Khan, whose story of the Zanzibar revolution originally appeared in Zanzibar Post, is dead.",
    ],
)
def test_F12_a_story_with_the_words_of_a_footer_counts(summary: str) -> None:
    assert "anzibar" in counts(summary, TITLE, "", OUTLET) or "桑给巴尔" in counts(summary, TITLE, "", OUTLET)


@pytest.mark.parametrize(
    ("summary", "left"),
    [
        ("submitted by /u/zanzibar_fan Zanzibar votes", "Zanzibar votes"),
        ("submitted by /u/zanzibar_fan to r/zanzibar [link] [comments]", ""),
        (f"Read more on {OUTLET}", ""),
        (f"© 2026 {OUTLET}. All rights reserved.", ""),
        ("Copyright 2026 Zanzibar Herald", ""),
        (f"The post {TITLE} appeared first on {OUTLET}.", ""),
        ("Source: zanzibarpost.example", ""),
        (f"Source: {OUTLET}", ""),
    ],
)
def test_F12_what_is_surely_a_footer_needs_no_story_above_it(summary: str, left: str) -> None:
    assert counts(summary, TITLE, "", OUTLET) == left
