"""What a recomputation costs: rows in SQLite -> a published snapshot, and a refresh after one change.

    python -m bench.recompute --firms 9000 100000 1000000          a synthetic province
    python -m bench.recompute --firms 9000 --whole                 and the job itself in a cold process
    python -m bench.recompute --registry FOLDER --firms 1000000    rows of a registry (parquet files)

Prints one JSON object a size: seconds (wall, CPU) and peak memory of each step, bytes, ratios.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import sqlalchemy as sa

from bench.rows import province, registry
from jobs.engine import engine
from jobs.refresh import ASKED
from matcher.build.changes import Changes
from matcher.build.check import check
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.build.words import Runner
from matcher.graph import files, schema, snapshot, trust
from matcher.graph.graph import Lists
from matcher.recommend.firm_lists import lists_of, pieces
from matcher.settings import Settings
from matcher.storage.db import connect, reading, sessions
from matcher.storage.enterprises import Enterprise
from matcher.storage.migrations import migrate

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


class Peak:
    """Resident memory of this process and its children, looked at ten times a second."""

    def __enter__(self) -> Peak:
        self.bytes, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        mine = psutil.Process()
        while not self._over.wait(0.1):
            total = 0
            for process in [mine, *mine.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.bytes = max(self.bytes, total)


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What `work` gives, and its wall and CPU seconds (with those of ended children) and peak memory."""
    wall, cpu = time.perf_counter(), _cpu()
    with Peak() as peak:
        found = work()
    used = {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu, "peak_mib": peak.bytes / 2**20}
    return found, {name: round(value, 3) for name, value in used.items()}


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in both)


