"""Sets of firms as bits: 64 firms a word, so that one instruction answers for 64 of them. Plain numpy.

Firm i is bit i % 64 of word i // 64; bits past the last firm are 0. Kernels use the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import Quantifier

Words: TypeAlias = NDArray[np.uint64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Marks:
    """Where a condition says no, and where it cannot tell. Never both."""

    no: Words
    unknown: Words


@dataclass(frozen=True, eq=False)
class Outcome:
    """The firms of one product. Those in none of the three fail more than one criterion.

    Eligible: nothing fails and nothing is unknown. Open: nothing fails, something is unknown. Near miss:
    exactly one criterion fails.
    """

    eligible: Words
    open: Words
    near: Words


def length(firms: int) -> int:
    """How many words hold that many firms."""
    return -(-firms // 64)


def packed(members: Bools) -> Words:
    """The bits of a boolean per firm."""
    whole = np.zeros(8 * length(len(members)), dtype=np.uint8)
    found = np.packbits(members, bitorder="little")
    whole[: len(found)] = found
    return whole.view("<u8").astype(np.uint64, copy=False)


def unpacked(words: Words, firms: int) -> Bools:
    """A boolean per firm: the inverse of `packed`."""
    raw = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(raw, count=firms, bitorder="little").view(np.bool_)


def bits_at(words: Words, rows: NDArray[np.int64]) -> Bools:
    """Whether each of `rows` is a member. `words` may have leading axes; the last one is of words."""
    places = (rows & 63).astype(np.uint64)
    found: Bools = ((words[..., rows >> 6] >> places) & np.uint64(1)).astype(np.bool_)
    return found


def count(words: Words) -> int:
    """How many members."""
    return int(np.bitwise_count(words).sum())


def everyone(firms: int) -> Words:
    """All firms."""
    return packed(np.ones(firms, dtype=np.bool_))


def combined(quantifier: Quantifier, members: Sequence[Marks]) -> Marks:
    """A group's marks from those of its members, strong Kleene."""
    first, *rest = members
    any_no, all_no, any_yes = first.no.copy(), first.no.copy(), ~(first.no | first.unknown)
    any_unknown = first.unknown.copy()
    for member in rest:
        any_no |= member.no
        all_no &= member.no
        any_yes |= ~(member.no | member.unknown)
        any_unknown |= member.unknown
    if quantifier is Quantifier.ALL_OF:
        return Marks(any_no, any_unknown & ~any_no)
    decided = any_yes | all_no
    return Marks(all_no if quantifier is Quantifier.ANY_OF else any_yes, ~decided)


def counted(tops: Sequence[Marks], firms: int) -> Outcome:
    """A product's outcome from the marks of its top-level criteria in force, by carry-save counting."""
    one, two, unknown = (np.zeros(length(firms), dtype=np.uint64) for _ in range(3))
    for top in tops:
        two |= one & top.no
        one |= top.no
        unknown |= top.unknown
    present = everyone(firms)
    return Outcome(~one & ~unknown & present, ~one & unknown & present, one & ~two & present)
