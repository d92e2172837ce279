"""Columns: texts packed and found again, identifiers by binary search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.build.encode import by_id
from matcher.graph.table import Strings, Table

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@given(TEXTS)
def test_texts_come_back_as_they_went_in(texts: list[str]) -> None:
    assert list(Strings.of(texts)) == texts


@given(
    st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)), st.text(max_size=6)
)
def test_every_identifier_is_found_and_no_other(identifiers: set[str], other: str) -> None:
    ids = list(identifiers)
    table = Table("firms", {"id": Strings.of(ids)}, by_id(ids))
    assert [table.position(identifier) for identifier in ids] == list(range(len(ids)))
    if other.isascii() and other not in identifiers:
        assert table.position(other) is None


def test_a_position_outside_is_refused_rather_than_counted_from_the_end() -> None:
    with pytest.raises(IndexError):
        Strings.of(["甲"])[-1]


def test_a_text_column_is_not_read_as_numbers() -> None:
    table = Table("firms", {"id": Strings.of(["a"])}, by_id(["a"]))
    with pytest.raises(TypeError):
        table.numbers("id")
