"""Shapes of pooled needs, missing links of a district, and the several parties of a need."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Count, Query, Shown, StampedShown
from api.schemas.partners import Named, StepOut, Tongues


class GroupsQuery(Query):
    """How many suppliers a group, candidates a role, or links."""

    n: Annotated[Count, Field(ge=1, le=50)] = 5


class GapsQuery(Query):
    """How many links."""

    n: Annotated[Count, Field(ge=1, le=100)] = 20


class CandidateOut(Shown):
    """A firm that could take a part, best first. `building` and `floor` only for the own station's."""

    enterprise_id: str
    name: str
    industry_code: str | None
    industry: dict[str, str]
    building: str | None
    floor: str | None
    same_station: bool
    score: Annotated[float, Field(ge=0, le=1)]
    chance: float | None
    parts: dict[str, float]
    reasons_for_asker: Tongues
    reasons_for_candidate: Tongues
    path: list[StepOut]


class MemberOut(Shown):
    """One firm's need in a group."""

    need_id: str
    enterprise_id: str
    name: str
    quantity: float | None
    amount_yuan: float | None


class GroupOut(Shown):
    """Firms that need the same at one place; sums are over the `told` that said how much."""

    topic: str
    names: Named
    place: str | None
    building_id: str | None
    sentence: Named
    members: list[MemberOut]
    quantity: float | None
    amount_yuan: float | None
    told: int
    suppliers: list[CandidateOut]


class GroupsOut(StampedShown):
    """A station's groups, largest first."""

    items: list[GroupOut]


class GapOut(Shown):
    """A division of industries that `buyers` of the district buy from and nobody there is in."""

    division: str
    industry: Named
    buyers: int
    strength: float
    examples: list[str]
    sentence: Named


class ChainGapsOut(StampedShown):
    """A district's missing links, most bought from first."""

    items: list[GapOut]


class RoleOut(Shown):
    """One party of a need and who could take its part."""

    role: str
    names: Named
    candidates: list[CandidateOut]


class PartiesOut(StampedShown):
    """Everybody who must move together for a need, in the order to call on them."""

    need_id: str
    items: list[RoleOut]