def some_lists(folder: Path, snapshot_id: str, run: Runner, most: int) -> tuple[str, int]:
    """Lists in evenly spread pieces of a snapshot; the id it then has, and of how many firms they are."""
    firms = len(snapshot.open_snapshot(folder / snapshot_id).firms)
    every = list(pieces(folder / snapshot_id, firms))
    chosen = every[:: max(1, -(-len(every) // most))]
    whole = Lists.none(firms)
    for piece, part in zip(chosen, run(lists_of, chosen), strict=True):
        for all_, some in zip(whole, part, strict=True):
            all_[piece.first : piece.last] = some
    arrays = dict(zip(schema.LISTS, whole, strict=True))
    return files.extended(folder, snapshot_id, arrays), sum(piece.last - piece.first for piece in chosen)


def measured(database: Path, folder: Path, how: str, most: int) -> dict[str, Any]:
    """Compile and publish, verify, map: one size."""
    stages: dict[str, float] = {}
    begun = time.perf_counter()

    def note(stage: str, _done: int, _total: int, /) -> None:
        stages[stage] = round(time.perf_counter() - begun, 2)

    def work() -> str:
        made = connect(f"sqlite:///{database}")
        with sessions(reading(made))() as session, engine(how) as run:
            found = compile_snapshot(session, folder, NOW, note, run)
        made.dispose()
        return found

    def lists() -> tuple[str, int]:
        with engine(how) as run:
            return some_lists(folder, snapshot_id, run, most)

    snapshot_id, compiled = timed(work)
    (snapshot_id, made), listed = timed(lists)
    _, checked = timed(lambda: check(snapshot.open_snapshot(folder / snapshot_id), None))
    _, published = timed(lambda: snapshot.publish(folder, snapshot_id, 1))
    _, verified = timed(lambda: snapshot.verify(folder / snapshot_id))
    _, opened = timed(lambda: snapshot.open_snapshot(folder / snapshot_id))
    size = sum(file.stat().st_size for file in (folder / snapshot_id).iterdir())
    return {
        "compile": compiled,
        "lists": {**listed, "firms": made, "us_a_firm": round(listed["cpu"] / made * 1e6, 1)},
        "check": checked,
        "publish": published,
        "verify": verified,
        "map": opened,
        "mib": round(size / 2**20, 1),
        "reached": stages,
    }


def whole(database: Path, work: Path) -> dict[str, Any]:
    """The job itself in a cold process, as the timetable runs it, with all that comes with it."""
    home = work / "home"
    home.mkdir()
    shutil.copyfile(database, home / "rows.db")
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'rows.db'}", secret_key="s" * 32)

    def run(*job: str) -> dict[str, float]:
        command = [sys.executable, "-m", "jobs", *job]
        environ = {**os.environ, **settings.to_env()}
        return timed(lambda: subprocess.run(command, env=environ, check=True, capture_output=True))[1]

    figures = {"whole": run("run", "recompute")}
    _change_one(home / "rows.db")
    return figures | {"refresh_job": run("run", "refresh"), "rollback": run("run", "rollback")}


def _change_one(database: Path) -> None:
    made = connect(f"sqlite:///{database}")
    with sessions(made).begin() as session:
        firm = session.scalars(sa.select(Enterprise).order_by(Enterprise.enterprise_id).limit(1)).one()
        firm.scope = "无人机航测；职工食堂承包；办公室装修"
    made.dispose()


def refreshed(database: Path, folder: Path) -> dict[str, Any]:
    """One firm changes its scope: a small snapshot is written, verified, opened, asked and published."""
    made = connect(f"sqlite:///{database}")
    base = snapshot.open_snapshot(max(entry for entry in folder.iterdir() if entry.is_dir()))
    changed = base.firms.ids[len(base.firms) // 2]
    with sessions(made).begin() as session:
        one = sa.update(Enterprise).where(Enterprise.enterprise_id == changed)
        session.execute(one.values(scope="无人机航测；职工食堂承包；办公室装修"))

    def work() -> str:
        with sessions(reading(made))() as session:
            changes = Changes(frozenset({changed}))
            later = NOW + timedelta(minutes=1)
            found = refresh(session, folder, base, changes, later, Limits(2_000))
        trust.verify_once(folder / found)
        check(snapshot.open_snapshot(folder / found), base, ASKED)
        snapshot.publish(folder, found, 2)
        return found

    trust.verify_once(folder / base.snapshot_id)
    found, used = timed(work)
    graph, opened = timed(lambda: snapshot.open_snapshot(folder / found))
    size = sum(file.stat().st_size for file in (folder / found).iterdir())
    position = graph.firms.position(changed)
    assert position is not None
    made.dispose()
    return {"refresh": used, "refresh_open": opened, "refresh_kib": round(size / 1024, 1)}


def republished(folder: Path) -> dict[str, Any]:
    """The lists of all firms written and made durable as part of a snapshot: nothing is computed."""
    name = max(entry.name for entry in folder.iterdir() if (entry / "lists.of.npy").is_file())
    lists = snapshot.open_snapshot(folder / name).lists
    arrays = dict(zip(schema.LISTS, (np.array(values) for values in lists), strict=True))
    arrays["lists.of"][0] += 1  # other lists: the same ones would be found to be there
    _, used = timed(lambda: files.extended(folder, name, arrays))
    return {"publish_lists": used, "lists_mib": round(sum(one.nbytes for one in lists) / 2**20, 1)}


def fallen_back(folder: Path) -> dict[str, Any]:
    """A bit of a newer snapshot flips before anybody here has read it: until the one before is served."""
    name = max(entry.name for entry in folder.iterdir() if (entry / "lists.of.npy").is_file())
    newer = _a_minute_later(folder, name)
    snapshot.publish(folder, newer, 3)
    largest = max((folder / newer).iterdir(), key=lambda file: file.stat().st_size)
    with largest.open("r+b") as file:
        file.seek(largest.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    for mark in folder.glob(f"{trust.PREFIX}*"):
        mark.unlink()
    graph, used = timed(snapshot.Current(folder).get)
    assert graph.snapshot_id != newer
    return {"fall_back": used}


def _a_minute_later(folder: Path, name: str) -> str:
    manifest = files.read_manifest(folder / name)
    about = {key: value for key, value in manifest.items() if key not in ("snapshot_id", "as_of", "format")}

    def fill(beside: Path) -> dict[str, Any]:
        for file in manifest["files"]:
            shutil.copyfile(folder / name / f"{file}.npy", beside / f"{file}.npy")
        return about

    return files.put(folder, NOW + timedelta(minutes=2), fill, files.verify)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=[9_000])
    parser.add_argument("--registry", type=Path)
    parser.add_argument("--engine", default="processes:2")
    parser.add_argument("--keep", type=Path, help="where to keep the rows between runs")
    parser.add_argument("--pieces", type=int, default=10**6, help="of 8,192 lists to make, evenly spread")
    parser.add_argument("--whole", action="store_true", help="the job in a cold process, too")
    given = parser.parse_args()
    for firms in given.firms:
        work = Path(tempfile.mkdtemp(prefix="recompute-"))
        kind = "registry" if given.registry else "province"
        database = (given.keep or work) / f"{kind}-{firms}.db"
        if not database.exists():
            if given.registry:
                registry(database, firms, given.registry)
            else:
                province(database, firms)
        migrate(connect(f"sqlite:///{database}"))  # rows kept from an earlier version
        figures = measured(database, work / "snapshots", given.engine, given.pieces)
        figures |= refreshed(database, work / "snapshots")
        figures |= fallen_back(work / "snapshots")
        figures |= republished(work / "snapshots")
        if given.whole:
            figures |= whole(database, work)
        figures["us_a_firm"] = round(figures["compile"]["cpu"] / firms * 1e6, 1)
        print(json.dumps({"kind": kind, "firms": firms, "cores": os.cpu_count(), **figures}), flush=True)
        shutil.rmtree(work)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main())
