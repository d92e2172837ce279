"""What grows with the number of firms, what a second worker brings, and what the cluster costs.

    python -m bench.scaling sizes --firms 100000 200000 500000 1000000 [-o FILE]   one after another
    python -m bench.scaling fit FILE...                                            the model and its error
    python -m bench.scaling workers --firms 200000 [--rounds 2]                    one worker against two
    python -m bench.scaling engines --firms 100000 [--rounds 2]                    dask against processes:2

`sizes` prints one JSON object a size: CPU and wall seconds, memory, bytes, and CPU of each partition.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.recompute import NOW, refreshed, timed
from bench.rows import province
from bench.scaling_parts import clocked
from jobs.engine import engine
from matcher.build.compile import compile_snapshot
from matcher.graph import snapshot
from matcher.recommend.firm_lists import lists_of, pieces
from matcher.storage.db import connect, reading, sessions

MEASURES = {
    "cpu_seconds": ("compile", "cpu"),
    "wall_seconds": ("compile", "wall"),
    "peak_mib": ("compile", "peak_mib"),
    "snapshot_mib": ("mib",),
    "verify_seconds": ("verify", "cpu"),
    "refresh_seconds": ("refresh", "cpu"),
    "partition_seconds": ("partitions", "cpu"),
}


def compiled(database: Path, folder: Path, how: str, notes: list[float]) -> str:
    """Compile and publish; `notes` gets the CPU seconds of every partition."""
    made = connect(f"sqlite:///{database}")
    with sessions(reading(made))() as session, engine(how) as run:

        def noting(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
            for seconds, found in run(clocked, ((function, part) for part in parts)):
                notes.append(seconds)
                yield found

        found = compile_snapshot(session, folder, NOW, run=noting)
    made.dispose()
    snapshot.publish(folder, found, 1)
    return found


def size(firms: int, how: str, work: Path) -> dict[str, Any]:
    """One size of an invented province, from rows to a served snapshot, a refresh behind it."""
    database, folder = work / f"{firms}.db", work / str(firms)
    province(database, firms)
    notes: list[float] = []
    found, used = timed(lambda: compiled(database, folder, how, notes))
    _, verified = timed(lambda: snapshot.verify(folder / found))
    mib = sum(file.stat().st_size for file in (folder / found).iterdir()) / 2**20
    told = {"compile": used, "verify": verified, "mib": round(mib, 1), "partitions": _spread(notes)}
    told |= {key: value for key, value in refreshed(database, folder).items() if key == "refresh"}
    told["rows_mib"] = round(database.stat().st_size / 2**20, 1)
    return {"firms": firms, "cores": os.cpu_count(), "engine": how, **told}


def _spread(notes: Sequence[float]) -> dict[str, float]:
    ordered = sorted(notes)
    told = {
        "cpu": sum(ordered),
        "median": statistics.median(ordered),
        "p95": ordered[int(len(ordered) * 0.95)],
    }
    return {"count": len(ordered), **{name: round(value, 4) for name, value in told.items()}}


def fit(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """fixed + slope x firms for each measure, by least squares of relative errors.

    `error` is the largest relative residual; `forecast` how far a model of the others misses the largest.
    """
    ordered = sorted(lines, key=lambda line: int(line["firms"]))
    firms = np.array([line["firms"] for line in ordered], dtype=float)
    told = {}
    for name, path in MEASURES.items():
        values = np.array([_at(line, path) for line in ordered])
        fixed, slope = _line(firms, values)
        before = _line(firms[:-1], values[:-1])
        told[name] = {
            "fixed": round(fixed, 3),
            "per_million": round(slope * 1e6, 3),
            "error": round(float(np.max(np.abs(fixed + slope * firms - values) / values)), 3),
            "forecast": round(float((before[0] + before[1] * firms[-1]) / values[-1] - 1), 3),
            "per_firm_largest_to_smallest": round(float(values[-1] / firms[-1] / (values[0] / firms[0])), 3),
        }
    return told


def _line(firms: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    weights = 1 / values
    design = np.stack([weights, firms * weights], axis=1)
    (fixed, slope), *_ = np.linalg.lstsq(design, np.ones(len(values)), rcond=None)
    if fixed < 0:  # nothing costs less than nothing: then a slope alone
        return 0.0, float((firms / values).sum() / ((firms / values) ** 2).sum())
    return float(fixed), float(slope)


def _at(line: dict[str, Any], path: Sequence[str]) -> float:
    for step in path:
        line = line[step]
    return float(line)  # type: ignore[arg-type]


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A real scheduler and workers as processes of their own: the engine's name, and the processes."""
    with tempfile.TemporaryDirectory(prefix="scaling-") as folder:
        file = Path(folder) / "scheduler.json"
        told = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
        started = [_dask("scheduler", folder, *told, "--port", "0")]
        started += [_dask("worker", folder, *told, "--no-nanny", "--nthreads", "1") for _ in range(workers)]
        try:
            while not (file.exists() and file.read_text().endswith("}")):
                time.sleep(0.1)
            name = str(json.loads(file.read_text())["address"]).replace("tcp://", "dask://")
            _wait(name.replace("dask://", "tcp://"), workers)
            yield name, [psutil.Process(one.pid) for one in started]
        finally:
            for process in started:
                process.kill()
                process.wait()


