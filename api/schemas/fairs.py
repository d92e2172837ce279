"""Shapes of recruitment fairs: the list, a fair's firms, a firm's fairs and schools, the floor."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas.base import Answer, Count, Moment, Query, Shown, StampedShown
from api.schemas.openings import OccupationOut
from api.schemas.partners import Tongues

MOST_GUESTS = 500


class FairsQuery(Query):
    """Whether to leave out what is over."""

    upcoming: bool = False


class InviteesQuery(Query):
    """How many firms."""

    n: Annotated[Count, Field(ge=1, le=MOST_GUESTS)] = 50


class FirmFairsQuery(Query):
    """How many fairs and how many classes."""

    n: Annotated[Count, Field(ge=1, le=100)] = 10


class EventOut(Shown):
    """An event; `planned` is whether it has a plan."""

    event_id: str
    kind: str
    title: str
    theme: str | None
    place: str | None
    region_code: str | None
    starts_at: Moment | None
    ends_at: Moment | None
    capacity: int | None
    planned: bool


class Fairs(Answer):
    """Fairs in the order they begin."""

    items: list[EventOut]


class InviteeOut(Shown):
    """A firm for the fair; `fields` are what this reader may know of it. No organizer reads the score."""

    enterprise_id: str
    score: float | None
    openings: list[str]
    headcount: int
    fields: dict[str, Any]


class InviteesOut(StampedShown):
    """Whom to invite, best first, spread over trades."""

    event_id: str
    invitees: list[InviteeOut]


class FairOut(Shown):
    """A fair for the firm."""

    rank: int
    event_id: str
    title: str
    place: str | None
    starts_at: Moment | None
    score: float
    reasons: Tongues


class SchoolOut(Shown):
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
    occupation: OccupationOut | None
    score: float
    reasons: Tongues


class FirmFairsOut(StampedShown):
    """A firm's fairs and schools, best first."""

    enterprise_id: str
    fairs: list[FairOut]
    schools: list[SchoolOut]


class ClassOut(Shown):
    """A class of graduates (or a pool) that fits what a need says."""

    rank: int
    talent_id: str
    school: str | None
    pool: str | None
    major: str | None
    education: str | None
    headcount: int | None
    score: float
    reasons: Tongues


class NeedClassesOut(StampedShown):
    """The classes for a need, best first."""

    need_id: str
    items: list[ClassOut]
