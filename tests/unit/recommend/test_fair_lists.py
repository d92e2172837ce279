"""Fair lists, in small: nobody is kept out for being new, copied texts and others' texts decide little."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.build.check import check, spread
from matcher.graph.graph import Graph
from matcher.recommend import newcomers
from matcher.recommend.partners import suggest
from matcher.storage.enterprises import Enterprise
from tests import factories as make
from tests import worlds
from tests.contracts.recommenders import lunch
from tests.factories import STATION


def caterers(world: Session, known: int, fresh: int) -> None:
    """Alike caterers next door; the known ones have sold to software firms before, the fresh to nobody."""
    worlds.a_canteen_tower(world)
    buyer = make.an_enterprise(world, industry_code="6511", scope="软件")
    for number in range(known + fresh):
        name = f"ENT-{'KNOWN' if number < known else 'FRESH'}-{number:02d}"
        make.an_enterprise(
            world,
            enterprise_id=name,
            industry_code="6210",
            scope="餐饮服务",
            contact_phone=None,
            address=f"湖滨路{number}号",
            building_id=None,
            region_code=worlds.STREET,
        )
        if number < known:
            make.a_deal(world, buyer_id=buyer.enterprise_id, seller_id=name)


def listed(graph: Graph, n: int = 10) -> list[str]:
    return [found.identifier for found in suggest(graph, lunch(), n, STATION).suggestions]


def test_a_tenth_of_the_places_is_for_firms_nobody_has_dealt_with(
    world: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the share, and with those of the tower known too, a list of known firms stays one for ever."""
    caterers(world, 20, 3)
    for name in (worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR, worlds.PRINTER):
        make.a_deal(world, buyer_id=worlds.ASKER, seller_id=name)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    monkeypatch.setattr(newcomers, "NEWCOMER_SHARE", 0.0)
    without = listed(graph)
    assert not [name for name in without if "FRESH" in name]
    monkeypatch.undo()
    shown = listed(graph)
    assert len(shown) == 10
    assert len([name for name in shown if "FRESH" in name]) == 1
    assert shown[:9] == without[:9], "the best keep their places"


def test_a_newcomer_that_fits_far_less_gets_no_place(world: Session, tmp_path: Path) -> None:
    caterers(world, 20, 0)
    make.an_enterprise(world, enterprise_id="ENT-FRESH-FAR", industry_code="5212", scope="零售")
    assert "ENT-FRESH-FAR" not in listed(worlds.compiled(world, tmp_path / "snapshots"))


def test_a_change_of_one_firms_text_leaves_the_others_in_their_order(world: Session, tmp_path: Path) -> None:
    caterers(world, 6, 6)
    before = listed(worlds.compiled(world, tmp_path / "before"), 20)
    world.get(Enterprise, "ENT-KNOWN-03").scope = "图书出版"  # type: ignore[union-attr]
    after = listed(worlds.compiled(world, tmp_path / "after"), 20)
    others = [name for name in before if name != "ENT-KNOWN-03"]
    assert [name for name in after if name != "ENT-KNOWN-03"] == others


def test_a_closed_firm_is_gone_from_every_list(world: Session, tmp_path: Path) -> None:
    caterers(world, 3, 0)
    world.get(Enterprise, "ENT-KNOWN-01").status = "revoked"  # type: ignore[union-attr]
    assert "ENT-KNOWN-01" not in listed(worlds.compiled(world, tmp_path / "snapshots"), 20)


def test_no_alike_firm_holds_all_lists(world: Session, tmp_path: Path) -> None:
    """Forty alike caterers, forty alike needs: ties go by the question, so that places spread."""
    caterers(world, 0, 40)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    asked = [replace(lunch(), text=f"{lunch().text}（{at}）") for at in range(40)]
    lists = [suggest(graph, question, 15, STATION) for question in asked]
    shown = {
        found.identifier for ranking in lists for found in ranking.suggestions if "FRESH" in found.identifier
    }
    assert len(shown) > 30, [found.identifier for found in lists[0].suggestions]
    found = spread(lists)
    assert found["gini"] <= 0.45
    only = spread(lists[:1] * 40)
    assert only["distinct"] == pytest.approx(1 / 40), "one list forty times is seen as that"
    assert found["distinct"] > only["distinct"]


def test_the_spread_stands_in_the_record_of_the_check(tower: Graph) -> None:
    assert {"gini", "distinct", "busiest", "most_over_median"} == set(check(tower, None)["exposure"])  # type: ignore[call-overload]
