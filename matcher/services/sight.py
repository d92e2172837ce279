"""What an actor sees of an enterprise: role, scope and switches turned into a cell of the access table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from matcher.domain.access import Actor, Role
from matcher.domain.field_access import Audience, Case, Condition, Sight, redact, view
from matcher.services.asked import today
from matcher.services.firm_rows import shown_facts, sole_trader
from matcher.storage.enterprises import Enterprise

NOTHING_MORE: frozenset[Condition] = frozenset()

_ROLES: Mapping[Role, Audience] = {
    Role.BANK: Audience.BANK,
    Role.ORGANIZER: Audience.ORGANIZER,
    Role.ADMINISTRATOR: Audience.ADMINISTRATOR,
    Role.AUDITOR: Audience.AUDITOR,
}


def audience(actor: Actor, row: Enterprise) -> Audience:
    """From where the actor looks at this enterprise: the column of the table."""
    if actor.role is Role.OFFICER:
        return Audience.OWN_STATION if row.station_id == actor.scope else Audience.OTHER_STATION
    if actor.role is Role.ENTERPRISE:
        return Audience.OWN if row.enterprise_id == actor.scope else Audience.OTHER_FIRM
    return _ROLES[actor.role]


def close(actor: Actor, row: Enterprise) -> bool:
    """Whether it is the actor's own enterprise or one of the own station."""
    return audience(actor, row) in (Audience.OWN, Audience.OWN_STATION)


def case(row: Enterprise, more: frozenset[Condition] = NOTHING_MORE) -> Case:
    """What is true of the enterprise itself, and `more` of the two (registered for an event, ...).

    Figures in a station's file count as given to it: a file is filled by the firm or by its station.
    """
    return _case(bool(row.listed), bool(row.allows_invitations), sole_trader(row), more)


@lru_cache(maxsize=1_024)
def _case(listed: bool, invitable: bool, person: bool, more: frozenset[Condition]) -> Case:
    """Made once of each: a page asks for the same few some hundred times."""
    held = {Condition.GIVEN} | more
    held |= {Condition.LISTED} if listed else set()
    held |= {Condition.INVITABLE} if invitable else set()
    return Case(frozenset(held), sole_trader=person)


def sees(actor: Actor, row: Enterprise, name: str, more: frozenset[Condition] = NOTHING_MORE) -> Sight:
    """What the actor sees of one field."""
    return view(name, audience(actor, row), case(row, more))


def seen(
    actor: Actor, row: Enterprise, now: datetime, more: frozenset[Condition] = NOTHING_MORE
) -> dict[str, object]:
    """The fields of the row that the actor may read, in full or as a band."""
    # Grade A is published by the tax office; any other grade is the firm's own affair.
    public = {Condition.PUBLISHED} if row.tax_grade == "A" else set[Condition]()
    return redact(shown_facts(row, today(now)), audience(actor, row), case(row, more | public))


def told_score(actor: Actor, score: float) -> float | None:
    """How well two fit, to whoever plans an event: an organizer is told who fits whom, never how well."""
    return None if actor.role is Role.ORGANIZER else score


def name_of(actor: Actor, row: Enterprise, more: frozenset[Condition] = NOTHING_MORE) -> str:
    """The name where the actor may read it, else the bare identifier."""
    return row.name if sees(actor, row, "name", more) is Sight.FULL else row.enterprise_id
