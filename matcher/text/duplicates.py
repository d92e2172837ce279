"""Whether two texts tell the same need: in other words, other order, or shorter.

The share of the shorter text's character pairs that the other has, too; words that everybody uses
(尊敬的领导, 希望) count for nothing. Figures that contradict each other make two needs of it: 贷300万 and
贷500万.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from matcher.text.amounts import amounts
from matcher.text.normalize import fold
from matcher.text.numbers import plain_numerals

SAME: Final = 0.62  # from here on two texts are offered for merging
CONTRADICTED: Final = 0.5  # what a sameness is worth where the figures differ
_FEWEST_PAIRS: Final = 4  # a text of fewer says too little to be found in a long one
_CLAUSE: Final = re.compile(r"[^一-鿿a-z0-9]+")
_EVERYBODYS: Final = re.compile(
    r"尊敬的?|领导们?|书记|局长|市长|部门|相关|有关|你们?好|您好|谢谢|感谢|希望|请问|请求|恳请|麻烦|能不能|能否|可否|"
    r"是否|想要|我们公司|我们|我司|本公司|公司|帮忙|帮助|一下|尽快|急需|急|需要|想找|想|要|"
    r"please|need|want|looking for|we|our|the|an?(?= )"
)
_FIGURE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?(?=名|人|个|平|台|套|箱|件|份|亩|吨|张|辆)")


def sameness(one: str, other: str) -> float:
    """How far two texts tell the same need, in [0, 1]; symmetric. Linear in their length."""
    return compared(pairs(one), pairs(other)) * (CONTRADICTED if _contradict(one, other) else 1.0)


def pairs(text: str) -> frozenset[str]:
    """The character pairs of what a text says, clause by clause."""
    plain = _EVERYBODYS.sub(" ", plain_numerals(fold(text).lower()))
    return frozenset(_pairs(_CLAUSE.split(plain)))


def compared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that the larger holds, less where it is much smaller."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < min(_FEWEST_PAIRS, more):
        return 0.0
    shared = len(one & other)
    return 0.0 if not shared else (shared / fewer + 2 * shared / (fewer + more)) / 2


def _pairs(clauses: Iterable[str]) -> Iterable[str]:
    return (first + second for clause in clauses for first, second in pairwise(clause))


def _contradict(one: str, other: str) -> bool:
    """Whether both name sums of money, or both counts, and have none in common."""
    told = [_figures(fold(text)) for text in (one, other)]
    return any(mine and theirs and not mine & theirs for mine, theirs in zip(*told, strict=True))


def _figures(text: str) -> tuple[frozenset[int], frozenset[str]]:
    sums = frozenset(amount.high_fen for amount in amounts(text))
    return sums, frozenset(_FIGURE.findall(plain_numerals(text)))
