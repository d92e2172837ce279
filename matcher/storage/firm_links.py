"""One-time links by which a firm without a log-in comes to its own pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class FirmLink(Base):
    """A link: only the SHA-256 of its secret is kept. `account_id` is whom it lets in."""

    __tablename__ = "firm_links"
    link_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), index=True)
    digest: Mapped[bytes]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]  # when what it opened ends
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


# Queries. Each runs one statement.


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[FirmLink]:
    """An enterprise's links, newest first."""
    statement = sa.select(FirmLink).where(FirmLink.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(FirmLink.issued_at.desc(), FirmLink.link_id)).all()


def issued_since(session: Session, issued_by: str, since: datetime) -> int:
    """How many an account has issued since a moment."""
    mine = (FirmLink.issued_by == issued_by, FirmLink.issued_at > since)
    return session.scalar(sa.select(sa.func.count()).select_from(FirmLink).where(*mine)) or 0
