"""A bank or a department at the table where a guest's open need asks for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind
from matcher.services.firm_rows import sole_trader
from matcher.services.partners import ACTIVE
from matcher.storage import events, needs
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import WAITING, Need

# Divisions of GB/T 4754-2017: monetary and financial services; organs of the state.
_ADVISERS: Final[Mapping[str, str]] = {NeedKind.FINANCING.value: "66", NeedKind.POLICY.value: "92"}
_LOOKED_AT: Final = 50


def advisers(
    session: Session, actor: Actor, guests: Sequence[str], rows: Mapping[str, Enterprise], now: datetime
) -> list[tuple[str, str]]:
    """(adviser, guest who waits for its advice): one for each kind that nobody among the guests gives.

    Of those who may be invited the one asked least often of late, ties by id. Needs that have been answered
    ask for nobody.
    """
    asked: dict[str, str] = {}
    for guest in guests:
        for need in needs.needs_of(session, guest):
            if need.state in WAITING and need.kind in _ADVISERS and _may_know(actor, need, rows[guest]):
                asked.setdefault(str(need.kind), guest)
    found = []
    for kind, guest in sorted(asked.items()):
        division = _ADVISERS[kind]
        if not any((rows[one].industry_code or "").startswith(division) for one in guests):
            found += [(one, guest) for one in _least_asked(session, actor, division, now)[:1]]
    return found


def _may_know(actor: Actor, need: Need, row: Enterprise) -> bool:
    """A station knows the needs of its own firms; for others published ones alone count."""
    return need.published or (actor.role is Role.OFFICER and row.station_id == actor.scope)


def _least_asked(session: Session, actor: Actor, division: str, now: datetime) -> list[str]:
    query = sa.select(Enterprise).where(
        Enterprise.industry_code.startswith(division), Enterprise.status == ACTIVE
    )
    some = session.scalars(query.order_by(Enterprise.enterprise_id).limit(_LOOKED_AT)).all()
    open_to = [one.enterprise_id for one in some if may_invite(actor, one)]
    times = times_asked(session, open_to, now)
    return sorted(open_to, key=lambda firm: (times[firm], firm))


def may_invite(actor: Actor, row: Enterprise | None) -> bool:
    """Whether a firm may be asked at all: its own station may, others only where it allows invitations."""
    if row is None or row.status != ACTIVE:
        return False
    own = actor.role is Role.OFFICER and row.station_id == actor.scope
    return own or (row.allows_invitations and not sole_trader(row))


def times_asked(session: Session, firms: Collection[str], now: datetime) -> Counter[str]:
    """Events of the last half year that each firm was asked to."""
    return Counter(one.enterprise_id for one in events.asked_to(session, firms, now - events.LATELY))
