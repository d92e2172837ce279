"""Which station a case counts for: the one that held it when it was answered or its deadline passed.

So that handing a file over takes nothing missed out of anybody's figures, and puts nothing into another's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.storage import enterprises, handovers
from matcher.storage.handovers import Handover

Taken = Mapping[str, Sequence[Handover]]


def taken_of(session: Session, enterprise_ids: Collection[str]) -> Taken:
    """The hand-overs of these files that took place, by enterprise, oldest first."""
    found: dict[str, list[Handover]] = {}
    for row in handovers.taken(session, sorted(enterprise_ids)):
        found.setdefault(row.enterprise_id, []).append(row)
    return found


def stations_now(session: Session, enterprise_ids: Collection[str]) -> dict[str, str | None]:
    """Where each file is now."""
    return {key: row.station_id for key, row in enterprises.by_ids(session, sorted(enterprise_ids)).items()}


def holder_at(present: str | None, taken: Sequence[Handover], moment: datetime) -> str | None:
    """Who held a file at `moment`: before a hand-over the giver, from it on the taker."""
    for row in taken:
        if row.decided_at is not None and row.decided_at > moment:
            return row.from_station
    return present
