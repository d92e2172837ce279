"""Occupations: the classification of 2022 (中华人民共和国职业分类大典), 8 to 2,000 from broad to narrow.

A code such as "2-02-10-03" names its broad groups by its leading parts; a part of zeros names the group
itself. The table is read at the first question and kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from matcher.domain import tables

_CODE: Final = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
_IGNORED: Final = re.compile(r"[\s、,，.。;；:：·/()（）\-]+")
# How near two occupations are, by how many leading parts of their codes they share.
_NEARNESS: Final = (0.0, 0.0, 0.0, 0.6, 1.0)
LEAST_CONFIDENCE: Final = 0.4  # below it nothing is said of what was read


@dataclass(frozen=True)
class Occupation:
    """A node of the classification; `level` is 1 (broad) to 4, `tasks` are phrases of what is done."""

    code: str
    name: str
    level: int
    digital: bool
    green: bool
    tasks: tuple[str, ...]


@cache
def table() -> Mapping[str, Occupation]:
    """All 2,047 occupations and groups by code."""
    read = (
        Occupation(
            code, name, int(level), digital == "1", green == "1", tuple(filter(None, tasks.split(";")))
        )
        for code, name, level, digital, green, tasks in tables.rows("occupations.csv")
    )
    return {one.code: one for one in read}


def get(code: str) -> Occupation | None:
    """The occupation with exactly this code, or None."""
    return table().get(code)


@cache
def _by_plain_name() -> Mapping[str, Occupation]:
    # Of two with one name the narrower; of two as narrow the first.
    broad_first = sorted(table().values(), key=lambda one: one.code, reverse=True)
    broad_first.sort(key=lambda one: one.level)
    return {_plain(one.name): one for one in broad_first}


def find(text: str) -> Occupation | None:
    """The occupation meant by a code or a name, width and punctuation aside, or None: never a guess."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if _CODE.fullmatch(folded):
        return table().get(folded)
    return _by_plain_name().get(_plain(folded))


def _plain(name: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name)).lower()


def nearness(one: str, other: str) -> float:
    """How near two codes are, in [0, 1]: 1 the same, 0.6 one small group ("2-02-10"), else 0."""
    if one == other:
        return 1.0 if one in table() else 0.0
    shared = 0
    for left, right in zip(one.split("-"), other.split("-"), strict=False):
        if left != right or int(left) == 0:
            break
        shared += 1
    return _NEARNESS[min(shared, 3)]


def codes(given: str | None, read: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The codes of a vacancy or a class, best first: the given one, else those read surely enough."""
    known = None if given is None else find(given)
    if known is not None:
        return (known.code,)
    found = () if read is None else read["found"]
    return tuple(code for code, confidence in found if confidence >= LEAST_CONFIDENCE)
