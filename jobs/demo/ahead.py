"""The fair for graduates planned ahead, so that its floor and interview windows are there to be looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.demo.gatherings import ORGANIZER
from matcher.domain.access import Actor, Role
from matcher.graph.graph import Graph
from matcher.storage import events
from matcher.storage.accounts import Account

FAIR: Final = "EV-F2"
_WISHES: Final[dict[str, Any]] = {"n": 24, "windows": 6}


def plan_ahead(session: Session, graph: Graph, seed: int, now: datetime) -> bool:
    """Plan the fair in its organizer's name; False where it is planned already or is nobody's here."""
    from matcher.services import fair_plans

    event = events.by_id(session, FAIR)
    acting = session.scalar(sa.select(Account).where(Account.scope == ORGANIZER))
    if event is None or event.plan is not None or acting is None:
        return False
    organizer = Actor(acting.account_id, Role.ORGANIZER, ORGANIZER)
    fair_plans.plan_fair(session, graph, organizer, FAIR, _WISHES, seed, now)
    return True
