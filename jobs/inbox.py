"""The watched folder: files put there are imported; each ends in ``done`` or ``refused`` with its report.

A file is first moved to ``taken`` under the id of its import. Wherever that breaks off, the next look
finds the file and knows from the rows what is to become of it.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import structlog

from jobs import ledger
from jobs.wiring import Wiring
from matcher.domain.imports import UNDER_WAY, ImportState
from matcher.errors import InvalidInput
from matcher.services.imports import (
    ColumnMap,
    Options,
    Problem,
    Report,
    lifecycle,
    read_map,
    write_problems,
    write_report,
)
from matcher.services.imports.headings import kind_of_name
from matcher.services.imports.kinds import KINDS
from matcher.services.imports.reading import SUFFIXES
from matcher.storage.imports import Import

log = structlog.get_logger("jobs")

# A file that still grows is left alone: the writer has finished when nothing changed for so long.
QUIET_SECONDS: Final = 5.0
TAKEN, DONE, REFUSED = "taken", "done", "refused"
MARK: Final = "."
REPORT: Final = ".report.csv"


def has_something(folder: Path | None, now: datetime) -> bool:
    """Whether a file lies there that is not being written any more, or one whose import has to be ended."""
    if folder is None or not folder.is_dir():
        return False
    taken = folder / TAKEN
    left = taken.iterdir() if taken.is_dir() else iter(())
    return next(_arrived(folder, now), None) is not None or next(left, None) is not None


def take(wiring: Wiring) -> None:
    """Receive every file that lies in the inbox, in the order of what refers to what."""
    folder, now = wiring.settings.inbox, wiring.clock()
    if folder is None or not folder.is_dir():
        return
    tidy(wiring)
    for name in (TAKEN, DONE, REFUSED):
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    for place, path in enumerate(sorted(_arrived(folder, now), key=_place)):
        # Imports are carried out in the order they were received in.
        _receive(wiring, folder, path, now + timedelta(microseconds=place))


def _receive(wiring: Wiring, folder: Path, path: Path, now: datetime) -> None:
    beside = path.with_suffix(".map.toml")
    try:
        options = Options(column_map=read_map(beside) if beside.is_file() else ColumnMap())
    except InvalidInput as error:
        log.warning("inbox_map_refused", file=beside.name, reason=str(error))
        _refuse(
            path, folder / REFUSED, Problem(beside.name, 0, "", "", "bad_map", params=error.params), wiring
        )
        return
    with wiring.transactions.begin() as session:
        row = lifecycle.receive(session, ledger.SYSTEM, now, [], options, lifecycle.INBOX)
        taken = folder / TAKEN / f"{row.import_id}{MARK}{path.name}"
        row.files = [{"path": str(taken), "name": path.name, "kind": None}]
        path.rename(taken)


def _refuse(path: Path, folder: Path, problem: Problem, wiring: Wiring) -> None:
    """Put a file away that no import came of, with the reason beside it."""
    place = _free(folder, path.name)
    told = Report(limit=1, problems=[problem])
    write_report(told, place.with_name(f"{place.name}{REPORT}"), wiring.settings.language)
    path.rename(place)


def _free(folder: Path, name: str) -> Path:
    """A place of this name, or of one like it: what lies there already is not replaced."""
    names = (name if n == 1 else f"{n}-{name}" for n in count(1))
    return next(place for each in names if not (place := folder / each).exists())


def tidy(wiring: Wiring) -> None:
    """Put the files of ended imports away with their reports; one that no import knows goes back."""
    folder = wiring.settings.inbox
    if folder is None or not (folder / TAKEN).is_dir():
        return
    for path in sorted((folder / TAKEN).iterdir()):
        import_id, _, name = path.name.partition(MARK)
        with wiring.views() as view:
            row = view.get(Import, import_id)
        if row is None:
            path.rename(_free(folder, name))
        elif row.state not in UNDER_WAY:
            _put_away(row, path, name, wiring.settings.language)


def _put_away(row: Import, path: Path, name: str, language: str) -> None:
    """Beside the folder it was taken to: under ``done`` or ``refused``, with its report."""
    end = DONE if row.state == ImportState.SUCCEEDED else REFUSED
    place = path.parent.parent / end / f"{row.import_id[:8]}-{name}"
    told = row.report.get(language)
    if told is not None:
        report = place.with_name(f"{place.name}{REPORT}")
        write_problems(told["problems"], told["more_problems"], report, language)
    path.rename(place)


def _arrived(folder: Path, now: datetime) -> Iterator[Path]:
    """Plain files of a known ending that nobody has written to for a while. Links are not followed."""
    for path in folder.iterdir():
        if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            continue
        try:
            about = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(about.st_mode) and about.st_mtime <= now.timestamp() - QUIET_SECONDS:
            yield path


def _place(path: Path) -> tuple[int, str]:
    kind = kind_of_name(path.name)
    return (len(KINDS) if kind is None else list(KINDS).index(kind.name), path.name)