def _dask(kind: str, folder: str, *told: str) -> subprocess.Popen[bytes]:
    path = {**os.environ, "PYTHONPATH": str(Path.cwd()), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *told]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env=path, stdout=quiet, stderr=quiet)


def _wait(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


def busy(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds of these, of this process, and of its children that have ended."""
    own = os.times()
    mine = own.user + own.system + own.children_user + own.children_system
    return mine + sum(sum(process.cpu_times()[:2]) for process in processes)


def lists(name: str, folder: Path, firms: int, processes: Sequence[psutil.Process]) -> dict[str, float]:
    """The partner lists of all firms of a snapshot, on a cluster. A dozen pieces or fewer would stay here."""
    parts = list(pieces(folder, firms))
    with engine(name) as run:
        warm = [parts[0]._replace(last=parts[0].first + 1)] * 64  # reaches every worker
        list(run(lists_of, warm))
        begun, spent, before = time.perf_counter(), busy(processes), _each(processes[1:])
        for _ in run(lists_of, parts):
            pass
        used = [after - earlier for after, earlier in zip(_each(processes[1:]), before, strict=True)]
        wall = time.perf_counter() - begun
        return {"wall": wall, "cpu": busy(processes) - spent, "busiest": max(used)}


def _each(processes: Sequence[psutil.Process]) -> list[float]:
    return [sum(process.cpu_times()[:2]) for process in processes]


def workers(firms: int, rounds: int, work: Path) -> dict[str, Any]:
    """One worker against two, in turns, on all lists.

    `speedup` is of wall time; `speedup_cpu` is the CPU of the only worker over that of the busier of two:
    what the wall shows on a machine that has a core for each.
    """
    province(work / "rows.db", firms)
    folder = work / "lists" / compiled(work / "rows.db", work / "lists", "processes:2", [])
    taken: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    for _ in range(rounds):
        for count in taken:
            with cluster(count) as (name, processes):
                taken[count].append(lists(name, folder, firms, processes))
    kinds = ("wall", "cpu", "busiest")
    best = {count: {of: min(one[of] for one in some) for of in kinds} for count, some in taken.items()}
    told = {"speedup": best[1]["wall"] / best[2]["wall"]}
    told["speedup_cpu"] = best[1]["busiest"] / best[2]["busiest"]
    told = {name: round(value, 2) for name, value in told.items()}
    return {"firms": firms, "workers": best, **told}


def engines(firms: int, rounds: int, work: Path) -> dict[str, Any]:
    """The same compilation on `processes:2` and on a cluster of two workers, in turns."""
    database = work / "rows.db"
    province(database, firms)
    taken: dict[str, list[dict[str, float]]] = {"processes:2": [], "dask": []}
    for place in range(rounds):
        taken["processes:2"].append(_once(database, work / f"p{place}", "processes:2", []))
        with cluster(2) as (name, processes):
            taken["dask"].append(_once(database, work / f"d{place}", name, processes))
    best = {
        name: {of: min(one[of] for one in some) for of in ("wall", "cpu")} for name, some in taken.items()
    }
    over = {of: round(best["dask"][of] / best["processes:2"][of] - 1, 3) for of in ("wall", "cpu")}
    return {"firms": firms, **best, "overhead": over}


def _once(database: Path, folder: Path, how: str, processes: Sequence[psutil.Process]) -> dict[str, float]:
    begun, spent = time.perf_counter(), busy(processes)
    compiled(database, folder, how, [])
    return {"wall": round(time.perf_counter() - begun, 2), "cpu": round(busy(processes) - spent, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["sizes", "fit", "workers", "engines"])
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--firms", type=int, nargs="+", default=[20_000])
    parser.add_argument("--engine", default="processes:2")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("-o", type=Path, dest="output")
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="scaling-"))
    try:
        for line in _told(given, work):
            text = json.dumps(line)
            print(text, flush=True)
            if given.output is not None:
                with given.output.open("a", encoding="utf-8") as file:
                    file.write(text + "\n")
    finally:
        shutil.rmtree(work)


def _told(given: argparse.Namespace, work: Path) -> Iterator[dict[str, Any]]:
    if given.what == "fit":
        lines = [json.loads(line) for file in given.files for line in file.read_text().splitlines()]
        yield from ({name: values} for name, values in fit(lines).items())
    elif given.what == "sizes":
        yield from (size(firms, given.engine, work) for firms in given.firms)
    else:
        for firms in given.firms:
            yield (
                workers(firms, given.rounds, work)
                if given.what == "workers"
                else engines(firms, given.rounds, work)
            )


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
