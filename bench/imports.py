"""How long files of a province take to import, and how much memory: with a writer beside, and again.

    python -m bench.imports --firms 1000000                      a synthetic province (bench/generate.py)
    python -m bench.imports --registry FOLDER             a real register, docs/examples/registry-map.toml
    ... --postgresql                                             the same on a PostgreSQL of its own

Beside each import a second process writes one row twenty times a second, as an officer would, and notes
how long each write waited. Figures of one run: rows a second, CPU seconds, the peak of memory (RSS), waits.
The last line of each is the trivial way on the same machine: the same lines put into SQLite by executemany,
unread and unchecked.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench.generate import Size, write
from matcher.storage.db import connect, sessions
from matcher.storage.enterprises import Station
from matcher.storage.migrations import migrate

MAP = Path("docs/examples/registry-map.toml")
PAUSE = 0.05


def imported(url: str, home: Path, paths: list[Path], *options: str) -> dict[str, float | int | str]:
    """One `qianxian import` in a process of its own."""
    environment = {
        **os.environ,
        "QIANXIAN_DATABASE_URL": url,
        "QIANXIAN_HOME": str(home),
        "QIANXIAN_LANGUAGE": "en",
    }
    command = [sys.executable, "-m", "jobs", "import", *map(str, paths), "--partial", *options]
    began = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    counts = dict.fromkeys(("rows", "new", "changed", "unchanged", "held", "refused"), 0)
    for line in said.splitlines():
        for name in counts:
            for word, following in zip(line.split(), line.split()[1:], strict=False):
                if following.rstrip(",") == name and word.isdecimal():
                    counts[name] += int(word)
    return {
        **counts,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "rows_a_second": round(counts["rows"] / seconds),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "exit": process.returncode,
    }


@contextmanager
def an_officer(url: str, notes: Path) -> Iterator[None]:
    """A process that writes beside until this ends."""
    command = [sys.executable, "-m", "bench.imports", "--officer", url, str(notes)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def write_as_officer(url: str, notes: Path) -> None:
    """One row changed twenty times a second, each in its own transaction; how long each took."""
    import select

    engine, waits, locks = connect(url), [], []
    with sessions(engine).begin() as session:
        session.merge(Station(station_id="ST-BENCH", name="0", region_code=None))
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.monotonic()
        with sessions(engine).begin() as session:
            session.execute(sa.update(Station).values(name=str(len(waits))))
            locks.append(time.monotonic() - began)
        waits.append(time.monotonic() - began)
    commits = sorted(whole - locked for whole, locked in zip(waits, locks, strict=True))
    waits.sort()
    told = {
        "writes": len(waits),
        "p50": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
        "max": waits[-1],
        "max_for_lock": max(locks),
        "max_in_commit": commits[-1],
    }
    notes.write_text(json.dumps({name: round(value, 4) for name, value in told.items()}))


def trivial(paths: list[Path], folder: Path) -> float:
    """Seconds of the unchecked way: the same CSV lines into a table without any index. Only for CSV."""
    began = time.monotonic()
    with sqlite3.connect(folder / "trivial.db") as database:
        for path in paths:
            with path.open(encoding="utf-8", newline="") as file:
                lines = csv.reader(file)
                headings = next(lines)
                columns = ", ".join(f'"{name}"' for name in headings)
                database.execute(f'CREATE TABLE "{path.stem}" ({columns})')
                marks = ", ".join("?" * len(headings))
                database.executemany(f'INSERT INTO "{path.stem}" VALUES ({marks})', lines)
    return round(time.monotonic() - began, 1)


def measure(url: str, folder: Path, paths: list[Path], *options: str) -> None:
    """First time and repeat, each with an officer beside."""
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    for what in ("first", "repeat"):
        notes = folder / "waits.json"
        with an_officer(url, notes):
            told = imported(url, folder, paths, *options)
        print(
            json.dumps(
                {"what": what, "engine": url.split(":")[0], **told, "officer": json.loads(notes.read_text())}
            )
        )
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--registry", type=Path)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--officer", nargs=2, metavar=("URL", "NOTES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.officer:
        write_as_officer(given.officer[0], Path(given.officer[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = [] if given.registry is None else ["--map", str(MAP)]
        paths = write(folder / "files", Size.of(given.firms)) if given.registry is None else [given.registry]
        if given.postgresql:
            from tests.postgres_server import create_database, running_server

            with running_server(durable=True) as server:
                url = create_database(server).render_as_string(hide_password=False)
                measure(url, folder, paths, *options)
        else:
            measure(f"sqlite:///{folder / 'rows.db'}", folder, paths, *options)
        if given.registry is None:
            print(json.dumps({"what": "unchecked", "seconds": trivial(paths, folder)}))


if __name__ == "__main__":
    main()
