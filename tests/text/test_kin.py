"""Relatives of words, as far as their letters tell."""

from __future__ import annotations

import pytest

from monitor.text.tokens import are_kin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("iran", "iranian"),
        ("iran", "iranians"),
        ("protests", "protester"),
        ("protest", "protesters"),
        ("china", "chinese"),
        ("talks", "talking"),
        ("россия", "российский"),
        ("пакистан", "пакистанский"),
    ],
)
def test_relatives_are_known_in_both_directions(one: str, other: str) -> None:
    assert are_kin(one, other)
    assert are_kin(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("iran", "iran"), ("iran", "iraq"), ("gas", "gasoline"), ("peace", "pear"), ("", "iran")],
)
def test_others_are_not(one: str, other: str) -> None:
    assert not are_kin(one, other)
