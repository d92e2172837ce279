"""Bits that rot under a snapshot that was found whole: seen within a day, and out of service at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from jobs.following import Follower
from jobs.wiring import Wiring
from matcher.build.changes import Changes
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.domain.job import JobName, RunState
from matcher.errors import SnapshotDamaged, Unavailable
from matcher.graph import delta, mirror, opening, snapshot, trust
from matcher.graph.remote import remote
from matcher.graph.snapshot import Current
from matcher.settings import Settings
from tests import worlds
from tests.factories import NOW
from tests.faults.support import all_runs, on_sqlite, ran_here

FILE = "firms.by_id.npy"


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two whole snapshots, and a small one that stands on the second; published in this order."""
    folder = tmp_path_factory.mktemp("made") / "snapshots"
    with worlds.rows(sqlite_template, folder.parent) as session:
        worlds.a_canteen_tower(session)
        session.commit()
        names = [compile_snapshot(session, folder, NOW + timedelta(hours=hours)) for hours in range(2)]
        base = snapshot.open_snapshot(folder / names[1])
        changes = Changes(frozenset({worlds.ASKER}))
        names.append(refresh(session, folder, base, changes, NOW + timedelta(hours=2), Limits(100)))
    for generation, name in enumerate(names, 1):
        snapshot.publish(folder, name, generation)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home" / "snapshots")
    return tmp_path / "home" / "snapshots"


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def rot(path: Path) -> None:
    """One bit turns, and neither size nor time of the file tell."""
    status = path.stat()
    content = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(len(content) - 1)
        file.write(bytes([content[-1] ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def checked(folder: Path) -> str | None:
    """What the daily check does on damage; gives who stands in."""
    served = snapshot.read_pointer(folder)
    assert served is not None
    try:
        trust.verify_again(folder / served.snapshot_id)
    except SnapshotDamaged as damage:
        return snapshot.condemn(folder, damage)
    return served.snapshot_id


def small(folder: Path) -> Path:
    return folder / names(folder)[2] / delta.FILE


def base(folder: Path) -> Path:
    return folder / names(folder)[1] / FILE


def test_without_the_daily_look_a_rotten_file_would_be_followed(folder: Path) -> None:
    Current(folder).get()
    rot(base(folder))
    trust.verify_once(folder / names(folder)[2])
    with pytest.raises(SnapshotDamaged):
        opening.verify(folder / names(folder)[2])


@pytest.mark.parametrize("where", [small, base], ids=["a refresh", "what it stands on"])
def test_the_daily_look_finds_it_and_every_reader_goes_to_the_newest_whole_one(
    folder: Path, where: Callable[[Path], Path]
) -> None:
    first, second, third = names(folder)
    readers = [Current(folder) for _ in range(2)]
    assert {reader.get().snapshot_id for reader in readers} == {third}
    path = where(folder)

    rot(path)
    stands_in = second if path.parent.name == third else first
    assert checked(folder) == stands_in
    for reader in (*readers, Current(folder)):
        assert reader.get().snapshot_id == stands_in
        assert path.parent.name in str(reader.alarm)
        assert reader.at(third) is None


def test_where_nothing_whole_is_left_nothing_is_answered(folder: Path) -> None:
    reader = Current(folder)
    reader.get()
    for name in names(folder)[:2]:
        rot(folder / name / FILE)
    assert checked(folder) is None
    with pytest.raises(Unavailable):
        reader.get()


def test_a_reader_comes_back_when_the_damaged_files_were_put_anew(folder: Path) -> None:
    reader, served = Current(folder), names(folder)[2]
    kept = base(folder).read_bytes()
    before = reader.get()
    rot(base(folder))
    checked(folder)
    base(folder).unlink()
    base(folder).write_bytes(kept)
    snapshot.look_again(folder)
    after = reader.get()
    assert (after.snapshot_id, reader.alarm) == (served, None)
    assert after is not before
    np.testing.assert_array_equal(after.firms.by_id, opening.open_snapshot(folder / served).firms.by_id)


def test_a_host_that_follows_reads_again_each_day_and_fetches_what_has_rotted(
    folder: Path, made: Path, tmp_path: Path
) -> None:
    place, served = remote(f"file://{tmp_path / 'shared'}"), names(folder)[2]
    mirror.send(folder, place, served)
    mirror.point(place, served, 3)
    settings = Settings(
        home=tmp_path / "host", database_url="sqlite://", secret_key="s" * 32, snapshots_url=place.url
    )
    follower, theirs = Follower(settings), tmp_path / "host" / "snapshots"
    follower.look()
    reader = Current(theirs)
    before = reader.get()
    rot(theirs / names(folder)[1] / FILE)
    follower.look()
    assert reader.get() is before  # it was read an hour ago
    follower.clock = lambda: datetime.now(UTC) + timedelta(days=2)
    follower.look()
    after = reader.get()
    assert (after.snapshot_id, reader.alarm, mirror.alarm(theirs)) == (served, None, None)
    assert after is not before
    opening.verify(theirs / served)


@on_sqlite
def test_the_check_says_so_asks_for_a_recomputation_and_that_makes_it_good(
    wiring: Wiring, district: None
) -> None:
    ran_here(wiring, JobName.RECOMPUTE)
    later = replace(wiring, clock=lambda: wiring.clock() + timedelta(seconds=2))
    ran_here(later, JobName.RECOMPUTE)
    folder = wiring.settings.snapshots
    reader, (first, second) = Current(folder), names(folder)
    assert reader.get().snapshot_id == second
    rot(folder / second / FILE)
    run = ran_here(wiring, JobName.CHECK)
    assert (run.state, run.error) == (RunState.FAILED, "graph.file_damaged")
    assert reader.get().snapshot_id == first
    asked = [one for one in all_runs(wiring) if one.state == RunState.REQUESTED]
    assert [(one.job, one.requested_by) for one in asked] == [(JobName.RECOMPUTE, JobName.CHECK)]
    newest = replace(wiring, clock=lambda: wiring.clock() + timedelta(seconds=4))
    assert ran_here(newest, JobName.RECOMPUTE).state == RunState.SUCCEEDED
    assert (reader.get().snapshot_id > second, reader.alarm) == (True, None)
