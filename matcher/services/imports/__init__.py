"""Import: files of the outside world -> rows, whole or not at all, every problem told with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.errors import InvalidInput
from matcher.services.imports import lifecycle
from matcher.services.imports.importing import Options, Source
from matcher.services.imports.mapping import ColumnMap, map_of, parse_map, read_map
from matcher.services.imports.problems import Problem, Severity
from matcher.services.imports.reading import SUFFIXES
from matcher.services.imports.report import FileReport, Report, write_problems, write_report
from matcher.services.imports.store import Store

__all__ = [
    "ColumnMap",
    "FileReport",
    "Options",
    "Problem",
    "Report",
    "Severity",
    "Source",
    "Store",
    "find_sources",
    "import_files",
    "lifecycle",
    "map_of",
    "parse_map",
    "read_map",
    "write_problems",
    "write_report",
]


def find_sources(paths: Iterable[Path]) -> list[Source]:
    """The files to import: those named, and of a folder all whose ending we read, by name.

    Raises InvalidInput ``imports.no_such_file``.
    """
    found: list[Source] = []
    for path in paths:
        if not path.exists():
            raise InvalidInput("imports.no_such_file", file=str(path))
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        readable = (each for each in inside if each == path or each.suffix.lower() in SUFFIXES)
        found.extend(Source(each, each.name) for each in readable)
    return found


def import_files(
    session: Session, actor: Actor, now: datetime, sources: Sequence[Source], options: Options
) -> Report:
    """Import files within the caller's transaction: either all of them are in it afterwards, or nothing is.

    For small files; large ones go through the steps of `lifecycle` in short transactions of their own.
    With `options.partial` the good rows are taken although others were refused. Held rows never stop
    an import; they are kept apart and listed. The caller commits. Raises Forbidden.
    """
    require(actor, "imports.write")
    store, hand = Store.within(session), lifecycle.Hand("caller", lambda: now)
    transaction = session.begin_nested()
    try:
        row = lifecycle.receive(session, actor, now, sources, options, "caller")
        report = lifecycle.check(store, hand, row.import_id, options)
        while report.applied and lifecycle.promote_next(store, hand, row.import_id, _nothing):
            pass
    except BaseException:
        transaction.rollback()
        raise
    if report.applied:
        transaction.commit()
    else:
        transaction.rollback()
    return report


def _nothing(_session: Session) -> None:
    """The caller sees to what follows from new rows."""
