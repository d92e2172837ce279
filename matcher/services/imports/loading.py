"""A chunk of good rows -> the database: what is new, what has changed, what was there already.

An empty cell says nothing: it never erases what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.kinds import Kind
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.report import FileReport
from matcher.services.imports.rules import before_update, on_insert
from matcher.storage import Base
from matcher.storage.enterprises import Enterprise

# A yuan taken for ten thousand, or the other way round, since last time.
_SLIP = (5_000, 20_000)
Stored = Mapping[tuple[Any, ...], sa.RowMapping]


def identify_enterprises(session: Session, reader: LineReader, rows: Sequence[Row]) -> None:
    """Give enterprises without an identifier that of their code: the known one, else the code itself.

    Blames a code that another enterprise has.
    """
    codes = {row.values["code"] for row in rows if row.values.get("code") is not None}
    picked = sa.select(Enterprise.code, Enterprise.enterprise_id).where(Enterprise.code.in_(codes))
    found = session.execute(picked).all() if codes else []
    owners: dict[str | None, str] = {row.code: row.enterprise_id for row in found}
    for row in rows:
        code = row.values.get("code")
        if row.values.get("enterprise_id") is None:
            row.values["enterprise_id"] = owners.get(code, code)
        if code is not None:
            owner = owners.setdefault(code, row.values["enterprise_id"])
            if owner != row.values["enterprise_id"]:
                reader.blame_field(row, "code", BadValueError("code_taken", owner=owner))


def stored_rows(session: Session, kind: Kind, rows: Sequence[Row]) -> Stored:
    """The rows of the chunk that are in the database already, by key."""
    table = table_of(kind.mapped)
    keys = [tuple(row.values[name] for name in kind.key) for row in rows]
    columns = [table.c[name] for name in kind.key]
    wanted: sa.ColumnElement[bool] = sa.tuple_(*columns).in_(keys)
    if len(columns) == 1:
        wanted = columns[0].in_([key[0] for key in keys])
    found = session.execute(sa.select(table).where(wanted)).mappings()
    return {tuple(row[name] for name in kind.key): row for row in found}


def blame_slips(reader: LineReader, rows: Sequence[Row], stored: Stored) -> None:
    """Hold rows whose money is some ten thousand times more or less than what is known."""
    fields = [feed.column.field for feed in reader.plan.feeds if feed.column.reads == "money"]
    for row in rows:
        known = stored.get(tuple(row.values[name] for name in reader.plan.kind.key))
        for name in fields if known is not None else ():
            now, before = row.values[name], known[name] if known is not None else None
            if now and before and _SLIP[0] <= max(now / before, before / now) <= _SLIP[1]:
                bad = BadValueError("money_slip", Severity.HELD, before=before / 100, now=now / 100)
                reader.blame_field(row, name, bad)


def load(
    session: Session, kind: Kind, rows: Sequence[Row], stored: Stored, stamp: tuple[Actor, datetime]
) -> FileReport:
    """Insert what is new, update what has changed; counts of both and of the rest."""
    actor, now = stamp
    done = FileReport("", kind.name)
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    for row in rows:
        known = stored.get(tuple(row.values[name] for name in kind.key))
        if known is None:
            inserts.append(row.values)
            continue
        before_update(kind.name, row.values, known)
        if changes := {n: v for n, v in row.values.items() if v is not None and known[n] != v}:
            updates.append({name: known[name] for name in row.values} | changes)
        else:
            done.unchanged += 1
    _insert(session, kind, inserts, on_insert(kind.name, actor, now), now)
    _update(session, kind, updates, now)
    done.new, done.changed = len(inserts), len(updates)
    return done


def _insert(
    session: Session, kind: Kind, rows: list[dict[str, Any]], extra: Mapping[str, Any], now: datetime
) -> None:
    if not rows:
        return
    table = table_of(kind.mapped)
    stamp = dict(extra) | ({"updated_at": now} if "updated_at" in table.c else {})
    defaults = {name: _default(table.c[name]) for name in rows[0] if table.c[name].default is not None}
    for row in rows:
        row.update(stamp)
        row.update({name: default for name, default in defaults.items() if row[name] is None})
    session.execute(sa.insert(table), rows)


def _update(session: Session, kind: Kind, rows: list[dict[str, Any]], now: datetime) -> None:
    if not rows:
        return
    table = table_of(kind.mapped)
    fields = [name for name in rows[0] if name not in kind.key]
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in fields}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    if "updated_at" in table.c:
        values["updated_at"] = now
    here = (table.c[name] == sa.bindparam(f"key_{name}") for name in kind.key)
    prefixed = [{f"{'key' if n in kind.key else 'new'}_{n}": v for n, v in row.items()} for row in rows]
    session.execute(sa.update(table).where(*here).values(values), prefixed)


def _default(column: sa.Column[Any]) -> Any:
    default = cast("Any", column.default)
    return default.arg(None) if default.is_callable else default.arg


def table_of(mapped: type[Base]) -> sa.Table:
    """The table behind a mapped class."""
    return cast("sa.Table", mapped.__table__)
