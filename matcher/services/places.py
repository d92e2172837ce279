"""Where an enterprise sits, read from its address where nobody gave it: region, tower, floor.

A given place is never touched. A tower becomes a building once two enterprises sit in it; one enterprise
joins a building whose name is known in the district.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import address, place_names, tower
from matcher.storage.db import upsert
from matcher.storage.enterprises import Building, Enterprise, version_after_inference
from matcher.storage.tables import table_of

CHUNK: Final = 2_000
TOWERS: Final = 300  # of one transaction
FEWEST: Final = 2  # enterprises that make a building of a tower
MOST_ALIASES: Final = 20
NOWHERE: Final = ""
CHANGED: Final = "?"  # the address is another since it was read
_DISTRICT_DIGITS: Final = 6

Known = Mapping[str, str]  # key of a tower -> id of its building


class Unread(NamedTuple):
    """An address to be read, with what is known of the place."""

    enterprise_id: str
    version: int
    address: str
    region_code: str | None
    building_id: str | None
    floor: str | None
    place_key: str | None
    place_inferred: bool


def unread(session: Session) -> int:
    """How many addresses were not read yet, or not since they changed."""
    return session.scalar(sa.select(sa.func.count()).select_from(Enterprise).where(*_unread())) or 0


def unread_after(session: Session, after: str = "") -> list[Unread]:
    """The next chunk of addresses behind an enterprise's id, to be read; none at the end."""
    columns = [table_of(Enterprise).c[name] for name in Unread._fields]
    query = sa.select(*columns).where(*_unread(), Enterprise.enterprise_id > after)
    rows = session.execute(query.order_by(Enterprise.enterprise_id).limit(CHUNK))
    return [Unread(*row) for row in rows]


def read(rows: Sequence[Unread]) -> list[dict[str, Any]]:
    """What each address says. Needs no database: any process may do it."""
    return [_read(row) for row in rows]


def write(session: Session, found: Sequence[dict[str, Any]], now: datetime) -> None:
    """Fill region and floor where they are unknown, in one short transaction of the caller's."""
    session.execute(_update(now), found)


def known_buildings(session: Session) -> dict[str, str]:
    """All buildings by the keys of their names and aliases, to be told from new ones."""
    columns = (Building.building_id, Building.name, Building.aliases, Building.region_code, Building.address)
    known: dict[str, str] = {}
    for row in session.execute(sa.select(*columns).order_by(Building.building_id)):
        for name in (row.name, *(row.aliases or ())):
            key = key_of(name, row.region_code, row.address)
            if key is not None:
                known.setdefault(key, row.building_id)
    return known


def settle_next(session: Session, known: Known, now: datetime, after: str = "") -> tuple[str | None, int]:
    """Put the enterprises of the next towers behind `after` into their buildings, made where they are new.

    Returns the last key, or None at the end, and how many enterprises were put somewhere.
    """
    # Told so that the keys' index is walked: by "no building" most of a large table is read for every chunk.
    homeless = sa.func.sum(sa.case((Enterprise.building_id.is_(None), 1), else_=0))
    query = sa.select(Enterprise.place_key, homeless.label("firms")).where(
        Enterprise.place_key > after, Enterprise.place_key != NOWHERE
    )
    query = query.group_by(Enterprise.place_key).having(homeless > 0).order_by(Enterprise.place_key)
    rows = session.execute(query.limit(TOWERS)).all()
    if not rows:
        return None, 0
    keys = [str(row.place_key) for row in rows if row.firms >= FEWEST or row.place_key in known]
    members = _members(session, keys)
    made = [_building(key, members[key]) for key in keys if key not in known and members.get(key)]
    if made:
        session.execute(upsert(session, Building).on_conflict_do_nothing(), made)
    return str(rows[-1].place_key), _house(session, {key: known.get(key) or id_of(key) for key in keys}, now)


def key_of(name: str, region_code: str | None, where: str | None) -> str | None:
    """The key of a building by its name, its region and the road and number of its address."""
    if region_code is None:
        return None
    stands = address.parse(where or "")
    bare = name.removeprefix(where or "") or name  # 湖心路5号3幢 at 湖心路5号 is 3幢
    return tower.key(district_of(region_code), address.Address(stands.road, stands.number, bare))


