"""Name and scope -> the division of GB/T 4754-2017, with how sure, or no answer.

What is inferred is a division ("65"), never deeper: that is what a scope tells. A model learned from labelled
rows (learned.py) joins where the installation has enough of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from matcher.text.trades.evidence import combined
from matcher.text.trades.head import DIVISIONS, POSITION, Array, head
from matcher.text.trades.naming import divisions_named, is_works
from matcher.text.trades.scope import Item, items

_UNSAID_BY_PHRASES: Final = 0.01
_UNSEEN_BY_EXAMPLES: Final = 0.002
LEAST_CONFIDENCE: Final = 0.5  # below it nothing is said


@dataclass(frozen=True)
class Told:
    """What an enterprise is registered with."""

    name: str
    scope: str


@dataclass(frozen=True)
class Inferred:
    """A division's code and how sure, in (0, 1]."""

    code: str
    confidence: float


class Learned(Protocol):
    """A model that knows labelled rows."""

    def shares(self, firms: Sequence[Told]) -> Array:
        """An array (firms, divisions); rows sum to one."""


def infer(firms: Sequence[Told], learned: Learned | None = None) -> list[Inferred | None]:
    """The most likely division of each, None where it is too unsure. Some thousands a second of one core."""
    found = shares(firms, learned)
    return [_verdict(row) for row in found]


def ranked(firm: Told, n: int, learned: Learned | None = None) -> list[Inferred]:
    """The `n` most likely divisions, best first: what an officer chooses from."""
    row = shares([firm], learned)[0]
    best = np.argsort(-row, kind="stable")[:n]
    return [Inferred(DIVISIONS[at], round(float(row[at]), 3)) for at in best]


def shares(firms: Sequence[Told], learned: Learned | None = None) -> Array:
    """P(division) of each: an array (firms, divisions)."""
    listed = [items(firm.scope) for firm in firms]
    position = {text: at for at, text in enumerate(dict.fromkeys(_texts(listed)))}
    known = head()(list(position))
    found = np.empty((len(firms), len(DIVISIONS)))
    for row, (firm, things) in enumerate(zip(firms, listed, strict=True)):
        rows = known[[position[thing.text] for thing in things]]
        found[row] = combined(divisions_named(firm.name), is_works(firm.name), things, rows)
    if learned is None or not firms:
        return found
    return _joined(found, learned.shares(firms))


def _texts(listed: Sequence[Sequence[Item]]) -> list[str]:
    return [thing.text for things in listed for thing in things]


def _joined(phrases: Array, learned: Array) -> Array:
    """Both opinions multiplied, neither with a veto."""
    joined = (phrases + _UNSAID_BY_PHRASES) * (learned + _UNSEEN_BY_EXAMPLES)
    shares: Array = joined / joined.sum(axis=1, keepdims=True)
    return shares


def _verdict(row: Array) -> Inferred | None:
    best = int(row.argmax())
    confidence = float(row[best])
    return Inferred(DIVISIONS[best], round(confidence, 3)) if confidence >= LEAST_CONFIDENCE else None


__all__ = ["DIVISIONS", "POSITION", "Inferred", "Learned", "Told", "infer", "ranked", "shares"]
