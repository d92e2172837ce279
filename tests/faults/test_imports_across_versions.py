"""A database without tables, or with those of another version: an import works or says what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs import importing, ledger
from jobs.__main__ import outcome
from jobs.wiring import Wiring, wire
from matcher.services.imports import Options, Source, lifecycle
from matcher.services.imports import importing as checking
from matcher.storage.enterprises import Enterprise
from matcher.storage.migrations import downgrade, migrate

ROWS = 20
BEFORE = "0018"  # its next step extends the tables that imports write


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Wiring]:
    """A home of its own, and how to connect to it."""
    for name in [name for name in os.environ if name.startswith("QIANXIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QIANXIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")
    monkeypatch.setattr(checking, "CHUNK", 5)
    (tmp_path / "home").mkdir()
    return wire


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "enterprises.csv"
    lines = [f"E{number},湖心第{number}商行,{number}" for number in range(ROWS)]
    path.write_text("\n".join(["enterprise_id,name,employees", *lines]) + "\n", encoding="utf-8")
    return path


def names(wiring: Wiring) -> list[str]:
    with wiring.views() as view:
        return sorted(view.scalars(sa.select(Enterprise.name)))


ALL = sorted(f"湖心第{number}商行" for number in range(ROWS))


def test_an_empty_database_gets_its_tables_and_then_the_rows(
    prepared: Callable[[], Wiring], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["import", str(file)]) == 0
    assert "qianxian migrate" in capsys.readouterr().err
    assert names(prepared()) == ALL


def test_a_database_of_an_older_version_is_left_alone_and_named(
    prepared: Callable[[], Wiring], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(prepared().engine, BEFORE)
    assert outcome(["import", str(file)]) == 1
    said = capsys.readouterr().err
    assert BEFORE in said
    assert "qianxian migrate" in said
    assert names(prepared()) == []


def test_an_import_half_written_when_the_tables_were_extended_is_completed_after_it(
    prepared: Callable[[], Wiring], file: Path
) -> None:
    wiring = prepared()
    migrate(wiring.engine)
    _half_written(wiring, file)
    assert 0 < len(names(wiring)) < ROWS
    downgrade(wiring.engine, BEFORE)
    assert outcome(["import", str(file)]) == 1
    assert outcome(["migrate"]) == 0
    assert outcome(["import", str(file)]) == 0
    assert names(wiring) == ALL


def _half_written(wiring: Wiring, file: Path) -> None:
    """Checked whole, its first chunk written, then its process was gone."""
    with wiring.transactions.begin() as session:
        sources = [Source(file, file.name)]
        row = lifecycle.receive(session, ledger.SYSTEM, wiring.clock(), sources, Options(), lifecycle.COMMAND)
        import_id = row.import_id
    importing.check(wiring, import_id, Options(), None)
    gone = lifecycle.Hand("elsewhere:1:0", lambda: wiring.clock() - timedelta(days=1))
    store = importing.store_of(wiring)
    lifecycle.promote_next(store, gone, import_id, lambda _session: None, timedelta())
    wiring.engine.dispose()
