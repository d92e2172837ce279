"""What the cells of a chunk refer to: enterprises, stations, buildings, needs. A few statements a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import place
from matcher.domain.access import Actor, Role
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.kinds import Column, Kind
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.rules import digest
from matcher.services.imports.staging import Staging
from matcher.storage.enterprises import Building, Enterprise, Station
from matcher.storage.held import HeldRow
from matcher.storage.needs import Need


@dataclass
class References:
    """Looks references up and remembers what stays the same during an import.

    `held` are the identifiers of enterprises that this import keeps apart: what belongs to them waits too.
    """

    actor: Actor
    staging: Staging
    held: set[str] = field(default_factory=set)
    # Rows of this import in memory: later ones name them in any order, and to look into the staging area
    # for each would read nearly all of it for every chunk.
    _new_firms: dict[str, str | None] = field(default_factory=dict)
    _new_needs: set[str] = field(default_factory=set)
    _new_stations: set[str] = field(default_factory=set)
    _old_stations: set[str] | None = None
    _houses_by_id: dict[str, _House] = field(default_factory=dict)
    _houses_by_name: dict[str, list[_House]] = field(default_factory=dict)

    def resolve(self, session: Session, reader: LineReader, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Replace what the cells say by identifiers; blame what is not there or not the actor's.

        Gives the buildings that are to be made for enterprises.
        """
        columns = [feed.column for feed in reader.plan.feeds]
        for column in columns:
            if column.reads == "enterprise":
                self._enterprises(session, reader, rows, column)
            elif column.reads == "need":
                self._needs(session, reader, rows, column)
        self._own_station(session, reader, rows)
        made: dict[str, dict[str, Any]] = {}
        for column in columns:
            if column.reads == "building":
                self._buildings(session, (reader, rows, column), made)
        return list(made.values())

    def _enterprises(self, session: Session, reader: LineReader, rows: Sequence[Row], column: Column) -> None:
        named = _named(rows, column)
        known = self._known(session, named)
        by_code = self._by_code(session, named - known.keys())
        held = self._held(session, named - known.keys() - by_code.keys())
        owned = column.field == reader.plan.kind.owner or self.actor.role is Role.ENTERPRISE
        for row in rows:
            text = row.values[column.field]
            found = known.get(text) or by_code.get(text)
            if found is not None and not (owned and self._foreign(found.station_id)):
                # What an enterprise has granted is never handed to another.
                into = None if reader.plan.kind.name == "consents" else found.merged_into
                row.values[column.field] = into or found.enterprise_id
            elif text in held:
                bad = BadValueError("enterprise_held", Severity.HELD)
                reader.blame_field(row, column.field, bad)
            elif text is not None:
                reader.blame_field(row, column.field, BadValueError("no_such_enterprise"))

    def _known(self, session: Session, texts: set[str]) -> dict[str, _Firm]:
        """Enterprises of these identifiers, in the database or staged."""
        found = {
            row.enterprise_id: _Firm(*row) for row in _matching(session, Enterprise.enterprise_id, texts)
        }
        for text in texts & self._new_firms.keys():
            there = found.get(text, _Firm(text, None, None))
            found[text] = there._replace(station_id=self._new_firms[text] or there.station_id)
        return found

    def _by_code(self, session: Session, codes: set[str]) -> dict[str | None, _Firm]:
        found = {row.code: _Firm(*row) for row in _matching(session, Enterprise.code, codes)}
        for code, values in self.staging.enterprises_by_code(codes).items():
            found[code] = _Firm(values["enterprise_id"], code, values.get("station_id"))
        return found

    def _held(self, session: Session, texts: set[str]) -> set[str]:
        waiting = sa.select(HeldRow.identifier).where(
            HeldRow.kind == "enterprises", HeldRow.resolved_at.is_(None), HeldRow.identifier.in_(texts)
        )
        return (texts & self.held) | set(session.scalars(waiting)) if texts else set()

    def _foreign(self, station_id: str | None) -> bool:
        return self.actor.role is Role.OFFICER and station_id != self.actor.scope

    def own(self, session: Session, enterprise_ids: Iterable[str]) -> set[str]:
        """Those of the enterprises that are the officer's station's."""
        firms = self._known(session, set(enterprise_ids))
        return {name for name, firm in firms.items() if firm.station_id == self.actor.scope}

    def _needs(self, session: Session, reader: LineReader, rows: Sequence[Row], column: Column) -> None:
        named = _named(rows, column)
        known = set(session.scalars(sa.select(Need.need_id).where(Need.need_id.in_(named))))
        known |= named & self._new_needs
        for row in rows:
            text = row.values[column.field]
            if text is not None and text not in known:
                reader.blame_field(row, column.field, BadValueError("no_such_need"))

    def _own_station(self, session: Session, reader: LineReader, rows: Sequence[Row]) -> None:
        """Rows of an officer belong to the officer's station; another station's are refused."""
        kind = reader.plan.kind
        if "station_id" not in kind.mapped.__table__.columns:
            return
        stations = self._stations(session)
        for row in rows:
            if self.actor.role is Role.OFFICER:
                row.values["station_id"] = row.values.get("station_id") or self.actor.scope
            station = row.values.get("station_id")
            if self._foreign(station):
                reader.blame_field(row, "station_id", BadValueError("other_station", own=self.actor.scope))
            elif kind.mapped is not Station and station is not None and station not in stations:
                bad = BadValueError("no_such_station", station=station)
                reader.blame_field(row, "station_id", bad)

    def learn(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Rows that were staged and that later ones name: enterprises with their stations, needs, places."""
        if kind.mapped is Enterprise:
            self._new_firms |= {row.values["enterprise_id"]: row.values.get("station_id") for row in rows}
        if kind.mapped is Need:
            self._new_needs |= {row.values["need_id"] for row in rows}
        if kind.mapped is Station:
            self._new_stations |= {row.values["station_id"] for row in rows}
        if kind.mapped is Building:
            for row in rows:
                values = row.values
                self._remember(_House(values["building_id"], values["name"], values.get("region_code")))

    def _stations(self, session: Session) -> set[str]:
        """All stations' ids; those of the database are read once."""
        if self._old_stations is None:
            self._old_stations = set(session.scalars(sa.select(Station.station_id)))
        return self._old_stations | self._new_stations

    def _remember(self, house: _House) -> None:
        if house.building_id not in self._houses_by_id:
            self._houses_by_id[house.building_id] = house
            self._houses_by_name.setdefault(house.name, []).append(house)

    def _buildings(
        self,
        session: Session,
        asked: tuple[LineReader, Sequence[Row], Column],
        made: dict[str, dict[str, Any]],
    ) -> None:
        """By identifier, or by name within the region; an enterprise's building is made where it is new."""
        reader, rows, column = asked
        named = _named(rows, column)
        if not named:
            return
        houses = self._houses(session, named)
        by_name: dict[str, list[_House]] = {}
        for house in houses.values():
            by_name.setdefault(house.name, []).append(house)
        for row in rows:
            text = row.values[column.field]
            if text is None or text in houses:
                continue
            region = row.values.get("region_code")
            same = [house for house in by_name.get(text, ()) if _near(house.region_code, region)]
            if len(same) == 1:
                row.values[column.field] = same[0].building_id
            elif same or reader.plan.kind.mapped is not Enterprise:
                reason = "several_buildings" if same else "no_such_building"
                reader.blame_field(row, column.field, BadValueError(reason))
            elif row.severity is None:
                row.values[column.field] = self._make(text, row.values, made)

    def _houses(self, session: Session, named: set[str]) -> dict[str, _House]:
        """The buildings of these identifiers or names, in the database or new in this import."""
        picked = sa.select(Building.building_id, Building.name, Building.region_code)
        either = sa.or_(Building.building_id.in_(named), Building.name.in_(named))
        found = {row.building_id: _House(*row) for row in session.execute(picked.where(either))}
        for name in named:
            same = self._houses_by_name.get(name, [])
            found.update({house.building_id: house for house in same})
            if name in self._houses_by_id:
                found[name] = self._houses_by_id[name]
        return found

    def _make(self, name: str, values: Mapping[str, Any], made: dict[str, dict[str, Any]]) -> str:
        building = _new_building(name, values)
        identifier: str = building["building_id"]
        made.setdefault(identifier, building)
        self._remember(_House(identifier, name, building["region_code"]))
        return identifier


class _Firm(NamedTuple):
    """What rows ask of an enterprise they name."""

    enterprise_id: str
    code: str | None
    station_id: str | None
    merged_into: str | None = None


class _House(NamedTuple):
    """What rows ask of a building they name."""

    building_id: str
    name: str
    region_code: str | None


def _matching(session: Session, column: Any, texts: Iterable[str]) -> Sequence[Any]:
    picked = sa.select(
        Enterprise.enterprise_id, Enterprise.code, Enterprise.station_id, Enterprise.merged_into
    )
    return session.execute(picked.where(column.in_(list(texts)))).all()


def _named(rows: Sequence[Row], column: Column) -> set[str]:
    return {row.values[column.field] for row in rows if row.values[column.field] is not None}


def _near(one: str | None, other: str | None) -> bool:
    """Whether two regions may be one place: equal, one within the other, or unknown."""
    if one is None or other is None:
        return True
    return place.within(one, other) or place.within(other, one)


def _new_building(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    region = values.get("region_code")
    return {
        "building_id": f"BLD-{digest(region, name)}",
        "name": name,
        "region_code": region,
        "station_id": values.get("station_id"),
    }
