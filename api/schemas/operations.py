"""Shapes of operations: health, snapshots, jobs, runs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Moment
from matcher.domain.job import JobName, RunState
from matcher.services.operations import JobNow
from matcher.storage.leases import Publication, Run


class Health(Answer):
    """The process answers."""

    status: Literal["ok"]


class Ready(Answer):
    """Database and snapshot are there. Anybody may ask, so neither its name nor its counts are told."""

    status: Annotated[
        Literal["ready", "degraded"],
        Field(description="Degraded: it answers, but is late, has an alarm, or nobody keeps the timetable"),
    ]
    as_of: Moment
    age_seconds: int
    late: Annotated[
        bool, Field(description="Older than it should be: the timetable stands, or its runs fail")
    ]
    timetable_silent: Annotated[
        bool,
        Field(description="The timetable was stopped, or has not renewed its lease as it should"),
    ]
    alarm: Annotated[str | None, Field(description="Why the newest snapshot is not the one in use")]


class SnapshotOut(Answer):
    """One publication."""

    generation: int
    snapshot_id: str
    as_of: Moment
    published_at: Moment
    counts: Annotated[dict[str, int], Field(description="Rows by table; operators only, else empty")]

    @classmethod
    def of(cls, row: Publication, counted: bool) -> SnapshotOut:
        """From its row; counts of rows are for those who look after the service."""
        counts = {name: value for name, value in row.counts.items() if isinstance(value, int)}
        return cls(
            generation=row.generation,
            snapshot_id=row.snapshot_id,
            as_of=row.as_of,
            published_at=row.published_at,
            counts=counts if counted else {},
        )


class Snapshots(Answer):
    """Publications, newest first."""

    items: list[SnapshotOut]


class RunOut(Answer):
    """One run of a job."""

    run_id: str
    job: JobName
    state: RunState
    requested_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    stage: str | None
    done: int
    total: int
    rate: Annotated[
        float | None, Field(description="Pieces of this stage a second; null before there are any")
    ]
    error: str | None
    cancel_requested: bool

    @classmethod
    def of(cls, row: Run) -> RunOut:
        """From its row."""
        return cls(
            run_id=row.run_id,
            job=JobName(row.job),
            state=RunState(row.state),
            requested_at=row.requested_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            stage=row.stage,
            done=row.done,
            total=row.total,
            rate=row.rate,
            error=row.error,
            cancel_requested=row.cancel_requested,
        )


class JobOut(Answer):
    """One job and its newest run."""

    name: JobName
    busy: bool
    newest: RunOut | None

    @classmethod
    def of(cls, job: JobNow) -> JobOut:
        """From the service's value."""
        newest = None if job.newest is None else RunOut.of(job.newest)
        return cls(name=job.name, busy=job.busy, newest=newest)


class Jobs(Answer):
    """All jobs."""

    items: list[JobOut]


class ProblemKind(Answer):
    """What a problem type means."""

    type: str
    code: str
    status: int
    title: str
    remedy: str
