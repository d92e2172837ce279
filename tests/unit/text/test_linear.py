"""Doubling a text at most doubles the work, counted in calls, on texts made to hurt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date

import pytest

from matcher.text.amounts import amounts
from matcher.text.counts import counts
from matcher.text.dates import deadlines
from matcher.text.extract import slots
from matcher.text.lexicon import find, lexicon
from matcher.text.masks import mask
from matcher.text.normalize import fold
from matcher.text.products.reader import read_product
from matcher.text.tokenize import terms

TODAY = date(2026, 11, 22)
READERS: dict[str, Callable[[str], object]] = {
    "fold": fold,
    "terms": terms,
    "find": lambda text: find(text, lexicon()),
    "amounts": amounts,
    "counts": counts,
    "deadlines": lambda text: deadlines(text, TODAY),
    "slots": lambda text: slots(text, TODAY),
    "mask": mask,
    "product": lambda text: read_product(f"条件{text}"),
}
REPEATED = [
    "员工吃饭",
    "1",
    "一",
    "1-",
    "万",
    "急招",
    "138 ",
    "12月",
    "a",
    "staff lunch ",
    " ",
    "孩子没人带",
    "\u0301e",
    "几百多万元",
]


def calls(reader: Callable[[str], object], text: str) -> int:
    counted = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal counted
        counted += 1

    sys.setprofile(count)
    try:
        reader(text)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("name", READERS)
def test_twice_the_text_is_at_most_about_twice_the_work(name: str, piece: str) -> None:
    reader = READERS[name]
    reader(piece * 8)  # caches are filled before counting
    once, twice = calls(reader, piece * 1000), calls(reader, piece * 2000)
    assert twice <= 2.2 * once + 100
