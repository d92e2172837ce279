"""Merges and splits of enterprises: what was joined or parted, on what evidence, and how to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class IdentityChange(Base):
    """One merge or split. `moved` are the references that were turned from `other_id` to `kept_id`
    (a split: from `kept_id` to `other_id`); `before` are the fields of both as they were.
    """

    __tablename__ = "identity_changes"
    change_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    kept_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    other_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    evidence: Mapped[str]
    moved: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


# Queries. Each runs one statement.


def by_id(session: Session, change_id: str) -> IdentityChange | None:
    """The merge or split with this id."""
    return session.get(IdentityChange, change_id)


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[IdentityChange]:
    """What was merged into or split from an enterprise, newest first."""
    mine = sa.or_(IdentityChange.kept_id == enterprise_id, IdentityChange.other_id == enterprise_id)
    statement = sa.select(IdentityChange).where(mine)
    return session.scalars(statement.order_by(IdentityChange.made_at.desc(), IdentityChange.change_id)).all()
