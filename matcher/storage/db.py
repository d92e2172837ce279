"""The database: one setting, two engines. SQLite runs WAL with full syncs; writers begin IMMEDIATE."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

BUSY_MILLISECONDS = 30_000
AT_ONCE = 1000

# Why FULL: with NORMAL a power cut loses every acknowledged write since the last checkpoint.
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
)

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both engines. A naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of all mapped classes. Text is str, moments are UtcDateTime, lists and objects are JSON."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: sa.Text(),
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        datetime: UtcDateTime(),
        list[str]: sa.JSON(),
        dict[str, Any]: sa.JSON(),
    }


def connect(url: str) -> sa.Engine:
    """An engine for `url`; the folder of an SQLite file is made, private to its owner. Opens nothing yet."""
    parsed = sa.make_url(url)
    dump = _dump_json
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, json_serializer=dump)
    if parsed.database and parsed.database != ":memory:":
        _make_private_folder(parsed.database)
    engine = sa.create_engine(parsed, json_serializer=dump)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def reading(engine: sa.Engine) -> sa.Engine:
    """The same engine for work that only reads: on SQLite it takes no write lock."""
    return engine.execution_options(readonly=True)


def sessions(engine: sa.Engine) -> sessionmaker[Session]:
    """A factory of sessions on `engine`: ``with factory.begin() as session`` is one transaction."""
    return sessionmaker(engine, expire_on_commit=False)


def upsert(session: Session, mapped: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the session's engine that knows ON CONFLICT; both engines spell it alike."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(mapped)
    return postgresql.insert(mapped)


def chunks(keys: Collection[str]) -> Iterator[list[str]]:
    """The keys in order, at most AT_ONCE at a time: a statement holds 32,766 values on SQLite."""
    wanted = sorted(keys)
    return (wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE))


def _dump_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _make_private_folder(database: str) -> None:
    Path(database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred, and two deferred writers lose updates: we begin by hand.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: sa.Connection) -> None:
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
