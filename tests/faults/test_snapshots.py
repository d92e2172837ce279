"""Snapshots under kills, damage and many readers: quick numbers here, full ones by make release-check."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.engine import engine
from matcher.build.changes import Changes
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.domain.access import Actor, Role
from matcher.errors import SnapshotDamaged
from matcher.graph import delta, files, opening, retention, schema, snapshot, trust
from matcher.graph.snapshot import Current
from matcher.services import partners
from matcher.storage.db import connect, sessions
from matcher.storage.enterprises import Enterprise
from tests import worlds
from tests.factories import NOW
from tests.release import note, rounds
from tests.unit.build.test_refresh import CHANGES, check_sequence

POINTS = ("arrays_written", "folder_synced", "renamed", "parent_synced")


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows, two whole snapshots an hour apart, and a small one that stands on the second."""
    folder = tmp_path_factory.mktemp("made")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        session.commit()
        for hours in (0, 1):
            compile_snapshot(session, folder / "snapshots", NOW + timedelta(hours=hours))
        base = snapshot.open_snapshot(folder / "snapshots" / whole(folder / "snapshots")[1])
        changes = Changes(frozenset({worlds.ASKER, worlds.PRINTER}))
        refresh(session, folder / "snapshots", base, changes, NOW + timedelta(hours=2), Limits(100))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "snapshots", tmp_path / "snapshots")
    return tmp_path / "snapshots"


def whole(folder: Path) -> list[str]:
    """The ids, oldest first."""
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def read_all(folder: Path, readers: int, publications: int) -> tuple[int, int]:
    """Readers look while a publisher turns between three snapshots: (reads, reads of parts of two)."""
    names, over, reads, mixed = whole(folder), threading.Event(), [0] * readers, [0] * readers
    snapshot.publish(folder, names[0], 1)
    moments = {name: opening.open_snapshot(folder / name).as_of for name in names}
    current = Current(folder)

    def read(number: int) -> None:
        last = -1
        while not over.is_set():
            graph = current.get()
            first, ids = graph.snapshot_id, list(graph.firms.ids)
            fits = graph.as_of == moments[first] and len(ids) == len(graph.firms.numbers("flags"))
            fits &= graph.firms.position(ids[last]) == len(ids) - 1
            page = current.at(first)  # the next page of a list that began here
            fits &= page is not None and page.as_of == moments[first] and list(page.firms.ids) == ids
            mixed[number] += not fits
            reads[number] += 1

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for generation in range(2, publications + 2):
        snapshot.publish(folder, names[generation % len(names)], generation)
    over.set()
    for thread in threads:
        thread.join()
    return sum(reads), sum(mixed)


def test_readers_see_one_whole_generation_while_another_is_published(folder: Path) -> None:
    reads, mixed = read_all(folder, readers=4, publications=40)
    assert reads > 0
    assert mixed == 0


def test_a_page_of_a_list_that_another_process_began_on_the_newest_is_there_while_it_is_read(
    folder: Path,
) -> None:
    """One thread verifies what was just published, and others answer from the one before."""
    before, newest, _ = whole(folder)
    snapshot.publish(folder, before, 1)
    current = Current(folder)
    current.get()
    with current._lock:
        snapshot.publish(folder, newest, 2)
        assert current.get().snapshot_id == before
        page = current.at(newest)
    assert page is not None
    assert page.snapshot_id == newest


@pytest.mark.release
def test_two_thousand_publications_are_never_seen_in_parts(folder: Path) -> None:
    total = 0
    for _ in rounds("readers", 200, each=10):
        (folder / "CURRENT").unlink(missing_ok=True)
        reads, mixed = read_all(folder, readers=16, publications=10)
        assert mixed == 0
        total += reads
    note(f"readers: {total} reads this time, none of parts of two")


