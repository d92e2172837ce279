"""All atoms and all products over all firms, a block of firms at a time so that its bits stay in the cache.

The plain reference is `recommend.board` without kernels, bit for bit. The method is bit-slicing, as in
BitWeaving (Li and Patel, SIGMOD 2013), with carry-save counting of failures.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

BLOCK: Final = 128  # words a block: 8,192 firms

Bits = NDArray[np.uint64]


class Atoms(NamedTuple):
    """C columns of codes, A atoms on them. `low` and `high` (A,): classes in [low, high) meet the atom; `low`
    -1 where no such range says it and `tables` (A, 256) must. `runs` are the first firms of equal codes in
    the columns where these runs are long, `first_run` (C + 1,) where each column's begin.
    """

    codes: NDArray[np.uint8]
    column: NDArray[np.int32]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    tables: NDArray[np.uint8]
    runs: NDArray[np.int64]
    first_run: NDArray[np.int64]


class Programs(NamedTuple):
    """Products as steps. A member at or above 0 is an atom, below it the product's own group -1 - member.

    Groups `first_group[p]` to `first_group[p + 1]` belong to product p, in the order in which they are
    worked out; `quantifier` 0 all, 1 any, 2 none; their members stand in `members` from `first_member`.
    The top-level criteria of product p are `tops[first_top[p]:first_top[p + 1]]`.
    """

    quantifier: NDArray[np.int8]
    first_group: NDArray[np.int64]
    members: NDArray[np.int32]
    first_member: NDArray[np.int64]
    tops: NDArray[np.int32]
    first_top: NDArray[np.int64]


class Bitmaps(NamedTuple):
    """What is filled: `no` (A, words) of atoms, `unknown` (C, words) of columns; (P, words) of products."""

    no: Bits
    unknown: Bits
    eligible: Bits
    open: Bits
    near: Bits


@njit(cache=True, nogil=True)
def _pack(marks: Any, words: int, out: Any) -> None:
    eight = marks.view(np.uint64)
    for word in range(words):
        bits = np.uint64(0)
        for byte in range(8):
            # The multiplication gathers the lowest bits of eight bytes in the top byte.
            gathered = (eight[word * 8 + byte] * np.uint64(0x0102040810204080)) >> np.uint64(56)
            bits |= gathered << np.uint64(8 * byte)
        out[word] = bits


@njit(cache=True, nogil=True)
def _ranged(codes: Any, low: int, high: int, marks: Any) -> None:
    least, end = np.uint8(low), np.uint8(high)
    for firm in range(codes.size):
        code = codes[firm]
        marks[firm] = np.uint8((code < least) | ((code >= end) & (code != np.uint8(255))))


@njit(cache=True, nogil=True)
def _looked_up(codes: Any, table: Any, marks: Any) -> None:
    for firm in range(codes.size):
        marks[firm] = table[codes[firm]]


@njit(cache=True, nogil=True)
def _run_by_run(codes: Any, start: int, table: Any, runs: Any, marks: Any) -> None:
    run = np.searchsorted(runs, start, side="right")
    firm = 0
    while firm < codes.size:
        end = codes.size if run >= runs.size else min(codes.size, runs[run] - start)
        marks[firm:end] = table[codes[firm]]
        firm = end
        run += 1


@njit(cache=True, nogil=True)
def _mark_atom(atoms: Any, atom: int, start: int, stop: int, marks: Any) -> None:
    column = atoms.column[atom]
    codes = atoms.codes[column, start:stop]
    runs = atoms.runs[atoms.first_run[column] : atoms.first_run[column + 1]]
    if runs.size > 0:
        _run_by_run(codes, start, atoms.tables[atom], runs, marks)
    elif atoms.low[atom] >= 0:
        _ranged(codes, atoms.low[atom], atoms.high[atom], marks)
    else:
        _looked_up(codes, atoms.tables[atom], marks)


@njit(cache=True, nogil=True)
def _mark_unknown(codes: Any, marks: Any) -> None:
    for firm in range(codes.size):
        marks[firm] = np.uint8(codes[firm] == np.uint8(255))


@njit(cache=True, nogil=True)
def _group(quantifier: int, members: Any, sides: Any, groups: Any, place: int) -> None:
    """Work out one group for a block. `sides` are (no, unknown, column, first word, last word), `groups` the
    (no, unknown) of this product's groups, to be filled at `place`.
    """
    atom_no, atom_unknown, column, first, last = sides
    group_no, group_unknown = groups
    size = last - first
    any_no, all_no = np.zeros(size, np.uint64), np.full(size, ~np.uint64(0), np.uint64)
    any_yes, any_unknown = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for member in members:
        no = atom_no[member, first:last] if member >= 0 else group_no[-1 - member, :size]
        unknown = (
            atom_unknown[column[member], first:last] if member >= 0 else group_unknown[-1 - member, :size]
        )
        for word in range(size):
            any_no[word] |= no[word]
            all_no[word] &= no[word]
            any_yes[word] |= ~(no[word] | unknown[word])
            any_unknown[word] |= unknown[word]
    for word in range(size):
        if quantifier == 0:
            group_no[place, word] = any_no[word]
            group_unknown[place, word] = any_unknown[word] & ~any_no[word]
        else:
            group_no[place, word] = all_no[word] if quantifier == 1 else any_yes[word]
            group_unknown[place, word] = ~(any_yes[word] | all_no[word])


@njit(cache=True, nogil=True)
def _product(tops: Any, sides: Any, groups: Any, product: int, out: Any) -> None:
    atom_no, atom_unknown, column, first, last = sides
    group_no, group_unknown = groups
    size = last - first
    eligible, still_open = out.eligible[product, first:last], out.open[product, first:last]
    near = out.near[product, first:last]
    one, two, un = np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for top in tops:
        no = atom_no[top, first:last] if top >= 0 else group_no[-1 - top, :size]
        unknown = atom_unknown[column[top], first:last] if top >= 0 else group_unknown[-1 - top, :size]
        for word in range(size):
            two[word] |= one[word] & no[word]
            one[word] |= no[word]
            un[word] |= unknown[word]
    for word in range(size):
        eligible[word] = ~one[word] & ~un[word]
        still_open[word] = ~one[word] & un[word]
        near[word] = one[word] & ~two[word]


@njit(cache=True, nogil=True)
def _mark_block(atoms: Any, bitmaps: Any, first: int, last: int, marks: Any) -> None:
    start, stop = 64 * first, min(atoms.codes.shape[1], 64 * last)
    marks[:] = np.uint8(0)
    for atom in range(atoms.column.size):
        _mark_atom(atoms, atom, start, stop, marks)
        _pack(marks, last - first, bitmaps.no[atom, first:last])
    for column in range(atoms.codes.shape[0]):
        _mark_unknown(atoms.codes[column, start:stop], marks)
        _pack(marks, last - first, bitmaps.unknown[column, first:last])


@njit(cache=True, nogil=True)
def judge_blocks(atoms: Any, programs: Any, bitmaps: Any) -> None:
    """Fill the bitmaps of all atoms, columns and products. Bits past the last firm are left to the caller."""
    products, words = programs.first_top.size - 1, bitmaps.no.shape[1]
    most = 1
    for product in range(products):
        most = max(most, programs.first_group[product + 1] - programs.first_group[product])
    groups = (np.zeros((most, BLOCK), np.uint64), np.zeros((most, BLOCK), np.uint64))
    marks = np.zeros(64 * BLOCK, np.uint8)
    for first in range(0, words, BLOCK):
        last = min(words, first + BLOCK)
        _mark_block(atoms, bitmaps, first, last, marks)
        sides = (bitmaps.no, bitmaps.unknown, atoms.column, first, last)
        for product in range(products):
            begin = programs.first_group[product]
            for group in range(begin, programs.first_group[product + 1]):
                members = programs.members[programs.first_member[group] : programs.first_member[group + 1]]
                _group(programs.quantifier[group], members, sides, groups, group - begin)
            tops = programs.tops[programs.first_top[product] : programs.first_top[product + 1]]
            _product(tops, sides, groups, product, bitmaps)
