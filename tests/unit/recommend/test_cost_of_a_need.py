"""What one need costs does not grow with the firms it does not lead to: no pass over all of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.domain.need import Question
from matcher.graph.graph import Graph
from matcher.graph.table import Csr, Strings, Table
from matcher.recommend import partners
from tests import crowds, worlds

# A search takes some steps, a look by position one: neither reads a whole column.
SEARCHES = (np.searchsorted,)


class Watched(np.ndarray):
    """A column of the snapshot that tells when all of it is read. What is taken of it by position is free."""

    passes: list[int] = []

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        self._note(inputs)
        return getattr(ufunc, method)(*map(_plain, inputs), **named)

    def __array_function__(self, function: Any, _types: Any, given: Any, named: Any) -> Any:
        if function not in SEARCHES:
            self._note(given)
        return function(*map(_plain, given), **named)

    def __getitem__(self, place: Any) -> Any:
        found = _plain(self)[place]
        whole = isinstance(place, slice) and len(found) == len(self)
        return found.view(Watched) if whole else found

    def _note(self, inputs: tuple[Any, ...]) -> None:
        self.passes.extend(len(one) for one in inputs if isinstance(one, Watched) and one.ndim)


def _plain(one: Any) -> Any:
    return one.view(np.ndarray) if isinstance(one, Watched) else one


class WatchedColumns(Mapping[str, Any]):
    def __init__(self, columns: Mapping[str, Any]) -> None:
        self.columns = columns

    def __getitem__(self, name: str) -> Any:
        column = self.columns[name]
        return column if isinstance(column, Strings) else np.asarray(column).view(Watched)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


def watched(graph: Graph) -> Graph:
    """All columns of firms, offers and needs, and of who dealt with whom."""

    def rows(pairs: Csr) -> Csr:
        return Csr(*(part.view(Watched) for part in (pairs.indptr, pairs.indices, pairs.data)))

    def table(one: Table) -> Table:
        if one.name not in ("firms", "offers", "needs"):
            return one
        return replace(one, columns=WatchedColumns(one.columns), words=one.words and rows(one.words))

    tables = {name: table(one) for name, one in graph.tables.items()}
    return replace(graph, tables=tables, deals=rows(graph.deals), customers=rows(graph.customers))


@pytest.fixture(scope="module")
def crowd(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("watched")
    with worlds.rows(sqlite_template, folder) as session:
        crowds.a_crowd(session, random.Random(4), 120)
        return worlds.compiled(session, folder / "snapshots")


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(partners, "SMALL", 0)
    noted: list[int] = []
    monkeypatch.setattr(Watched, "passes", noted)
    return noted


def needs(graph: Graph) -> list[Question]:
    return [
        Question(text="想找代理记账的企业", asker=graph.firms.ids[0], industries=("7241",)),
        Question(text="办公室要做保洁", asker=graph.firms.ids[5], topics=("cleaning",)),
        Question(text="找一家承包职工食堂的", asker=graph.firms.ids[40], amount_fen=5_000_000),
    ]


def test_a_need_reads_no_column_from_end_to_end(crowd: Graph, passes: list[int]) -> None:
    graph = watched(crowd)
    for question in needs(crowd):
        partners.suggest(graph, question, 10)  # what is kept of a snapshot is summed up at its first use
    passes.clear()
    for question in needs(crowd):
        found = partners.suggest(graph, question, 10)
        assert found.suggestions
        assert found == partners.suggest(crowd, question, 10)
    assert passes == []


def test_scoring_everybody_would_be_noticed(crowd: Graph, passes: list[int]) -> None:
    graph = watched(crowd)
    partners.scored(graph, needs(crowd)[0], 10)
    assert len(graph.firms) in passes
