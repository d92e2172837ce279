"""A refresh comes to what a full compilation would, value by value, after any sequence of changes."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.build.changes import noted
from matcher.build.compile import compile_snapshot
from matcher.build.lists import with_lists
from matcher.build.refresh import Limits, TooMuchError, refresh
from matcher.domain.need import Question
from matcher.graph import schema
from matcher.graph.graph import Graph
from matcher.graph.schema import LISTED
from matcher.graph.snapshot import open_snapshot, verify
from matcher.graph.table import Csr, Strings, Table
from matcher.recommend import partners, ranges
from matcher.recommend.firm_sites import plain_question
from matcher.recommend.partners import suggest
from matcher.storage import outbox
from matcher.storage.enterprises import Building, Enterprise, Relation
from matcher.storage.events import Attendance, Opening
from matcher.storage.feedback import Introduction
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.shown import Shown
from tests import factories as make
from tests import worlds
from tests.factories import NOW

CLAUSES = (
    "职工食堂承包",
    "软件开发",
    "办公室保洁",
    "代理记账",
    "画册印制",
    "冷链运输",
    "钢结构制造",
    "服装批发",
)
INDUSTRIES = ("6241", "6513", "8219", "7241", "2319", "5437", None)
ALL = Limits(firms=10**9)


def a_street(session: Session, chance: random.Random) -> None:
    """Some dozen firms in three houses, most with an offer, some with needs, deals and quarrels."""
    for house in range(3):
        make.a_building(session, building_id=f"B{house}", region_code=f"34080200{house + 1}")
    for _ in range(24):
        add_firm(session, chance)
    for _ in range(6):
        deal(session, chance)
    quarrel(session, chance)
    for number, firm in enumerate(session.scalars(sa.select(Enterprise.enterprise_id)).all()):
        session.add(Shown(enterprise_id=firm, times=number % 3))
    make.a_talent(session)
    make.an_event(session, event_id="EV0")
    session.flush()


def firms(session: Session) -> list[str]:
    return sorted(session.scalars(sa.select(Enterprise.enterprise_id)))


def add_firm(session: Session, chance: random.Random) -> None:
    number = session.scalar(sa.select(sa.func.count()).select_from(Enterprise)) or 0
    firm = make.an_enterprise(
        session,
        enterprise_id=f"E{chance.randrange(10**6):06}",
        name=f"江畔{number}{chance.choice(CLAUSES)}有限公司",
        scope="；".join(chance.sample(CLAUSES, 2)),
        industry_code=chance.choice(INDUSTRIES),
        building_id=chance.choice(("B0", "B1", "B2", None)),
        owner_group=chance.choice((None, None, None, "甲集团")),
    ).enterprise_id
    if chance.random() < 0.7:
        make.an_offer(session, enterprise_id=firm, title=chance.choice(CLAUSES))
    if chance.random() < 0.4:
        make.a_need(session, enterprise_id=firm, text=f"想找一家做{chance.choice(CLAUSES)}的企业")


def remove_firm(session: Session, chance: random.Random) -> None:
    firm = chance.choice(firms(session))
    for mapped, columns in (
        (Introduction, ("enterprise_id",)),
        (Attendance, ("enterprise_id",)),
        (Deal, ("buyer_id", "seller_id")),
        (Relation, ("a", "b")),
        (Offer, ("enterprise_id",)),
        (Need, ("enterprise_id",)),
        (Opening, ("enterprise_id",)),
        (Enterprise, ("enterprise_id",)),
    ):
        if mapped is Need:
            of_needs = sa.select(Need.need_id).where(Need.enterprise_id == firm)
            session.execute(sa.delete(Introduction).where(Introduction.need_id.in_(of_needs)))
        owned = sa.or_(*(mapped.__table__.c[column] == firm for column in columns))
        session.execute(sa.delete(mapped).where(owned))


def move_firm(session: Session, chance: random.Random) -> None:
    change = {
        "building_id": chance.choice(("B0", "B1", "B2", None)),
        "industry_code": chance.choice(INDUSTRIES),
    }
    _set(session, chance, **change)


def rewrite(session: Session, chance: random.Random) -> None:
    _set(session, chance, scope="、".join(chance.sample(CLAUSES, 3)) + chance.choice(("", "无人机航测")))


def regroup(session: Session, chance: random.Random) -> None:
    _set(session, chance, owner_group=chance.choice((None, "甲集团", "乙集团")))


def share_desk(session: Session, chance: random.Random) -> None:
    _set(session, chance, address=chance.choice(("湖心路1号", None)), contact_phone="0556-5550000")


def _set(session: Session, chance: random.Random, **values: object) -> None:
    one = sa.update(Enterprise).where(Enterprise.enterprise_id == chance.choice(firms(session)))
    session.execute(one.values(**values))


def offer_more(session: Session, chance: random.Random) -> None:
    serves = chance.choice(([], ["340802"], ["3408"]))
    make.an_offer(
        session, enterprise_id=chance.choice(firms(session)), title=chance.choice(CLAUSES), serves=serves
    )


def offer_less(session: Session, chance: random.Random) -> None:
    offers = sorted(session.scalars(sa.select(Offer.offer_id)))
    if offers:
        session.execute(sa.delete(Offer).where(Offer.offer_id == chance.choice(offers)))


def close_need(session: Session, chance: random.Random) -> None:
    needs = sorted(session.scalars(sa.select(Need.need_id)))
    if needs:
        one = sa.update(Need).where(Need.need_id == chance.choice(needs))
        session.execute(one.values(state=chance.choice(("closed", "open"))))


def deal(session: Session, chance: random.Random) -> None:
    buyer, seller = chance.sample(firms(session), 2)
    make.a_deal(session, buyer_id=buyer, seller_id=seller)


def quarrel(session: Session, chance: random.Random) -> None:
    a, b = sorted(chance.sample(firms(session), 2))
    kind, until = chance.choice(("rival", "owner_group")), chance.choice((None, NOW.date()))
    session.merge(Relation(a=a, b=b, kind=kind, until=until, contested=chance.random() < 0.2))


def change_others(session: Session, chance: random.Random) -> None:
    make.an_opening(session, enterprise_id=chance.choice(firms(session)))
    if chance.random() < 0.3:
        make.a_product(session)
        make.a_talent(session, wants=chance.choice(CLAUSES))
    event = make.an_event(session).event_id
    session.add(
        Attendance(event_id=event, enterprise_id=chance.choice(firms(session)), state=chance.choice(STATES))
    )


def rename_house(session: Session, chance: random.Random) -> None:
    region = f"34080{chance.randrange(2, 4)}009"
    session.execute(sa.update(Building).where(Building.building_id == "B1").values(region_code=region))


def answer_or_not(session: Session, chance: random.Random) -> None:
    """An introduction takes its next step, or an attendance is corrected."""
    needs = sorted(session.scalars(sa.select(Need.need_id)))
    if needs:
        state = chance.choice(("introduced", "met", "declined"))
        firm = chance.choice(firms(session))
        make.an_introduction(session, need_id=needs[0], enterprise_id=firm, state=state)
    session.execute(sa.update(Attendance).values(state=chance.choice(STATES)))


STATES = ("invited", "attended", "absent")
CHANGES = (
    *(add_firm, remove_firm, move_firm, rewrite, regroup, share_desk, offer_more, offer_less),
    *(close_need, deal, quarrel, change_others, rename_house, answer_or_not),
)


SEQUENCES = st.lists(st.lists(st.sampled_from(CHANGES), max_size=3), min_size=1, max_size=3)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), SEQUENCES)
def test_any_sequence_of_refreshes_equals_a_full_compilation(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, sequence: list[list[object]]
) -> None:
    check_sequence(sqlite_template, tmp_path_factory.mktemp("refresh"), seed, sequence)


def check_sequence(template: Path, folder: Path, seed: int, sequence: list[list[object]]) -> None:
    chance = random.Random(seed)
    with worlds.rows(template, folder) as session:
        a_street(session, chance)
        compiled = compile_snapshot(session, folder / "s", NOW)
        base = open_snapshot(folder / "s" / with_lists(folder / "s", compiled))
        session.execute(sa.delete(outbox.Touched))
        for step, changes in enumerate(sequence):
            for change in changes:
                change(session, chance)  # type: ignore[operator]
                session.flush()
            now = NOW + timedelta(days=step)
            full = open_snapshot(folder / "f" / compile_snapshot(session, folder / "f", now))
            try:
                name = refresh(session, folder / "s", base, noted(session), now, ALL)
            except TooMuchError:
                continue
            verify(folder / "s" / name)
            same(open_snapshot(folder / "s" / name), full)


def same(found: Graph, wanted: Graph) -> None:
    """Column by column, row by row; and one list of partners with its reasons."""
    assert found.as_of == wanted.as_of
    assert found.terms.tolist() == wanted.terms.tolist()
    assert found.idf.tolist() == wanted.idf.tolist()
    for name in schema.TABLES:
        same_table(found.tables[name], wanted.tables[name])
    for name in schema.PAIRS:
        same_rows(name, getattr(found, name), getattr(wanted, name))
    for row in range(min(3, len(wanted.needs))):
        question = Question(text=wanted.needs.text("text")[row], asker=wanted.firms.ids[0])
        suggested = suggest(wanted, question, 5).suggestions
        assert suggest(found, question, 5).suggestions == suggested
        with pytest.MonkeyPatch.context() as patch:  # as of a large one, by the kernels
            patch.setattr(partners, "SMALL", 0)
            patch.setattr(ranges, "SMALL", 0)
            assert suggest(found, question, 5).suggestions == suggested
    for firm in wanted.firms.ids:
        question = plain_question(firm)
        listed, computed = suggest(found, question, LISTED), suggest(wanted, question, LISTED)
        assert (listed.suggestions, listed.considered) == (computed.suggestions, computed.considered)


def same_table(found: Table, wanted: Table) -> None:
    for name in wanted.columns:
        ours, theirs = found.columns[name], wanted.columns[name]
        if isinstance(theirs, Strings):
            assert list(ours) == list(theirs), f"{wanted.name}.{name}"
            assert (ours.blob.tobytes(), ours.offsets.tolist()) == (
                theirs.blob.tobytes(),
                theirs.offsets.tolist(),
            )
        else:
            np.testing.assert_array_equal(ours, theirs, f"{wanted.name}.{name}")
            assert ours.dtype == theirs.dtype
    assert found.by_id.tolist() == wanted.by_id.tolist(), wanted.name
    assert [found.position(one) for one in wanted.ids] == list(range(len(wanted)))
    for kind in ("words", "postings"):
        if getattr(wanted, kind) is not None:
            same_rows(f"{wanted.name}.{kind}", getattr(found, kind), getattr(wanted, kind))


def same_rows(name: str, found: Csr, wanted: Csr) -> None:
    assert len(found) == len(wanted), name
    for row in range(len(wanted)):
        for ours, theirs in zip(found.row(row), wanted.row(row), strict=True):
            assert ours.tolist() == theirs.tolist(), f"{name} {row}"
    assert (found.at_most(np.arange(len(wanted))) >= np.diff(wanted.indptr)).all(), name
    some = np.arange(len(wanted))[::2]
    for ours, theirs in zip(found.many(some), wanted.many(some), strict=True):
        assert ours.tolist() == theirs.tolist(), name
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(found, part), getattr(wanted, part), f"{name}.{part}")
