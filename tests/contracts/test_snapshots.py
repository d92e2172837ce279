"""What a snapshot owes: whole or not there, damage found before it is served, never a step back."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from matcher.build.compile import compile_snapshot
from matcher.errors import InvalidInput, SnapshotDamaged, Unavailable
from matcher.graph import files, schema, snapshot
from matcher.graph.snapshot import Current
from tests import worlds
from tests.factories import NOW

POINTS = ("arrays_written", "folder_synced", "renamed", "parent_synced")


@pytest.fixture(scope="module")
def two(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two snapshots of one world, an hour apart; copied by each test."""
    folder = tmp_path_factory.mktemp("two")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        session.flush()
        for hours in (0, 1):
            compile_snapshot(session, folder / "snapshots", NOW + timedelta(hours=hours))
    return folder / "snapshots"


@pytest.fixture
def folder(two: Path, tmp_path: Path) -> Path:
    shutil.copytree(two, tmp_path / "snapshots")
    return tmp_path / "snapshots"


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def test_what_is_written_verifies_and_opens_with_its_counts(folder: Path) -> None:
    manifest = snapshot.verify(folder / names(folder)[0])
    graph = snapshot.open_snapshot(folder / names(folder)[0])
    assert {table: len(rows) for table, rows in graph.tables.items()} == manifest["counts"]
    assert (graph.as_of, graph.snapshot_id) == (NOW, names(folder)[0])


def test_a_snapshot_is_written_once_however_often_it_is_compiled(folder: Path) -> None:
    graph = snapshot.open_snapshot(folder / names(folder)[0])
    arrays = {name: np.load(folder / graph.snapshot_id / f"{name}.npy") for name in schema.files()}
    about = {key: graph.manifest[key] for key in ("counts", "rows", "configuration", "weights")}
    assert snapshot.write(folder, arrays, NOW, about) == graph.snapshot_id
    assert len(names(folder)) == 2


def _flip_a_bit(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def _truncate(path: Path, rng: random.Random) -> None:
    os.truncate(path, rng.randrange(path.stat().st_size))


def _zero_a_page(path: Path, _rng: random.Random) -> None:
    path.write_bytes(bytes(min(4096, path.stat().st_size)) + path.read_bytes()[4096:])


def _remove(path: Path, _rng: random.Random) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_flip_a_bit, _truncate, _zero_a_page, _remove])
def test_any_damaged_file_is_found(folder: Path, harm: Callable[[Path, random.Random], None]) -> None:
    rng = random.Random(7)
    whole = folder / names(folder)[0]
    everything = sorted(whole.iterdir())
    for path in [whole / "manifest.json", *rng.sample(everything, 25)]:
        kept = path.read_bytes()
        harm(path, rng)
        with pytest.raises(SnapshotDamaged):
            snapshot.verify(whole)
        path.write_bytes(kept)
    snapshot.verify(whole)


def test_swapped_files_are_found(folder: Path) -> None:
    whole = folder / names(folder)[0]
    a, b = whole / "firms.revenue.npy", whole / "firms.assets.npy"
    a.rename(whole / "aside")
    b.rename(a)
    (whole / "aside").rename(b)
    with pytest.raises(SnapshotDamaged):
        snapshot.verify(whole)


def test_an_older_manifest_over_newer_data_is_found(folder: Path) -> None:
    old, new = (folder / name for name in names(folder))
    shutil.copyfile(old / "manifest.json", new / "manifest.json")
    with pytest.raises(SnapshotDamaged):
        snapshot.verify(new)