def id_of(key: str) -> str:
    """The id of the building that a tower's key makes; the same for all spellings."""
    from matcher.services.imports.rules import digest

    return f"BLD-{digest(key)}"


def district_of(region_code: str) -> str:
    """What tells towers of one name apart: the district, or the region as far as it is known."""
    return region_code[:_DISTRICT_DIGITS]


def _unread() -> list[sa.ColumnElement[bool]]:
    key = Enterprise.place_key
    return [Enterprise.address.is_not(None), sa.or_(key.is_(None), key == CHANGED)]


def _read(row: Unread) -> dict[str, Any]:
    """What the address says where nobody else did; all of it anew where it said so before and has changed."""
    anew = row.place_key == CHANGED and row.place_inferred
    region, building, floor = (None, None, None) if anew else (row.region_code, row.building_id, row.floor)
    parts = address.parse(row.address)
    read = region or place_names.find_code(row.address) or row.region_code
    told = floor if floor is not None or parts.floor is None else str(parts.floor)
    return {
        "this_id": row.enterprise_id,
        "seen_version": row.version,
        "new_key": (None if read is None else tower.key(district_of(read), parts)) or NOWHERE,
        "new_region": read,
        "new_building": building,
        "new_floor": told,
        "new_inferred": anew or row.place_inferred or read != region or told != floor,
    }


def _update(now: datetime) -> sa.Update:
    """Only where the row is still as it was read."""
    table = table_of(Enterprise)
    here = (table.c.enterprise_id == sa.bindparam("this_id"), table.c.version == sa.bindparam("seen_version"))
    return (
        sa.update(table)
        .where(*here)
        .values(
            place_key=sa.bindparam("new_key"),
            region_code=sa.bindparam("new_region"),
            building_id=sa.bindparam("new_building"),
            floor=sa.bindparam("new_floor"),
            place_inferred=sa.bindparam("new_inferred"),
            **version_after_inference(),
            updated_at=now,
        )
    )


def _members(session: Session, keys: Iterable[str]) -> dict[str, list[Any]]:
    """Who has each key, by id; sorted here, as a database asked for order may walk all its ids for it."""
    columns = (Enterprise.enterprise_id, Enterprise.place_key, Enterprise.address, Enterprise.region_code)
    wanted = (Enterprise.place_key.in_(list(keys)), Enterprise.address.is_not(None))
    rows = session.execute(sa.select(*columns, Enterprise.station_id).where(*wanted)).all()
    found: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: str(row.enterprise_id)):
        found.setdefault(str(row.place_key), []).append(row)
    return found


def _building(key: str, members: Sequence[Any]) -> dict[str, Any]:
    """A new building: the commonest spelling is its name, the others are its aliases."""
    read = [address.parse(row.address) for row in members]
    spelt = _commonest([one.building for one in read if one.building])
    road = _commonest([f"{one.road}{one.number}" for one in read if one.road and one.number])
    stations = {row.station_id for row in members}
    return {
        "building_id": id_of(key),
        "name": spelt[0] if tower.split(spelt[0])[0] or not road else f"{road[0]}{spelt[0]}",
        "aliases": spelt[1 : MOST_ALIASES + 1],
        "region_code": _commonest([row.region_code for row in members])[0],
        "address": road[0] if road else None,
        "station_id": stations.pop() if len(stations) == 1 else None,
    }


def _commonest(words: Sequence[str]) -> list[str]:
    """Each word once, the most frequent first, ties in the order of letters."""
    counts = Counter(words)
    return sorted(counts, key=lambda word: (-counts[word], word))


def _house(session: Session, homes: Mapping[str, str], now: datetime) -> int:
    """Who has these keys moves into these buildings, unless it has one; how many did."""
    if not homes:
        return 0
    table = table_of(Enterprise)
    here = (table.c.place_key == sa.bindparam("key"), table.c.building_id.is_(None))
    values = {"building_id": sa.bindparam("home"), "place_inferred": True, "updated_at": now}
    moving = sa.update(table).where(*here).values(**version_after_inference(), **values)
    done = session.execute(moving, [{"key": key, "home": home} for key, home in homes.items()])
    return int(getattr(done, "rowcount", 0))
