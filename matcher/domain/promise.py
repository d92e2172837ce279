"""What a case was promised and where it stands: deadlines by class, overdue, escalated, kept. Pure.

Time is plain time, nights and holidays included: the firm waits through them too, and no table of working
days can be wrong. A station that cannot keep the shipped terms is given others, not another clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from matcher.domain.case import DONE
from matcher.domain.need import NeedKind, NeedState

# What a word answers; everything else needs somebody to do something.
QUESTIONS: Final = frozenset({NeedKind.POLICY, NeedKind.LEGAL})
_SOON: Final = 4  # a deadline is near in the last quarter of its time


@dataclass(frozen=True)
class Terms:
    """How long a station promises to take: to the first contact, to answer a question, to serve the rest."""

    contact: timedelta = timedelta(hours=1)
    question: timedelta = timedelta(days=2)
    other: timedelta = timedelta(days=4)


@dataclass(frozen=True)
class Promise:
    """The two moments promised when a need came. `contact_by` is None where the station took it down."""

    contact_by: datetime | None
    answer_by: datetime


class CaseAct(StrEnum):
    """What is written in a case's own ledger."""

    OPENED = "opened"
    CONTACTED = "contacted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REOPENED = "reopened"
    REPEATED = "repeated"
    TOLD = "told"  # said again while it waits: the words are kept, the clock runs on
    MERGED = "merged"  # the same as an earlier need, which goes on in its place
    HANDED = "handed"  # the file went to another station


# After one of these, nothing that went before counts as an answer.
VOIDING: Final = frozenset({CaseAct.DISPUTED, CaseAct.REOPENED, CaseAct.REPEATED})


@dataclass(frozen=True)
class Act:
    """A line of the ledger; `proven` if it names its evidence, `by_firm` if the firm itself acted."""

    kind: CaseAct
    at: datetime
    by_firm: bool = False
    proven: bool = False
    satisfaction: int | None = None


@dataclass(frozen=True)
class Case:
    """All that decides where a case stands. `signed_at` is of a deal that was not called off."""

    opened_at: datetime
    state: NeedState
    promise: Promise
    acts: Sequence[Act] = ()
    introduced_at: datetime | None = None
    signed_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Where a case stands. `answered_at` only with evidence, a deal or the firm's word, and not undone since.

    `unproven`: it is called served or closed, and nothing shows it; it counts as open.
    """

    contacted_at: datetime | None
    answered_at: datetime | None
    unproven: bool
    withdrawn: bool
    reopened: int
    confirmed: bool
    satisfaction: int | None

    @property
    def waits(self) -> bool:
        """Whether the firm still waits for its answer."""
        return self.answered_at is None and not self.withdrawn


class Due(StrEnum):
    """A deadline against now."""

    KEPT = "kept"
    LATE = "late"
    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"


def promised(opened_at: datetime, kind: NeedKind | None, terms: Terms, from_firm: bool) -> Promise:
    """The deadlines of a need that came at `opened_at`; first contact is owed to a firm that wrote itself."""
    answer = terms.question if kind in QUESTIONS else terms.other
    return Promise(opened_at + terms.contact if from_firm else None, opened_at + answer)


def standing(case: Case) -> Standing:
    """Where the case stands by its ledger, introductions and deals. Re-opening sets no clock back."""
    voids = [act for act in case.acts if act.kind in VOIDING]
    voided = max((act.at for act in voids), default=None)
    since = [act for act in case.acts if voided is None or act.at > voided]
    answered = _answered(case, since, voided)
    answers = [act for act in since if act.kind is CaseAct.CONFIRMED]
    rated = [act.satisfaction for act in case.acts if act.satisfaction is not None]
    return Standing(
        contacted_at=_contacted(case, answered),
        answered_at=answered,
        unproven=case.state in DONE and answered is None,
        withdrawn=case.state is NeedState.WITHDRAWN and _withdrawn(since),
        reopened=len(voids),
        confirmed=bool(answers),
        satisfaction=rated[-1] if rated else None,
    )


def due(by: datetime, opened_at: datetime, done_at: datetime | None, now: datetime) -> Due:
    """How a deadline stands at `now`: kept or late once done; soon in the last quarter of its time."""
    if done_at is not None:
        return Due.KEPT if done_at <= by else Due.LATE
    if now > by:
        return Due.OVERDUE
    return Due.SOON if now >= by - (by - opened_at) / _SOON else Due.RUNNING


def contact_due(case: Case, stands: Standing, now: datetime) -> Due | None:
    """How the first contact stands; None where none is owed or the need was taken back."""
    if case.promise.contact_by is None or (stands.withdrawn and stands.contacted_at is None):
        return None
    return due(case.promise.contact_by, case.opened_at, stands.contacted_at, now)


def answer_due(case: Case, stands: Standing, now: datetime) -> Due | None:
    """How the answer stands; None for a need that was taken back."""
    if stands.withdrawn:
        return None
    return due(case.promise.answer_by, case.opened_at, stands.answered_at, now)


def escalated(case: Case, now: datetime) -> bool:
    """Whether the station's head has to look: something promised is overdue now."""
    stands = standing(case)
    return Due.OVERDUE in (contact_due(case, stands, now), answer_due(case, stands, now))


def _answered(case: Case, since: Sequence[Act], voided: datetime | None) -> datetime | None:
    if case.state not in DONE:
        return None
    shown = [act.at for act in since if act.kind is CaseAct.CLOSED and act.proven]
    shown += [act.at for act in since if act.kind is CaseAct.CONFIRMED]
    if case.signed_at is not None and (voided is None or case.signed_at > voided):
        shown.append(case.signed_at)
    return min(shown, default=None)


def _contacted(case: Case, answered: datetime | None) -> datetime | None:
    told = [act.at for act in case.acts if act.kind is CaseAct.CONTACTED]
    seen = [moment for moment in (*told, case.introduced_at, answered) if moment is not None]
    return min(seen, default=None)


def _withdrawn(since: Sequence[Act]) -> bool:
    gone = (CaseAct.WITHDRAWN, CaseAct.MERGED)
    return any(act.kind in gone and (act.by_firm or act.proven) for act in since)


def settles_at(case: Case, now: datetime) -> datetime:
    """The moment that decides whose figure the case is: answered, or its deadline past; until then now."""
    answered = standing(case).answered_at
    return min(moment for moment in (answered, case.promise.answer_by, now) if moment is not None)
