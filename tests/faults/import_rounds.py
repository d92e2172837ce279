"""Rounds of imports that are killed somewhere: each in a process of its own, forked from this small one.

``python -m tests.faults.import_rounds URL FOLDER ROUNDS SEED VARIANT`` prints what broken imports left.
A round imports a file of its own, dies before some statement it sends (or has no room on the disk),
and is then gone on with by the next process. Afterwards all rows of the file are there, each once, or none.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from jobs import importing, ledger
from jobs.wiring import Wiring, wire
from matcher.services.imports import Options, Source, lifecycle
from matcher.services.imports import importing as checking
from matcher.settings import Settings
from matcher.storage.enterprises import Enterprise
from matcher.storage.imports import StagedChunk

ROWS = 24
checking.CHUNK = 5
importing.HELD = timedelta()  # a transaction for each chunk
importing.LEAST_PAUSE = importing.SURE_PAUSE = 0.0
PAGE = 4096
MOST_TRIES = 5


def wiring_of(url: str, folder: Path) -> Wiring:
    settings = Settings.from_env({"QIANXIAN_HOME": str(folder), "QIANXIAN_DATABASE_URL": url})
    return wire(replace(settings, lease_seconds=0.01))


def the_file(folder: Path, number: int) -> Path:
    """Firms of this round only: their identifiers begin with its number."""
    path = folder / f"enterprises-{number}.csv"
    lines = [f"R{number}-{row},湖心{number}号第{row}商行,{row}" for row in range(ROWS)]
    path.write_text("\n".join(["enterprise_id,name,employees", *lines]) + "\n", encoding="utf-8")
    return path


def guarded(wiring: Wiring, path: Path) -> None:
    """The importer as it is."""
    with wiring.transactions.begin() as session:
        sources = [Source(path, path.name)]
        lifecycle.receive(session, ledger.SYSTEM, wiring.clock(), sources, Options(), lifecycle.UPLOAD)
    importing.carry_all(wiring)


def unguarded(wiring: Wiring, path: Path) -> None:
    """What is often written: batch after batch straight into the rows, from the beginning after a crash."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    for start in range(0, ROWS, checking.CHUNK):
        with wiring.transactions.begin() as session:
            for line in lines[start : start + checking.CHUNK]:
                name = line.split(",")[1]
                session.add(Enterprise(
                    enterprise_id=f"{path.stem[12:]}-{os.urandom(6).hex()}",
                    name=name, name_key=name, updated_at=wiring.clock(),
                ))  # fmt: skip


def in_child(act: Callable[[], None]) -> bool:
    """Do it in a process of its own. Whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def killed_before(wiring: Wiring, statement: int) -> None:
    """kill -9 before the n-th statement or commit that this process sends."""
    count = iter(range(statement))

    def step(*_about: object) -> None:
        if next(count, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(wiring.engine, "before_cursor_execute", step)
    event.listen(wiring.engine, "commit", step)


def without_room(pages: int) -> None:
    """Nothing can be written behind so many pages of a file: the write-ahead log fills up."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE, pages * PAGE))


def visible(session: Session, number: int) -> Counter[str]:
    names = sa.select(Enterprise.name).where(Enterprise.name.like(f"湖心{number}号%"))
    return Counter(session.scalars(names))


class Rounds:
    """All rounds on one database, and what they found."""

    def __init__(self, url: str, folder: Path, variant: str) -> None:
        self.url, self.folder, self.variant = url, folder, variant
        self.act = unguarded if "unguarded" in variant else guarded
        self.found: Counter[str] = Counter()

    def round(self, number: int, chance: random.Random) -> None:
        path = the_file(self.folder, number)
        step = chance.randrange(1, 16 if self.variant.startswith("unguarded") else 110)
        came_to_its_end = in_child(lambda: self._broken(path, step))
        self.found["rounds"] += 1
        self.found["broken"] += not came_to_its_end
        self._look(number)
        in_child(lambda: importing.carry_all(wiring_of(self.url, self.folder)))
        if self.variant.startswith("unguarded"):
            in_child(lambda: unguarded(wiring_of(self.url, self.folder), path))
        self._count(number)

    def _broken(self, path: Path, step: int) -> None:
        wiring = wiring_of(self.url, self.folder)
        if self.variant.endswith("room"):
            without_room(8 + step)
        else:
            killed_before(wiring, step)
        self.act(wiring, path)

    def _look(self, number: int) -> None:
        """Just after: rows of a file that is still being checked must not be there."""

        def look() -> None:
            with wiring_of(self.url, self.folder).views() as view:
                states = set(view.scalars(sa.text("SELECT state FROM imports WHERE finished_at IS NULL")))
                early = bool(visible(view, number)) and bool(states & {"received", "checking"})
                os._exit(3 if early else 0)

        self.found["early"] += not in_child(look)

    def _count(self, number: int) -> None:
        wiring = wiring_of(self.url, self.folder)
        with wiring.views() as view:
            names = visible(view, number)
            self.found["half"] += len(names) not in (0, ROWS)
            self.found["duplicates"] += sum(names.values()) - len(names)
            self.found["whole"] += len(names) == ROWS
            left = view.scalar(sa.select(sa.func.count()).select_from(StagedChunk))
            self.found["left"] += bool(left)
            if wiring.engine.dialect.name == "sqlite" and number % 10 == 0:
                self.found["corrupt"] += view.scalar(sa.text("PRAGMA quick_check")) != "ok"
        wiring.engine.dispose()


def main() -> None:
    url, folder, rounds, seed, variant = sys.argv[1:]
    chance = random.Random(int(seed))
    first = int(seed) * 1_000  # the firms of one seed are no others'
    all_rounds = Rounds(url, Path(folder), variant)
    # Only broken imports count: one that came to its end before its kill is tried anew.
    for number in range(MOST_TRIES * int(rounds)):
        if all_rounds.found["broken"] < int(rounds):
            all_rounds.round(first + number, chance)
    sys.stdout.write(json.dumps(all_rounds.found) + "\n")


if __name__ == "__main__":
    main()
