"""Needs that many share, what a district lacks, and the several parties that one need takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint
from api.language import language
from matcher.domain import place
from matcher.domain.need import NeedKind
from matcher.domain.ranking import Ranking, Suggestion
from matcher.messages import say
from matcher.services import enterprises, groups, parties, partner_view, product_names
from matcher.services.groups import NamedGap, PooledGroup
from matcher.services.partner_view import Partner

SUPPLIERS: Final = 3
GAPS_SHOWN: Final = 10
CANDIDATES: Final = 3
# What the quantity of a need counts; of other kinds it is pieces.
_UNITS: Final = {
    NeedKind.STAFF_SERVICES: "people",
    NeedKind.RECRUITMENT: "people",
    NeedKind.SPACE: "square_metres",
}


@dataclass(frozen=True)
class GroupCard:
    """Firms that want the same, and who could supply them as one order."""

    topic: str
    place: str
    quantity: str
    told: int
    firms: list[tuple[str, str]]  # need, firm's name
    suppliers: tuple[Partner, ...]


@dataclass(frozen=True)
class Gap:
    """A link that the district lacks."""

    industry: str
    buyers: int
    strength: float
    examples: list[str]


@blueprint.get("/shared")
@policy("groups.read", writes=True)
def shared_needs() -> str:
    """The station's pooled needs and missing links."""
    here = asking()
    pooled = groups.groups(here.session, here.graph, here.actor, SUPPLIERS, here.now)
    gaps = groups.chain_gaps(here.session, here.graph, here.actor, GAPS_SHOWN, here.now)
    cards = [_group(one, pooled.snapshot_id) for one in pooled.groups]
    return render_template("shared.html", cards=cards, gaps=[_gap(one) for one in gaps.gaps])


@blueprint.get("/needs/<need_id>/parties")
@policy("partners.read", writes=True)
def need_parties(need_id: str) -> str:
    """Everybody who must move together for a need; nothing where one partner is enough."""
    here = asking()
    table = parties.parties_for(here.session, here.graph, here.actor, need_id, CANDIDATES, here.now)
    seats = [(seat.role, _shown(seat.candidates, table.snapshot_id)) for seat in table.seats]
    return render_template("fragments/parties.html", seats=seats)


def _shown(found: tuple[Suggestion, ...], snapshot_id: str) -> tuple[Partner, ...]:
    here = asking()
    ranking = Ranking(found, snapshot_id, here.graph.as_of)
    return partner_view.partners(here.session, here.actor, ranking)


def _group(one: PooledGroup, snapshot_id: str) -> GroupCard:
    here, group = asking(), one.group
    cards = enterprises.cards(here.session, here.actor, group.firms)
    names = product_names.building_names(here.session)
    where = place.region(group.street) if group.street is not None else None
    street = where.name if where is not None else ""
    return GroupCard(
        topic=one.zh if language() == "zh" else one.en,
        place=street if group.building is None else names.get(group.building, street),
        quantity="" if group.quantity is None else _counted(group.quantity, one.kind),
        told=group.told,
        firms=[(need.need_id, cards[need.enterprise_id].name) for need in group.needs],
        suppliers=_shown(one.suppliers, snapshot_id),
    )


def _counted(quantity: float, kind: NeedKind | None) -> str:
    """A number with what it counts, as far as the topic's kind tells."""
    unit = _UNITS.get(kind, "pieces") if kind is not None else "pieces"
    return say(f"console.shared.{unit}", language(), count=f"{quantity:,.15g}")


def _gap(named: NamedGap) -> Gap:
    here, tongue = asking(), language()
    known = enterprises.cards(here.session, here.actor, named.gap.examples)
    key = f"graph.division.{named.gap.division}"
    title = named.industry if tongue == "zh" else say(key, tongue)
    examples = [known[one].name for one in named.gap.examples if one in known]
    return Gap(title, named.gap.buyers, named.gap.strength, examples)
