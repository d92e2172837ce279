"""Introductions: a suggestion that somebody acted on, and how far it came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, chunks


class Introduction(Base):
    """One introduction of a seller to a need. `state` climbs the ladder of domain.case.

    `parts` are the unweighted parts of the score at that moment, `table_version` the weights it was made
    with (0: shipped); None where the firm was newer than the snapshot.
    """

    __tablename__ = "introductions"
    introduction_id: Mapped[str] = mapped_column(primary_key=True)
    need_id: Mapped[str] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    snapshot_id: Mapped[str | None]
    score: Mapped[float | None]
    parts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    table_version: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="introduced")
    steps: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    reason: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


# Queries. Each runs one statement (of many needs one a thousand).


def by_id(session: Session, introduction_id: str) -> Introduction | None:
    """The introduction with this id."""
    return session.get(Introduction, introduction_id)


def of_need(session: Session, need_id: str) -> Sequence[Introduction]:
    """The introductions made for a need, oldest first."""
    statement = sa.select(Introduction).where(Introduction.need_id == need_id)
    return session.scalars(statement.order_by(Introduction.created_at, Introduction.introduction_id)).all()


def of_needs(session: Session, need_ids: Collection[str]) -> Sequence[Introduction]:
    """The introductions made for these needs, oldest first."""
    found: list[Introduction] = []
    for some in chunks(need_ids):
        found += session.scalars(sa.select(Introduction).where(Introduction.need_id.in_(some)))
    return sorted(found, key=lambda row: (row.created_at, row.introduction_id))


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[Introduction]:
    """The introductions in which an enterprise was the one proposed, oldest first."""
    statement = sa.select(Introduction).where(Introduction.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Introduction.created_at, Introduction.introduction_id)).all()
