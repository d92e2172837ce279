"""What a station writes into an enterprise's file by hand: notes, and documents by reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class CaseNote(Base):
    """A note, or a document: its title in `text`, where it is kept in `reference`. Never its content."""

    __tablename__ = "case_notes"
    note_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    need_id: Mapped[str | None] = mapped_column(sa.ForeignKey("needs.need_id"))
    text: Mapped[str]
    reference: Mapped[str | None]
    at: Mapped[datetime]
    account_id: Mapped[str]
    station_id: Mapped[str]


def of_enterprise(session: Session, enterprise_id: str, limit: int = 200) -> Sequence[CaseNote]:
    """The notes of a file, newest first; one statement."""
    statement = sa.select(CaseNote).where(CaseNote.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(CaseNote.note_id.desc()).limit(limit)).all()
