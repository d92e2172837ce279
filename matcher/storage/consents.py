"""What an enterprise has agreed to show, to whom, for what, until when."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.storage.db import Base


class Consent(Base):
    """One grant to one party for one purpose. Revoking sets `revoked_at`; rows are never deleted."""

    __tablename__ = "consents"
    consent_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
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
