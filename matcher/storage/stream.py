"""Reading whole tables in the order of their key, a chunk at a time, with memory that stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.storage.db import Base

CHUNK = 5_000


def stream(
    session: Session,
    mapped: type[Base],
    columns: Sequence[str] | None = None,
    chunk: int = CHUNK,
    after: Sequence[Any] | None = None,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> Iterator[list[sa.Row[Any]]]:
    """Lists of at most `chunk` rows, ordered by primary key, from the one behind `after`,
    of those that meet `where`.

    Rows are plain (no mapped objects are made): all columns, or those named. Each chunk is one
    statement that begins where the last ended, so no cursor stays open.
    """
    table = mapped.__table__
    key = list(sa.inspect(mapped).primary_key)
    names = [column.key for column in table.columns] if columns is None else list(columns)
    # The key goes along at the end to know where to go on; callers see their columns first.
    picked = [table.c[name] for name in names] + [column.label(f"_{column.key}") for column in key]
    statement = sa.select(*picked).where(*where).order_by(*key).limit(chunk)
    while True:
        rest = statement if after is None else statement.where(_behind(key, after))
        rows = list(session.execute(rest))
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        after = tuple(rows[-1][len(names) :])


def _behind(key: Sequence[sa.ColumnElement[Any]], after: Sequence[Any]) -> sa.ColumnElement[bool]:
    position = [sa.literal(value, column.type) for value, column in zip(after, key, strict=True)]
    behind: sa.ColumnElement[bool] = sa.tuple_(*key) > sa.tuple_(*position)
    if len(key) == 1:
        behind = key[0] > position[0]
    return behind
