"""Import: files of the outside world -> rows, whole or not at all, every problem told with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.errors import InvalidInput
from matcher.services.imports.importing import Importing, Options, Source
from matcher.services.imports.mapping import ColumnMap, parse_map, read_map
from matcher.services.imports.problems import Problem, Severity
from matcher.services.imports.reading import SUFFIXES
from matcher.services.imports.report import FileReport, Report, write_report
from matcher.storage import journal

__all__ = [
    "ColumnMap",
    "FileReport",
    "Options",
    "Problem",
    "Report",
    "Severity",
    "Source",
    "find_sources",
    "import_files",
    "parse_map",
    "read_map",
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
    """Import the files as one: either all of them are in the session afterwards, or nothing is.

    With `options.partial` the good rows are taken although others were refused. Held rows never stop
    an import; they are kept apart and listed. The caller commits. Raises Forbidden.
    """
    require(actor, "imports.write")
    report = Report(options.limit, options.dry_run)
    transaction = session.begin_nested()
    try:
        Importing(session, actor, now, options, report).run(sources)
        wanted = options.partial or report.refusals == 0
        report.applied = wanted and not options.dry_run
    except BaseException:
        transaction.rollback()
        raise
    if not report.applied:
        transaction.rollback()
        return report
    transaction.commit()
    counts = {name: report.total(name) for name in ("new", "changed", "unchanged", "held", "refused")}
    files = ", ".join(file.file for file in report.files)
    journal.record(session, actor, "imports.write", ("files", files, None), now, **counts)
    return report
