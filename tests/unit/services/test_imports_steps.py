"""An import step by step: nothing is seen before it is whole; once it has begun to write it goes through."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matcher.domain.imports import ImportState
from matcher.errors import Conflict, NotFound
from matcher.services.imports import Options, Store, find_sources, lifecycle
from matcher.storage.db import sessions
from matcher.storage.enterprises import Enterprise
from matcher.storage.held import HeldRow
from matcher.storage.imports import Import, StagedChunk
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.transactions import Transactions
from tests.factories import REGION, STATION, a_code, a_station, an_enterprise

HEADINGS = "enterprise_id,code,name,employees,founded_on,certificates"
CODES = [a_code(number) for number in range(1, 7)]
LINES = [f"E{n},{code},湖心{n}号商行,{n + 10},2015-03-0{n + 1},高新;专精特新" for n, code in enumerate(CODES)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Two lines a chunk, so that a file of six has three."""
    monkeypatch.setattr("matcher.services.imports.importing.CHUNK", 2)


class Desk:
    """The steps, as one process does them."""

    def __init__(self, engine, actor, now, folder):
        self.store = Store.of(Transactions.on(engine))
        self.actor, self.now, self.folder = actor, now, folder
        self.hand = lifecycle.Hand("one", lambda: now)
        self.then = []
        folder.mkdir(exist_ok=True)

    def write(self, name, *lines):
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def receive(self, options=None, origin=lifecycle.UPLOAD):
        with self.store.writing() as session:
            given = Options() if options is None else options
            sources = find_sources([self.folder])
            return lifecycle.receive(session, self.actor, self.now, sources, given, origin).import_id

    def check(self, import_id, **options):
        return lifecycle.check(self.store, self.hand, import_id, Options(**options))

    def promote(self, import_id):
        return lifecycle.promote_next(self.store, self.hand, import_id, self.then.append)

    def carry(self, **options):
        import_id = self.receive(Options(**options))
        report = self.check(import_id, **options)
        while self.promote(import_id):
            pass
        return import_id, report

    def state(self, import_id):
        with self.store.reading() as session:
            return session.get_one(Import, import_id).state

    def count(self, mapped):
        with self.store.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(mapped))

    def told(self, import_id):
        with self.store.reading() as session:
            return session.get_one(Import, import_id).report["zh"]


@pytest.fixture
def desk(engine, officer, now, tmp_path):
    with sessions(engine).begin() as session:
        a_station(session)
    desk = Desk(engine, officer, now, tmp_path / "files")
    desk.write("enterprises.csv", HEADINGS, *LINES)
    return desk


def test_nothing_is_seen_before_every_line_has_stood_up_to_every_check(desk):
    import_id = desk.receive()
    report = desk.check(import_id)
    assert (report.applied, report.total("new")) == (True, 6)
    assert (desk.state(import_id), desk.count(Enterprise), desk.count(StagedChunk)) == ("promoting", 0, 3)
    seen = []
    while desk.promote(import_id):
        seen.append(desk.count(Enterprise))
    assert seen == [2, 4, 6]
    assert (desk.state(import_id), desk.count(StagedChunk)) == ("succeeded", 0)


def test_a_value_of_every_kind_arrives_as_it_was_checked(desk, engine):
    desk.carry()
    with sessions(engine)() as session:
        firm = session.get_one(Enterprise, "E3")
        assert (firm.name, firm.employees, f"{firm.founded_on}") == ("湖心3号商行", 13, "2015-03-04")
        assert (firm.certificates, firm.listed, firm.status) == (["高新", "专精特新"], True, "active")
        assert (firm.updated_at, firm.version, firm.station_id) == (desk.now, 1, STATION)


def test_a_file_that_fails_leaves_neither_rows_nor_staged_ones(desk):
    desk.write("enterprises.csv", HEADINGS, *LINES, "E9,,,,,")
    import_id, report = desk.carry()
    assert (report.applied, desk.state(import_id)) == (False, "failed")
    assert desk.count(Enterprise) == desk.count(StagedChunk) == desk.count(HeldRow) == 0
    assert desk.told(import_id)["problems"][0]["line"] == 8


def test_whoever_finds_an_import_half_written_completes_it(desk):
    import_id = desk.receive()
    desk.check(import_id)
    desk.promote(import_id)
    other = lifecycle.Hand("other", lambda: desk.now)
    while lifecycle.promote_next(desk.store, other, import_id, desk.then.append):
        pass
    assert (desk.count(Enterprise), desk.state(import_id), len(desk.then)) == (6, "succeeded", 1)
    assert lifecycle.promote_next(desk.store, other, import_id, desk.then.append) is False


def test_the_same_file_again_changes_nothing_and_asks_for_nothing(desk):
    desk.carry()
    import_id, report = desk.carry()
    assert (report.total("unchanged"), report.total("new"), report.total("changed")) == (6, 0, 0)
    assert (desk.state(import_id), len(desk.then)) == ("succeeded", 1)


def test_a_cancelled_check_stops_at_its_next_chunk_and_leaves_nothing(desk):
    import_id = desk.receive()

    def cancel(_file, done, _total):
        if done == 2:
            with desk.store.writing() as session:
                lifecycle.cancel(session, desk.actor, import_id, desk.now)

    report = desk.check(import_id, progress=cancel)
    assert (report.cancelled, desk.state(import_id)) == (True, "cancelled")
    assert desk.count(Enterprise) == desk.count(StagedChunk) == 0


