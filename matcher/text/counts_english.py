"""Counted things, people and areas in an English text: 30 people, five engineers, 200 chairs. Linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from matcher.domain.need import Slot
from matcher.text.counts import plain

_WORDS: Final = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_VALUES: Final = {word: value for value, word in enumerate(_WORDS, 1)} | {
    "dozen": 12,
    "a dozen": 12,
    "fifty": 50,
}
_NUMBER: Final = (
    rf"(?:[0-9][0-9,]{{0,12}}(?:\.[0-9]{{1,3}})?|{'|'.join(sorted(_VALUES, key=len, reverse=True))})"
)
_MEN: Final = (
    r"people|persons?|staff|employees|workers|engineers|graduates|students|interns|trainees|drivers|cooks|chefs|"
    r"waiters|waitresses|technicians|operators|salespeople|accountants|children|kids|guests|experts?|guards|"
    r"cleaners|nurses|teachers|developers|designers|managers|assistants|clerks|welders|electricians|guides|"
    r"promoters|colleagues|apprentices"
)
_NO_THINGS: Final = (
    r"days?|weeks?|months?|years?|hours?|minutes?|yuan|cities|percent|times|metres|meters|kilometres|floors?|"
    r"storeys|towers|provinces|districts|streets|degrees|parts|ways|decades"
)
_BEFORE: Final = (
    r"(?:(?!and\b|to\b|for\b|of\b|in\b)[a-z-]{2,14} ){0,2}"  # words before the one that is counted
)
_COUNTED: Final = re.compile(
    rf"(?<![0-9.,a-z])(?P<low>{_NUMBER})(?: ?(?:-|to) ?(?P<high>{_NUMBER}))?"
    r"(?: ?(?P<area>square met(?:er|re)s?|sqm|sq m|m2)\b"
    rf"| (?P<people>{_BEFORE}(?:{_MEN}))\b"
    r"| (?P<unit>tons?|tonnes|sets?|pieces|units|boxes|copies)\b"
    rf"| (?P<things>{_BEFORE}?(?!(?:{_NO_THINGS})\b)[a-z]{{2,14}}s)\b)",
    re.IGNORECASE,
)
_NAMES: Final = {"area": "area_m2", "people": "headcount", "unit": "quantity", "things": "quantity"}
_TIME: Final = re.compile(rf"(?:{_NO_THINGS})\b", re.IGNORECASE)


def counts(text: str) -> list[Slot]:
    """Slots headcount, quantity and area_m2 of a folded text, in order; a range keeps both ends."""
    return list(_slots(text))


def _slots(text: str) -> Iterator[Slot]:
    for match in _COUNTED.finditer(text):
        name = next(_NAMES[group] for group in _NAMES if match[group] is not None)
        if match["things"] is not None and any(map(_TIME.fullmatch, match["things"].split())):
            continue
        low = _value(match["low"])
        high = low if match["high"] is None else _value(match["high"])
        if low > high:
            continue
        least = plain(name, low) if low < high else None
        yield Slot(name, plain(name, high), 0.9, match.start(), match.end(), low=least)


def _value(number: str) -> Decimal:
    word = _VALUES.get(number.lower())
    return Decimal(number.replace(",", "")) if word is None else Decimal(word)
