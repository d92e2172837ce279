"""One staged chunk -> the rows, in one short transaction that always goes through.

Rows that were changed by somebody else since they were checked are not overwritten: they are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.services.imports.chunks import Change, Chunk, Key, key_of, typed
from matcher.services.imports.holding import entry_of_values
from matcher.services.imports.kinds import KINDS, Kind
from matcher.services.imports.rules import on_insert
from matcher.storage.db import upsert
from matcher.storage.enterprises import Building
from matcher.storage.held import HeldRow
from matcher.storage.tables import copy_rows, table_of

CHANGED_MEANWHILE: Final = "changed_meanwhile"


@dataclass
class Promoted:
    """What became of a chunk: rows written, and the lines that had to be held after all."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    late: list[int] = field(default_factory=list)


def promote(session: Session, chunk: Chunk, actor: Actor, now: datetime) -> Promoted:
    """Write the chunk's rows. Conflicts with what happened since the check are held, never raised."""
    kind = KINDS[chunk.kind]
    done = Promoted()
    _make_buildings(session, chunk.buildings)
    _hold(session, chunk.held, now)
    _insert(session, chunk, kind, (actor, now), done)
    _change(session, chunk, kind, now, done)
    _retell(session, chunk, kind)
    return done


def _retell(session: Session, chunk: Chunk, kind: Kind) -> None:
    """Remember lines that said what the rows say already; of rows that nobody changed meanwhile."""
    if not chunk.retold:
        return
    table = table_of(kind.mapped)
    here = (table.c[kind.key[0]] == sa.bindparam("this_key"), table.c.version == sa.bindparam("seen"))
    told = sa.update(table).where(*here).values(
        told_line=sa.bindparam("line"), told_version=table.c.version
    )  # fmt: skip
    rows = [{"this_key": key, "seen": version, "line": line} for key, version, line in chunk.retold]
    session.connection().execute(told, rows)


def _make_buildings(session: Session, buildings: list[dict[str, Any]]) -> None:
    if buildings:
        session.execute(upsert(session, Building).on_conflict_do_nothing(), buildings)


def _hold(session: Session, entries: Sequence[dict[str, Any]], now: datetime) -> None:
    if entries:
        unique = {entry["held_id"]: entry | {"held_at": now} for entry in entries}
        session.execute(upsert(session, HeldRow).on_conflict_do_nothing(), list(unique.values()))


def _insert(
    session: Session, chunk: Chunk, kind: Kind, stamp: tuple[Actor, datetime], done: Promoted
) -> None:
    if not chunk.inserts:
        return
    given, constants = given_and_constant(kind, chunk.columns, *stamp)
    try:
        with session.begin_nested():
            copy_rows(session, table_of(kind.mapped), chunk.columns, _filled(chunk, given), constants)
        done.new += len(chunk.inserts)
    except IntegrityError:
        _insert_singly(session, chunk, kind, stamp, done)


def _filled(chunk: Chunk, defaults: Mapping[str, Any]) -> list[list[Any]]:
    """The rows with a default in the place of what the file left open."""
    places = [(place, defaults[name]) for place, name in enumerate(chunk.columns) if name in defaults]
    for row in chunk.inserts:
        for place, default in places:
            if row[place] is None:
                row[place] = default
    return chunk.inserts


