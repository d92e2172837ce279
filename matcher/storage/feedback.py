"""Introductions: a suggestion that somebody acted on, and how far it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.storage.db import Base


class Introduction(Base):
    """One introduction of a seller to a need. `state` climbs the ladder of domain.case."""

    __tablename__ = "introductions"
    introduction_id: Mapped[str] = mapped_column(primary_key=True)
    need_id: Mapped[str] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    snapshot_id: Mapped[str | None]
    score: Mapped[float | None]
    state: Mapped[str] = mapped_column(default="introduced")
    steps: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    reason: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
