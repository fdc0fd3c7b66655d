"""Words that look like relatives: Iran and Iranian, protests and protester. A guess, for proposals and advice only."""

from __future__ import annotations

_LEAST_COMMON = 4
_LEAST_SHARE = 0.75
_MOST_MORE = 5


def are_kin(key: str, other: str) -> bool:
    """Whether two different folded words begin alike for so long that one may be formed from the other."""
    if key == other:
        return False
    one, two = _stem(key), _stem(other)
    common = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        common += 1
    alike = common >= _LEAST_COMMON and common >= _LEAST_SHARE * min(len(one), len(two))
    return alike and max(len(one), len(two)) - common <= _MOST_MORE


def _stem(key: str) -> str:
    return key[:-1] if len(key) > _LEAST_COMMON and key.endswith("s") and key.isascii() else key
