"""Guests who have closed since an event was planned: gone from its plan at once, as from every other list.

The stored plan stays as it was announced, for the plan of the day itself. Who came to an event stays in its
record, whatever became of it later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.enterprise import TRADING
from matcher.domain.event import AttendanceState
from matcher.storage import enterprises, events

# Lists of names, of which one goes; anywhere else what speaks of a closed guest goes with it.
_ROSTERS: Final = frozenset({"guests", "buyers", "sellers", "rounds", "few_good_pairs"})


def closed_guests(session: Session, event_id: str, plan: Mapping[str, Any]) -> frozenset[str]:
    """Guests of a stored plan that trade no longer, or are in no register any more, and did not come."""
    guests = plan.get("guests", ())
    rows = enterprises.by_ids(session, list(guests))
    gone = {guest for guest in guests if guest not in rows or rows[guest].status not in TRADING}
    if not gone:
        return frozenset()
    came = AttendanceState.ATTENDED.value
    return frozenset(
        gone - {row.enterprise_id for row in events.attendances(session, event_id) if row.state == came}
    )


def without_closed(session: Session, event_id: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as it may be shown now. Two queries."""
    gone = closed_guests(session, event_id, plan)
    return without(plan, gone) if gone else dict(plan)


def without(plan: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """The plan without anything that speaks of those who are `gone`; seats they held stay empty."""
    found = {name: _kept(value, gone, name in _ROSTERS) for name, value in plan.items() if name not in gone}
    if "hosts" not in plan:
        return found
    # A table is its host's by its place in this list, so a host that is gone leaves its place empty.
    return found | {"hosts": [None if host in gone else host for host in plan["hosts"]]}


def _kept(value: Any, gone: Collection[str], roster: bool) -> Any:
    if isinstance(value, Mapping):
        return {name: _kept(one, gone, roster) for name, one in value.items() if name not in gone}
    if not isinstance(value, list):
        return value
    return [
        _kept(one, gone, roster)
        for one in value
        if not (isinstance(one, str) and one in gone) and (roster or not _tells(one, gone))
    ]


def _tells(value: Any, gone: Collection[str]) -> bool:
    """Whether a line of the plan speaks of somebody gone: by a column, or in a list of who it is about."""
    if isinstance(value, str):
        return value in gone
    if isinstance(value, Mapping):
        return any(_tells(one, gone) for one in value.values())
    return isinstance(value, list) and any(_tells(one, gone) for one in value)
