"""One enterprise, one file: merging and splitting on evidence, and taking it back."""

import pytest
import sqlalchemy as sa

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, Forbidden, InvalidInput, NotFound
from matcher.services import identity
from matcher.services.enterprises import Wanted, search
from matcher.services.identity import Evidence, Ground, NewFile
from matcher.services.imports import Options, find_sources, import_files
from matcher.storage.consents import Consent
from matcher.storage.enterprises import Enterprise, Relation
from matcher.storage.events import Attendance
from matcher.storage.held import HeldRow
from matcher.storage.journal import JournalLine
from matcher.storage.needs import Deal, Need, Offer
from tests.factories import STATION, a_code, a_need, a_station, an_enterprise, an_event, an_offer

GROUND = Ground(Evidence.LICENCE, "营业执照副本 2026-017")
NAME = "湖心百货有限公司"


@pytest.fixture
def pair(session):
    """Two files under one name: A without a code, B with one and with everything that belongs to it."""
    an_enterprise(session, enterprise_id="A", name=NAME, code=None, code_verdict=None, employees=None)
    an_enterprise(session, enterprise_id="B", name=NAME, code=a_code(1), code_verdict="ok", employees=12)
    an_enterprise(session, enterprise_id="C")
    an_offer(session, offer_id="O1", enterprise_id="B")
    an_offer(session, offer_id="O2", enterprise_id="A")
    a_need(session, need_id="N1", enterprise_id="B")
    session.add_all(
        [
            Deal(
                deal_id="D1", buyer_id="C", seller_id="B", updated_at=session.get(Enterprise, "A").updated_at
            ),
            Deal(
                deal_id="D2", buyer_id="A", seller_id="B", updated_at=session.get(Enterprise, "A").updated_at
            ),
            Relation(a="B", b="C", kind="rival"),
        ]
    )
    session.flush()
    return "A", "B"


def owners(session):
    session.expire_all()
    found = {}
    for mapped, key in ((Offer, "offer_id"), (Need, "need_id")):
        table = mapped.__table__
        found |= dict(session.execute(sa.select(table.c[key], table.c.enterprise_id)).all())
    return found


def test_what_belongs_to_a_merged_file_belongs_to_the_kept_one_and_unknown_facts_are_filled(
    session, officer, now, pair
):
    change = identity.merge(session, officer, pair, GROUND, now)
    assert owners(session) == {"O1": "A", "O2": "A", "N1": "A"}
    kept, merged = session.get_one(Enterprise, "A"), session.get_one(Enterprise, "B")
    assert (kept.code, kept.code_verdict, kept.employees) == (a_code(1), "ok", 12)
    assert (merged.code, merged.merged_into, merged.status) == (None, "A", "closed")
    deals = dict(session.execute(sa.select(Deal.deal_id, Deal.seller_id)).all())
    assert deals == {"D1": "A", "D2": "B"}  # nobody deals with itself
    relation = session.scalars(sa.select(Relation)).one()
    assert (relation.a, relation.b) == ("A", "C")
    assert change.evidence == "licence: 营业执照副本 2026-017"
    told = session.scalars(
        sa.select(JournalLine.subject).where(JournalLine.action == "enterprises.merge")
    ).all()
    assert sorted(told) == ["A", "B"]
    assert [card.enterprise_id for card in search(session, officer, Wanted("百货")).cards] == ["A"]


def test_a_merge_taken_back_leaves_everything_as_it_was(session, officer, now, pair):
    def picture():
        session.expire_all()
        rows = [session.get_one(Enterprise, name) for name in pair]
        fields = [(row.code, row.employees, row.status, row.merged_into, row.scope) for row in rows]
        relations = session.execute(sa.select(Relation.a, Relation.b, Relation.kind)).all()
        deals = session.execute(sa.select(Deal.deal_id, Deal.buyer_id, Deal.seller_id)).all()
        return fields, owners(session), sorted(relations), sorted(deals)

    before = picture()
    change = identity.merge(session, officer, pair, GROUND, now)
    assert picture() != before
    identity.undo(session, officer, change.change_id, now)
    assert picture() == before
    with pytest.raises(Conflict):
        identity.undo(session, officer, change.change_id, now)


def test_what_was_changed_after_the_merge_stays_when_it_is_taken_back(session, officer, now, pair):
    change = identity.merge(session, officer, pair, GROUND, now)
    session.get_one(Enterprise, "A").employees = 30
    session.get_one(Offer, "O1").enterprise_id = "C"
    session.flush()
    identity.undo(session, officer, change.change_id, now)
    session.expire_all()
    assert session.get_one(Enterprise, "A").employees == 30
    assert owners(session)["O1"] == "C"


