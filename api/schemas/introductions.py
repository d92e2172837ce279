"""Shapes of introductions and of one file an enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Identifier, Moment, Query, Yuan, fen, yuan
from matcher.domain.case import Outcome
from matcher.messages import LANGUAGES
from matcher.services.case_file import (
    CaseFile,
    DealLine,
    EventLine,
    IntroductionLine,
    NeedLine,
    TimelineLine,
    VisitLine,
)
from matcher.services.introductions import Step
from matcher.services.timeline import Entry, said
from matcher.storage.feedback import Introduction

Said = Annotated[str, Field(min_length=1, max_length=500)]


class IntroductionBody(Body):
    """A suggestion acted on. Who scores is the recommender, never the body."""

    need_id: Identifier
    enterprise_id: Annotated[Identifier, Field(description="Who is introduced to the need's enterprise")]


class IntroductionsQuery(Query):
    """Of which need."""

    need_id: Identifier


class OutcomeBody(Body):
    """The next rung: introduced, met, quoted, signed, paid; declined ends it and needs a reason."""

    state: Outcome
    evidence: Annotated[
        Said | None, Field(description="Needed for signed and paid: number of the contract or receipt")
    ] = None
    reason: Annotated[Said | None, Field(description="Needed for declined")] = None
    amount_yuan: Yuan | None = None
    on: Annotated[date | None, Field(description="The day of the deal; today where nothing is said")] = None

    def step(self) -> Step:
        """As the service takes it."""
        return Step(self.state, self.evidence, self.reason, fen(self.amount_yuan), self.on)


class StepTaken(Answer):
    """A rung as it was climbed."""

    state: Outcome
    at: Moment
    by: str
    evidence: str | None
    reason: str | None
    amount_yuan: str | None
    on: date | None

    @classmethod
    def of(cls, step: dict[str, Any]) -> Self:
        """From the row's JSON."""
        given = {name: value for name, value in step.items() if name != "amount_fen"}
        given["at"] = datetime.fromisoformat(step["at"])
        return cls.model_validate(given | {"amount_yuan": yuan(step["amount_fen"])})


class IntroductionOut(Answer):
    """An introduction. `version` is also the ETag; snapshot and score are null for a firm newer than it.

    The score is told to offices: whole of their own firms, in hundredths of others, never to an enterprise.
    """

    introduction_id: str
    need_id: str
    enterprise_id: str
    snapshot_id: str | None
    score: float | None
    state: Outcome
    reason: str | None
    steps: list[StepTaken]
    created_at: Moment
    updated_at: Moment
    version: int

    @classmethod
    def of(cls, row: Introduction, score: float | None) -> Self:
        """From its row and as much of the score as may be told."""
        steps = [StepTaken.of(step) for step in row.steps]
        same = {name: getattr(row, name) for name in cls.model_fields if name not in ("steps", "score")}
        return cls.model_validate({**same, "steps": steps, "score": score})


class Introductions(Answer):
    """A need's introductions, oldest first."""

    items: list[IntroductionOut]


class NeedInFile(Answer):
    """A need of the file."""

    need_id: str
    kind: str | None
    title: str | None
    state: str
    amount_yuan: str | None
    deadline: date | None
    created_at: Moment

    @classmethod
    def of(cls, line: NeedLine) -> Self:
        """From the service's line."""
        return cls.model_validate(_in_yuan(vars(line)))


class IntroductionInFile(Answer):
    """An introduction; `side` is asker or candidate."""

    introduction_id: str
    need_id: str
    side: str
    other_id: str
    other_name: str
    state: Outcome
    reason: str | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, line: IntroductionLine) -> Self:
        """From the service's line."""
        return cls.model_validate(vars(line))


class EventInFile(Answer):
    """An event the firm was asked to, registered for or came to."""

    event_id: str
    kind: str
    title: str
    starts_at: Moment | None
    state: str

    @classmethod
    def of(cls, line: EventLine) -> Self:
        """From the service's line."""
        return cls.model_validate(vars(line))


class DealInFile(Answer):
    """A deal; `side` is buyer or seller."""

    deal_id: str
    side: str
    other_id: str
    other_name: str
    stage: str
    day: date | None
    amount_yuan: str | None

    @classmethod
    def of(cls, line: DealLine) -> Self:
        """From the service's line."""
        return cls.model_validate(_in_yuan(vars(line)))


class VisitInFile(Answer):
    """A visit planned, made or called off; what was asked and the note are told to the station alone."""

    visit_id: str
    planned_for: date
    state: str
    asked: list[str]
    note: str | None

    @classmethod
    def of(cls, line: VisitLine) -> Self:
        """From the service's line."""
        return cls.model_validate({**vars(line), "asked": list(line.asked)})


class ActInFile(Answer):
    """An act concerning the firm."""

    at: Moment
    role: str
    party: str
    action: str
    object_kind: str
    object_id: str

    @classmethod
    def of(cls, line: TimelineLine) -> Self:
        """From the service's line."""
        return cls.model_validate(vars(line))


class EntryOut(Answer):
    """A thing that happened to the enterprise, said in both languages; `note` is free text beside it."""

    at: Moment
    area: str
    what: str
    sentences: dict[str, str]
    note: str | None
    role: str | None
    need_id: str | None
    introduction_id: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """From the service's entry."""
        given = {name: getattr(entry, name) for name in cls.model_fields if name != "sentences"}
        sentences = {tongue: said(entry, tongue) for tongue in LANGUAGES}
        return cls.model_validate({**given, "sentences": sentences})


class FileOut(Answer):
    """One file an enterprise; `loans` are the needs for money among `needs`. Newest first throughout.

    `entries` are what happened, from all of it; `timeline` the acts that the journal tells the asker of.
    """

    enterprise_id: str
    name: str
    needs: list[NeedInFile]
    introductions: list[IntroductionInFile]
    loans: list[NeedInFile]
    events: list[EventInFile]
    deals: list[DealInFile]
    visits: list[VisitInFile]
    timeline: list[ActInFile]
    entries: list[EntryOut]

    @classmethod
    def of(cls, found: CaseFile, entries: Sequence[Entry]) -> Self:
        """From the service's file."""
        return cls(
            enterprise_id=found.enterprise_id,
            name=found.name,
            needs=[NeedInFile.of(line) for line in found.needs],
            introductions=[IntroductionInFile.of(line) for line in found.introductions],
            loans=[NeedInFile.of(line) for line in found.loans],
            events=[EventInFile.of(line) for line in found.events],
            deals=[DealInFile.of(line) for line in found.deals],
            visits=[VisitInFile.of(line) for line in found.visits],
            timeline=[ActInFile.of(line) for line in found.timeline],
            entries=[EntryOut.of(entry) for entry in entries],
        )


def _in_yuan(values: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name != "amount_fen"}
    return {**kept, "amount_yuan": yuan(values["amount_fen"])}
