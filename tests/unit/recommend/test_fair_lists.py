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
from matcher.services import shown
from matcher.storage.enterprises import Enterprise
from matcher.storage.shown import Shown
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


def show(world: Session, times: int, *names: str) -> None:
    """These were in so many lists that somebody read, and it has been counted."""
    for _ in range(times):
        make.an_impression(world, names)
    while shown.count_next(world):
        pass


def test_a_tenth_of_the_places_is_for_firms_not_shown_yet(
    world: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the share a list that has been shown stays the same for ever."""
    caterers(world, 20, 3)
    before = listed(worlds.compiled(world, tmp_path / "before"), 26)
    show(world, 1, *before[:20])
    graph = worlds.compiled(world, tmp_path / "after")
    monkeypatch.setattr(newcomers, "NEWCOMER_SHARE", 0.0)
    without = listed(graph)
    assert without == before[:10]
    monkeypatch.undo()
    found = listed(graph)
    assert len(found) == 10
    assert found[:9] == without[:9], "the best keep their places"
    assert found[9] in before[20:]


def test_a_deal_is_no_showing(world: Session, tmp_path: Path) -> None:
    """Who dealt with many and was shown to nobody is as new to the lists as who never dealt."""
    caterers(world, 20, 3)
    before = listed(worlds.compiled(world, tmp_path / "before"), 26)
    known = [name for name in before if "KNOWN" in name]
    show(world, 1, *[name for name in before if name != known[-1]])
    assert known[-1] in listed(worlds.compiled(world, tmp_path / "after"))


def test_an_impression_is_counted_once(world: Session, tmp_path: Path) -> None:
    caterers(world, 0, 3)
    names = [f"ENT-FRESH-{number:02d}" for number in range(3)]
    show(world, 2, *names)
    show(world, 5, names[0])
    show(world, 0)
    counted = {row.enterprise_id: row.times for row in world.query(Shown)}
    assert counted == {names[0]: 7, names[1]: 2, names[2]: 2}
    graph = worlds.compiled(world, tmp_path / "snapshots")
    place = graph.firms.position(names[0])
    assert graph.firms.numbers("shown")[place] == 7
    assert graph.firms.numbers("shown").sum() == 11


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
