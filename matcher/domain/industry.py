"""Industries: the tree of GB/T 4754-2017, 20 sections, 97 divisions, 473 groups, 1,381 classes.

Codes are the official ones: section "A", division "01", group "011", class "0111". The table is read
at the first question and kept; a reading costs some milliseconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from matcher.domain import tables

SECTION, DIVISION, GROUP, CLASS = 1, 2, 3, 4

# How near two industries are, by the level of the deepest node that holds both.
_NEARNESS: Final[Mapping[int, float]] = {SECTION: 0.3, DIVISION: 0.6, GROUP: 0.8, CLASS: 1.0}
_CODE: Final = re.compile(r"([A-T]?)(\d{2,4})|([A-T])")
_IGNORED_IN_NAMES: Final = re.compile(r"[\s、,，.。;；:：·/()（）\-]+")


@dataclass(frozen=True)
class Industry:
    """A node of the tree. `level` is 1 (section) to 4 (class); `parent` is None for sections."""

    code: str
    name: str
    level: int
    parent: str | None


@dataclass(frozen=True)
class Found:
    """A hit of a search by name; `score` in (0, 1], 1 for the exact name."""

    industry: Industry
    score: float


@cache
def table() -> Mapping[str, Industry]:
    """All 1,971 industries by code, each parent before its children."""
    read = (
        Industry(code, name, int(level), parent if parent else None)
        for code, name, level, parent in tables.rows("industries.csv")
    )
    return {industry.code: industry for industry in read}


def get(code: str) -> Industry | None:
    """The industry with exactly this official code, or None."""
    return table().get(code)


def normalize(text: str) -> str | None:
    """The official code meant by `text`, or None where the table has no such code.

    Accepts full-width characters, spaces and the section letter in front ("A0111"). A letter that
    contradicts the number is refused rather than ignored; a lost leading zero is never guessed.
    """
    found = _CODE.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper())
    if found is None:
        return None
    letter, number, alone = found.groups()
    code = alone if alone else number
    if code not in table() or (letter and letter != section(code)):
        return None
    return code


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above `code`, nearest first; empty for a section or an unknown code."""
    found = get(code)
    if found is None or found.parent is None:
        return ()
    return (found.parent, *ancestors(found.parent))


def _line(code: str) -> tuple[str, ...]:
    return (code, *ancestors(code)) if code in table() else ()


def section(code: str) -> str | None:
    """The section letter over (or of) the code."""
    return next((part for part in _line(code) if table()[part].level == SECTION), None)


def division(code: str) -> str | None:
    """The two-digit division over (or of) the code; None for sections and unknown codes."""
    return next((part for part in _line(code) if table()[part].level == DIVISION), None)


@cache
def all_codes(level: int) -> tuple[str, ...]:
    """All codes of one level (1 section, 2 division, 3 group, 4 class) in the order of the standard."""
    return tuple(code for code, industry in table().items() if industry.level == level)


def children(code: str) -> tuple[str, ...]:
    """The codes directly below `code`."""
    return _children().get(code, ())


@cache
def _children() -> Mapping[str, tuple[str, ...]]:
    below: dict[str, list[str]] = {}
    for industry in table().values():
        if industry.parent is not None:
            below.setdefault(industry.parent, []).append(industry.code)
    return {code: tuple(codes) for code, codes in below.items()}


def classes(code: str) -> tuple[str, ...]:
    """All four-digit classes under (or equal to) the code; empty for an unknown code."""
    found = get(code)
    if found is None:
        return ()
    if found.level == CLASS:
        return (code,)
    return tuple(leaf for child in children(code) for leaf in classes(child))


def similarity(a: str, b: str) -> float:
    """How near two industries are along the tree, in [0, 1].

    The same code 1, the same group 0.8, the same division 0.6, the same section 0.3, else 0.
    An unknown code is near nothing, not even itself.
    """
    if a == b:
        return 1.0 if a in table() else 0.0
    above = set(_line(b))
    shared = next((part for part in _line(a) if part in above), None)
    return 0.0 if shared is None else _NEARNESS[table()[shared].level]


def _plain(name: str) -> str:
    return _IGNORED_IN_NAMES.sub("", unicodedata.normalize("NFKC", name)).lower()


@cache
def _by_plain_name() -> Mapping[str, str]:
    # A name used twice is used along one line (group 701 and class 7010): the deeper node wins.
    return {_plain(industry.name): industry.code for industry in table().values()}


def by_name(name: str) -> str | None:
    """The code of the industry of that name, punctuation and width aside, or None.

    A closing 业 may be missing or too much. Where a group and its only class share a name, the class.
    """
    plain = _plain(name)
    names = _by_plain_name()
    for form in (plain, plain + "业", plain.removesuffix("业")):
        if form and form in names:
            return names[form]
    return None


def search(text: str, n: int = 10) -> list[Found]:
    """At most `n` industries whose names resemble `text`, best first; ties in the order of the codes.

    Compares all 1,971 names: some milliseconds.
    """
    plain = _plain(text)
    if not plain:
        return []
    asked = (plain, _pairs(plain))
    scored = (Found(found, _resemblance(asked, (name, pairs))) for found, name, pairs in _compared())
    hits = [found for found in scored if found.score > 0]
    # Of a group and a class with one name the class is the better answer.
    return sorted(hits, key=lambda found: (-found.score, -found.industry.level, found.industry.code))[:n]


@cache
def _compared() -> tuple[tuple[Industry, str, frozenset[str]], ...]:
    plain = ((found, _plain(found.name)) for found in table().values())
    return tuple((found, name, _pairs(name)) for found, name in plain)


_Named = tuple[str, frozenset[str]]  # a plain name and its pairs of letters


def _resemblance(asked: _Named, offered: _Named) -> float:
    """1 for equal, above 0.5 where one contains the other, else half the overlap of letter pairs."""
    query, name = asked[0], offered[0]
    if query == name:
        return 1.0
    shorter, longer = sorted((query, name), key=len)
    if len(shorter) > 1 and shorter in longer:
        return 0.5 + 0.5 * len(shorter) / len(longer)
    return len(asked[1] & offered[1]) / max(len(asked[1]) + len(offered[1]), 1)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))
