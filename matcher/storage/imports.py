"""Imports and their staging area: rows that are checked and wait beside the others to be promoted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.domain.imports import UNDER_WAY, ImportState
from matcher.storage.db import Base


class Import(Base):
    """One import: who sent which files, how far it is, and at the end its report.

    `attempt` grows whenever somebody begins to check it, so that one who was away too long stages
    nothing more. `done` and `total` count rows, first checked ones, then promoted ones.
    """

    __tablename__ = "imports"
    import_id: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    account_id: Mapped[str]
    role: Mapped[str]
    scope: Mapped[str]
    state: Mapped[str] = mapped_column(default=ImportState.RECEIVED.value, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    files: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    stage_began_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class StagedChunk(Base):
    """Some hundred rows that stood up to every check, as compressed JSON; gone once they are promoted."""

    __tablename__ = "staged_chunks"
    import_id: Mapped[str] = mapped_column(sa.ForeignKey("imports.import_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[int]
    payload: Mapped[bytes] = mapped_column(sa.LargeBinary())


# Queries. Each runs one statement.


def by_id(session: Session, import_id: str) -> Import | None:
    """The import with this id."""
    return session.get(Import, import_id)


def locked(session: Session, import_id: str) -> Import | None:
    """The same as it stands now, and nobody else changes it before this transaction ends."""
    statement = sa.select(Import).where(Import.import_id == import_id).with_for_update()
    return session.scalar(statement, execution_options={"populate_existing": True})


def under_way(session: Session) -> Sequence[Import]:
    """Imports that have not come to an end, oldest first."""
    statement = sa.select(Import).where(Import.state.in_([state.value for state in UNDER_WAY]))
    return session.scalars(statement.order_by(Import.received_at, Import.import_id)).all()


def newest_of(session: Session, account_id: str, n: int) -> Sequence[Import]:
    """The newest `n` imports of an account, newest first."""
    mine = sa.select(Import).where(Import.account_id == account_id)
    return session.scalars(mine.order_by(Import.received_at.desc(), Import.import_id).limit(n)).all()


def chunk(session: Session, import_id: str, position: int) -> bytes:
    """The payload of one chunk. Raises NoResultFound."""
    picked = sa.select(StagedChunk.payload)
    return session.scalars(
        picked.where(StagedChunk.import_id == import_id, StagedChunk.position == position)
    ).one()


def first_chunk(session: Session, import_id: str) -> StagedChunk | None:
    """The chunk that is to be promoted next; None when all are."""
    mine = sa.select(StagedChunk).where(StagedChunk.import_id == import_id)
    return session.scalar(mine.order_by(StagedChunk.position).limit(1))


def staged_lines(session: Session, import_id: str) -> int:
    """How many lines of files the staged chunks stand for."""
    counted = sa.select(sa.func.coalesce(sa.func.sum(StagedChunk.lines), 0))
    return int(session.scalar(counted.where(StagedChunk.import_id == import_id)) or 0)


def ended_with_chunks(session: Session) -> Sequence[str]:
    """Imports that have ended and yet have something in the staging area."""
    left = sa.select(StagedChunk.import_id).where(StagedChunk.import_id == Import.import_id).exists()
    ended = Import.state.not_in([state.value for state in UNDER_WAY])
    return session.scalars(sa.select(Import.import_id).where(ended, left)).all()


def forget_chunks(session: Session, import_id: str, most: int) -> int:
    """Remove up to `most` chunks of an import, whatever is in them. Gives how many there were."""
    mine = sa.select(StagedChunk.position).where(StagedChunk.import_id == import_id)
    some = mine.order_by(StagedChunk.position).limit(most)
    gone = sa.delete(StagedChunk).where(StagedChunk.import_id == import_id, StagedChunk.position.in_(some))
    return int(
        getattr(session.execute(gone, execution_options={"synchronize_session": "fetch"}), "rowcount", 0)
    )
