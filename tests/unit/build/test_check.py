"""The gate between writing and publishing: each sabotage is refused with its own reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build.check import check
from matcher.errors import CheckFailed
from matcher.graph.graph import Graph
from matcher.graph.table import Csr
from matcher.storage.enterprises import Enterprise
from tests import factories as make
from tests import worlds
from tests.factories import NOW


def test_an_honest_snapshot_passes(tower: Graph) -> None:
    assert check(tower, tower)["firms"] == len(tower.firms)


def test_an_empty_database_is_no_sabotage(world: Session, tmp_path: Path) -> None:
    assert check(worlds.compiled(world, tmp_path / "s"), None)["firms"] == 0


def claiming(graph: Graph, **rows: int) -> Graph:
    return replace(graph, manifest={**graph.manifest, "rows": {**graph.manifest["rows"], **rows}})


def with_columns(graph: Graph, table: str, **changed: Any) -> Graph:
    columns: Mapping[str, Any] = {**graph.tables[table].columns, **changed}
    return replace(graph, tables={**graph.tables, table: replace(graph.tables[table], columns=columns)})


def refused(graph: Graph, previous: Graph | None = None) -> str:
    with pytest.raises(CheckFailed) as failure:
        check(graph, previous)
    return failure.value.reason.removeprefix("graph.check.")


def test_no_firms_though_the_database_has_some(world: Session, tmp_path: Path) -> None:
    assert refused(claiming(worlds.compiled(world, tmp_path / "s"), firms=9)) == "empty"


def test_other_counts_than_the_database(tower: Graph) -> None:
    assert refused(claiming(tower, offers=99)) == "counts_differ"


def test_half_of_the_firms_missing(tower: Graph, world: Session, tmp_path: Path) -> None:
    make.an_enterprise(world)
    assert refused(worlds.compiled(world, tmp_path / "s"), tower) == "shrunk"


def test_a_pointer_out_of_its_table(tower: Graph) -> None:
    wrong = tower.firms.numbers("industry").copy()
    wrong[0] = 999
    assert refused(with_columns(tower, "firms", industry=wrong)) == "out_of_range"


def test_a_weight_that_is_no_number(tower: Graph) -> None:
    words = tower.firms.words
    assert words is not None
    data = words.data.copy()
    data[0] = np.nan
    firms = replace(tower.firms, words=Csr(words.indptr, words.indices, data))
    assert refused(replace(tower, tables={**tower.tables, "firms": firms})) == "not_a_number"


def test_scores_that_would_be_no_numbers(tower: Graph) -> None:
    postings = tower.firms.postings
    assert postings is not None
    broken = Csr(postings.indptr, postings.indices, np.full_like(postings.data, np.nan))
    firms = replace(tower.firms, postings=broken)
    assert refused(replace(tower, tables={**tower.tables, "firms": firms})) == "not_a_number"


def test_a_moment_before_the_served_one(tower: Graph) -> None:
    assert refused(replace(tower, as_of=NOW - timedelta(days=1)), tower) == "stale"


def test_terms_out_of_order(tower: Graph) -> None:
    assert refused(replace(tower, terms=tower.terms[::-1])) == "disordered"


def test_texts_that_were_lost(tower: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.build.check.LEAST_LISTS", 1)
    words = tower.firms.words
    assert words is not None
    silent = Csr(np.zeros_like(words.indptr), words.indices[:0], words.data[:0])
    firms = replace(tower.firms, words=silent)
    assert refused(replace(tower, tables={**tower.tables, "firms": firms}), tower) == "mute"


def a_need_for(session: Session, wanted: str, own: str, staff: int = 30) -> None:
    figures = {"contact_phone": None, "employees": staff}
    firm = make.an_enterprise(session, industry_code=own, scope="经营", **figures)
    understood = {"industries": [wanted]}
    make.a_need(
        session,
        enterprise_id=firm.enterprise_id,
        text="采购",
        industry_code=wanted,
        understood=understood,
        amount_fen=None,
    )


def a_thousand_bystanders(session: Session) -> None:
    shared = {"name": "湖心旁观有限公司", "name_key": "旁观", "industry_code": "0211", "updated_at": NOW}
    rest = {"version": 1, "certificates": [], "status": "active", "listed": True}
    flags = {"allows_invitations": False, "industry_inferred": False}
    rows = [{"enterprise_id": f"BY-{number}", **shared, **rest, **flags} for number in range(1000)]
    session.execute(sa.insert(Enterprise), rows)


def test_the_same_firms_in_every_list_though_there_are_others(world: Session, tmp_path: Path) -> None:
    for number in range(170):
        a_need_for(world, "6110", ("0111", "1311", "2319", "6511")[number % 4], staff=number)
    a_thousand_bystanders(world)
    for _ in range(40):
        make.an_enterprise(world, industry_code="6110", scope="住宿", contact_phone=None)
    assert refused(worlds.compiled(world, tmp_path / "s")) == "crowded"


def test_the_only_supplier_of_a_district_is_no_crowd(world: Session, tmp_path: Path) -> None:
    for number in range(210):
        a_need_for(world, "6110", ("0111", "1311", "2319", "6511")[number % 4])
    make.an_enterprise(world, industry_code="6110", scope="住宿", contact_phone=None)
    a_thousand_bystanders(world)
    make.an_enterprise(world, industry_code="6121", scope="住宿", contact_phone=None)
    check(worlds.compiled(world, tmp_path / "s"), None)


def test_all_scores_equal(world: Session, tmp_path: Path) -> None:
    for _ in range(40):
        a_need_for(world, "6210", "6210")
    graph = worlds.compiled(world, tmp_path / "s")
    assert refused(graph) == "scores_equal"
    # A refreshed one is asked little, and what it stands on was asked enough.
    check(replace(graph, manifest={**graph.manifest, "base": graph.snapshot_id}), graph, 3)
