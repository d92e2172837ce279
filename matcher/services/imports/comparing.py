"""Good rows against what is known: what is new, what changes, what is there already. Writes nothing.

Known is what the database holds and what the same import has staged before. An empty cell says
nothing: it never erases what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.chunks import Change, Chunk, Key, key_of
from matcher.services.imports.kinds import Kind
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.recognising import same_line, told_line
from matcher.services.imports.report import FileReport
from matcher.services.imports.rules import before_update
from matcher.services.imports.staging import Staging
from matcher.storage.enterprises import Enterprise
from matcher.storage.tables import table_of

Known = Mapping[Key, dict[str, Any]]


def identify_enterprises(session: Session, staging: Staging, reader: LineReader, rows: Sequence[Row]) -> None:
    """Give enterprises without an identifier that of their code: the known one, else the code itself.

    Blames a code that another enterprise has.
    """
    codes = {row.values["code"] for row in rows if row.values.get("code") is not None}
    picked = sa.select(Enterprise.code, Enterprise.enterprise_id).where(Enterprise.code.in_(codes))
    found = session.execute(picked).all() if codes else []
    owners: dict[Any, Any] = {row.code: row.enterprise_id for row in found}
    staged = staging.enterprises_by_code(codes)
    owners |= {code: values["enterprise_id"] for code, values in staged.items()}
    for row in rows:
        code = row.values.get("code")
        if row.values.get("enterprise_id") is None:
            row.values["enterprise_id"] = owners.get(code, code)
        if code is not None:
            owner = owners.setdefault(code, row.values["enterprise_id"])
            if owner != row.values["enterprise_id"]:
                reader.blame_field(row, "code", BadValueError("code_taken", owner=owner))


def known_rows(session: Session, staging: Staging, kind: Kind, rows: Sequence[Row]) -> Known:
    """The rows of the chunk that are in the database or staged already, by key, as they will be."""
    table = table_of(kind.mapped)
    keys = [key_of(kind, row.values) for row in rows]
    columns = [table.c[name] for name in kind.key]
    wanted: sa.ColumnElement[bool] = sa.tuple_(*columns).in_(keys)
    if len(columns) == 1:
        wanted = columns[0].in_([key[0] for key in keys])
    names = table.c.keys()
    rows_there = session.execute(sa.select(table).where(wanted))
    stored = (dict(zip(names, row, strict=True)) for row in rows_there)
    found = {key_of(kind, row): row for row in stored}
    for key, values in staging.rows(kind, keys).items():
        found[key] = {**found[key], **values} if key in found else _whole(table, values)
    return found


def _whole(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(table.c.keys()) | dict(values)


def blame_merged(reader: LineReader, rows: Sequence[Row], known: Known) -> None:
    """Hold rows of enterprises that turned out to be another's: somebody must say what is meant."""
    for row in rows:
        there = known.get(key_of(reader.plan.kind, row.values))
        into = None if there is None else there.get("merged_into")
        if into is not None and row.values.get("merged_into") != into:
            bad = BadValueError("merged_enterprise", Severity.HELD, into=into)
            reader.blame_field(row, reader.plan.kind.key[0], bad)


def drop_guarded(kind: Kind, rows: Sequence[Row], known: Known) -> None:
    """Leave out what a file of an officer's may not set: at all, or on a row that is there."""
    for column in kind.columns:
        if column.guard:
            for row in rows:
                there = column.guard == "house" or key_of(kind, row.values) in known
                if there and row.values.get(column.field) is not None:
                    row.values[column.field] = None


def compare(reader: LineReader, rows: Sequence[Row], known: Known, chunk: Chunk, counts: FileReport) -> None:
    """Put what is new and what changes into the chunk; count both and the rest."""
    kind = reader.plan.kind
    told = "told_line" in table_of(kind.mapped).c
    if rows:
        chunk.columns = [*rows[0].values, *(["told_line"] if told else ())]
    added: dict[Key, Mapping[str, Any]] = {}
    for row in rows:
        key = key_of(kind, row.values)
        there = added.get(key, known.get(key))
        if there is None:
            added[key] = _whole(table_of(kind.mapped), row.values)
            line = {"told_line": told_line(row)} if told else {}
            chunk.inserts.append([(row.values | line)[name] for name in chunk.columns])
            chunk.insert_lines.append(row.line)
            counts.new += 1
            continue
        before_update(kind.name, row.values, there)
        fields = {n: v for n, v in row.values.items() if v is not None and there[n] != v}
        if fields and not (told and _is_edited(reader, row, there, fields)):
            version = 1 if key in added else there.get("version")
            added[key] = {**there, **fields}
            line = {"told_line": told_line(row)} if told else {}
            chunk.changes.append(Change(row.line, list(key), version, fields | line))
            counts.changed += 1
            continue
        counts.unchanged += 1
        if told and not fields and key not in added and _is_retold(row, there):
            chunk.retold.append([key[0], there["version"], told_line(row)])


def _is_edited(reader: LineReader, row: Row, there: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether somebody's edit stands against this line, which says no more than it said before.

    A line that says something new is taken, and the report says that there had been an edit.
    """
    if there["told_version"] is None or there["told_version"] == there["version"]:
        return False
    old = row.digest is not None and there["told_line"] is not None and same_line(row, there["told_line"])
    given = [feed.column.field for feed in reader.plan.feeds if feed.column.field in fields]
    for name in dict.fromkeys(given):
        reason = "edited_since" if old else "edit_replaced"
        reader.blame_field(row, name, BadValueError(reason, Severity.NOTED))
    return old and bool(given)


def _is_retold(row: Row, there: Mapping[str, Any]) -> bool:
    return (there["told_line"], there["told_version"]) != (told_line(row), there["version"])
