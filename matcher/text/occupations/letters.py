"""A title of a vacancy made regular, and its letters in a row."""

from __future__ import annotations

import re
from typing import Final

from matcher.text.normalize import fold

# 会计（双休+包住）: what stands in brackets is mostly the offer or the place, seldom the post.
_BRACKETS: Final = re.compile(r"[(\[【「{<《][^)\]】」}>》]*[)\]】」}>》]?")
_APART: Final = re.compile(r"[^\u3400-\u9fffa-z0-9#+]+")


def whole(title: str) -> str:
    """The title in lower case, words apart by one blank."""
    return _APART.sub(" ", fold(title).lower()).strip()


def bare(title: str) -> str:
    """The same without what stands in brackets, unless nothing else does."""
    kept = _APART.sub(" ", _BRACKETS.sub(" ", fold(title).lower())).strip()
    return kept or whole(title)


def pairs(words: str) -> list[str]:
    """One and two letters in a row, the ends of each word marked."""
    return _grams(words, (1, 2))


def triples(words: str) -> list[str]:
    """One to three."""
    return _grams(words, (1, 2, 3))


def quads(words: str) -> list[str]:
    """One to four."""
    return _grams(words, (1, 2, 3, 4))


def _grams(words: str, sizes: tuple[int, ...]) -> list[str]:
    marked = [f"^{word}$" for word in words.split()]
    cut = (one[at : at + size] for one in marked for size in sizes for at in range(len(one) - size + 1))
    return [piece for piece in cut if piece not in "^$"]
