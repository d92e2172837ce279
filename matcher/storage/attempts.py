"""How often something was tried in the last minute, counted by all hosts of one database together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, upsert

WINDOW: Final = timedelta(minutes=1)
KEPT: Final = timedelta(hours=1)


class Attempt(Base):
    """The last moments (ISO, oldest first) of one key: a digest of what is counted, never its name."""

    __tablename__ = "attempts"
    key: Mapped[str] = mapped_column(primary_key=True)
    moments: Mapped[list[str]]
    touched_at: Mapped[datetime] = mapped_column(index=True)


def take(session: Session, key: str, most: int, now: datetime) -> datetime | None:
    """Count one (None), or say when the next is free because `most` lie within the last minute.

    Of many that try at once, on whatever host, exactly `most` are counted. Commit at once: others wait.
    """
    row = _locked(session, key, now)
    recent = [moment for moment in row.moments if datetime.fromisoformat(moment) > now - WINDOW]
    if len(recent) >= most:
        return datetime.fromisoformat(recent[-most]) + WINDOW
    row.moments, row.touched_at = [*recent, now.isoformat()], now
    return None


def give_back(session: Session, key: str, now: datetime) -> None:
    """Take back the one that was counted at `now`: it turned out to be right."""
    row = _locked(session, key, now)
    left = list(row.moments)
    if now.isoformat() in left:
        left.remove(now.isoformat())
    row.moments = left


def _locked(session: Session, key: str, now: datetime) -> Attempt:
    first = upsert(session, Attempt).values(key=key, moments=[], touched_at=now)
    made = session.execute(first.on_conflict_do_nothing().returning(Attempt.key)).first()
    if made is not None:  # the table stays as large as an hour's keys
        session.execute(sa.delete(Attempt).where(Attempt.touched_at < now - KEPT))
    return session.scalars(sa.select(Attempt).where(Attempt.key == key).with_for_update()).one()
