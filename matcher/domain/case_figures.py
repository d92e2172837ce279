"""Figures of a station's cases that look no better for what is left open, hidden or closed on paper. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from matcher.domain.promise import Case, Due, Standing, answer_due, contact_due, standing

_HALF, _MOST = 0.5, 0.9


@dataclass(frozen=True)
class Stage:
    """How long until a stage, over all cases: those that have not come to it count as still waiting.

    `median` and `p90` are None where so many wait that nobody can tell yet.
    """

    reached: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True)
class CaseFigures:
    """Promised against kept. kept + late + overdue + running + withdrawn = opened."""

    opened: int
    kept: int
    late: int
    overdue: int
    running: int
    withdrawn: int
    unproven: int
    reopened: int
    confirmed: int
    contact_owed: int
    contact_kept: int
    rated: int
    satisfaction: float | None
    contacted: Stage
    introduced: Stage
    signed: Stage
    closed: Stage


def figures(cases: Sequence[Case], now: datetime) -> CaseFigures:
    """The figures of these cases at `now`."""
    stood = [(case, standing(case)) for case in cases]
    answers = Counter(answer_due(case, stands, now) for case, stands in stood)
    contacts = Counter(contact_due(case, stands, now) for case, stands in stood)
    owed = [(case, stands) for case, stands in stood if not stands.withdrawn]
    wrote = [(case, stands) for case, stands in owed if case.promise.contact_by is not None]
    rated = [stands.satisfaction for _, stands in stood if stands.satisfaction is not None]
    return CaseFigures(
        opened=len(cases),
        kept=answers[Due.KEPT],
        late=answers[Due.LATE],
        overdue=answers[Due.OVERDUE],
        running=answers[Due.SOON] + answers[Due.RUNNING],
        withdrawn=answers[None],
        unproven=sum(stands.unproven for _, stands in stood),
        reopened=sum(stands.reopened > 0 for _, stands in stood),
        confirmed=sum(stands.confirmed for _, stands in stood),
        contact_owed=contacts.total() - contacts[None],
        contact_kept=contacts[Due.KEPT],
        rated=len(rated),
        satisfaction=fmean(rated) if rated else None,
        contacted=_stage(wrote, lambda _, stands: stands.contacted_at, now),
        introduced=_stage(owed, lambda case, _: case.introduced_at, now),
        signed=_stage(owed, lambda case, _: case.signed_at, now),
        closed=_stage(owed, lambda _, stands: stands.answered_at, now),
    )


def waited(reached: Iterable[timedelta], waiting: Iterable[timedelta], part: float) -> timedelta | None:
    """The time within which `part` of all cases come to it, by Kaplan and Meier (JASA 53, 1958).

    `waiting` are the ages of cases that have not come to it: they were not quicker than that. None where the
    estimate does not go down so far yet.
    """
    at_risk = sorted([(time, 0) for time in reached] + [(time, 1) for time in waiting])
    left, among = 1.0, len(at_risk)
    for time, censored in at_risk:
        if not censored:
            left *= 1 - 1 / among
            if left <= 1 - part + 1e-12:
                return time
        among -= 1
    return None


def _stage(
    owed: Sequence[tuple[Case, Standing]],
    moment: Callable[[Case, Standing], datetime | None],
    now: datetime,
) -> Stage:
    reached, waiting = [], []
    for case, stands in owed:
        at = moment(case, stands)
        if at is None:
            waiting.append(max(timedelta(), now - case.opened_at))
        else:
            reached.append(max(timedelta(), at - case.opened_at))
    return Stage(len(reached), waited(reached, waiting, _HALF), waited(reached, waiting, _MOST))