def test_an_import_that_has_begun_to_write_cannot_be_cancelled(desk):
    import_id = desk.receive()
    desk.check(import_id)
    with desk.store.writing() as session, pytest.raises(Conflict):
        lifecycle.cancel(session, desk.actor, import_id, desk.now)


def test_another_s_import_looks_like_none(desk, administrator):
    import_id = desk.receive()
    with desk.store.writing() as session, pytest.raises(NotFound):
        lifecycle.cancel(session, administrator, import_id, desk.now)


def test_a_checker_that_was_away_too_long_stages_nothing_more(desk):
    import_id = desk.receive()

    def taken_over(_file, done, _total):
        if done == 2:
            lifecycle.recover(desk.store, desk.hand, import_id)
            other = Desk(desk.engine, desk.actor, desk.now, desk.folder)
            other.check(import_id)

    desk.engine = desk.store.reading().get_bind()
    with pytest.raises(Conflict):
        desk.check(import_id, progress=taken_over)
    assert (desk.state(import_id), desk.count(StagedChunk)) == ("promoting", 3)
    while desk.promote(import_id):
        pass
    assert desk.count(Enterprise) == 6


def test_the_file_of_a_dead_command_has_failed_and_an_upload_waits_again(desk):
    for origin, end in ((lifecycle.COMMAND, "failed"), (lifecycle.UPLOAD, "received")):
        import_id = desk.receive(origin=origin)
        with desk.store.writing() as session:
            session.get_one(Import, import_id).state = ImportState.CHECKING
        lifecycle.recover(desk.store, desk.hand, import_id)
        assert desk.state(import_id) == end


def test_what_an_officer_changed_since_the_check_is_held_and_not_overwritten(desk, engine):
    desk.carry()
    changed = [line.replace("湖心", "江岸") for line in LINES]
    desk.write("enterprises.csv", HEADINGS, *changed)
    import_id = desk.receive()
    desk.check(import_id)
    with sessions(engine).begin() as session:
        session.get_one(Enterprise, "E2").name = "湖心2号百货"
    while desk.promote(import_id):
        pass
    with sessions(engine)() as session:
        names = dict(session.execute(sa.select(Enterprise.enterprise_id, Enterprise.name)).all())
        held = session.scalars(sa.select(HeldRow)).one()
    assert (names["E2"], names["E1"], names["E3"]) == ("湖心2号百货", "江岸1号商行", "江岸3号商行")
    assert (held.identifier, held.line, held.reason) == ("E2", 4, "imports.changed_meanwhile")
    told = desk.told(import_id)
    assert (told["changed"], told["held"], told["late"]) == (5, 1, [4])


def test_what_came_in_since_the_check_is_unchanged_if_equal_and_held_if_not(desk, engine):
    import_id = desk.receive()
    desk.check(import_id)
    with sessions(engine).begin() as session:
        an_enterprise(session, enterprise_id="E0", code=CODES[0], name="另一家商行")
        an_enterprise(session, enterprise_id="X", code=CODES[5], name="先来的商行")
    while desk.promote(import_id):
        pass
    assert desk.count(Enterprise) == 6  # E0 and X stood there, E5 has X's code
    told = desk.told(import_id)
    assert (told["new"], told["held"], told["late"]) == (4, 2, [2, 7])


def test_later_files_and_lines_see_what_the_same_import_has_staged(desk, engine):
    wan = f"enterprise_id,code,name,building,region_code\nZ1,{a_code(9)},湖心九号商行,湖心大厦,{REGION}"
    desk.write("enterprises-2.csv", wan, f"Z2,{a_code(10)},湖心十号商行,湖心大厦,{REGION}")
    desk.write("enterprises-3.csv", "code,name,employees", f"{a_code(9)},湖心九号商行,77")
    desk.write("offers.csv", "offer_id,enterprise_id,title", f"O1,{a_code(9)},五金", "O2,E1,百货")
    desk.write("needs.csv", "need_id,enterprise_id,text", "N1,Z2,想找五金供应商")
    desk.write("deals.csv", "buyer_id,seller_id,date,need_id,stage", f"E1,{a_code(9)},2026-09-10,N1,signed")
    import_id, report = desk.carry()
    assert report.problems == []
    assert (report.total("new"), report.total("changed")) == (12, 1)
    assert desk.state(import_id) == "succeeded"
    with sessions(engine)() as session:
        firm = session.get_one(Enterprise, "Z1")
        assert (firm.employees, firm.version, firm.building_id is not None) == (77, 2, True)
        assert firm.building_id == session.get_one(Enterprise, "Z2").building_id
        assert session.get_one(Offer, "O1").enterprise_id == "Z1"
        assert session.scalars(sa.select(Deal)).one().seller_id == "Z1"
        assert session.get_one(Need, "N1").created_at == desk.now


def test_an_import_is_dated_by_the_moment_it_was_received(desk, engine):
    import_id = desk.receive()
    desk.check(import_id)
    desk.hand = lifecycle.Hand("later", lambda: desk.now + timedelta(hours=1))
    while desk.promote(import_id):
        pass
    with sessions(engine)() as session:
        assert session.get_one(Enterprise, "E0").updated_at == desk.now
        assert session.get_one(Import, import_id).finished_at == desk.now + timedelta(hours=1)
