"""What an enterprise has agreed to show, to whom, for what, until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Consent(Base):
    """One grant to one party for one purpose. Revoking sets `revoked_at`; rows are never deleted."""

    __tablename__ = "consents"
    __table_args__ = (
        sa.Index("ix_consents_stamp", "grantee", "purpose", "revoked_at"),
        sa.Index("ix_consents_grant", "enterprise_id", "grantee", "purpose"),
    )
    consent_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"))
    grantee: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    fields: Mapped[list[str]]
    granted_by: Mapped[str]
    proof: Mapped[str | None]
    granted_at: Mapped[datetime]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    reason: Mapped[str | None]


# Queries. Each runs one statement.


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """The condition that a grant holds at `now`: begun, not over (`valid_to` is excluded), not revoked."""
    unrevoked = sa.or_(Consent.revoked_at.is_(None), Consent.revoked_at > now)
    return sa.and_(Consent.valid_from <= now, Consent.valid_to > now, unrevoked)


def granted(
    session: Session, enterprise_id: str, grantee: str, purpose: str, now: datetime
) -> Sequence[Consent]:
    """What an enterprise lets `grantee` see for `purpose` at `now`; their fields add up."""
    named = (Consent.enterprise_id == enterprise_id, Consent.grantee == grantee)
    statement = sa.select(Consent).where(*named, Consent.purpose == purpose, in_force(now))
    return session.scalars(statement.order_by(Consent.consent_id)).all()


Stamp: TypeAlias = tuple[int, int, datetime | None]
Grant: TypeAlias = tuple[str, list[str], datetime, datetime, datetime | None]


def stamp(session: Session, grantee: str, purpose: str) -> Stamp:
    """What changes with every grant and every withdrawal: how many, and the newest. Index only.

    Rows are never deleted, so a count tells of every grant, also of one that is committed late.
    """
    to_them = (Consent.grantee == grantee, Consent.purpose == purpose)
    withdrawn = (*to_them, Consent.revoked_at.is_not(None))
    counted = [sa.select(sa.func.count()).where(*which).scalar_subquery() for which in (to_them, withdrawn)]
    newest = sa.select(sa.func.max(Consent.revoked_at)).where(*withdrawn).scalar_subquery()
    row = session.execute(sa.select(*counted, newest)).one()
    return row[0], row[1], row[2]


def grants_to(session: Session, grantee: str, purpose: str) -> Sequence[Grant]:
    """All grants to one party for one purpose over or not: enterprise, fields, from, to, revoked."""
    asked = sa.select(
        Consent.enterprise_id, Consent.fields, Consent.valid_from, Consent.valid_to, Consent.revoked_at
    )
    rows = session.execute(asked.where(Consent.grantee == grantee, Consent.purpose == purpose))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def granted_by(
    session: Session, grantee: str, purpose: str, enterprise_ids: Collection[str], now: datetime
) -> Sequence[Consent]:
    """The grants of these enterprises to one party for one purpose that hold at `now`."""
    named = (
        Consent.enterprise_id.in_(enterprise_ids),
        Consent.grantee == grantee,
        Consent.purpose == purpose,
    )
    statement = sa.select(Consent).where(*named, in_force(now))
    return session.scalars(statement.order_by(Consent.enterprise_id, Consent.consent_id)).all()


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[Consent]:
    """Every grant an enterprise ever made, newest first, revoked and expired ones too."""
    statement = sa.select(Consent).where(Consent.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Consent.granted_at.desc(), Consent.consent_id)).all()


def of_grantee(session: Session, grantee: str) -> Sequence[Consent]:
    """Every grant ever made to one party, newest first, revoked and expired ones too."""
    statement = sa.select(Consent).where(Consent.grantee == grantee)
    return session.scalars(statement.order_by(Consent.granted_at.desc(), Consent.consent_id)).all()
