"""A search in texts by words as watchlists know them."""

from __future__ import annotations

import pytest

from monitor.matching import TermError
from monitor.matching.search import Search


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["geneve"], "Des négociations à Genève", True),
        (["GENÈVE"], "geneve calling", True),
        (["d'abonnement"], "Le prix d’abonnement augmente", True),
        (["d'abonnement"], "L’abonnement augmente", True),
        (["abonnement"], "Le prix d'abonnement", True),
        (["ban"], "Lebanon votes", False),
        (["ban"], "Bans on exports", True),
        (["кипр"], "На Кипре выборы", True),
        (["mueller"], "Müller tritt zurück", True),
        (["ΚΥΠΡΟΣ*"], "Η Κύπρος ψηφίζει", True),
        (["strik*"], "Dockers striking", True),
        (["US"], "They told us", False),
        (["G7"], "the G-7 met", True),
        (["gas pipeline"], "a gas pipeline", True),
        (["gas pipeline"], "the pipeline for gas", False),
        (["gas", "pipeline"], "the pipeline for gas", True),
        (['"gas pipeline" talks'], "talks on a gas pipeline", True),
        (["“gas pipeline”", "talks"], "talks on a pipeline for gas", False),
        (["geneve", "OR", "genf", "talks"], "Talks in Genf", True),
        (["geneve OR genf", "talks"], "Genf", False),
        (["talks", "geneve", "OR", "genf"], "Geneve", False),
        (["gas", "AND", "talks"], "talks on gas", True),
        (["gas", "gas"], "gas", True),
        (["the", "gas"], "gas prices", True),
        (["巴基斯坦"], "巴基斯坦申请加入", True),
        ([], "anything", True),
        (["lebanon", "Beirut"], "Beirut: Lebanon votes", True),
    ],
)
def test_F21_words_are_met_as_in_a_watchlist(words: list[str], text: str, expected: bool) -> None:
    assert Search(words).finds(text, "") is expected
    assert Search(words).finds("", text) is expected
    assert Search(words).finds("Briefing", f"{'word ' * 400}{text}") is expected


def test_F21_words_of_a_search_may_stand_far_apart() -> None:
    assert Search(["gas", "talks"]).finds("Gas", f"{'word ' * 500} talks")


@pytest.mark.parametrize("word", ["the", "a", "!?", "a*"])
def test_F21_what_is_met_everywhere_or_nowhere_is_refused(word: str) -> None:
    with pytest.raises(TermError):
        Search([word])
