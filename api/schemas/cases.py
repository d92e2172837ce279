"""Shapes of a case, the firm's answer, and a station's figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Moment, Query
from api.schemas.needs import Said
from matcher.domain.case_figures import CaseFigures, Stage
from matcher.domain.need import NeedState
from matcher.domain.promise import CaseAct, Due
from matcher.services.case_figures import LONGEST, FiguresView
from matcher.services.cases import CaseView, FirmAnswer
from matcher.storage.cases import CaseStep


class AnswerBody(Body):
    """The firm's own word on its need."""

    served: Annotated[bool, Field(description="Yes closes the case, no opens it again")]
    satisfaction: Annotated[int, Field(ge=1, le=5, description="5 is the best")]
    reason: Said | None = None

    def told(self) -> FirmAnswer:
        """As the service takes it."""
        return FirmAnswer(self.served, self.satisfaction, self.reason)


class CaseStepOut(Answer):
    """A line of the ledger; `role` is whose act it was."""

    act: CaseAct
    at: Moment
    role: str
    said: str | None
    satisfaction: int | None

    @classmethod
    def of(cls, row: CaseStep) -> Self:
        """From its row."""
        return cls(
            act=CaseAct(row.act), at=row.at, role=row.role, said=row.said, satisfaction=row.satisfaction
        )


class CaseOut(Answer):
    """A case against its promise. `unproven`: called served or closed without evidence; it counts as open."""

    need_id: str
    state: NeedState
    opened_at: Moment
    contact_by: Moment | None
    answer_by: Moment
    contacted_at: Moment | None
    answered_at: Moment | None
    contact: Due | None
    answer: Due | None
    escalated: bool
    unproven: bool
    reopened: int
    confirmed: bool
    satisfaction: int | None
    steps: list[CaseStepOut]

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """From the service's view."""
        stands, promise = view.standing, view.case.promise
        return cls(
            need_id=view.need.need_id,
            state=view.case.state,
            opened_at=view.case.opened_at,
            contact_by=promise.contact_by,
            answer_by=promise.answer_by,
            contacted_at=stands.contacted_at,
            answered_at=stands.answered_at,
            contact=view.contact,
            answer=view.answer,
            escalated=view.escalated,
            unproven=stands.unproven,
            reopened=stands.reopened,
            confirmed=stands.confirmed,
            satisfaction=stands.satisfaction,
            steps=[CaseStepOut.of(step) for step in view.steps],
        )


class FiguresQuery(Query):
    """How far back."""

    days: Annotated[Count, Field(ge=1, le=LONGEST)] = 90


class StageOut(Answer):
    """Hours until a stage over all cases, waiting ones included; null where too many wait to tell."""

    reached: int
    median_hours: float | None
    p90_hours: float | None

    @classmethod
    def of(cls, stage: Stage) -> Self:
        """From the domain's stage."""
        return cls(reached=stage.reached, median_hours=_hours(stage.median), p90_hours=_hours(stage.p90))


class OwnFigures(Answer):
    """The own station: kept + late + overdue + running + withdrawn = opened."""

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
    contacted: StageOut
    introduced: StageOut
    signed: StageOut
    closed: StageOut

    @classmethod
    def of(cls, found: CaseFigures) -> Self:
        """From the domain's figures."""
        told = {
            name: StageOut.of(value) if isinstance(value, Stage) else value
            for name, value in vars(found).items()
        }
        return cls.model_validate(told)


class OverdueOut(Answer):
    """A case the station's head has to look at."""

    need_id: str
    enterprise_id: str
    title: str | None
    state: NeedState
    answer_by: Moment
    unproven: bool


class StationCountsOut(Answer):
    """A station to the administrator: to the nearest five, null below ten."""

    station_id: str
    name: str
    opened: int | None
    kept: int | None
    overdue: int | None


class FiguresOut(Answer):
    """`own` and `overdue` to an officer, `stations` to the administrator."""

    days: int
    as_of: Moment
    own: OwnFigures | None
    overdue: list[OverdueOut]
    stations: list[StationCountsOut]

    @classmethod
    def of(cls, view: FiguresView) -> Self:
        """From the service's view."""
        return cls(
            days=view.days,
            as_of=view.as_of,
            own=None if view.own is None else OwnFigures.of(view.own),
            overdue=[OverdueOut.model_validate(vars(line)) for line in view.overdue],
            stations=[StationCountsOut.model_validate(vars(line)) for line in view.stations],
        )


def _hours(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds() / 3600, 2)
