"""How callers above open transactions: one to write, one that only reads; and when the database is away."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session as Session
from sqlalchemy.orm import sessionmaker

from matcher.storage.db import connect, reading, sessions


@dataclass(frozen=True)
class Transactions:
    """``with store.writing.begin() as session`` is one transaction that may change rows."""

    engine: sa.Engine
    writing: sessionmaker[Session]
    reading: sessionmaker[Session]

    @classmethod
    def open(cls, url: str) -> Transactions:
        """Connect to the database at `url`. Nothing is read yet."""
        return cls.on(connect(url))

    @classmethod
    def on(cls, engine: sa.Engine) -> Transactions:
        """Sessions on an engine that stands already."""
        return cls(engine, sessions(engine), sessions(reading(engine)))

    def close(self) -> None:
        """Give all connections back, e.g. before a process forks."""
        self.engine.dispose()


def is_away(error: BaseException) -> bool:
    """Whether the database could not serve: locked, full, stopped, or out of connections. Try later."""
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError)
