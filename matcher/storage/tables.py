"""Many new rows at once, past the mapped classes: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.storage.db import Base


def table_of(mapped: type[Base]) -> sa.Table:
    """The table behind a mapped class."""
    return cast("sa.Table", mapped.__table__)


def copy_rows(
    session: Session,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    constants: Mapping[str, Any],
) -> None:
    """Insert rows of plain values (days and moments may be ISO text), each followed by the constants.

    Raises IntegrityError; whoever wants to go on afterwards has set a savepoint.
    """
    names = [*columns, *constants]
    writes = [_writer(session, table.c[name]) for name in names]
    changing = [(place, write) for place, write in enumerate(writes[: len(columns)]) if write is not None]
    tail = tuple(
        _written(write, v) for write, v in zip(writes[len(columns) :], constants.values(), strict=True)
    )
    lines = [(*_line(row, changing), *tail) for row in rows]
    quoted = ", ".join(f'"{name}"' for name in names)
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})'  # noqa: S608  names of ours
        session.connection().exec_driver_sql(statement, lines)
        return
    _copy(session, f'COPY "{table.name}" ({quoted}) FROM STDIN', lines)


def _copy(session: Session, statement: str, lines: Sequence[tuple[Any, ...]]) -> None:
    import psycopg

    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for line in lines:
                copy.write_row(line)
    except psycopg.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error


def _line(row: Sequence[Any], changing: Sequence[tuple[int, Callable[[Any], Any]]]) -> Sequence[Any]:
    if not changing:
        return row
    line = list(row)
    for place, write in changing:
        line[place] = _written(write, line[place])
    return line


def _written(write: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if write is None or value is None else write(value)


def _writer(session: Session, column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """How the driver wants a column's values, where that is not as they are."""
    kind = column.type
    if isinstance(kind, sa.JSON):
        return lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True)
    if kind.python_type is datetime:
        sqlite = session.get_bind().dialect.name == "sqlite"
        return _naive if sqlite else _moment
    return _day if kind.python_type is date else None


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _moment(value: datetime | str) -> str:
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    if read.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return read.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")


def _naive(value: datetime | str) -> str:
    return _moment(value).removesuffix("+00:00")  # as SQLAlchemy keeps moments in SQLite