def test_two_right_codes_are_two_enterprises_whatever_their_names(session, officer, now):
    for number in (1, 2):
        an_enterprise(session, enterprise_id=f"E{number}", name=NAME, code=a_code(number), code_verdict="ok")
    with pytest.raises(Conflict) as caught:
        identity.merge(session, officer, ("E1", "E2"), GROUND, now)
    assert caught.value.reason == "identity.two_codes"
    alike = identity.same_names(session, officer, "E1")
    assert [row.enterprise_id for row in alike] == ["E2"]


def test_a_consent_is_never_handed_to_another_enterprise(session, officer, now, pair):
    session.add(
        Consent(
            consent_id="K1", enterprise_id="B", grantee="BANK-01", purpose="loan", fields=["revenue"],
            valid_from=now, valid_to=now, granted_by="x", granted_at=now,
        )
    )  # fmt: skip
    identity.merge(session, officer, pair, GROUND, now)
    assert session.get_one(Consent, "K1").enterprise_id == "B"


def test_an_event_both_were_at_is_counted_once(session, officer, now, pair):
    event = an_event(session).event_id
    for firm in pair:
        session.add(Attendance(event_id=event, enterprise_id=firm, state="came"))
    session.flush()
    change = identity.merge(session, officer, pair, GROUND, now)
    assert all(move["table"] != Attendance.__tablename__ for move in change.moved)


def test_a_file_of_two_is_split_with_what_belongs_to_each_and_joined_again(session, officer, now, pair):
    new = NewFile("湖心百货江岸店", a_code(7), {"offers": ["O1"], "deals": ["D1"]})
    change = identity.split(session, officer, "B", new, GROUND, now)
    assert owners(session) == {"O1": a_code(7), "O2": "A", "N1": "B"}
    assert session.get_one(Enterprise, a_code(7)).station_id == STATION
    identity.undo(session, officer, change.change_id, now)
    assert owners(session)["O1"] == "B"
    assert session.get_one(Enterprise, a_code(7)).merged_into == "B"


@pytest.mark.parametrize(
    ("new", "error", "reason"),
    [
        (NewFile("江岸店", a_code(1), {}), Conflict, "identity.code_taken"),
        (NewFile("江岸店", "91340802MA2NQ1A2X5", {}), InvalidInput, "identity.bad_code"),
        (NewFile("江岸店", None, {"offers": ["O2"]}), InvalidInput, "identity.not_of_file"),
    ],
)
def test_a_split_that_cannot_be_is_refused_in_words(session, officer, now, pair, new, error, reason):
    with pytest.raises(error) as caught:
        identity.split(session, officer, "B", new, GROUND, now)
    assert caught.value.reason == reason


def test_only_the_station_s_officer_may_and_another_station_s_file_looks_like_none(
    session, officer, firm, now, pair
):
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    an_enterprise(session, enterprise_id="F", station_id="ST-02", name=NAME)
    for other in ("F", "nobody"):
        with pytest.raises(NotFound):
            identity.merge(session, officer, ("A", other), GROUND, now)
    with pytest.raises(Forbidden):
        identity.merge(session, firm, pair, GROUND, now)
    change = identity.merge(session, officer, pair, GROUND, now)
    with pytest.raises(NotFound):
        identity.undo(session, Actor("other", Role.OFFICER, "ST-02"), change.change_id, now)


def test_a_merged_file_is_not_merged_again_and_the_later_merge_is_undone_first(session, officer, now, pair):
    first = identity.merge(session, officer, pair, GROUND, now)
    with pytest.raises(Conflict):
        identity.merge(session, officer, ("C", "B"), GROUND, now)
    session.get_one(Enterprise, "C").code_verdict = "check_failed_inner_ok"
    identity.merge(session, officer, ("C", "A"), GROUND, now)
    with pytest.raises(Conflict):
        identity.undo(session, officer, first.change_id, now)


def test_a_file_that_names_a_merged_enterprise_is_asked_about_and_its_offers_go_to_the_kept_one(
    session, officer, now, pair, tmp_path
):
    identity.merge(session, officer, pair, GROUND, now)
    (tmp_path / "enterprises.csv").write_text(f"enterprise_id,name\nB,{NAME}\n", encoding="utf-8")
    (tmp_path / "offers.csv").write_text("offer_id,enterprise_id,title\nO9,B,五金\n", encoding="utf-8")
    report = import_files(session, officer, now, find_sources([tmp_path]), Options())
    assert (report.total("held"), report.total("new")) == (1, 1)
    assert session.scalars(sa.select(HeldRow.reason)).all() == ["imports.merged_enterprise"]
    assert session.get_one(Offer, "O9").enterprise_id == "A"
