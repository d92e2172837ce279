"""Fairs, classes, groups and plans as they are shown: names from rows, sentences in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.messages import LANGUAGES
from matcher.recommend.explain import sentences
from matcher.recommend.fairs import ClassMatch, FairMatch, TalentMatch
from matcher.services.occupations import Occupation, of_opening
from matcher.services.recruitment import FirmFairs, NeedClasses
from matcher.storage import events
from matcher.storage.events import Event, Opening, Talent

Told = Mapping[str, Sequence[str]]  # language -> sentences


@dataclass(frozen=True)
class FairView:
    """A fair for a firm."""

    rank: int
    event_id: str
    title: str
    place: str | None
    starts_at: datetime | None
    score: float
    reasons: Told


@dataclass(frozen=True)
class SchoolView:
    """A class of graduates (or a pool) for one of the firm's openings."""

    rank: int
    talent_id: str
    school: str | None
    pool: str | None
    major: str | None
    education: str | None
    headcount: int | None
    opening_id: str
    opening: str
    occupation: Occupation | None
    score: float
    reasons: Told


@dataclass(frozen=True)
class FirmFairsView:
    """A firm's fairs and schools, best first."""

    enterprise_id: str
    fairs: Sequence[FairView]
    schools: Sequence[SchoolView]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class ClassView:
    """A class of graduates (or a pool) that fits what a need says."""

    rank: int
    talent_id: str
    school: str | None
    pool: str | None
    major: str | None
    education: str | None
    headcount: int | None
    score: float
    reasons: Told


@dataclass(frozen=True)
class NeedClassesView:
    """The classes for a need, best first."""

    need_id: str
    items: Sequence[ClassView]
    snapshot_id: str
    as_of: datetime


def need_classes(session: Session, found: NeedClasses) -> NeedClassesView:
    """What the need's side reads; a class that has gone from the rows is left out. A query each."""
    rows = [(one, session.get(Talent, one.talent_id)) for one in found.classes]
    there = [(one, row) for one, row in rows if row is not None]
    items = tuple(_class(rank, *one) for rank, one in enumerate(there, start=1))
    return NeedClassesView(found.need_id, items, found.snapshot_id, found.as_of)


def firm_fairs(session: Session, found: FirmFairs) -> FirmFairsView:
    """What the firm reads; a fair or class that has gone from the rows is left out. A query each."""
    fairs = [(one, session.get(Event, one.event_id)) for one in found.fairs]
    openings = {one.opening_id: one for one in events.openings_of(session, [found.enterprise_id])}
    classes = [
        (one, session.get(Talent, one.talent_id), openings.get(one.opening_id)) for one in found.schools
    ]
    there = [(one, row) for one, row in fairs if row is not None]
    fitting = [(one, row, place) for one, row, place in classes if row is not None and place is not None]
    return FirmFairsView(
        found.enterprise_id,
        tuple(_fair(rank, *one) for rank, one in enumerate(there, start=1)),
        tuple(_school(rank, *one) for rank, one in enumerate(fitting, start=1)),
        found.snapshot_id,
        found.as_of,
    )


def _fair(rank: int, one: FairMatch, row: Event) -> FairView:
    told = {language: sentences(one.reasons, language) for language in LANGUAGES}
    return FairView(rank, row.event_id, row.title, row.place, row.starts_at, round(one.score, 4), told)


def _class(rank: int, one: ClassMatch, row: Talent) -> ClassView:
    return ClassView(
        rank=rank,
        talent_id=row.talent_id,
        school=row.school,
        pool=row.pool,
        major=row.major,
        education=row.education,
        headcount=row.headcount,
        score=round(one.score, 4),
        reasons={language: sentences(one.reasons, language) for language in LANGUAGES},
    )


def _school(rank: int, one: TalentMatch, row: Talent, opening: Opening) -> SchoolView:
    return SchoolView(
        rank=rank,
        talent_id=row.talent_id,
        school=row.school,
        pool=row.pool,
        major=row.major,
        education=row.education,
        headcount=row.headcount,
        opening_id=opening.opening_id,
        opening=opening.title,
        occupation=of_opening(opening),
        score=round(one.score, 4),
        reasons={language: sentences(one.reasons, language) for language in LANGUAGES},
    )
