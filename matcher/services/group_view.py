"""Pooled needs, missing links and the parties of a need as they are shown, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.place import region
from matcher.domain.ranking import Ranking, Suggestion
from matcher.messages import LANGUAGES, say
from matcher.recommend.explain import industry_name
from matcher.recommend.groups import OpenNeed
from matcher.services.groups import ChainGaps, Groups, NamedGap, PooledGroup
from matcher.services.parties import PartyTable
from matcher.services.partner_view import Partner, partners
from matcher.storage import enterprises
from matcher.storage.enterprises import Building

Names = Mapping[str, str]  # language -> one name or sentence

_SOMEWHERE: Final = {"zh": "街道", "en": "street"}


@dataclass(frozen=True)
class MemberView:
    """One firm's need in a group."""

    need_id: str
    enterprise_id: str
    name: str
    quantity: float | None
    amount_yuan: float | None


@dataclass(frozen=True)
class GroupView:
    """Firms that need the same at one place, what it adds up to, and who could supply it as one order."""

    topic: str
    names: Names
    place: str | None
    building_id: str | None
    sentence: Names
    members: Sequence[MemberView]
    quantity: float | None
    amount_yuan: float | None
    told: int
    suppliers: Sequence[Partner]


@dataclass(frozen=True)
class GapView:
    """A division of industries that the district's firms buy from and nobody there is in."""

    division: str
    industry: Names
    buyers: int
    strength: float
    examples: Sequence[str]
    sentence: Names


@dataclass(frozen=True)
class RoleView:
    """One party of a need and who could take its part, best first."""

    role: str
    names: Names
    candidates: Sequence[Partner]


@dataclass(frozen=True)
class GroupsView:
    """A station's groups, largest first."""

    items: Sequence[GroupView]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class GapsView:
    """A district's missing links, most bought from first."""

    items: Sequence[GapView]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class PartiesView:
    """The parties of a need in the order to call on them."""

    need_id: str
    items: Sequence[RoleView]
    snapshot_id: str
    as_of: datetime


def groups(session: Session, actor: Actor, found: Groups) -> GroupsView:
    """The station's groups with names. Three queries a group."""
    items = tuple(_group(session, actor, one, found) for one in found.groups)
    return GroupsView(items, found.snapshot_id, found.as_of)


def chain_gaps(found: ChainGaps) -> GapsView:
    """The district's missing links with names."""
    return GapsView(tuple(_gap(one) for one in found.gaps), found.snapshot_id, found.as_of)


def parties(session: Session, actor: Actor, found: PartyTable) -> PartiesView:
    """A need's parties with names. Two queries a role."""
    items = []
    for seat in found.seats:
        names = {language: say(f"groups.role.{seat.role}", language) for language in LANGUAGES}
        shown = _partners(session, actor, seat.candidates, found)
        items.append(RoleView(seat.role, names, shown))
    return PartiesView(found.need_id, tuple(items), found.snapshot_id, found.as_of)


def _partners(
    session: Session, actor: Actor, found: Sequence[Suggestion], stamp: Groups | PartyTable
) -> tuple[Partner, ...]:
    return partners(session, actor, Ranking(tuple(found), stamp.snapshot_id, stamp.as_of))


def _group(session: Session, actor: Actor, one: PooledGroup, stamp: Groups) -> GroupView:
    group, names = one.group, {"zh": one.zh, "en": one.en}
    place = _place(session, group.building, group.street)
    told = {
        language: say(
            "groups.pooled",
            language,
            place=_SOMEWHERE[language] if place is None else place,
            count=len(group.firms),
            topic=names[language],
        )
        for language in LANGUAGES
    }
    return GroupView(
        topic=group.topic,
        names=names,
        place=place,
        building_id=group.building,
        sentence=told,
        members=_members(session, group.needs),
        quantity=group.quantity,
        amount_yuan=group.amount_yuan,
        told=group.told,
        suppliers=_partners(session, actor, one.suppliers, stamp),
    )


def _members(session: Session, needs: Sequence[OpenNeed]) -> tuple[MemberView, ...]:
    rows = enterprises.by_ids(session, [need.enterprise_id for need in needs])
    return tuple(
        MemberView(
            need.need_id,
            need.enterprise_id,
            rows[need.enterprise_id].name,
            need.quantity,
            need.amount_yuan,
        )
        for need in needs
        if need.enterprise_id in rows
    )


def _place(session: Session, building_id: str | None, street: str | None) -> str | None:
    building = None if building_id is None else session.get(Building, building_id)
    if building is not None:
        return building.name
    known = None if street is None else region(street)
    return street if known is None else known.name


def _gap(one: NamedGap) -> GapView:
    gap = one.gap
    names = {language: industry_name(gap.division, language) for language in LANGUAGES}
    told = {
        language: say("groups.gap", language, count=gap.buyers, industry=names[language])
        for language in LANGUAGES
    }
    return GapView(gap.division, names, gap.buyers, round(gap.strength, 4), gap.examples, told)
