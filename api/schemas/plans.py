"""Shapes of event plans: what an organizer asks for, the plan, what a new one moved.

The bodies are those of ``qianxian plan salon|meetings FILE.json``. Rounds, slots and tables count from 1.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from api.schemas.base import Answer, Body, Identifier, Query, StampedShown
from api.schemas.partners import Tongues
from matcher.domain.event import EventKind
from matcher.services.meetings_again import MeetingsToday
from matcher.services.salons import OnTheDay

Guests = Annotated[list[Identifier], Field(max_length=500)]
Few = Annotated[int, Field(ge=1, le=100)]
Turn = Annotated[int, Field(ge=1, le=100, description="From 1")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="Same rows, snapshot and seed: same plan")]

SALON_EXAMPLE: Final[dict[str, Any]] = {
    "title": "湖心街道餐饮供应链对接沙龙",
    "theme": "食材集采与职工用餐",
    "place": "湖心大厦三楼会议室",
    "starts_at": "2026-12-02T14:00:00+08:00",
    "minutes": 25,
    "tables": 4,
    "seats": 6,
    "rounds": 3,
    "capacity": 24,
    "must": ["ENT-00001"],
    "apart": [{"a": "ENT-00001", "b": "ENT-00002", "reason": "keep_apart"}],
    "pins": [{"guest": "ENT-00001", "round": 1, "table": 1}],
    "seed": 0,
}
MEETINGS_EXAMPLE: Final[dict[str, Any]] = {
    "title": "湖心街道采购一对一对接会",
    "place": "湖心大厦三楼",
    "starts_at": "2026-12-03T09:00:00+08:00",
    "minutes": 20,
    "buyers": ["ENT-00001", "ENT-00002"],
    "sellers": ["ENT-00003", "ENT-00004"],
    "slots": 4,
    "tables": 2,
    "most": {"ENT-00001": 2},
    "must": [{"buyer": "ENT-00001", "seller": "ENT-00003"}],
    "seed": 0,
}


class _Occasion(Body):
    """When and where. `event_id` names one's own event that is there; without it a new one is made."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    theme: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    place: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    starts_at: Annotated[
        str | None,
        Field(
            max_length=40, description="RFC 3339 with its offset", json_schema_extra={"format": "date-time"}
        ),
    ] = None
    minutes: Annotated[int, Field(ge=1, le=600, description="A round or meeting")] = 30
    times: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(max_length=100, description="When each round or slot begins; else they follow each other"),
    ] = []
    event_id: Identifier | None = None
    seed: Seed = 0

    def document(self) -> dict[str, Any]:
        """As the service takes it: only what was sent."""
        return self.model_dump(exclude_unset=True, exclude={"seed"})


class ApartBody(Body):
    """Two guests who may not share a table."""

    a: Identifier
    b: Identifier
    reason: Annotated[str, Field(max_length=100)] = "keep_apart"


class PinBody(Body):
    """A guest's table in a round, decided beforehand."""

    guest: Identifier
    round: Turn
    table: Turn


class AwayBody(Body):
    """A round in which a guest is not there."""

    guest: Identifier
    round: Turn


class HostBody(Body):
    """A guest who stays at a table as its host."""

    guest: Identifier
    table: Turn


class SalonBody(_Occasion):
    """A salon with tables. Without `guests` they are chosen among those who may be invited."""

    model_config = ConfigDict(json_schema_extra={"examples": [SALON_EXAMPLE]})

    tables: Few = 6
    seats: Few = 6
    rounds: Annotated[int, Field(ge=1, le=20)] = 2
    capacity: Annotated[int, Field(ge=1, le=500)] = 36
    guests: Guests = []
    must: Guests = []
    hosts: Annotated[Guests, Field(description="Stay at a table of their own: the first at table 1")] = []
    apart: Annotated[list[ApartBody], Field(max_length=500)] = []
    pins: Annotated[list[PinBody], Field(max_length=1_000)] = []
    away: Annotated[list[AwayBody], Field(max_length=1_000)] = []


class PairBody(Body):
    """A buyer and a seller."""

    buyer: Identifier
    seller: Identifier


class MeetingPinBody(PairBody):
    """A meeting that takes place in this slot, decided beforehand."""

    slot: Turn


class ScoreBody(PairBody):
    """What a meeting of the two is worth."""

    score: Annotated[float, Field(ge=0, le=1e6)]


