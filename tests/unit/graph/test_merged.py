"""Columns of a base and a small snapshot read as one, against lists put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.graph.merged import MergedCsr, MergedStrings, Origin
from matcher.graph.table import Csr, Strings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@dataclass(frozen=True)
class Parts:
    """Texts of the base, whether each stays, and those of the small one with the place each stands before."""

    base: list[tuple[str, bool]]
    small: list[tuple[str, int]]

    def origin(self) -> Origin:
        kept = np.array([stays for _, stays in self.base], dtype=bool)
        ordered = sorted(range(len(self.small)), key=lambda row: self._place(row))
        places = np.array([self._place(row) for row in ordered], dtype=np.int64)
        return Origin(kept, places, np.array(ordered, dtype=np.int64))

    def together(self) -> list[str]:
        """What a full compilation would give."""
        stay = [text for text, stays in self.base if stays]
        found = []
        for at in self._gaps():
            found += [text for row, (text, _) in enumerate(self.small) if self._place(row) == at]
            found += stay[at : at + 1]
        return found

    def _place(self, row: int) -> int:
        return self.small[row][1] % len(self._gaps())

    def _gaps(self) -> range:
        return range(sum(stays for _, stays in self.base) + 1)


PARTS = st.builds(
    Parts,
    st.lists(st.tuples(TEXT, st.booleans()), max_size=6),
    st.lists(st.tuples(TEXT, st.integers(0, 6)), max_size=4),
)
# The small one's first row right before the base's first: rows -1 and 0.
FIRST_ROWS = Parts([("甲", True), ("乙丙", True)], [("丁戊己", 0)])


def csr(texts: list[str]) -> Csr:
    """A row a text, of its characters' numbers modulo nine."""
    rows = [sorted({ord(sign) % 9 for sign in text}) for text in texts]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.array([column for row in rows for column in row], dtype=np.int32)
    return Csr(indptr, columns, columns.astype(np.float32) / 9)


@given(PARTS)
@example(FIRST_ROWS)
def test_texts_of_two_parts_read_as_those_of_one(parts: Parts) -> None:
    base, small = (Strings.of([text for text, _ in some]) for some in (parts.base, parts.small))
    found, wanted = MergedStrings(parts.origin(), base, small), Strings.of(parts.together())
    assert list(found) == list(wanted)
    assert found.offsets.tolist() == wanted.offsets.tolist()
    assert found.blob.tobytes() == wanted.blob.tobytes()


@given(PARTS)
@example(FIRST_ROWS)
def test_sparse_rows_of_two_parts_read_as_those_of_one(parts: Parts) -> None:
    base, small = (csr([text for text, _ in some]) for some in (parts.base, parts.small))
    same = np.arange(9, dtype=np.int32)
    found, wanted = MergedCsr(parts.origin(), base, small, None, same), csr(parts.together())
    for column in ("indptr", "indices", "data"):
        assert getattr(found, column).tolist() == getattr(wanted, column).tolist()
    for position in range(len(wanted)):
        assert [part.tolist() for part in found.row(position)] == [
            part.tolist() for part in wanted.row(position)
        ]


@given(PARTS, st.sampled_from([None, 9]))
@example(FIRST_ROWS, None)
def test_rows_told_apart_by_the_part_that_holds_them_are_the_same_rows(
    parts: Parts, shift: int | None
) -> None:
    base, small = (csr([text for text, _ in some]) for some in (parts.base, parts.small))
    to = np.arange(9, dtype=np.int32)
    found = MergedCsr(parts.origin(), base, small, None if shift is None else to + shift, to)
    asked = np.arange(len(found), dtype=np.int64)[::2]
    told = {}
    for part in found.apart(asked):
        assert part.rows.dtype == np.int64  # the kernels are compiled for no other
        for row, where in zip(part.rows.tolist(), np.arange(len(asked))[part.where].tolist(), strict=True):
            columns, data = part.matrix.row(row)
            moved = columns if part.columns is None else part.columns[columns]
            told[where] = moved.tolist(), data.tolist()
    wanted = [tuple(part.tolist() for part in found.row(int(position))) for position in asked]
    assert [told[where] for where in range(len(asked))] == wanted
