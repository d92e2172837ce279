"""One row a running job, with an expiry and a fencing number; the runs; and what was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.storage.db import Base


class Lease(Base):
    """Who may run `name` now. `fence` grows with every new holder and never shrinks."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[datetime]


class Run(Base):
    """One run of a job. `slot` is the timetable's moment it answers; one run a slot."""

    __tablename__ = "runs"
    __table_args__ = (sa.UniqueConstraint("job", "slot"),)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(index=True)
    slot: Mapped[datetime | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stage: Mapped[str | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)


class Publication(Base):
    """A published snapshot. The highest `generation` is the current one."""

    __tablename__ = "publications"
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    snapshot_id: Mapped[str] = mapped_column(unique=True)
    run_id: Mapped[str | None] = mapped_column(sa.ForeignKey("runs.run_id"))
    fence: Mapped[int]
    as_of: Mapped[datetime]
    published_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
