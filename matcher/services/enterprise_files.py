"""One file an enterprise: facts with the unknown ones, needs, offers, deals; names of those who saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.services import product_names, sight
from matcher.services.enterprises import Card, cards
from matcher.services.partners import own_enterprise
from matcher.storage import enterprises, needs
from matcher.storage.enterprises import Station
from matcher.storage.needs import Need, Offer

_APART = frozenset({"name", "building", "floor"})  # shown at the head of the page


@dataclass(frozen=True)
class DealLine:
    """A deal seen from one of its sides. `bought` tells that this side paid."""

    day: date | None
    other: str
    bought: bool
    amount_fen: int | None
    stage: str


@dataclass(frozen=True)
class EnterpriseFile:
    """What the actor may read of one enterprise; facts in the order of the table, None is unknown."""

    card: Card
    scope: str | None
    facts: Mapping[str, object]
    needs: Sequence[Need]
    offers: Sequence[Offer]
    deals: Sequence[DealLine]
    updated_at: datetime
    listed: bool
    invitable: bool
    version: int


def of(session: Session, actor: Actor, enterprise_id: str, now: datetime) -> EnterpriseFile:
    """The file of an enterprise in scope. Raises NotFound for any other. Six queries."""
    require(actor, "enterprises.read")
    row = own_enterprise(session, actor, enterprise_id)
    facts = sight.seen(actor, row, now)
    asked = sorted(needs.needs_of(session, enterprise_id), key=lambda one: one.created_at, reverse=True)
    return EnterpriseFile(
        cards(session, actor, [enterprise_id])[enterprise_id],
        row.scope,
        {name: value for name, value in facts.items() if name not in _APART},
        asked,
        needs.offers_of(session, [enterprise_id]),
        _deals(session, enterprise_id),
        row.updated_at,
        row.listed,
        row.allows_invitations,
        row.version,
    )


def party_names(session: Session) -> dict[str, str]:
    """Stations, banks and offices by scope: who it was that saw something."""
    rows = session.execute(sa.select(Station.station_id, Station.name))
    return product_names.grantees(session) | {row[0]: row[1] for row in rows}


def _deals(session: Session, enterprise_id: str) -> list[DealLine]:
    rows = needs.deals_of(session, enterprise_id)
    others = {row.seller_id if row.buyer_id == enterprise_id else row.buyer_id for row in rows}
    known = enterprises.by_ids(session, sorted(others))
    lines = []
    for row in rows:
        bought = row.buyer_id == enterprise_id
        other = row.seller_id if bought else row.buyer_id
        name = known[other].name if other in known else other
        lines.append(DealLine(row.date, name, bought, row.amount_fen, row.stage))
    return sorted(lines, key=lambda line: (line.day is None, line.day or date.min), reverse=True)
