"""A recomputation that is killed at each of its points, from the first row read to the last folder removed.

Whatever it had come to, the next start serves what the newest row names, whole; the run is done again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs import ledger, recompute
from jobs.catalog import JOBS
from jobs.task import Errand, Task
from jobs.wiring import Wiring, wire
from matcher.domain.job import JobName, RunState
from matcher.graph import files, opening, snapshot
from matcher.graph.snapshot import Current
from matcher.settings import Settings
from matcher.storage.leases import Publication, current_publication
from tests import worlds
from tests.faults.support import all_runs, done_here, ran_here
from tests.release import rounds

JOB = JOBS[JobName.RECOMPUTE]
# In the order in which they are reached; files are written twice, before the lists and with them.
LOADED, GRAPH = "firms", "words"
WRITES = ("arrays_written", "folder_synced", "renamed", "parent_synced")
LISTS, CHECKED, ROW, SERVED, PRUNED = "lists", "check", "row", "served", "prune"
POINTS = [
    *(LOADED, GRAPH),
    *(f"{point}:1" for point in WRITES),
    LISTS,
    *(f"{point}:2" for point in WRITES),
    *(CHECKED, ROW, SERVED, PRUNED),
]
AFTER_THE_ROW = (ROW, SERVED, PRUNED)
QUICK = (GRAPH, "folder_synced:1", "renamed:2", ROW)


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose tower was recomputed and is served."""
    folder = tmp_path_factory.mktemp("served")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        session.commit()
    wiring = at(folder)
    assert ran_here(wiring, JOB.name).state == RunState.SUCCEEDED
    wiring.engine.dispose()
    return folder


def at(folder: Path) -> Wiring:
    url = f"sqlite:///{folder / 'rows.db'}"
    return wire(Settings(home=folder, database_url=url, secret_key="s" * 32, engine="processes:1"))


@pytest.fixture
def home(served: Path, tmp_path: Path) -> Iterator[Wiring]:
    shutil.copytree(served, tmp_path / "home")
    wiring = at(tmp_path / "home")
    yield wiring
    wiring.engine.dispose()


def killed_at(wiring: Wiring, point: str) -> None:
    """A recomputation in a process that ends, as by kill -9, once `point` is reached."""
    run_id = ledger.ask(wiring, JOB, "test", {})
    wiring.engine.dispose()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _recompute(at(wiring.settings.home), run_id, point)
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137


def _recompute(wiring: Wiring, run_id: str, wanted: str) -> None:
    counts: dict[str, int] = {}

    def reached(point: str) -> None:
        counts[point] = counts.get(point, 0) + 1
        if wanted in (point, f"{point}:{counts[point]}"):
            os._exit(137)

    def progress(stage: str, done: int, total: int, /) -> None:
        if done >= total:
            reached(stage)

    _watched(reached)
    claim = ledger.claim(wiring, JOB, run_id)
    assert claim is not None
    recompute.recompute(Task(wiring, Errand(JOB.work, claim.run_id, JOB.lease, claim.fence, {}), progress))


def _watched(reached: Callable[[str], None]) -> None:
    """In this process, which ends: the steps of every write and of the publication tell where they are."""
    put, publish = files.put, snapshot.publish

    def told(folder: Path, snapshot_id: str, generation: int) -> None:
        reached(ROW)
        publish(folder, snapshot_id, generation)
        reached(SERVED)

    def watched(*asked: Any) -> str:
        return put(*asked[:4], reached)

    files.put, snapshot.publish = watched, told


def newest_row(wiring: Wiring) -> Publication:
    with wiring.views() as session:
        row = current_publication(session)
    assert row is not None
    return row


def check_kill(wiring: Wiring, point: str) -> None:
    before = newest_row(wiring)
    killed_at(wiring, point)
    recompute.repair(wiring)  # what every start does
    row, folder = newest_row(wiring), wiring.settings.snapshots
    assert row.generation == before.generation + (point in AFTER_THE_ROW)
    assert Current(folder).get().snapshot_id == row.snapshot_id
    opening.verify(folder / row.snapshot_id)
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("."):
            opening.verify(entry)
    ledger.recover(wiring, {JOB.name: JOB}, wiring.clock())
    lost, again = all_runs(wiring)[-2:]
    assert (lost.state, again.state) == (RunState.LOST, RunState.REQUESTED)
    assert done_here(wiring, JOB.name, again.run_id).state == RunState.SUCCEEDED
    assert newest_row(wiring).generation == row.generation + 1


@pytest.mark.parametrize("point", QUICK)
def test_a_recomputation_killed_there_leaves_the_newest_row_served_and_is_done_again(
    home: Wiring, point: str
) -> None:
    check_kill(home, point)


def test_without_the_look_at_the_row_a_start_would_serve_an_older_one(home: Wiring) -> None:
    """What a program does that trusts its pointer alone: the test above bites."""
    killed_at(home, ROW)
    assert Current(home.settings.snapshots).get().snapshot_id != newest_row(home).snapshot_id


@pytest.mark.release
def test_fifty_kills_at_each_point_of_a_recomputation(served: Path, tmp_path: Path) -> None:
    for number in rounds("recompute_points", 50 * len(POINTS)):
        folder = tmp_path / str(number)
        shutil.copytree(served, folder)
        wiring = at(folder)
        check_kill(wiring, POINTS[number % len(POINTS)])
        wiring.engine.dispose()
        shutil.rmtree(folder)