class MissingBody(Body):
    """A slot in which a firm is not there."""

    guest: Identifier
    slot: Turn


Limits = dict[Identifier, Annotated[int, Field(ge=1, le=100)]]


class MeetingsBody(_Occasion):
    """A day of one-to-one meetings. Without `scores` pairs are scored by the partner recommender."""

    model_config = ConfigDict(json_schema_extra={"examples": [MEETINGS_EXAMPLE]})

    buyers: Annotated[Guests, Field(min_length=1)]
    sellers: Annotated[Guests, Field(min_length=1)]
    slots: Few
    tables: Annotated[int, Field(ge=1, le=500)]
    scores: Annotated[list[ScoreBody], Field(max_length=1_000)] = []
    most: Annotated[Limits, Field(description="A firm's most meetings")] = {}
    least: Annotated[Limits, Field(description="A firm's fewest meetings")] = {}
    away: Annotated[list[MissingBody], Field(max_length=1_000)] = []
    must: Annotated[list[PairBody], Field(max_length=1_000)] = []
    must_not: Annotated[list[PairBody], Field(max_length=1_000)] = []
    pins: Annotated[list[MeetingPinBody], Field(max_length=1_000)] = []


class _ReplanBody(Body):
    no_shows: Annotated[Guests, Field(examples=[["ENT-00002"]])] = []
    lost_tables: Annotated[list[Turn], Field(max_length=500, description="Tables that cannot be used")] = []
    seed: Seed = 0


class SalonReplanBody(_ReplanBody):
    """On the day: who did not come, who comes instead, which tables are gone, who sits where in any case."""

    stand_ins: Annotated[Guests, Field(description="Guests who were not planned")] = []
    pins: Annotated[list[PinBody], Field(max_length=1_000)] = []
    away: Annotated[
        list[AwayBody], Field(max_length=1_000, description="Who comes late or leaves early")
    ] = []
    hosts: Annotated[list[HostBody], Field(max_length=100, description="Who takes a table over")] = []

    def today(self) -> OnTheDay:
        """As the planner takes it."""
        return OnTheDay(
            self.no_shows,
            tuple(self.stand_ins),
            tuple(self.lost_tables),
            tuple((one.guest, one.round, one.table) for one in self.pins),
            tuple((one.guest, one.round) for one in self.away),
            tuple((one.guest, one.table) for one in self.hosts),
        )


class MeetingsReplanBody(_ReplanBody):
    """On the day: who did not come, who comes instead, which tables are gone, which meetings are set."""

    stand_in_buyers: Guests = []
    stand_in_sellers: Guests = []
    pins: Annotated[list[MeetingPinBody], Field(max_length=1_000)] = []
    away: Annotated[
        list[MissingBody], Field(max_length=1_000, description="Who comes late or leaves early")
    ] = []

    def today(self) -> MeetingsToday:
        """As the planner takes it."""
        return MeetingsToday(
            self.no_shows,
            (tuple(self.stand_in_buyers), tuple(self.stand_in_sellers)),
            tuple(self.lost_tables),
            tuple((one.buyer, one.seller, one.slot) for one in self.pins),
            tuple((one.guest, one.slot) for one in self.away),
        )


class AttendanceBody(Body):
    """Once it has begun: who came and who did not. Who is named on neither side stays as it was."""

    attended: Annotated[Guests, Field(examples=[["ENT-00001"]])] = []
    absent: Annotated[Guests, Field(examples=[["ENT-00002"]])] = []


class AttendanceOut(Answer):
    """The state of every guest: invited, registered, attended or absent."""

    event_id: str
    states: dict[str, str]


class CalendarQuery(Query):
    """Whose calendar; without a guest the organizer's."""

    guest: Identifier | None = None


class PlanOut(StampedShown):
    """A plan that passed the checker. `problems` are wishes that could not be kept, `changes` what moved.

    `conflict` are wishes of which not all can be kept together, `concessions` the least that would do.
    `bound` says how far the plan is from a proven upper bound, and that it says little for groups.
    """

    event_id: str
    kind: EventKind
    title: str
    names: dict[str, str]
    plan: dict[str, Any]
    problems: Tongues
    conflict: Tongues
    concessions: Tongues
    bound: Tongues
    changes: list[dict[str, Any]]
