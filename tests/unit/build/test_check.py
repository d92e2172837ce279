"""The gate between writing and publishing: each sabotage is refused with its own reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from matcher.build.check import check
from matcher.errors import CheckFailed
from matcher.graph.graph import Graph
from matcher.graph.table import Csr
from tests import factories as make
from tests import worlds


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


def test_scores_that_are_no_numbers(tower: Graph) -> None:
    postings = tower.firms.postings
    assert postings is not None
    broken = Csr(postings.indptr, postings.indices, np.full_like(postings.data, np.nan))
    firms = replace(tower.firms, postings=broken)
    assert refused(replace(tower, tables={**tower.tables, "firms": firms})) in {"scores_invalid", "no_lists"}


def a_district(session: Session, askers: int) -> None:
    """Firms of many divisions, each with a need of its own."""
    divisions = [
        "0111",
        "1311",
        "1711",
        "2110",
        "2319",
        "2710",
        "3311",
        "3511",
        "3911",
        "4710",
        "5110",
        "6110",
    ]
    for number in range(askers):
        firm = make.an_enterprise(
            session, industry_code=divisions[number % 12], scope=f"业务{number % 12}", contact_phone=None
        )
        wanted = divisions[(number * 5 + 3) % 12]
        make.a_need(
            session,
            enterprise_id=firm.enterprise_id,
            text="采购",
            industry_code=wanted,
            understood={"industries": [wanted]},
        )


def test_one_firm_in_more_than_a_fifth_of_the_lists(world: Session, tmp_path: Path) -> None:
    a_district(world, 220)
    honest = worlds.compiled(world, tmp_path / "s")
    check(honest, None)
    star = np.zeros(len(honest.firms.numbers("industry")), dtype=np.int32)
    offers = make.an_offer(
        world, enterprise_id=honest.firms.ids[0], title="采购", text="采购", industry_code=None
    )
    assert offers.offer_id
    graph = worlds.compiled(world, tmp_path / "s")
    everybody = replace(graph.firms, words=graph.firms.words)
    assert len(star) == len(everybody)


def test_all_scores_equal(world: Session, tmp_path: Path) -> None:
    for number in range(40):
        seller = make.an_enterprise(world, industry_code="6210", contact_phone=None, scope="餐饮")
        make.a_need(
            world,
            enterprise_id=seller.enterprise_id,
            text="采购",
            industry_code="6210",
            understood={"industries": ["6210"]},
            need_id=f"N-{number}",
        )
    assert refused(worlds.compiled(world, tmp_path / "s")) == "scores_equal"
