"""What every command and job stands on: the settings, the database and the clock, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import click
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from matcher.settings import Settings
from matcher.storage.db import connect, reading, sessions

Clock = Callable[[], datetime]

# Why so short: a process that waits inside SQLite cannot answer SIGTERM; it asks again instead.
PATIENCE_MILLISECONDS = 2_000


def utc_now() -> datetime:
    """The one clock of the jobs."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Wiring:
    """Handed down to everything; nothing below makes its own engine or reads its own clock."""

    settings: Settings
    engine: sa.Engine
    clock: Clock = utc_now

    @property
    def transactions(self) -> sessionmaker[Session]:
        """``with wiring.transactions.begin() as session`` is one transaction."""
        return sessions(self.engine)

    @property
    def views(self) -> sessionmaker[Session]:
        """Sessions that only read, and take no write lock."""
        return sessions(reading(self.engine))


def wire(settings: Settings | None = None, *, patient: bool = True) -> Wiring:
    """Connect to the database of `settings` (of the environment by default). Opens nothing yet.

    `patient=False` is for the timetable: it waits two seconds for a locked SQLite file, not thirty.
    """
    given = Settings.from_env() if settings is None else settings
    engine = connect(given.database_url)
    if not patient and engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _impatient)
    command = click.get_current_context(silent=True)
    if command is not None:
        command.call_on_close(engine.dispose)  # a command leaves no connection open behind it
    return Wiring(given, engine)


def _impatient(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.cursor().execute(f"PRAGMA busy_timeout={PATIENCE_MILLISECONDS}")
