"""The traps of two engines: lost updates, settings that were never set, readers that wait."""

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from matcher.errors import VersionMismatch
from matcher.storage import db
from matcher.storage.enterprises import Enterprise
from matcher.storage.versions import expect_version, save_edit
from tests.factories import an_enterprise

WRITERS = 4
ROUNDS = 25


def read_then_write(url, barrier, guarded):
    """Add one to a firm's staff ROUNDS times, reading first: the pattern that loses updates."""
    engine = db.connect(url)
    if not guarded:
        undo_the_guard(engine)
    barrier.wait()
    for _ in range(ROUNDS):
        with engine.begin() as connection:
            staff = connection.scalar(sa.select(Enterprise.employees))
            connection.execute(sa.update(Enterprise).values(employees=staff + 1))
    engine.dispose()


def undo_the_guard(engine):
    event.remove(engine, "connect", db._on_sqlite_connect)
    event.remove(engine, "begin", db._on_sqlite_begin)

    @event.listens_for(engine, "connect")
    def _driver_begins_late(connection, _record):
        connection.execute("PRAGMA busy_timeout=30000")


def staff_after(url, guarded):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(WRITERS)
    arguments = (url, barrier, guarded)
    writers = [context.Process(target=read_then_write, args=arguments) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    engine = db.connect(url)
    with engine.connect() as connection:
        staff = connection.scalar(sa.select(Enterprise.employees))
    engine.dispose()
    return staff


@pytest.fixture
def sqlite_firm(tmp_path, sqlite_template):
    """The address of an SQLite database with one firm that has no staff yet."""
    path = tmp_path / "rows.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = db.connect(f"sqlite:///{path}")
    with Session(engine) as session:
        an_enterprise(session, employees=0)
        session.commit()
    engine.dispose()
    return f"sqlite:///{path}"


def test_four_processes_that_read_and_write_lose_no_update_on_sqlite(sqlite_firm):
    assert staff_after(sqlite_firm, guarded=True) == WRITERS * ROUNDS


def test_without_the_guard_the_same_writers_lose_updates(sqlite_firm):
    """The oracle of the test above: it can tell a lost update from none."""
    assert staff_after(sqlite_firm, guarded=False) < WRITERS * ROUNDS


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_every_new_sqlite_connection_has_its_settings(sqlite_firm, pragma, value):
    engine = db.connect(sqlite_firm)
    with engine.connect() as one, engine.execution_options(readonly=True).connect() as other:
        for connection in (one.connection, other.connection):
            assert connection.dbapi_connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    engine.dispose()


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_its_work(engine):
    with Session(engine) as writer:
        firm = an_enterprise(writer, name="湖心百货有限公司")
        writer.commit()
        firm.name = "湖心新百货有限公司"
        writer.flush()
        with Session(db.reading(engine)) as reader:
            assert reader.scalar(sa.select(Enterprise.name)) == "湖心百货有限公司"
        writer.commit()
    with Session(db.reading(engine)) as reader:
        assert reader.scalar(sa.select(Enterprise.name)) == "湖心新百货有限公司"


def test_many_readers_stand_open_at_once(engine):
    with Session(engine) as writer:
        an_enterprise(writer)
        writer.commit()
    readers = [Session(db.reading(engine)) for _ in range(4)]
    assert [reader.scalar(sa.select(sa.func.count(Enterprise.enterprise_id))) for reader in readers] == [
        1
    ] * 4
    for reader in readers:
        reader.close()


def test_of_two_officers_who_edit_one_firm_the_second_is_told(engine):
    with Session(engine) as session:
        identifier = an_enterprise(session).enterprise_id
        session.commit()
    first_has_read, second_has_saved = threading.Event(), threading.Event()
    refused = []

    def first():
        with Session(db.reading(engine)) as reader:
            firm = reader.get(Enterprise, identifier)
            reader.expunge(firm)
        first_has_read.set()
        second_has_saved.wait()
        with Session(engine) as session:
            session.add(firm)
            firm.employees = 100
            with pytest.raises(VersionMismatch) as caught:
                save_edit(session)
            refused.append(caught.value.reason)

    thread = threading.Thread(target=first)
    thread.start()
    first_has_read.wait()
    with Session(engine) as session:
        session.get(Enterprise, identifier).employees = 50
        save_edit(session)
        session.commit()
    second_has_saved.set()
    thread.join()
    assert refused == ["storage.changed_meanwhile"]


def test_an_edit_of_an_old_version_is_refused_with_both_numbers(session):
    firm = an_enterprise(session)
    expect_version(firm, 1)
    firm.employees = 7
    save_edit(session)
    with pytest.raises(VersionMismatch) as caught:
        expect_version(firm, 1)
    assert caught.value.params == {"expected": 1, "found": 2}


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(session):
    shanghai = timezone(timedelta(hours=8))
    firm = an_enterprise(session, updated_at=datetime(2026, 11, 22, 9, 0, tzinfo=shanghai))
    session.commit()
    session.expire_all()
    assert firm.updated_at == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert firm.updated_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session):
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        an_enterprise(session, updated_at=datetime(2026, 11, 22, 9, 0))


def test_a_deal_of_a_firm_that_does_not_exist_is_refused_on_both_engines(session):
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text("INSERT INTO api_keys VALUES ('p', 'nobody', 'x', '2026-11-22', NULL, NULL)"))


def test_the_folder_of_a_new_sqlite_file_is_private(tmp_path):
    engine = db.connect(f"sqlite:///{tmp_path}/new/rows.db")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    engine.dispose()
