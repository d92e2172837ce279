"""Which enterprises must be compiled anew: those that changed, and those that hang together with them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build import pairs
from matcher.build.read import IDS_AT_ONCE
from matcher.domain.enterprise import RelationKind
from matcher.graph.graph import Graph
from matcher.storage import outbox
from matcher.storage.enterprises import Enterprise, Relation


@dataclass(frozen=True)
class Changes:
    """Enterprises whose rows changed, and tables that changed otherwise."""

    firms: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()

    def and_(self, other: Changes) -> Changes:
        """Both."""
        return Changes(self.firms | other.firms, self.tables | other.tables)

    def __bool__(self) -> bool:
        return bool(self.firms or self.tables)


def noted(session: Session) -> Changes:
    """What the outbox tells. Read it in the transaction that reads the rows."""
    found = outbox.touched(session)
    firms = found.pop(outbox.FIRM, set())
    housed = found.pop(outbox.BUILDING, None)
    tables = set(found)
    if housed is not None:
        firms |= _housed(session, housed)
        tables.add("buildings")
    if tables & {"events", "attendances"}:
        tables |= {"events", "attendances"}  # one is numbered by the other
    return Changes(frozenset(firms), frozenset(tables))


def expired(session: Session, then: date, today: date) -> frozenset[str]:
    """Enterprises one of whose relations was in force on the day `then` and is so no longer."""
    over = sa.select(Relation.a, Relation.b).where(Relation.until >= then, Relation.until < today)
    return frozenset(end for pair in session.execute(over) for end in pair)


def with_owners(session: Session, base: Graph, firms: Set[str], today: date) -> frozenset[str]:
    """`firms` and all that belong, or belonged, to one owner with them: a group is named by its first."""
    found: set[str] = set()
    fresh = set(firms) | _once_together(base, firms)
    while fresh:
        found |= fresh
        fresh = _together(session, fresh, today) - found
        fresh |= _once_together(base, fresh) - found
    return frozenset(found)


def _once_together(base: Graph, firms: Iterable[str]) -> set[str]:
    """Members of the groups that these firms belonged to."""
    column = base.firms.numbers("owner_group")
    places = [place for firm in firms if (place := base.firms.position(firm)) is not None]
    groups = np.unique(column[places]) if places else np.zeros(0, dtype=column.dtype)
    members = np.flatnonzero(np.isin(column, groups[groups >= 0]))
    return {base.firms.ids[int(place)] for place in members}


def _together(session: Session, firms: Set[str], today: date) -> set[str]:
    """Firms that share a label, a desk or a relation in force with one of these."""
    found: set[str] = set()
    for some in _pieces(sorted(firms)):
        mine = sa.select(Enterprise).where(Enterprise.enterprise_id.in_(some)).subquery()
        other = Enterprise.__table__.c
        label = sa.and_(mine.c.owner_group != "", other.owner_group == mine.c.owner_group)
        desk = sa.and_(
            mine.c.address != "",
            mine.c.contact_phone != "",
            other.address == mine.c.address,
            other.contact_phone == mine.c.contact_phone,
        )
        for shared in (label, desk):
            found |= set(session.scalars(sa.select(other.enterprise_id).join_from(mine, Enterprise, shared)))
        ends = sa.or_(Relation.a.in_(some), Relation.b.in_(some))
        owned = sa.select(Relation).where(Relation.kind == RelationKind.OWNER_GROUP.value, ends)
        found |= {end for pair in pairs.owned_together(session.scalars(owned), today) for end in pair}
    return found


def _pieces(identifiers: list[str]) -> Iterable[list[str]]:
    return (identifiers[at : at + IDS_AT_ONCE] for at in range(0, len(identifiers), IDS_AT_ONCE))


def _housed(session: Session, buildings: Set[str]) -> set[str]:
    found: set[str] = set()
    for some in _pieces(sorted(buildings)):
        inside = sa.select(Enterprise.enterprise_id).where(Enterprise.building_id.in_(some))
        found |= set(session.scalars(inside))
    return found
