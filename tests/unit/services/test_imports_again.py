"""A file that comes again: what it said last time is no news, and undoes no edit that was made since."""

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from matcher.services.imports import Options, Store, find_sources, lifecycle
from matcher.services.imports.checking import LineReader
from matcher.storage.db import sessions
from matcher.storage.enterprises import Enterprise, version_after_inference
from matcher.storage.transactions import Transactions
from tests.factories import a_code, a_station

HEADINGS = "code,name,employees,registered_capital_wan,founded_on"
FIRMS = [f"{a_code(n)},湖心{n}号商行,{n + 10},{n}00,2015-03-0{n}" for n in range(1, 5)]
REGISTER = ("enterprises.csv", HEADINGS, *FIRMS)


class Desk:
    """Imports of one sender, each to its end."""

    def __init__(self, engine, actor, now, folder):
        self.store = Store.of(Transactions.on(engine))
        self.actor, self.now, self.folder = actor, now, folder
        folder.mkdir(exist_ok=True)

    def take(self, name, *lines):
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        hand = lifecycle.Hand("one", lambda: self.now)
        with self.store.writing() as session:
            sources = find_sources([self.folder / name])
            row = lifecycle.receive(session, self.actor, self.now, sources, Options(), lifecycle.UPLOAD)
            import_id = row.import_id
        report = lifecycle.check(self.store, hand, import_id, Options())
        while report.applied and lifecycle.promote_next(self.store, hand, import_id, lambda _session: None):
            pass
        return report

    def edit(self, number, **values):
        with self.store.writing() as session:
            row = session.scalars(sa.select(Enterprise).where(Enterprise.code == a_code(number))).one()
            for name, value in values.items():
                setattr(row, name, value)

    def employees(self, number):
        with self.store.reading() as session:
            picked = sa.select(Enterprise.employees).where(Enterprise.code == a_code(number))
            return session.scalar(picked)


@pytest.fixture
def desk(engine, administrator, now, tmp_path):
    desk = Desk(engine, administrator, now, tmp_path / "files")
    desk.take(*REGISTER)
    return desk


@pytest.fixture
def read_lines(monkeypatch):
    """The numbers of the lines whose cells were read."""
    numbers = []
    plain = LineReader.read
    monkeypatch.setattr(
        LineReader, "read", lambda self, line, cells: numbers.append(line) or plain(self, line, cells)
    )
    return numbers


def reasons(report):
    return [(problem.line, problem.column, problem.reason) for problem in report.problems]


def test_a_repeat_changes_nothing_and_reads_no_line(desk, read_lines):
    report = desk.take(*REGISTER)
    assert (report.total("unchanged"), report.total("rows"), read_lines) == (4, 4, [])


def test_of_a_register_with_one_new_word_one_line_is_read(desk, read_lines):
    report = desk.take("enterprises.csv", HEADINGS, *FIRMS[:3], FIRMS[3].replace(",14,", ",15,"))
    assert (report.total("unchanged"), report.total("changed"), read_lines) == (3, 1, [5])
    assert desk.employees(4) == 15


def test_what_somebody_edited_since_stands_against_a_repeat_and_the_report_says_so(desk):
    desk.edit(2, employees=99)
    report = desk.take(*REGISTER)
    assert (desk.employees(2), report.total("changed"), report.total("unchanged")) == (99, 0, 4)
    assert reasons(report) == [(3, "employees", "edited_since")]
    assert reasons(desk.take(*REGISTER)) == [(3, "employees", "edited_since")]


def test_a_new_word_of_the_file_is_taken_over_an_edit_and_the_report_says_so(desk):
    desk.edit(2, employees=99)
    changed = [FIRMS[0], FIRMS[1].replace(",12,", ",55,"), *FIRMS[2:]]
    report = desk.take("enterprises.csv", HEADINGS, *changed)
    assert (desk.employees(2), reasons(report)) == (55, [(3, "employees", "edit_replaced")])


def test_an_edit_of_what_the_file_does_not_tell_is_no_matter(desk, read_lines):
    desk.edit(2, contact_name="林一舟")
    assert (reasons(desk.take(*REGISTER)), read_lines) == ([], [3])
    read_lines.clear()
    assert (reasons(desk.take(*REGISTER)), read_lines) == ([], [])


