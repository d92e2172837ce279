"""Who may do what: roles, actors and one table of rules. Pure; the default is no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matcher.errors import Forbidden, NotFound


class Role(StrEnum):
    """The six roles. A role says what; the scope says on which rows."""

    ENTERPRISE = "enterprise"
    OFFICER = "officer"
    BANK = "bank"
    ORGANIZER = "organizer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Actor:
    """Who asks. `scope` is a station (officer), an enterprise, a bank or an organizer; "" otherwise.

    `language` is that of what is written for it; "" only between the row and the door (`api.language`).
    """

    account_id: str
    role: Role
    scope: str
    language: str = "zh"


_STATION: Final = frozenset({Role.OFFICER})
_STATION_OR_FIRM: Final = frozenset({Role.OFFICER, Role.ENTERPRISE})
_OPERATIONS: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
_EVERYONE: Final = frozenset(Role)

# One line an action; routes and commands name the action, nothing else decides.
RULES: Final[Mapping[str, frozenset[Role]]] = {
    "session.end": _EVERYONE,
    "notices.read": _EVERYONE,
    "towers.write": _STATION,
    "visits.write": _STATION,
    "links.write": _STATION,
    "own.read": frozenset({Role.ENTERPRISE}),
    "webhooks.write": _EVERYONE - {Role.AUDITOR},
    "needs.draft": _STATION_OR_FIRM,
    "needs.create": _STATION_OR_FIRM,
    "needs.read": _STATION_OR_FIRM,
    "needs.edit": _STATION_OR_FIRM,
    "needs.contact": _STATION,
    "needs.answer": frozenset({Role.ENTERPRISE}),
    "figures.read": _STATION | {Role.ADMINISTRATOR},
    "terms.read": _STATION | {Role.ADMINISTRATOR},
    "terms.write": frozenset({Role.ADMINISTRATOR}),
    "notes.write": _STATION,
    "handovers.write": _STATION,
    "relations.read": _STATION_OR_FIRM,
    "relations.write": _STATION_OR_FIRM,
    "relations.settle": _STATION,
    "partners.read": _STATION_OR_FIRM,
    "graph.read": _STATION_OR_FIRM,
    "enterprises.read": _STATION_OR_FIRM,
    "enterprises.identify": _STATION,
    "industries.write": _STATION,
    "openings.read": _STATION_OR_FIRM,
    "openings.write": _STATION_OR_FIRM,
    "buildings.write": _STATION,
    "introductions.write": _STATION_OR_FIRM,
    "introductions.answer": _STATION_OR_FIRM,
    "groups.read": _STATION,
    "imports.write": _STATION | {Role.ADMINISTRATOR},
    "imports.read": _STATION | {Role.ADMINISTRATOR},
    "exports.read": _STATION,
    "products.read": frozenset({Role.OFFICER, Role.ENTERPRISE, Role.BANK}),
    "products.write": frozenset({Role.BANK, Role.OFFICER}),
    "products.eligible": frozenset({Role.BANK}),
    "products.counts": frozenset({Role.BANK}),
    "products.suggest": _STATION_OR_FIRM,
    "take_ups.start": _STATION_OR_FIRM,
    "take_ups.read": _STATION_OR_FIRM,
    "take_ups.decide": frozenset({Role.BANK}),
    "portfolio.plan": _STATION,
    "risk.own": frozenset({Role.BANK}),
    "policies.touched": _STATION,
    "spaces.let": _STATION,
    "questions.read": frozenset({Role.OFFICER, Role.BANK}),
    "consents.write": _STATION_OR_FIRM,
    "consents.read": frozenset({Role.OFFICER, Role.ENTERPRISE, Role.BANK, Role.ORGANIZER}),
    "disclosures.read": frozenset({Role.OFFICER, Role.ENTERPRISE, Role.AUDITOR}),
    "fairs.read": frozenset({Role.OFFICER, Role.ENTERPRISE, Role.ORGANIZER}),
    "fairs.plan": frozenset({Role.ORGANIZER, Role.OFFICER}),
    "events.plan": frozenset({Role.ORGANIZER, Role.OFFICER}),
    "events.read": frozenset({Role.ORGANIZER, Role.OFFICER}),
    "snapshots.read": _EVERYONE,
    "operations.read": _OPERATIONS,
    "operations.run": frozenset({Role.ADMINISTRATOR}),
    "keys.write": frozenset({Role.ADMINISTRATOR}),
}


def may(actor: Actor, action: str) -> bool:
    """Whether the table lets this role do this. An action the table does not name is refused."""
    return actor.role in RULES.get(action, frozenset())


def require(actor: Actor, action: str) -> None:
    """Raise Forbidden unless the role may do it."""
    if not may(actor, action):
        raise Forbidden("access.role_may_not", role=actor.role, action=action)


def require_enterprise(actor: Actor, enterprise_id: str, station_id: str | None) -> None:
    """Raise NotFound unless the enterprise lies in the actor's scope: not yours looks like not there."""
    if actor.role is Role.OFFICER and station_id == actor.scope:
        return
    if actor.role is Role.ENTERPRISE and enterprise_id == actor.scope:
        return
    raise NotFound("access.no_such_enterprise", value=enterprise_id)
