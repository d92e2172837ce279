"""Compilation: the rows' facts arrive as columns, and the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build.compile import compile_snapshot
from matcher.build.words import count
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Need, Offer
from tests import factories as make
from tests import worlds
from tests.factories import NOW


def fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_order_of_the_rows_makes_no_difference(sqlite_template: Path, tmp_path: Path) -> None:
    found = set()
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with worlds.rows(sqlite_template, folder) as session:
            worlds.a_canteen_tower(session)
            session.flush()
            _shuffle(session, seed)
            found.add(fingerprint(folder / "s" / compile_snapshot(session, folder / "s", NOW)))
    assert len(found) == 1


def _shuffle(session: Session, seed: int) -> None:
    """Take the offers and needs out and put them back in another order."""
    for mapped in (Offer, Need):
        rows = [dict(row._mapping) for row in session.execute(sa.select(*mapped.__table__.columns))]
        session.execute(sa.delete(mapped))
        random.Random(seed).shuffle(rows)
        session.execute(sa.insert(mapped), rows)


def test_facts_of_a_firm_arrive_and_unknown_stays_unknown(world: Session, tmp_path: Path) -> None:
    make.an_enterprise(
        world,
        enterprise_id="ENT-A",
        founded_on=date(2015, 3, 1),
        registered_capital_fen=100_000_050,
        employees=0,
        revenue_fen=None,
        tax_grade=None,
        certificates=["高新技术企业", "专精特新"],
    )
    graph = worlds.compiled(world, tmp_path / "s")
    facts = graph.facts(graph.firms.position("ENT-A"))  # type: ignore[arg-type]
    assert facts["registered_capital"] == 1_000_000.5
    assert facts["employees"] == 0
    assert facts["revenue"] is None
    assert facts["tax_grade"] is None
    assert facts["founded_on"] == date(2015, 3, 1)
    assert set(facts["certificates"]) == {"高新技术企业", "专精特新"}
    assert facts["active"]


def test_firms_stand_by_industry_building_and_id(tower: Graph) -> None:
    firms = tower.firms
    columns = (firms.numbers("industry").tolist(), firms.numbers("building").tolist(), list(firms.ids))
    keys = list(zip(*columns, strict=True))
    assert keys == sorted(keys)
    assert [firms.position(identifier) for identifier in firms.ids] == list(range(len(firms)))
    assert firms.position("ENT-NOBODY") is None


def test_only_open_needs_are_questions(world: Session, tmp_path: Path) -> None:
    for state in ("open", "matching", "served", "closed", "withdrawn"):
        make.a_need(world, need_id=f"NEED-{state}", state=state)
    graph = worlds.compiled(world, tmp_path / "s")
    assert sorted(graph.needs.ids) == ["NEED-matching", "NEED-open"]


def test_relations_hold_both_ways_until_their_last_day(world: Session, tmp_path: Path) -> None:
    ids = [make.an_enterprise(world).enterprise_id for _ in range(4)]
    make.a_relation(world, ids[0], ids[1], until=NOW.date())
    make.a_relation(world, ids[0], ids[2], until=NOW.date() - timedelta(days=1))
    make.a_relation(world, ids[0], ids[3], contested=True)
    graph = worlds.compiled(world, tmp_path / "s")
    at = [graph.firms.position(identifier) for identifier in ids]
    assert graph.relations.row(at[0])[0].tolist() == [at[1]]  # type: ignore[arg-type]
    assert graph.relations.row(at[1])[0].tolist() == [at[0]]  # type: ignore[arg-type]


def test_words_are_unit_vectors_and_postings_their_transpose(tower: Graph) -> None:
    words, postings = tower.firms.words, tower.firms.postings
    assert words is not None
    assert postings is not None
    norms = [float(np.sqrt((words.row(firm)[1] ** 2).sum())) for firm in range(len(words))]
    assert norms == pytest.approx([1.0] * len(norms), abs=1e-5)
    dense = np.zeros((len(words), len(postings)))
    for firm in range(len(words)):
        dense[firm, words.row(firm)[0]] = words.row(firm)[1]
    for term in range(len(postings)):
        assert np.allclose(dense[postings.row(term)[0], term], postings.row(term)[1])
    assert len(postings.data) == len(words.data)


def test_a_query_is_weighed_like_the_index(tower: Graph) -> None:
    ids, weights = tower.weigh(["#staff_meals", "#staff_meals", "没有这个词"])
    assert len(ids) == 1
    assert weights.tolist() == [1.0]


def test_partitions_counted_anywhere_give_the_same(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    world.flush()
    plain = compile_snapshot(world, tmp_path / "a", NOW)
    backwards = compile_snapshot(
        world, tmp_path / "b", NOW, run=lambda f, parts: [f(part) for part in reversed(list(parts))][::-1]
    )
    assert plain == backwards
    assert count(["职工午餐"])[0].tolist() == [len(count(["职工午餐"])[1])]


class Cancelled(Exception):
    pass


def test_a_compilation_stopped_half_way_leaves_nothing(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)

    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "words":
            raise Cancelled

    with pytest.raises(Cancelled):
        compile_snapshot(world, tmp_path / "s", NOW, stop)
    assert not (tmp_path / "s").exists() or not list((tmp_path / "s").iterdir())


def test_progress_ends_with_every_row_counted(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    world.flush()
    seen: dict[str, tuple[int, int]] = {}
    compile_snapshot(
        world, tmp_path / "s", NOW, lambda stage, done, total: seen.update({stage: (done, total)})
    )
    assert all(done == total for done, total in seen.values())
    assert seen["firms"][0] == world.scalar(sa.select(sa.func.count()).select_from(Enterprise))


def test_an_empty_database_compiles_and_opens(world: Session, tmp_path: Path) -> None:
    graph = open_snapshot(tmp_path / "s" / compile_snapshot(world, tmp_path / "s", NOW))
    assert len(graph.firms) == 0


def test_both_engines_give_the_same_bytes(session: Session, tmp_path: Path) -> None:
    """The digest is that of SQLite and PostgreSQL alike: collations do not show."""
    worlds.a_canteen_tower(session)
    session.flush()
    folder = tmp_path / "s" / compile_snapshot(session, tmp_path / "s", NOW)
    seen = Path(tmp_path.parent) / "engines.sha256"
    if seen.exists():
        assert seen.read_text() == fingerprint(folder)
    seen.write_text(fingerprint(folder))


def test_an_imported_need_is_read_from_its_text(world: Session, tmp_path: Path) -> None:
    firm = make.an_enterprise(world)
    make.a_need(
        world,
        enterprise_id=firm.enterprise_id,
        text="公司三十个员工，想订工作餐",
        title=None,
        kind=None,
        industry_code=None,
        understood={},
    )
    graph = worlds.compiled(world, tmp_path / "s")
    assert graph.needs.text("kind")[0] == "staff_services"
    assert graph.needs.text("topics")[0].split(";")[0] == "staff_meals"
    wanted = graph.label("wanted", int(graph.needs.numbers("wanted")[0]), "id")
    assert wanted is not None
    assert wanted.split(";")[0] == "6241"
