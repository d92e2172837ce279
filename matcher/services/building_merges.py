"""Two buildings that are one: offered with evidence, merged by an officer, undone whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import address, tower
from matcher.domain.access import Actor, require
from matcher.errors import Conflict, NotFound
from matcher.services.places import district_of
from matcher.storage.enterprises import Building, BuildingMerge, Enterprise
from matcher.storage.journal import record
from matcher.storage.products import Product
from matcher.storage.tables import table_of
from matcher.storage.visits import TowerOfficer

SHOWN: Final = 50
SAME_KEY, SAME_HOUSE = "same_name", "same_number"
_MOVED: Final = {
    "enterprises": (Enterprise, "enterprise_id"),
    "products": (Product, "product_id"),
    "tower_officers": (TowerOfficer, "tower_officer_id"),
}


@dataclass(frozen=True)
class Candidate:
    """Two buildings of one district that may be one. `evidence` names why, `kept` has more enterprises."""

    kept_id: str
    kept: str
    gone_id: str
    gone: str
    evidence: tuple[str, ...]


def candidates(session: Session, actor: Actor) -> list[Candidate]:
    """Pairs of the own station's buildings that names and addresses say are one, but those parted again."""
    require(actor, "buildings.write")
    rows = _own(session, actor)
    firms = _firms(session, [row.building_id for row in rows])
    parted = set(_parted(session))
    found = []
    for one, other in _near(rows):
        evidence = _evidence(one, other)
        if evidence and frozenset((one.building_id, other.building_id)) not in parted:
            kept, gone = sorted(
                (one, other), key=lambda row: (-firms.get(row.building_id, 0), row.building_id)
            )
            found.append(Candidate(kept.building_id, kept.name, gone.building_id, gone.name, evidence))
    return found[:SHOWN]


def merged(session: Session, actor: Actor) -> Sequence[BuildingMerge]:
    """The merges into the own station's buildings, newest first."""
    require(actor, "buildings.write")
    mine = sa.select(Building.building_id).where(Building.station_id == actor.scope)
    query = sa.select(BuildingMerge).where(BuildingMerge.kept_id.in_(mine))
    return session.scalars(query.order_by(BuildingMerge.merged_at.desc()).limit(SHOWN)).all()


def names_of(session: Session, buildings: set[str]) -> dict[str, str]:
    """The names of these buildings by id."""
    query = sa.select(Building.building_id, Building.name).where(Building.building_id.in_(buildings))
    return {row.building_id: row.name for row in session.execute(query)}


def merge(session: Session, actor: Actor, kept_id: str, gone_id: str, now: datetime) -> BuildingMerge:
    """Make one building of two of the own station. Raises NotFound, or Conflict for a building and itself."""
    require(actor, "buildings.write")
    kept, gone = _building(session, actor, kept_id), _building(session, actor, gone_id)
    if kept is gone:
        raise Conflict("buildings.same", value=kept_id)
    moved = {name: _move(session, mapped, key, gone_id, kept_id) for name, (mapped, key) in _MOVED.items()}
    done = BuildingMerge(
        merge_id=secrets.token_hex(8),
        kept_id=kept_id,
        gone_id=gone_id,
        gone={column.name: getattr(gone, column.name) for column in table_of(Building).columns},
        moved=moved,
        evidence=list(_evidence(kept, gone)),
        merged_by=actor.account_id,
        merged_at=now,
        undone_at=None,
    )
    kept.aliases = list(dict.fromkeys([*(kept.aliases or ()), gone.name, *(gone.aliases or ())]))
    session.add(done)
    session.flush()
    session.delete(gone)
    _written(session, actor, "buildings.merge", done, now)
    return done


def undo(session: Session, actor: Actor, merge_id: str, now: datetime) -> BuildingMerge:
    """Part the two again: the building with its names, and what stood in it and was not moved since."""
    require(actor, "buildings.write")
    done = session.get(BuildingMerge, merge_id)
    if done is None:
        raise NotFound("buildings.no_such_merge", value=merge_id)
    kept = _building(session, actor, done.kept_id)
    if done.undone_at is not None:
        raise Conflict("buildings.undone_already", value=merge_id)
    back = Building(**done.gone)
    session.add(back)
    session.flush()
    for name, (mapped, key) in _MOVED.items():
        table = table_of(mapped)
        here = (table.c[key].in_(done.moved.get(name, [])), table.c.building_id == done.kept_id)
        session.execute(sa.update(table).where(*here).values(**_stepped(table, done.gone_id)))
    names = {back.name, *(back.aliases or ())}
    kept.aliases = [name for name in kept.aliases if name not in names]
    done.undone_at = now
    _written(session, actor, "buildings.part", done, now)
    return done


def _move(session: Session, mapped: Any, key: str, gone_id: str, kept_id: str) -> list[str]:
    table = table_of(mapped)
    ids = list(
        session.scalars(sa.select(table.c[key]).where(table.c.building_id == gone_id).order_by(table.c[key]))
    )
    session.execute(sa.update(table).where(table.c.building_id == gone_id).values(**_stepped(table, kept_id)))
    return ids


def _stepped(table: sa.Table, building_id: str) -> dict[str, Any]:
    values: dict[str, Any] = {"building_id": building_id}
    if table.name == "enterprises":
        values["version"] = table.c.version + 1
    return values


def _written(session: Session, actor: Actor, action: str, done: BuildingMerge, now: datetime) -> None:
    detail = {"gone": done.gone_id, "evidence": done.evidence}
    record(session, actor, action, ("building", done.kept_id, None), now, **detail)
    session.flush()


def _own(session: Session, actor: Actor) -> Sequence[Building]:
    query = sa.select(Building).where(Building.station_id == actor.scope)
    return session.scalars(query.order_by(Building.building_id)).all()


def _building(session: Session, actor: Actor, building_id: str) -> Building:
    row = session.get(Building, building_id)
    if row is None or row.station_id != actor.scope:
        raise NotFound("buildings.no_such_building", value=building_id)
    return row


def _firms(session: Session, buildings: Sequence[str]) -> Mapping[str, int]:
    query = sa.select(Enterprise.building_id, sa.func.count()).where(Enterprise.building_id.in_(buildings))
    return {str(row[0]): row[1] for row in session.execute(query.group_by(Enterprise.building_id))}


def _parted(session: Session) -> Iterator[frozenset[str]]:
    query = sa.select(BuildingMerge.kept_id, BuildingMerge.gone_id).where(
        BuildingMerge.undone_at.is_not(None)
    )
    for kept, gone in session.execute(query):
        yield frozenset((kept, gone))


def _near(rows: Sequence[Building]) -> Iterator[tuple[Building, Building]]:
    """Pairs within one district."""
    by_district: dict[str, list[Building]] = {}
    for row in rows:
        if row.region_code is not None:
            by_district.setdefault(district_of(row.region_code), []).append(row)
    for together in by_district.values():
        yield from combinations(together, 2)


def _evidence(one: Building, other: Building) -> tuple[str, ...]:
    found = []
    if any(tower.split(a) == tower.split(b) for a in _names(one) for b in _names(other)):
        found.append(SAME_KEY)
    places = [address.parse(row.address or "") for row in (one, other)]
    here = [
        address.Address(stands.road, stands.number, row.name)
        for stands, row in zip(places, (one, other), strict=True)
    ]
    if tower.same_by_evidence(*here):
        found.append(SAME_HOUSE)
    return tuple(found)


def _names(row: Building) -> list[str]:
    return [row.name, *(row.aliases or ())]