class Canary:
    """Unpickling it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_planted_pickle_is_refused_and_never_run(folder: Path, tmp_path: Path) -> None:
    whole = folder / names(folder)[0]
    np.save(whole / "idf.npy", np.array([Canary(tmp_path / "ran")], dtype=object), allow_pickle=True)
    with pytest.raises(SnapshotDamaged):
        snapshot.open_snapshot(whole)
    (whole / "idf.npy").write_bytes(pickle.dumps(Canary(tmp_path / "ran")))
    with pytest.raises(SnapshotDamaged):
        snapshot.open_snapshot(whole)
    assert not (tmp_path / "ran").exists()


def _write_and_die(source: Path, target: Path, point: str) -> None:
    arrays = {name: np.load(source / f"{name}.npy") for name in schema.files()}

    def die(reached: str) -> None:
        if reached == point:
            os._exit(137)

    files.write(target, arrays, NOW, {"counts": {}, "rows": {}}, die)


@pytest.mark.skipif(sys.platform == "win32", reason="kills a forked process")
@pytest.mark.parametrize("point", POINTS)
def test_a_writer_killed_at_any_point_leaves_a_whole_snapshot_or_none(
    folder: Path, tmp_path: Path, point: str
) -> None:
    target = tmp_path / "target"
    child = get_context("spawn").Process(
        target=_write_and_die, args=(folder / names(folder)[0], target, point)
    )
    child.start()
    child.join()
    assert child.exitcode == 137
    finished = [entry for entry in target.iterdir() if not entry.name.startswith(".")]
    assert bool(finished) == (point in ("renamed", "parent_synced"))
    for entry in finished:
        snapshot.verify(entry)


def test_before_the_first_publication_there_is_nothing_to_read(folder: Path) -> None:
    with pytest.raises(Unavailable):
        Current(folder).get()


def test_a_reader_follows_a_publication_and_a_request_in_flight_keeps_its_own(folder: Path) -> None:
    first, second = names(folder)
    current = Current(folder)
    snapshot.publish(folder, first, 1)
    in_flight = current.get()
    snapshot.publish(folder, second, 2)
    assert current.get().snapshot_id == second
    assert in_flight.snapshot_id == first
    assert in_flight.firms.position(worlds.ASKER) is not None


def test_a_lower_generation_is_never_followed(folder: Path) -> None:
    first, second = names(folder)
    snapshot.publish(folder, second, 7)
    current = Current(folder)
    current.get()
    snapshot.publish(folder, first, 6)
    assert current.get().snapshot_id == second
    (folder / "CURRENT").unlink()
    snapshot.publish(folder, first, 3)
    assert current.get().snapshot_id == second


def test_a_roll_back_is_a_new_generation_of_an_old_snapshot(folder: Path) -> None:
    first, second = names(folder)
    for generation, name in ((1, first), (2, second), (3, first)):
        snapshot.publish(folder, name, generation)
    assert Current(folder).get().snapshot_id == first


def test_a_damaged_publication_leaves_the_old_one_in_use_and_raises_an_alarm(folder: Path) -> None:
    first, second = names(folder)
    snapshot.publish(folder, first, 1)
    current = Current(folder)
    current.get()
    snapshot.publish(folder, second, 2)
    _flip_a_bit(folder / second / "firms.words.data.npy", random.Random(1))
    assert current.get().snapshot_id == first
    assert current.alarm is not None
    assert Current(folder).get().snapshot_id == first, "a process that starts now falls back too"


def test_a_broken_pointer_is_repaired_from_the_published_row(folder: Path) -> None:
    first, second = names(folder)
    snapshot.publish(folder, first, 1)
    for content in ("", '{"generation": 9, "snapshot_id": "x", "earlier": [], "digest": ""}', "[]"):
        (folder / "CURRENT").write_text(content)
        assert snapshot.read_pointer(folder) is None
        assert snapshot.repair(folder, second, 2)
        assert Current(folder).get().snapshot_id == second
    assert not snapshot.repair(folder, second, 2)


def test_pruning_keeps_the_served_one_the_newest_and_the_protected(folder: Path, two: Path) -> None:
    first, second = names(folder)
    graph = snapshot.open_snapshot(folder / first)
    arrays = {name: np.load(folder / first / f"{name}.npy") for name in schema.files()}
    ids = [first, second]
    for hours in range(2, 7):
        ids.append(snapshot.write(folder, arrays, NOW + timedelta(hours=hours), {"about": graph.snapshot_id}))
    for generation, name in enumerate(ids, start=1):
        snapshot.publish(folder, name, generation)
    unpublished = snapshot.write(folder, arrays, NOW + timedelta(hours=9), {})
    abandoned = folder / ".writing-abandoned"
    abandoned.mkdir()
    os.utime(abandoned, (0, 0))
    removed = snapshot.prune(folder, 3, NOW + timedelta(days=100), protected={first})
    assert set(removed) == {*ids[1:4], abandoned.name}
    assert set(names(folder)) == {first, *ids[4:], unpublished}
    assert Current(folder).get().snapshot_id == ids[-1]


def test_fewer_than_three_are_never_kept(folder: Path) -> None:
    with pytest.raises(InvalidInput):
        snapshot.prune(folder, 2, NOW)
