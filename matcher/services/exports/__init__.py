"""Export: rows -> files that the importer reads back to the same rows, and that run nothing in Excel."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import InvalidInput
from matcher.services.exports.calendar import KINDS_WITH_TIME, write_calendar
from matcher.services.exports.tables import exported_columns, heading, lines
from matcher.services.exports.writers import WRITERS
from matcher.services.imports.kinds import KINDS
from matcher.storage import journal

__all__ = ["FORMATS", "export_all", "export_kind", "exported_columns", "write_kind"]

FORMATS: Final = tuple(WRITERS)


def export_kind(session: Session, actor: Actor, now: datetime, kind: str, path: Path) -> int:
    """Write the rows of a kind that the actor may take along, and journal the act; gives their number.

    An officer gets the rows of the own station. Raises Forbidden, InvalidInput.
    """
    require(actor, "exports.read")
    station_id = actor.scope if actor.role is Role.OFFICER else None
    count = write_kind(session, now, kind, path, station_id)
    journal.record(session, actor, "exports.read", (kind, path.name, None), now, rows=count)
    return count


def export_all(
    session: Session, actor: Actor, now: datetime, folder: Path, form: str = "csv"
) -> Mapping[str, int]:
    """Every kind into a folder, one file a kind; the folder can be imported as it is. Rows by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    return {kind: export_kind(session, actor, now, kind, folder / f"{kind}.{form}") for kind in KINDS}


def write_kind(session: Session, now: datetime, kind: str, path: Path, station_id: str | None = None) -> int:
    """Write all rows of a kind, or one station's; the path's ending says the format.

    Asks nobody's leave: for whoever holds the database anyway (backup, moving house). The file
    appears whole or not at all. Calendars (.ics) are for fairs and events. Raises InvalidInput.
    """
    form = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise InvalidInput("imports.unknown_kind", value=kind, kind=kind, allowed=", ".join(KINDS))
    allowed = (*FORMATS, "ics") if kind in KINDS_WITH_TIME else FORMATS
    if form not in allowed:
        raise InvalidInput("imports.unknown_export_format", value=form, allowed=", ".join(allowed))
    columns = exported_columns(KINDS[kind])
    headings, rows = [heading(column) for column in columns], lines(session, KINDS[kind], columns, station_id)
    with _whole(path) as beside:
        if form == "ics":
            return write_calendar(beside, headings, rows, now)
        return WRITERS[form](beside, headings, rows)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path beside the real one, renamed to it at the end; a failure leaves nothing behind."""
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        os.replace(beside, path)  # noqa: PTH105  the name says that an old file is replaced
    finally:
        beside.unlink(missing_ok=True)
