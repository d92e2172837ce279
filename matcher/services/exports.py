"""Export: rows -> files that the importer reads back to the same rows, and that run nothing in Excel."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import InvalidInput
from matcher.services.imports.cells import guarded_cell, safe_cell
from matcher.services.imports.kinds import KINDS, Column, Kind
from matcher.storage import journal
from matcher.storage.enterprises import Enterprise
from matcher.storage.stream import stream

FORMATS: Final = ("csv", "xlsx", "jsonl")
Write = Callable[[Path, Sequence[str], Iterable[Sequence[Any]]], int]


def export_kind(session: Session, actor: Actor, now: datetime, kind: str, path: Path) -> int:
    """Write all rows of a kind that the actor may take along; the path's ending says the format.

    An officer gets the rows of the own station. Gives the number of rows and journals the act. The
    file appears whole or not at all. Raises Forbidden, InvalidInput.
    """
    require(actor, "exports.read")
    form = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise InvalidInput("imports.unknown_kind", value=kind, kind=kind, allowed=", ".join(KINDS))
    if form not in FORMATS:
        raise InvalidInput("imports.unknown_export_format", value=form, allowed=", ".join(FORMATS))
    columns = exported_columns(KINDS[kind])
    lines = _lines(session, KINDS[kind], columns, actor)
    with _whole(path) as beside:
        count = _WRITERS[form](beside, [_heading(column) for column in columns], lines)
    journal.record(session, actor, "exports.read", (kind, path.name, None), now, rows=count)
    return count


def export_all(
    session: Session, actor: Actor, now: datetime, folder: Path, form: str = "csv"
) -> Mapping[str, int]:
    """Every kind into a folder, one file a kind; the folder can be imported as it is. Rows by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    return {kind: export_kind(session, actor, now, kind, folder / f"{kind}.{form}") for kind in KINDS}


def exported_columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of an export: each field once, under the first heading that fills it."""
    first = {column.field: column for column in reversed(kind.columns)}
    return tuple(column for column in kind.columns if first[column.field] is column)


def _heading(column: Column) -> str:
    return f"{column.name}_yuan" if column.reads == "money" else column.name


def _lines(session: Session, kind: Kind, columns: Sequence[Column], actor: Actor) -> Iterator[Sequence[Any]]:
    where = _own(kind, actor) if actor.role is Role.OFFICER else []
    if kind.name in ("fairs", "events"):
        is_fair = kind.mapped.__table__.c.kind == "fair"
        where.append(is_fair if kind.name == "fairs" else sa.not_(is_fair))
    for rows in stream(session, kind.mapped, [column.field for column in columns], where=where):
        for row in rows:
            yield [_plain(column, value) for column, value in zip(columns, row, strict=False)]


def _own(kind: Kind, actor: Actor) -> list[sa.ColumnElement[bool]]:
    """The condition that a row belongs to the officer's station; either side of a deal is enough."""
    table = kind.mapped.__table__
    if "station_id" in table.c:
        return [table.c.station_id == actor.scope]
    mine = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == actor.scope)
    sides = [table.c[column.field].in_(mine) for column in kind.columns if column.reads == "enterprise"]
    return [sa.or_(*sides)] if sides else []


def _plain(column: Column, value: Any) -> Any:
    """A stored value as JSON would hold it: money in yuan, moments and days as ISO text."""
    if value is None:
        return None
    if column.reads == "money":
        return Decimal(value) / 100
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path beside the real one, renamed to it at the end; a failure leaves nothing behind."""
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        os.replace(beside, path)  # noqa: PTH105  the name says that an old file is replaced
    finally:
        beside.unlink(missing_ok=True)


def _as_text(value: Any) -> Any:
    """Lists and flags as text for tables: words between semicolons, criteria as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        plain = all(isinstance(item, str) for item in value)
        return ";".join(value) if plain else json.dumps(value, ensure_ascii=False)
    return value


def _write_csv(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    count = 0
    # With a BOM: without it Excel opens UTF-8 as GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for line in lines:
            writer.writerow([safe_cell(_as_text(value)) for value in line])
            count += 1
    return count


def _write_jsonl(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            item = {name: _json(value) for name, value in zip(headings, line, strict=True)}
            file.write(json.dumps({n: v for n, v in item.items() if v is not None}, ensure_ascii=False))
            file.write("\n")
            count += 1
    return count


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return guarded_cell(value)


def _write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    import xlsxwriter  # late: only exports to Excel pay for it

    # Text stays text: "=1+1" is no formula and a code of digits no number.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headings)
    count = 0
    for count, line in enumerate(lines, start=1):
        for position, value in enumerate(line):
            _write_cell(sheet, count, position, guarded_cell(_as_text(value)))
    book.close()
    return count


def _write_cell(sheet: Any, line: int, position: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, position, value)
    elif value is not None:
        sheet.write_number(line, position, value)


_WRITERS: Final[Mapping[str, Write]] = {"csv": _write_csv, "xlsx": _write_xlsx, "jsonl": _write_jsonl}
