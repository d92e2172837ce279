"""One row a running job, with an expiry and a fencing number; the runs; and what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.errors import LeaseLost
from matcher.storage.db import Base, upsert

# The lease of the timetable itself; its holder renews it several times within each of its terms.
TIMETABLE: Final = "scheduler"


class Lease(Base):
    """Who may run `name` now. `fence` grows with every new holder and never shrinks."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Holding:
    """A lease as its holder got it. A plain value: a row read anew shows the next holder's fence."""

    name: str
    holder: str
    fence: int
    expires_at: datetime


class Run(Base):
    """One run of a job. `slot` is the timetable's moment it answers; one run a slot.

    `done` of `total` pieces of `stage`, at `rate` pieces a second; None before there is a pace.
    """

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
    rate: Mapped[float | None]
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)


class Publication(Base):
    """A published snapshot. The highest `generation` is the current one.

    Going back to an older snapshot publishes it again under a new generation: readers never
    go back to a lower number.
    """

    __tablename__ = "publications"
    # Without it SQLite gives the number of a deleted last row out again.
    __table_args__ = {"sqlite_autoincrement": True}
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    snapshot_id: Mapped[str] = mapped_column(index=True)
    run_id: Mapped[str | None] = mapped_column(sa.ForeignKey("runs.run_id"))
    fence: Mapped[int]
    as_of: Mapped[datetime]
    published_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


def acquire(session: Session, name: str, holder: str, now: datetime, seconds: float) -> Holding | None:
    """Take the lease if it is free or has expired; None while somebody holds it.

    One statement, so of two that try at once exactly one wins on both engines. Commit at once:
    the others wait for the end of the transaction.
    """
    insert = upsert(session, Lease)
    expires_at = now + timedelta(seconds=seconds)
    statement = insert.values(name=name, holder=holder, fence=1, expires_at=expires_at)
    taken = statement.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": holder, "fence": Lease.fence + 1, "expires_at": expires_at},
        where=Lease.expires_at <= now,
    ).returning(Lease.fence)
    fence = session.scalar(taken)
    return None if fence is None else Holding(name, holder, fence, expires_at)


def renew(session: Session, name: str, fence: int, now: datetime, seconds: float) -> datetime:
    """Hold it longer; gives the new expiry. Raises LeaseLost where another has taken it."""
    expires_at = now + timedelta(seconds=seconds)
    held = sa.update(Lease).where(Lease.name == name, Lease.fence == fence)
    result = session.execute(held.values(expires_at=expires_at).returning(Lease.fence))
    if result.first() is None:
        raise LeaseLost("storage.lease_lost", name=name, fence=fence)
    return expires_at


def release(session: Session, name: str, fence: int, now: datetime) -> None:
    """Give it back. The row stays, so that the fence goes on growing. Harmless if it was lost."""
    held = sa.update(Lease).where(Lease.name == name, Lease.fence == fence)
    session.execute(held.values(expires_at=now))


def check_fence(session: Session, name: str, fence: int) -> None:
    """Raise LeaseLost unless `fence` is still the lease's; nobody can take it before this commits."""
    statement = sa.select(Lease.fence).where(Lease.name == name).with_for_update()
    if session.scalar(statement) != fence:
        raise LeaseLost("storage.lease_lost", name=name, fence=fence)


def publish(
    session: Session,
    lease: Holding,
    snapshot_id: str,
    moments: tuple[datetime, datetime],
    run_id: str | None = None,
    counts: dict[str, Any] | None = None,
) -> Publication:
    """Write the published row if `lease` is still held, in one transaction; raises LeaseLost otherwise.

    `moments` are the time of truth (`as_of`) and the time of publication.
    """
    check_fence(session, lease.name, lease.fence)
    as_of, published_at = moments
    row = Publication(
        snapshot_id=snapshot_id,
        run_id=run_id,
        fence=lease.fence,
        as_of=as_of,
        published_at=published_at,
        counts={} if counts is None else counts,
    )
    session.add(row)
    session.flush()
    return row


def publications(session: Session, limit: int | None = None) -> Sequence[Publication]:
    """What was published, newest first; the first is the current one."""
    statement = sa.select(Publication).order_by(Publication.generation.desc()).limit(limit)
    return session.scalars(statement).all()


def published_since(session: Session, moment: datetime) -> Sequence[Publication]:
    """What was published after `moment`, newest first."""
    statement = sa.select(Publication).where(Publication.published_at > moment)
    return session.scalars(statement.order_by(Publication.generation.desc())).all()


def current_publication(session: Session) -> Publication | None:
    """The publication with the highest generation; None before the first."""
    return next(iter(publications(session, limit=1)), None)
