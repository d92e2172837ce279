"""The board filled by the kernels: parts and products laid out as flat arrays, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import Criterion, Group, Node, Quantifier
from matcher.recommend.atoms import UNKNOWN, Coded, atom
from matcher.recommend.bitmaps import Marks, Outcome, Words, everyone, length
from matcher.recommend.kernels.eligibility import Atoms, Bitmaps, Programs, judge_blocks

_LONG_RUN: Final = 64  # firms a run on average from which runs are worth following
_NUMBER: Final = {Quantifier.ALL_OF: 0, Quantifier.ANY_OF: 1, Quantifier.NONE_OF: 2}

Filled = tuple[dict[Criterion, Marks], dict[str, Outcome]]


def fill(parts: Sequence[Coded], products: Mapping[str, Sequence[Node]], firms: int) -> Filled:
    """All marks and outcomes: about A x firms / 8 bytes of bits, one pass over the codes a block of firms."""
    atoms = laid_out(parts, firms)
    places = {one: place for place, one in enumerate(one for part in parts for one in part.atoms)}
    programs = compiled(products, places)
    bits = judged(atoms, programs, firms)
    marks = {one: Marks(bits.no[place], bits.unknown[atoms.column[place]]) for one, place in places.items()}
    names = enumerate(products)
    return marks, {name: Outcome(bits.eligible[p], bits.open[p], bits.near[p]) for p, name in names}


def judged(atoms: Atoms, programs: Programs, firms: int) -> Bitmaps:
    """The kernel's answer with the bits past the last firm cleared."""
    words, products = length(firms), len(programs.first_top) - 1
    sizes = (len(atoms.column), len(atoms.codes), products, products, products)
    bits = Bitmaps(*(np.zeros((size, words), dtype=np.uint64) for size in sizes))
    judge_blocks(atoms, programs, bits)
    if words:
        last: Words = everyone(firms)[-1:]
        for bitmap in bits:
            bitmap[:, -1] &= last
    return bits


def laid_out(parts: Sequence[Coded], firms: int) -> Atoms:
    """The parts as the kernel reads them."""
    tables = [part.tables for part in parts]
    ranges = [_range(table) for part in tables for table in part]
    runs = [_runs(part.codes) for part in parts]
    return Atoms(
        codes=np.array([part.codes for part in parts], dtype=np.uint8).reshape(len(parts), firms),
        column=np.repeat(np.arange(len(parts)), [len(part.atoms) for part in parts]).astype(np.int32),
        low=np.array([low for low, _ in ranges], dtype=np.int16),
        high=np.array([high for _, high in ranges], dtype=np.int16),
        tables=np.concatenate(tables) if tables else np.zeros((0, 256), dtype=np.uint8),
        runs=np.concatenate([np.zeros(0, dtype=np.int64), *runs]),
        first_run=_firsts(runs),
    )


def _range(table: NDArray[np.uint8]) -> tuple[int, int]:
    """The classes [low, high) that meet an atom, where they are one range; (-1, 0) otherwise."""
    met = np.flatnonzero(table[:UNKNOWN] == 0)
    if not len(met) or met[-1] - met[0] + 1 != len(met):
        return -1, 0
    return int(met[0]), int(met[-1]) + 1


def _runs(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The first firms of runs of equal codes; none where runs are short."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    if not len(codes) or (len(changes) + 1) * _LONG_RUN > len(codes):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], changes]).astype(np.int64)


def compiled(products: Mapping[str, Sequence[Node]], places: Mapping[Criterion, int]) -> Programs:
    """Each product as its groups, inner ones first, and its top-level members."""
    groups: list[tuple[int, list[int]]] = []
    ends, tops = [0], []
    for nodes in products.values():
        own: list[tuple[int, list[int]]] = []
        tops.append([_reference(node, places, own) for node in nodes])
        groups.extend(own)
        ends.append(len(groups))
    return Programs(
        quantifier=np.array([number for number, _ in groups], dtype=np.int8),
        first_group=np.array(ends, dtype=np.int64),
        members=_flat([members for _, members in groups]),
        first_member=_firsts([members for _, members in groups]),
        tops=_flat(tops),
        first_top=_firsts(tops),
    )


def _reference(node: Node, places: Mapping[Criterion, int], own: list[tuple[int, list[int]]]) -> int:
    if not isinstance(node, Group):
        return places[atom(node)]
    members = [_reference(member, places, own) for member in node.members]
    own.append((_NUMBER[node.quantifier], members))
    return -len(own)


def _flat(lists: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    return np.array([one for members in lists for one in members], dtype=np.int32)


def _firsts(lists: Sequence[Sequence[int] | NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.array([0, *accumulate(len(members) for members in lists)], dtype=np.int64)


def warm() -> None:
    """Compile the kernels for the types of production."""
    codes = np.zeros(3, dtype=np.uint8)
    part = Coded("employees", codes, (), np.zeros((0, 256), dtype=np.uint8))
    judged(laid_out([part], 3), compiled({}, {}), 3)
