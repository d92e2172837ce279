"""What each industry's scopes say: the standard's own class names and typical phrases, and words of names.

`phrases.csv` and `names.csv` beside this file are our own, written from knowledge of registered scopes; they
are data, to be corrected by whoever knows better.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from matcher.domain import industry

TRADE_GOODS: Final = ("511", "512", "513", "514", "515", "516", "517")
_NAME_PARTS: Final = re.compile(r"[、,，和及（）()]|与")
_MANUFACTURE: Final = re.compile(r"(?:制造业?|加工业?|生产|制品业|采选业?|开采业?|洗选|业|服务|活动)$")
_EMPTY: Final = re.compile(r"^(?:其他|其它|未列明|相关|类似)")


@cache
def phrases() -> Mapping[str, frozenset[str]]:
    """Group (three digits) -> phrases: our own, and the names of its classes in pieces."""
    found: dict[str, set[str]] = {}
    for code, words in _rows("phrases.csv"):
        found.setdefault(code, set()).update(words.split())
    for code, name in _standard():
        found.setdefault(code[:3], set()).update(_pieces(name))
    return {code: frozenset(words) for code, words in found.items()}


@cache
def name_words() -> Mapping[str, tuple[str, ...]]:
    """A word that ends the name of an enterprise -> the divisions it speaks for."""
    found: dict[str, list[str]] = {}
    for division, words in _rows("names.csv"):
        for word in words.split():
            found.setdefault(word, []).append(division)
    return {word: tuple(divisions) for word, divisions in found.items()}


def _standard() -> Iterator[tuple[str, str]]:
    for code, entry in industry.table().items():
        if entry.level >= industry.GROUP and not _EMPTY.match(entry.name):
            yield code, entry.name


def _pieces(name: str) -> Iterator[str]:
    for piece in _NAME_PARTS.split(name):
        bare = _MANUFACTURE.sub("", piece)
        if len(bare) > 1 and not _EMPTY.match(bare):
            yield bare


def _rows(file: str) -> Iterator[list[str]]:
    text = resources.files("matcher.text.trades").joinpath(file).read_text(encoding="utf-8")
    reader = csv.reader(io.StringIO(text))
    next(reader)
    yield from reader
