"""Relations that a party contests: who, when, why, and how it was settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base
from matcher.storage.enterprises import Relation

UPHELD: Final = "upheld"  # the relation holds again
REMOVED: Final = "removed"


class Contest(Base):
    """One objection to the relation (a, b, kind). The relation stays written, marked, and out of force."""

    __tablename__ = "relation_contests"
    contest_id: Mapped[str] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    b: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    kind: Mapped[str]
    party: Mapped[str]  # the enterprise in whose name it is contested
    reason: Mapped[str]
    at: Mapped[datetime]
    role: Mapped[str]
    account_id: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    outcome: Mapped[str | None]
    said: Mapped[str | None]


# Queries. Each runs one statement.


def relations_of(session: Session, enterprise_id: str) -> Sequence[Relation]:
    """Every relation of an enterprise, ended and contested ones included."""
    either = sa.or_(Relation.a == enterprise_id, Relation.b == enterprise_id)
    return session.scalars(
        sa.select(Relation).where(either).order_by(Relation.kind, Relation.a, Relation.b)
    ).all()


def relation(session: Session, a: str, b: str, kind: str) -> Relation | None:
    """The relation of this kind between the two, whichever way round it was written."""
    pair = sa.or_(sa.and_(Relation.a == a, Relation.b == b), sa.and_(Relation.a == b, Relation.b == a))
    return session.scalars(sa.select(Relation).where(pair, Relation.kind == kind)).first()


def contests_of(session: Session, enterprise_ids: Collection[str]) -> Sequence[Contest]:
    """Objections to relations of these enterprises, newest first."""
    either = sa.or_(Contest.a.in_(enterprise_ids), Contest.b.in_(enterprise_ids))
    return session.scalars(
        sa.select(Contest).where(either).order_by(Contest.at.desc(), Contest.contest_id)
    ).all()


def open_contest(session: Session, a: str, b: str, kind: str) -> Contest | None:
    """The objection that has not been settled."""
    same = (Contest.a == a, Contest.b == b, Contest.kind == kind, Contest.settled_at.is_(None))
    return session.scalars(sa.select(Contest).where(*same)).first()


def ended(relation_row: Relation, today: date) -> bool:
    """Whether its last day is past."""
    return relation_row.until is not None and relation_row.until < today
