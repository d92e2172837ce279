"""Export: what the importer reads back to the same rows, and what no spreadsheet runs."""

import csv
import json
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session

from matcher.errors import Forbidden, InvalidInput
from matcher.services.exports import FORMATS, export_all, export_kind, exported_columns, write_kind
from matcher.services.imports import Options, find_sources, import_files
from matcher.services.imports.kinds import KINDS
from matcher.storage import Base
from matcher.storage.consents import Consent
from matcher.storage.journal import JournalLine
from tests import factories
from tests.factories import a_relation, a_station, an_enterprise, an_offer

NASTY = ["=1+1", "+86 556", "-2", "@SUM(A1)", "\t=1", "＝1", "'=1", "''@x", '正常"引号",逗号\n换行']


def a_small_district(session):
    """One row of every kind, all of one station, with relations and text that begins like formulas."""
    one, other = (
        an_enterprise(session, name="=HYPERLINK(1)"),
        an_enterprise(session, certificates=["高企", "ISO9001"]),
    )
    a_relation(session, one.enterprise_id, other.enterprise_id, until=date(2027, 1, 1))
    building = factories.a_building(session, aliases=["湖心大楼"])
    one.building_id = building.building_id
    factories.an_offer(session, enterprise_id=one.enterprise_id)
    told = {"topics": ["meals"], "slots": {"people": 80}}
    need = factories.a_need(session, enterprise_id=other.enterprise_id, amount_fen=123_456, understood=told)
    sides = {"buyer_id": other.enterprise_id, "seller_id": one.enterprise_id}
    factories.a_deal(session, need_id=need.need_id, **sides)
    gone = an_enterprise(session, code=None, status="closed", merged_into=one.enterprise_id)
    factories.a_consent(session, enterprise_id=gone.enterprise_id)
    withdrawn = {"revoked_at": factories.NOW, "revoked_by": "firm", "reason": "不再需要"}
    factories.a_consent(session, enterprise_id=one.enterprise_id, **withdrawn)
    factories.a_product(session)
    factories.an_opening(session, enterprise_id=one.enterprise_id)
    factories.a_talent(session)
    factories.a_link(session, "17", "18", weight=0.9)
    factories.a_link(session, "锂电池", "=电动车", kind="product")
    factories.an_event(session, kind="fair")
    seats = {"tables": [["E1", "E2"], ["E3"]], "score": 0.5}
    factories.an_event(session, starts_at=datetime(2026, 12, 2, 1, 30, tzinfo=UTC), plan=seats)


def all_rows(session):
    """Every exported field of every kind, by kind."""
    rows = {}
    for kind in KINDS.values():
        table = kind.mapped.__table__
        fields = [table.c[column.field] for column in exported_columns(kind)]
        rows[kind.name] = session.execute(sa.select(*fields).order_by(*table.primary_key)).all()
    return rows


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_district_comes_back_as_it_was(engine, administrator, now, tmp_path, form):
    with Session(engine) as session:
        a_small_district(session)
        session.commit()
        before = all_rows(session)
        kinds = {kind: tmp_path / "out" / f"{kind}.{form}" for kind in KINDS}
        (tmp_path / "out").mkdir()
        written = {kind: write_kind(session, now, kind, path) for kind, path in kinds.items()}
        session.commit()
        assert all(count > 0 for count in written.values())
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        report = import_files(session, administrator, now, find_sources([tmp_path / "out"]), Options())
        assert [problem.reason for problem in report.problems] == []
        assert all_rows(session) == before
        again = import_files(session, administrator, now, find_sources([tmp_path / "out"]), Options())
        assert again.total("unchanged") == again.total("rows")


def test_a_withdrawn_consent_stays_withdrawn_whoever_brings_it_and_a_file_revokes_nothing(
    session, officer, now, tmp_path
):
    firm = an_enterprise(session).enterprise_id
    withdrawn = factories.a_consent(session, enterprise_id=firm, revoked_at=now, revoked_by="firm")
    live = factories.a_consent(session, enterprise_id=firm)
    live_id = live.consent_id
    export_kind(session, officer, now, "consents", tmp_path / "consents.jsonl")
    session.delete(withdrawn)
    session.flush()
    text = (tmp_path / "consents.jsonl").read_text(encoding="utf-8")
    changed = [
        json.loads(line) | {"revoked_at": now.isoformat(), "granted_by": "somebody"}
        for line in text.splitlines()
    ]
    (tmp_path / "consents.jsonl").write_text("\n".join(map(json.dumps, changed)), encoding="utf-8")
    report = import_files(session, officer, now, find_sources([tmp_path / "consents.jsonl"]), Options())
    assert report.problems == []
    session.expire_all()
    found = {row.consent_id: row for row in session.scalars(sa.select(Consent))}
    assert found.pop(live_id).revoked_at is None
    (brought,) = found.values()
    assert (brought.revoked_at, brought.granted_by) == (now, officer.account_id)


