"""Worlds for the recommenders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.graph.graph import Graph
from tests import worlds


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[Session]:
    """Rows to fill; compile with worlds.compiled."""
    with worlds.rows(sqlite_template, tmp_path) as session:
        yield session


@pytest.fixture(scope="module")
def tower(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The canteen tower, compiled once a module."""
    folder = tmp_path_factory.mktemp("tower")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        yield worlds.compiled(session, folder / "snapshots")
