"""How surely a firm comes when it is asked, from the events of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.event import AttendanceState
from matcher.recommend.salons import show_rates
from matcher.services.event_access import in_scope
from matcher.storage import events

_CAME: Final = AttendanceState.ATTENDED.value
_MISSED: Final = AttendanceState.ABSENT.value


def rates(session: Session, actor: Actor, firms: Sequence[str], now: datetime) -> NDArray[np.float64]:
    """How surely each firm comes, by the actor's own events of any age, older ones counting less.

    Who came to somebody else's event is not this actor's to know.
    """
    came, missed = np.zeros(len(firms)), np.zeros(len(firms))
    places = {firm: place for place, firm in enumerate(firms)}
    for one in events.asked_to(session, firms):
        if one.starts_at is None or not in_scope(actor, one):
            continue
        # A year halves what an event still says.
        weight = 0.5 ** max(0.0, (now - one.starts_at).days / 365.0)
        came[places[one.enterprise_id]] += weight * (one.state == _CAME)
        missed[places[one.enterprise_id]] += weight * (one.state == _MISSED)
    return show_rates(came, missed)