def test_a_cell_too_long_for_a_workbook_is_told_rather_than_lost(session, now, tmp_path):
    factories.an_event(session, plan={"said": "长" * 40_000})
    with pytest.raises(InvalidInput) as refused:
        write_kind(session, now, "events", tmp_path / "events.xlsx")
    assert refused.value.params["column"] == "plan"
    assert write_kind(session, now, "events", tmp_path / "events.csv") == 1


@pytest.mark.parametrize("form", FORMATS)
def test_text_that_looks_like_a_formula_comes_back_as_it_was(session, officer, now, tmp_path, form):
    firm = an_enterprise(session).enterprise_id
    offers = [an_offer(session, enterprise_id=firm, text=text) for text in NASTY]
    path = tmp_path / f"offers.{form}"
    export_kind(session, officer, now, "offers", path)
    for offer in offers:
        offer.text = "另一段"
    session.flush()
    report = import_files(session, officer, now, find_sources([path]), Options())
    assert report.problems == []
    session.expire_all()
    assert [offer.text for offer in offers] == [text.strip() for text in NASTY]


def test_no_cell_of_a_csv_begins_like_a_formula(session, officer, now, tmp_path):
    for text in NASTY:
        an_offer(session, title=text, text=text)
    export_kind(session, officer, now, "offers", tmp_path / "offers.csv")
    with (tmp_path / "offers.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert (tmp_path / "offers.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_workbook_holds_no_formula_and_codes_are_text(session, officer, now, tmp_path):
    firm = an_enterprise(session, name="=1+1", registered_capital_fen=123_450)
    path = tmp_path / "enterprises.xlsx"
    export_kind(session, officer, now, "enterprises", path)
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    headings, line = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    row = dict(zip(headings, line, strict=True))
    assert (row["code"], row["name"], row["registered_capital_yuan"]) == (firm.code, "=1+1", 1234.5)


def test_an_officer_takes_along_only_the_own_station(session, officer, now, tmp_path):
    mine = an_enterprise(session).enterprise_id
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    foreign = an_enterprise(session, station_id="ST-02").enterprise_id
    an_offer(session, enterprise_id=mine)
    an_offer(session, enterprise_id=foreign)
    assert export_kind(session, officer, now, "enterprises", tmp_path / "enterprises.csv") == 1
    assert export_kind(session, officer, now, "offers", tmp_path / "offers.csv") == 1
    assert export_all(session, officer, now, tmp_path / "all")["enterprises"] == 1
    assert foreign not in (tmp_path / "offers.csv").read_text(encoding="utf-8")


def test_roles_that_may_not_export_are_refused(session, bank, now, tmp_path):
    with pytest.raises(Forbidden):
        export_kind(session, bank, now, "enterprises", tmp_path / "enterprises.csv")
    assert list(tmp_path.glob("*.csv")) == []


def test_an_unknown_kind_or_format_is_refused(session, officer, now, tmp_path):
    with pytest.raises(InvalidInput):
        export_kind(session, officer, now, "weather", tmp_path / "weather.csv")
    with pytest.raises(InvalidInput):
        export_kind(session, officer, now, "offers", tmp_path / "offers.doc")


def test_a_failed_export_leaves_the_old_file_and_nothing_beside_it(
    session, now, tmp_path, officer, monkeypatch
):
    an_enterprise(session)
    path = tmp_path / "enterprises.csv"
    path.write_text("旧", encoding="utf-8")

    def full(_cell):
        raise OSError("磁盘已满")

    monkeypatch.setattr("matcher.services.exports.writers.safe_cell", full)
    with pytest.raises(OSError, match="磁盘已满"):
        export_kind(session, officer, now, "enterprises", path)
    assert path.read_text(encoding="utf-8") == "旧"
    assert list(tmp_path.glob(".*")) == []


def test_an_export_is_journalled(session, officer, now, tmp_path):
    an_enterprise(session)
    export_kind(session, officer, now, "enterprises", tmp_path / "enterprises.csv")
    session.flush()
    line = session.scalars(sa.select(JournalLine)).one()
    assert (line.action, line.object_kind, line.detail) == ("exports.read", "enterprises", {"rows": 1})


def test_fairs_become_a_calendar_that_phones_take_in(session, officer, now, tmp_path):
    factories.an_event(session, kind="fair", event_id="F1", title="春季招聘会")
    factories.an_event(session, kind="fair", starts_at=None)
    assert export_kind(session, officer, now, "fairs", tmp_path / "fairs.ics") == 1
    (entry,) = Calendar.from_ical((tmp_path / "fairs.ics").read_bytes()).walk("VEVENT")
    assert (entry["uid"], entry["summary"]) == ("F1@qianxian", "春季招聘会")
    assert entry.decoded("dtstart") == datetime(2026, 12, 2, 1, tzinfo=UTC)


def test_offers_are_no_calendar(session, officer, now, tmp_path):
    with pytest.raises(InvalidInput):
        export_kind(session, officer, now, "offers", tmp_path / "offers.ics")


def test_whoever_holds_the_database_takes_all_stations_along(session, now, tmp_path):
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    an_enterprise(session, station_id="ST-02")
    an_enterprise(session)
    assert write_kind(session, now, "enterprises", tmp_path / "enterprises.jsonl") == 2