def test_a_pointer_written_in_place_is_seen_in_halves(folder: Path) -> None:
    """What a program without rename does: between two writes a reader finds neither."""
    name = whole(folder)[0]
    snapshot.publish(folder, name, 1)
    text = (folder / "CURRENT").read_text()
    with (folder / "CURRENT").open("w") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        assert snapshot.read_pointer(folder) is None
        file.write(text[len(text) // 2 :])
    assert snapshot.read_pointer(folder) is not None


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def zero(path: Path, _chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(min(4096, len(content))) + content[4096:])


def swap(path: Path, chance: random.Random) -> None:
    others = [other for other in path.parent.iterdir() if other.read_bytes() != path.read_bytes()]
    path.write_bytes(chance.choice(others or [Path(__file__)]).read_bytes())


HARMS = (flip, cut, zero, swap)


def damaged(folder: Path, number: int) -> None:
    """One file of one snapshot is harmed; it is found before it is followed, and the one before is used."""
    chance = random.Random(number)
    victim = folder / chance.choice(whole(folder)[1:])
    path = chance.choice(sorted(victim.iterdir()))
    kept = path.read_bytes()
    chance.choice(HARMS)(path, chance)
    if path.read_bytes() == kept:
        return
    with pytest.raises(SnapshotDamaged):
        opening.verify(victim)
    with pytest.raises(SnapshotDamaged):
        trust.verify_once(victim)
    path.write_bytes(kept)


def test_damage_of_whole_and_small_snapshots_is_found(folder: Path) -> None:
    for name in whole(folder):
        trust.verify_once(folder / name)  # so that a mark of an earlier look must not hide it
    for number in range(60):
        damaged(folder, number)


@pytest.mark.release
def test_ten_thousand_damaged_files_are_found(folder: Path) -> None:
    for number in rounds("damage", 10_000):
        damaged(folder, number)


def test_a_damaged_refresh_is_not_followed(folder: Path) -> None:
    names = whole(folder)
    for generation, name in enumerate(names, start=1):
        snapshot.publish(folder, name, generation)
    flip(folder / names[2] / delta.FILE, random.Random(3))
    current = Current(folder)
    assert current.get().snapshot_id == names[1]
    assert current.alarm is not None


def write_and_die(source: Path, target: Path, point: str, small: bool) -> int:
    """In a process that ends at `point`; gives its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def die(reached: str) -> None:
        if reached == point:
            os._exit(137)

    if small:
        manifest = files.read_manifest(source)
        about = {name: manifest[name] for name in ("base", "replaced", "configuration", "rows", "counts")}
        delta.write(target, delta.read_arrays(source, manifest), NOW, about, die)
    else:
        arrays = {name: np.load(source / f"{name}.npy") for name in schema.files()}
        files.write(target, arrays, NOW, {"counts": {}, "rows": {}}, die)
    os._exit(0)


def killed(folder: Path, target: Path, point: str, small: bool) -> None:
    source = folder / whole(folder)[2 if small else 0]
    target.mkdir()
    assert write_and_die(source, target, point, small) == 137
    finished = [entry for entry in target.iterdir() if not entry.name.startswith(".")]
    assert bool(finished) == (point in ("renamed", "parent_synced"))
    for entry in finished:
        (delta.verify if small else files.verify)(entry)
    shutil.rmtree(target)


@pytest.mark.parametrize("point", POINTS)
def test_a_refresh_killed_at_any_point_is_whole_or_not_there(
    folder: Path, tmp_path: Path, point: str
) -> None:
    killed(folder, tmp_path / "target", point, small=True)


@pytest.mark.release
def test_fifty_kills_at_each_point_leave_no_half_snapshot(folder: Path, tmp_path: Path) -> None:
    cases = [(point, small) for point in POINTS for small in (False, True)]
    for number in rounds("kill_points", 50 * len(cases)):
        killed(folder, tmp_path / "target", *cases[number % len(cases)])


@pytest.mark.release
def test_a_thousand_random_kills_of_a_recomputation_leave_the_last_good_one(
    made: Path, tmp_path: Path
) -> None:
    target, chance, reported = tmp_path / "served", random.Random(5), 0
    database = made / "rows.db"
    for generation in rounds("recompute_kills", 1_000):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            bound = connect(f"sqlite:///{database}")
            with sessions(bound)() as session:
                moment = NOW + timedelta(seconds=generation)
                snapshot.publish(target, compile_snapshot(session, target, moment), generation + 1)
            os.write(told, b"published")
            os._exit(0)
        threading.Event().wait(chance.random() * 0.5)
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(told)
        with os.fdopen(heard, "rb") as end:
            reported = generation + 1 if end.read() else reported
        pointer = snapshot.read_pointer(target)
        assert (0 if pointer is None else pointer.generation) >= reported
        if pointer is not None:
            opening.verify(target / Current(target).get().snapshot_id)
        snapshot.prune(target, 3, NOW + timedelta(days=200))


COMBINED = """
import sys
from datetime import datetime
from pathlib import Path
from jobs.engine import engine
from matcher.build.compile import compile_snapshot
from matcher.storage.db import connect, sessions
if __name__ == "__main__":
    with sessions(connect(sys.argv[1]))() as session, engine(sys.argv[3]) as run:
        now = datetime.fromisoformat(sys.argv[4])
        print(compile_snapshot(session, Path(sys.argv[2]), now, run=run))
"""


def compiled_with(database: Path, target: Path, seed: int, how: str) -> str:
    script = target.parent / "combined.py"
    script.write_text(COMBINED)
    command = [sys.executable, str(script), f"sqlite:///{database}", str(target), how, NOW.isoformat()]
    environ = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_processes_and_hash_seeds_give_the_same_bytes(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compiled_with(made / "rows.db", tmp_path / "a", 1, "processes:1")
    assert first == whole(made / "snapshots")[0]
    with worlds_session(made) as session, engine("processes:2") as run:
        monkeypatch.setattr("jobs.engine.FEW", 0)  # so that processes are used at all
        assert compile_snapshot(session, tmp_path / "b", NOW, run=run) == first


def worlds_session(made: Path) -> Session:
    return sessions(connect(f"sqlite:///{made / 'rows.db'}"))()


@pytest.mark.release
def test_fifty_combinations_give_one_hash(made: Path, tmp_path: Path) -> None:
    wanted = whole(made / "snapshots")[0]
    for number in rounds("combinations", 50):
        how = f"processes:{(1, 2, 4)[number % 3]}"
        rows = shuffled(made / "rows.db", tmp_path / "rows.db", number)
        assert compiled_with(rows, tmp_path / str(number), number, how) == wanted


def shuffled(database: Path, copy: Path, seed: int) -> Path:
    """A copy in which the rows of every table were put down in another order."""
    shutil.copyfile(database, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (table,) in connection.execute(names).fetchall():
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            random.Random(seed).shuffle(rows)
            connection.execute(f"DELETE FROM {table}")
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        connection.commit()
    return copy


@pytest.mark.release
def test_three_hundred_sequences_of_refreshes_equal_full_compilations(
    sqlite_template: Path, tmp_path: Path
) -> None:
    for number in rounds("refreshes", 300):
        chance = random.Random(number)
        place = tmp_path / str(number)
        place.mkdir()
        check_sequence(
            sqlite_template, place, number, [chance.choices(CHANGES, k=chance.randrange(5)) for _ in range(3)]
        )
        shutil.rmtree(place)


def withdrawn(session: Session, folder: Path, count: int) -> None:
    """Close the best caterer and open it again: no list after the change shows it, every other one does."""
    snapshot.publish(folder, compile_snapshot(session, folder, NOW), 1)
    graph, actor = Current(folder).get(), Actor("a", Role.ENTERPRISE, worlds.ASKER)
    firm = sa.update(Enterprise).where(Enterprise.enterprise_id == worlds.CATERER_IN_TOWER)
    for _ in range(count):
        for status, seen in (("closed", False), ("active", True)):
            session.execute(firm.values(status=status))
            listed = partners.for_need(session, graph, actor, worlds.LUNCH, 5, NOW).suggestions
            assert (worlds.CATERER_IN_TOWER in [one.identifier for one in listed]) is seen
    stale = graph.firms.position(worlds.CATERER_IN_TOWER)
    assert stale is not None, "without the rows it would still be listed"


def test_a_closure_is_seen_at_once_by_lists_of_the_old_snapshot(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with worlds.rows(sqlite_template, tmp_path) as session:
        worlds.a_canteen_tower(session)
        withdrawn(session, tmp_path / "s", 2)


@pytest.mark.release
def test_ten_thousand_closures_are_seen_at_once(sqlite_template: Path, tmp_path: Path) -> None:
    with worlds.rows(sqlite_template, tmp_path) as session:
        worlds.a_canteen_tower(session)
        for number in rounds("closures", 100, each=100):
            withdrawn(session, tmp_path / str(number), 100)


def test_a_snapshot_of_which_pages_are_turned_stays_until_nobody_reads_on(folder: Path) -> None:
    """A publication each twenty seconds; a list of the first is read page by page, none of the second."""
    source = folder / whole(folder)[0]
    arrays = {name: np.load(source / f"{name}.npy") for name in schema.files()}
    published: list[str] = []
    for number in range(6):
        moment = NOW + timedelta(seconds=20 * (number + 1))
        published.insert(0, files.write(folder, arrays, moment, {"counts": {}, "rows": {"n": number}}))
        snapshot.publish(folder, published[0], number + 1)
    first, second = published[-1], published[-2]
    page = Current(folder).at(first)
    assert page is not None
    assert page.snapshot_id == first
    now = datetime.now(UTC)
    snapshot.prune(folder, 3, now, published=published)
    assert (folder / first).is_dir()
    assert not (folder / second).is_dir()
    snapshot.prune(folder, 3, now + retention.READ_ON + timedelta(seconds=5), published=published)
    assert not (folder / first).is_dir()
    assert Current(folder).at(first) is None


@pytest.mark.release
def test_of_five_hundred_publications_a_bounded_number_stays(folder: Path) -> None:
    source = folder / whole(folder)[0]
    arrays = {name: np.load(source / f"{name}.npy") for name in schema.files()}
    published: list[str] = []
    for number in rounds("publications", 500):
        moment = NOW + timedelta(minutes=20 * number)
        name = files.write(folder, arrays, moment, {"counts": {}, "rows": {"n": number}})
        snapshot.publish(folder, name, number + 1)
        published.insert(0, name)
        snapshot.prune(folder, 3, moment, published=published)
        assert len(whole(folder)) <= 3 + 24 + 91 + 3
        assert json.loads((folder / "CURRENT").read_text())["snapshot_id"] == name