def given_and_constant(
    kind: Kind, columns: Sequence[str], actor: Actor, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Defaults of the columns that a file gives, and values that are the same for all its new rows."""
    table = table_of(kind.mapped)
    defaults = {c.name: _default(c) for c in table.columns if c.default is not None}
    constants = {name: value for name, value in defaults.items() if name not in columns}
    given = {name: value for name, value in defaults.items() if name in columns}
    for name, value in on_insert(kind.name, actor, now).items():
        (given if name in columns else constants)[name] = value
    if "updated_at" in table.c:
        constants["updated_at"] = now
    if "told_version" in table.c:
        constants["told_version"] = 1
    return given, constants


def _default(column: sa.Column[Any]) -> Any:
    default = cast("Any", column.default)
    return default.arg(None) if default.is_callable else default.arg


def _insert_singly(
    session: Session, chunk: Chunk, kind: Kind, stamp: tuple[Actor, datetime], done: Promoted
) -> None:
    """The slow way, taken where a row came in between: what is there and equal is no conflict."""
    table = table_of(kind.mapped)
    defaults, constants = given_and_constant(kind, chunk.columns, *stamp)
    for line, row in zip(chunk.insert_lines, _filled(chunk, defaults), strict=True):
        values = typed(kind, dict(zip(chunk.columns, row, strict=True)))
        try:
            with session.begin_nested():
                session.execute(sa.insert(table), values | constants)
            done.new += 1
        except IntegrityError:
            _settle(session, chunk, kind, (line, key_of(kind, values), values), stamp[1], done)


def _change(session: Session, chunk: Chunk, kind: Kind, now: datetime, done: Promoted) -> None:
    if not chunk.changes:
        return
    try:
        with session.begin_nested():
            for alike in _alike(chunk.changes):
                _update(session, kind, alike, now)
        done.changed += len(chunk.changes)
    except (IntegrityError, _StaleError):
        for change in chunk.changes:
            _change_singly(session, chunk, kind, change, now, done)


class _StaleError(Exception):
    """A row is no longer the one that was compared."""


def _change_singly(
    session: Session, chunk: Chunk, kind: Kind, change: Change, now: datetime, done: Promoted
) -> None:
    try:
        with session.begin_nested():
            _update(session, kind, [change], now)
        done.changed += 1
    except (IntegrityError, _StaleError):
        values = typed(kind, dict(change.fields))
        _settle(session, chunk, kind, (change.line, tuple(change.key), values), now, done)


def _settle(
    session: Session,
    chunk: Chunk,
    kind: Kind,
    row: tuple[int, Key, dict[str, Any]],
    now: datetime,
    done: Promoted,
) -> None:
    """A row that met another's: unchanged where both say the same, held otherwise."""
    line, key, values = row
    values.pop("told_line", None)
    table = table_of(kind.mapped)
    here = [table.c[name] == value for name, value in zip(kind.key, key, strict=True)]
    there = session.execute(sa.select(table).where(*here)).mappings().first()
    if there is not None and all(there[n] == v for n, v in values.items() if v is not None):
        done.unchanged += 1
        return
    named = dict(zip(kind.key, key, strict=True)) | values
    _hold(session, [entry_of_values(chunk.kind, chunk.file, line, named, CHANGED_MEANWHILE)], now)
    done.late.append(line)


def _alike(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes of the same fields together: one statement each."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(tuple(change.fields), []).append(change)
    return list(groups.values())


def _update(session: Session, kind: Kind, changes: Sequence[Change], now: datetime) -> None:
    table = table_of(kind.mapped)
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in changes[0].fields}
    here = [table.c[name] == sa.bindparam(f"key_{name}") for name in kind.key]
    if "version" in table.c:
        values["version"] = table.c.version + 1
        here.append(table.c.version == sa.bindparam("seen"))
    if "updated_at" in table.c:
        values["updated_at"] = now
    if "told_version" in table.c:
        values["told_version"] = table.c.version + 1
    rows = [_bound(kind, change) for change in changes]
    result = session.connection().execute(sa.update(table).where(*here).values(values), rows)
    if result.rowcount != len(changes):
        raise _StaleError


def _bound(kind: Kind, change: Change) -> dict[str, Any]:
    row = {f"new_{name}": value for name, value in typed(kind, dict(change.fields)).items()}
    row.update({f"key_{name}": value for name, value in zip(kind.key, change.key, strict=True)})
    if change.version is not None:
        row["seen"] = change.version
    return row