def test_what_the_house_inferred_since_costs_a_repeat_nothing(desk, read_lines):
    with desk.store.writing() as session:
        session.execute(sa.update(Enterprise).values(industry_code="51", **version_after_inference()))
    assert (desk.take(*REGISTER).total("unchanged"), read_lines) == (4, [])


def test_a_row_that_is_gone_comes_back(desk):
    with desk.store.writing() as session:
        session.execute(sa.delete(Enterprise).where(Enterprise.code == a_code(3)))
    assert (desk.take(*REGISTER).total("new"), desk.employees(3)) == (1, 13)


def test_a_merged_enterprise_is_held_again(desk):
    with desk.store.writing() as session:
        row = session.scalars(sa.select(Enterprise).where(Enterprise.code == a_code(3))).one()
        row.merged_into = a_code(1)
    assert desk.take(*REGISTER).total("held") == 1


def test_the_same_words_under_other_headings_are_read(desk, read_lines):
    report = desk.take("enterprises.csv", HEADINGS.replace("_wan", "_yuan"), *FIRMS)
    assert (report.total("unchanged"), read_lines) == (0, [2, 3, 4, 5])


def test_a_line_that_was_complained_of_is_complained_of_again(desk):
    twin = f"{a_code(9)},湖心1号商行,7,100,2016-01-01"
    more = ("enterprises.csv", HEADINGS, *FIRMS, twin)
    assert reasons(desk.take(*more)) == reasons(desk.take(*more)) == [(6, "name", "same_name")]


def test_a_line_that_another_now_contradicts_is_held(desk):
    other = FIRMS[0].replace("湖心1号商行", "别家商行")
    report = desk.take("enterprises.csv", HEADINGS, *FIRMS, other)
    assert (report.total("held"), report.total("unchanged")) == (2, 3)


def test_the_last_word_is_that_of_the_last_file(desk):
    """Two registers that differ: whichever comes last is taken, though each says what it said before."""
    other = ("enterprises.csv", HEADINGS, *[line.replace("商行", "商店") for line in FIRMS])
    assert [desk.take(*one).total("changed") for one in (other, REGISTER, other, other)] == [4, 4, 4, 0]


def test_an_officer_is_told_when_an_enterprise_has_moved_to_another_station(engine, officer, now, tmp_path):
    with sessions(engine).begin() as session:
        a_station(session)
        a_station(session, station_id="ST-2")
    desk = Desk(engine, officer, now, tmp_path / "files")
    desk.take(*REGISTER)
    with desk.store.writing() as session:
        moved = sa.update(Enterprise).where(Enterprise.code == a_code(3)).values(station_id="ST-2")
        session.execute(moved.values(**version_after_inference()))
    assert [reason for _, _, reason in reasons(desk.take(*REGISTER))] == ["held_by_other_station"]


def test_a_repeat_asks_the_database_once_a_chunk(desk, engine):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    desk.take(*REGISTER)
    assert sum("told_line" in one and one.startswith("SELECT") for one in statements) == 1
    assert not any("name_key" in one for one in statements)


def test_no_statement_of_a_check_goes_through_all_enterprises(desk, engine):
    """SQLite, left to choose, takes the index of what is not merged: every row of a register, every chunk."""
    if engine.dialect.name != "sqlite":
        pytest.skip("the choice is SQLite's")
    many = [f"{a_code(n)},东门{n}号作坊,{n},100,2015-03-01" for n in range(100, 200)]
    desk.take("enterprises.csv", HEADINGS, *many)
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    desk.take("enterprises.csv", HEADINGS, *[line.replace("作坊", "工坊") for line in many])
    reads = [one for one in asked if one[0].startswith("SELECT") and "FROM enterprises" in one[0]]
    with engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", told).all() for text, told in reads]
    steps = " ".join(row[3] for plan in plans for row in plan)
    assert len(reads) == 4
    assert "SCAN" not in steps
    assert "merged_into" not in steps
