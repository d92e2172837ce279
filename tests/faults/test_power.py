"""A publication that was reported is there after a power cut, whatever of the rest the disk kept."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from matcher.build.compile import compile_snapshot
from matcher.errors import SnapshotDamaged
from matcher.graph import files, opening, snapshot
from matcher.storage.db import connect, sessions
from tests import worlds
from tests.factories import NOW
from tests.faults.power import Disk, recording
from tests.release import rounds


@pytest.fixture(scope="module")
def rows(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database, and in `snapshots` a first snapshot that is served."""
    folder = tmp_path_factory.mktemp("power")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        session.commit()
        first = compile_snapshot(session, folder / "snapshots", NOW)
    snapshot.publish(folder / "snapshots", first, 1)
    return folder


@dataclass
class Cuts:
    """Looks at what a cut after each step leaves. `row` is the newest published row: it is the database's."""

    disk: Disk
    after: Path
    chance: random.Random | None
    every: Callable[[int], bool]
    row: tuple[str, int]
    reported: bool = False
    looking: bool = False
    steps: int = 0
    found: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        if self.looking:  # whoever looks after a cut repairs, with steps of its own
            return
        self.steps += 1
        if self.every(self.steps):
            self.looking = True
            self._look(name)
            self.looking = False

    def _look(self, name: str) -> None:
        shutil.rmtree(self.after, ignore_errors=True)
        self.disk.after_cut(self.after, self.chance)
        problem = self._after_restart()
        if problem is not None:
            self.found.append(f"step {self.steps} ({name}): {problem}")

    def _after_restart(self) -> str | None:
        pointer = snapshot.read_pointer(self.after)
        if self.reported and (pointer is None or pointer.generation != self.row[1]):
            return "what was reported published is not"
        try:
            snapshot.repair(self.after, *self.row)
            opening.verify(self.after / self.row[0])
        except (SnapshotDamaged, OSError) as damage:
            return f"what the published row names is damaged: {damage}"
        served = snapshot.read_pointer(self.after)
        return None if served is not None and served.snapshot_id == self.row[0] else "another one is served"


def published(rows: Path, target: Path, chance: random.Random | None, every: Callable[[int], bool]) -> Cuts:
    """Compile and publish a second snapshot beside the first, with power cuts on the way."""
    folder = target / "snapshots"
    shutil.copytree(rows / "snapshots", folder)
    first = snapshot.read_pointer(folder)
    assert first is not None
    cuts = Cuts(Disk.of(folder), target / "after", chance, every, (first.snapshot_id, 1))
    engine = connect(f"sqlite:///{rows / 'rows.db'}")
    with sessions(engine)() as session, recording(cuts.disk, cuts):
        second = compile_snapshot(session, folder, NOW + timedelta(hours=1))
        cuts.row = (second, 2)  # the transaction that commits the published row
        cuts("row")
        snapshot.publish(folder, second, 2)
        cuts.reported = True
        cuts.every = lambda _step: True
        cuts("reported")
    engine.dispose()
    return cuts


def late(step: int) -> bool:
    """Some of the many steps that write single arrays."""
    return step % 40 == 0


def test_a_power_cut_leaves_what_was_published_last(rows: Path, tmp_path: Path) -> None:
    cuts = published(rows, tmp_path, None, late)
    assert cuts.found == []
    assert cuts.steps > 100


@pytest.mark.parametrize("missing", ["folders", "files"])
def test_without_fsync_the_same_cut_loses_it(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """What a program does that leaves out the fsync of folders, or of files: the test above bites."""
    if missing == "folders":
        for module in (files, snapshot):
            monkeypatch.setattr(module, "sync_folder", lambda _folder: None)
    else:
        real = Disk.sync
        monkeypatch.setattr(Disk, "sync", lambda disk, path: real(disk, path) if path.is_dir() else None)
    cuts = published(rows, tmp_path, None, late)
    assert cuts.found != []


@pytest.mark.release
def test_two_hundred_publications_with_a_cut_after_each_step_lose_nothing(rows: Path, tmp_path: Path) -> None:
    for number in rounds("power_cuts", 200):
        chance = random.Random(number)
        cuts = published(rows, tmp_path / str(number), chance, lambda step, at=number: (step + at) % 7 == 0)
        assert cuts.found == []
        shutil.rmtree(tmp_path / str(number))
