"""Shapes of the list of cases, notes in a file, and stations' terms."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Identifier, Moment, Query, Words
from matcher.domain.need import NeedState
from matcher.domain.promise import Due, Terms
from matcher.services.case_list import MOST_A_PAGE, CasePage
from matcher.services.notes import LONGEST, LONGEST_REFERENCE, NewNote
from matcher.services.station_terms import TermsView

Name = Annotated[str, Field(min_length=1, max_length=100)]
Hours = Annotated[float, Field(gt=0, le=2160, strict=False)]
Days = Annotated[float, Field(gt=0, le=90, strict=False)]


class CasesQuery(Query):
    """How many, from which place on."""

    n: Annotated[Count, Field(ge=1, le=MOST_A_PAGE)] = 50
    start: Annotated[Count, Field(ge=0, le=1_000_000)] = 0


class CaseLineOut(Answer):
    """A waiting case; `unproven`: called done without evidence."""

    need_id: str
    enterprise_id: str
    firm: str
    title: str
    kind: str | None
    state: NeedState
    opened_at: Moment
    contact_by: Moment | None
    answer_by: Moment
    contact: Due | None
    answer: Due | None
    escalated: bool
    unproven: bool
    reopened: int


class CasesOut(Answer):
    """Overdue first, the longest overdue before. `next` is the place to go on from."""

    items: list[CaseLineOut]
    next: int | None
    waiting: int
    overdue: int

    @classmethod
    def of(cls, page: CasePage) -> Self:
        """From the service's page."""
        items = [CaseLineOut.model_validate(vars(line)) for line in page.lines]
        return cls(items=items, next=page.next, waiting=page.waiting, overdue=page.overdue)


class NoteBody(Body):
    """A note; with a `reference` a document of which `text` is the title. No content is kept."""

    text: Annotated[Words, Field(max_length=LONGEST)]
    reference: Annotated[str, Field(min_length=1, max_length=LONGEST_REFERENCE)] | None = None
    need_id: Identifier | None = None

    def new(self) -> NewNote:
        """As the service takes it."""
        return NewNote(self.text, self.reference, self.need_id)


class NoteOut(Answer):
    """What was written."""

    note_id: int
    enterprise_id: str
    need_id: str | None
    text: str
    reference: str | None
    at: Moment


class TermsBody(Body):
    """What is promised, and the officer's account that overdue cases are escalated to (null: nobody)."""

    contact_hours: Hours
    question_days: Days
    other_days: Days
    head: Name | None = None

    def terms(self) -> Terms:
        """As the service takes it."""
        return Terms(
            timedelta(hours=self.contact_hours),
            timedelta(days=self.question_days),
            timedelta(days=self.other_days),
        )


class TermsOut(Answer):
    """A station's terms. `shipped` where nobody has set others; the ETag is the version."""

    station_id: str
    name: str
    contact_hours: float
    question_days: float
    other_days: float
    shipped: bool
    head: str | None
    updated_at: Moment | None

    @classmethod
    def of(cls, view: TermsView) -> Self:
        """From the service's view."""
        return cls(
            station_id=view.station_id,
            name=view.name,
            contact_hours=round(view.contact / timedelta(hours=1), 4),
            question_days=round(view.question / timedelta(days=1), 4),
            other_days=round(view.other / timedelta(days=1), 4),
            shipped=view.shipped,
            head=view.head,
            updated_at=view.updated_at,
        )
