"""Rows as the lines of an export: the headings that import reads, money in yuan, moments as ISO text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.services.imports.kinds import Column, Kind
from matcher.storage.enterprises import Enterprise
from matcher.storage.stream import stream


def exported_columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of an export: each field once, under the first heading that fills it."""
    first = {column.field: column for column in reversed(kind.columns)}
    return tuple(column for column in kind.columns if first[column.field] is column)


def heading(column: Column) -> str:
    """The heading of a column; money names its unit."""
    return f"{column.name}_yuan" if column.reads == "money" else column.name


def lines(
    session: Session, kind: Kind, columns: Sequence[Column], station_id: str | None
) -> Iterator[Sequence[Any]]:
    """All rows of a kind, or those of one station, in the order of their key; streamed."""
    where = [] if station_id is None else _own(kind, station_id)
    if kind.name in ("fairs", "events"):
        is_fair = kind.mapped.__table__.c.kind == "fair"
        where.append(is_fair if kind.name == "fairs" else sa.not_(is_fair))
    for rows in stream(session, kind.mapped, [column.field for column in columns], where=where):
        for row in rows:
            yield [_plain(column, value) for column, value in zip(columns, row, strict=False)]


def _own(kind: Kind, station_id: str) -> list[sa.ColumnElement[bool]]:
    """The condition that a row belongs to the station; either side of a deal is enough."""
    table = kind.mapped.__table__
    if "station_id" in table.c:
        return [table.c.station_id == station_id]
    mine = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == station_id)
    sides = [table.c[column.field].in_(mine) for column in kind.columns if column.reads == "enterprise"]
    return [sa.or_(*sides)] if sides else []


def _plain(column: Column, value: Any) -> Any:
    """A stored value as JSON would hold it: money in yuan, moments and days as ISO text."""
    if value is None:
        return None
    if column.reads == "money":
        return Decimal(value) / 100
    return value.isoformat() if isinstance(value, date) else value
