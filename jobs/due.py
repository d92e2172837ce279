"""What should have run by now and has not: read from the rows, so that no downtime can lose it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import importing
from jobs.catalog import Job
from jobs.timetable import last_slot
from jobs.wiring import Wiring
from matcher.domain.job import UNFINISHED, JobName, RunState
from matcher.services import own_risk, policy_news
from matcher.settings import Settings
from matcher.storage import runs
from matcher.storage.enterprises import Enterprise
from matcher.storage.leases import Publication, Run
from matcher.storage.outbox import Touched
from matcher.storage.take_ups import overdue

TIMETABLE: Final = "timetable"
CATCH_UP: Final = "catch-up"
SETTLED: Final = UNFINISHED | {RunState.SUCCEEDED, RunState.CANCELLED}
LONGEST_PAUSE: Final = timedelta(days=1)


def request_what_is_missing(wiring: Wiring, job: Job, now: datetime) -> str | None:
    """Ask for the run that the last slot should have brought. One run a slot; a failed one again later.

    Many slots missed are one run. Returns the id of the new run.
    """
    line = job.timetable(wiring.settings)
    slot = None if line is None else last_slot(line, now)
    if slot is None:
        return None
    with wiring.views() as view:
        if not _is_missing(view, job, slot, now, wiring.settings):
            return None
    with wiring.transactions.begin() as session:
        run = runs.request_run(session, job.name, TIMETABLE, now, slot=slot)
        if run is None:
            run = _catch_up(session, job, slot, now, wiring.settings)
        return None if run is None else run.run_id


def _catch_up(session: Session, job: Job, slot: datetime, now: datetime, settings: Settings) -> Run | None:
    """One more run for a slot that has had one. Looked at again under the lock of the slot's row.

    Between the first look and the request another may have asked for the slot.
    """
    session.execute(sa.select(Run.run_id).where(Run.job == job.name, Run.slot == slot).with_for_update())
    if not _is_missing(session, job, slot, now, settings):
        return None
    return runs.request_run(session, job.name, CATCH_UP, now)


def _is_missing(session: Session, job: Job, slot: datetime, now: datetime, settings: Settings) -> bool:
    if job.name == JobName.RECOMPUTE and session.scalar(sa.select(Enterprise.enterprise_id).limit(1)) is None:
        return False  # nothing to compute from yet
    if job.name == JobName.REFRESH and not _has_news(session):
        return False  # so a quiet day leaves no runs
    if job.name == JobName.POLICIES and not _policies_wait(session, now):
        return False
    if job.name == JobName.TAKE_UPS and not overdue(session, now):
        return False
    if job.name == JobName.LEARN_RISK and not own_risk.waiting(session):
        return False
    if job.name == JobName.IMPORT and not importing.awaited(session, settings, now):
        return False
    since = _since(session, job, slot, now)
    if any(run.state in SETTLED for run in since):
        return False
    pause = timedelta(seconds=settings.retry_seconds)
    failed_at = max((run.finished_at for run in since if run.finished_at is not None), default=None)
    return failed_at is None or now >= failed_at + min(pause * 2 ** min(len(since) - 1, 20), LONGEST_PAUSE)


def _has_news(session: Session) -> bool:
    """Whether something has changed since what is published. Before the first there is no refresh."""
    published = session.scalar(sa.select(Publication.generation).limit(1)) is not None
    return published and session.scalar(sa.select(Touched.seq).limit(1)) is not None


def _policies_wait(session: Session, now: datetime) -> bool:
    published = session.scalar(sa.select(Publication.generation).limit(1)) is not None
    return published and policy_news.waiting(session, now)


def _since(session: Session, job: Job, slot: datetime, now: datetime) -> list[Run]:
    """Runs that answer the slot. One that a wrong clock put into the future does not count for ever."""
    waiting = Run.state.in_([state.value for state in UNFINISHED])
    after = sa.and_(Run.started_at >= slot, Run.started_at <= now)
    answers = sa.or_(waiting, Run.slot == slot, after)
    return list(session.scalars(sa.select(Run).where(Run.job == job.name, answers)))
