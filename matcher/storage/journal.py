"""Append-only: who saw what, who changed what. A change and its line commit together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.domain.access import Actor
from matcher.storage.db import Base


class JournalLine(Base):
    """One act. `subject` is the enterprise concerned, so that it can be told who saw it."""

    __tablename__ = "journal"
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[str]
    role: Mapped[str]
    scope: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    subject: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, str, str | None],
    now: datetime,
    **detail: Any,
) -> JournalLine:
    """Add a line: `subject` is (object kind, object id, enterprise concerned or None)."""
    line = JournalLine(**_line(actor, action, subject, now, detail))
    session.add(line)
    return line


_APPEND: Final = sa.insert(JournalLine.__table__)  # type: ignore[arg-type]  # a mapped class's table is a Table


def append(
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, str, str | None],
    now: datetime,
    **detail: Any,
) -> None:
    """As `record`, written at once: what is read all day makes no object of its line."""
    session.execute(_APPEND, _line(actor, action, subject, now, detail))


def _line(
    actor: Actor, action: str, subject: tuple[str, str, str | None], now: datetime, detail: dict[str, Any]
) -> dict[str, Any]:
    kind, identifier, enterprise_id = subject
    return {
        "at": now,
        "account_id": actor.account_id,
        "role": actor.role.value,
        "scope": actor.scope,
        "action": action,
        "object_kind": kind,
        "object_id": identifier,
        "subject": enterprise_id,
        "detail": detail,
    }


def about(
    session: Session, enterprise_id: str, limit: int = 200, by: Actor | None = None
) -> Sequence[JournalLine]:
    """Who saw or changed what of an enterprise, newest first; `by`: the lines of this actor's party alone."""
    statement = sa.select(JournalLine).where(JournalLine.subject == enterprise_id)
    if by is not None:
        statement = statement.where(JournalLine.role == by.role.value, JournalLine.scope == by.scope)
    return session.scalars(statement.order_by(JournalLine.line_id.desc()).limit(limit)).all()
