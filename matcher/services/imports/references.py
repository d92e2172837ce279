"""What the cells of a chunk refer to: enterprises, stations, buildings, needs. A few statements a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import place
from matcher.domain.access import Actor, Role
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.kinds import Column
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.rules import digest
from matcher.storage.enterprises import Building, Enterprise, Station
from matcher.storage.held import HeldRow
from matcher.storage.needs import Need


@dataclass
class References:
    """Looks references up and remembers what stays the same during an import.

    `held` are the identifiers of enterprises that this import keeps apart: what belongs to them waits too.
    """

    session: Session
    actor: Actor
    now: datetime
    held: set[str] = field(default_factory=set)
    _stations: set[str] | None = None

    def resolve(self, reader: LineReader, rows: Sequence[Row]) -> None:
        """Replace what the cells say by identifiers; blame what is not there or not the actor's."""
        columns = [feed.column for feed in reader.plan.feeds]
        for column in columns:
            if column.reads == "enterprise":
                self._enterprises(reader, rows, column)
            elif column.reads == "need":
                self._needs(reader, rows, column)
        self._own_station(reader, rows)
        for column in columns:
            if column.reads == "building":
                self._buildings(reader, rows, column)

    def _enterprises(self, reader: LineReader, rows: Sequence[Row], column: Column) -> None:
        named = _named(rows, column)
        known = {row.enterprise_id: row for row in self._matching(Enterprise.enterprise_id, named)}
        by_code = {row.code: row for row in self._matching(Enterprise.code, named - known.keys())}
        held = self._held(named - known.keys() - by_code.keys())
        owned = column.field == reader.plan.kind.owner or self.actor.role is Role.ENTERPRISE
        for row in rows:
            text = row.values[column.field]
            found = known.get(text) or by_code.get(text)
            if found is not None and not (owned and self._foreign(found.station_id)):
                row.values[column.field] = found.enterprise_id
            elif text in held:
                bad = BadValueError("enterprise_held", Severity.HELD)
                reader.blame_field(row, column.field, bad)
            elif text is not None:
                reader.blame_field(row, column.field, BadValueError("no_such_enterprise"))

    def _matching(self, column: Any, texts: Iterable[str]) -> Sequence[Any]:
        picked = sa.select(Enterprise.enterprise_id, Enterprise.code, Enterprise.station_id)
        return self.session.execute(picked.where(column.in_(list(texts)))).all()

    def _held(self, texts: set[str]) -> set[str]:
        waiting = sa.select(HeldRow.identifier).where(
            HeldRow.kind == "enterprises", HeldRow.resolved_at.is_(None), HeldRow.identifier.in_(texts)
        )
        return (texts & self.held) | set(self.session.scalars(waiting)) if texts else set()

    def _foreign(self, station_id: str | None) -> bool:
        return self.actor.role is Role.OFFICER and station_id != self.actor.scope

    def own(self, enterprise_ids: Iterable[str]) -> set[str]:
        """Those of the enterprises that are the officer's station's."""
        named = Enterprise.enterprise_id.in_(list(enterprise_ids))
        mine = sa.select(Enterprise.enterprise_id).where(named, Enterprise.station_id == self.actor.scope)
        return set(self.session.scalars(mine))

    def _needs(self, reader: LineReader, rows: Sequence[Row], column: Column) -> None:
        named = _named(rows, column)
        known = set(self.session.scalars(sa.select(Need.need_id).where(Need.need_id.in_(named))))
        for row in rows:
            text = row.values[column.field]
            if text is not None and text not in known:
                reader.blame_field(row, column.field, BadValueError("no_such_need"))

    def _own_station(self, reader: LineReader, rows: Sequence[Row]) -> None:
        """Rows of an officer belong to the officer's station; another station's are refused."""
        kind = reader.plan.kind
        if "station_id" not in kind.mapped.__table__.columns:
            return
        for row in rows:
            if self.actor.role is Role.OFFICER:
                row.values["station_id"] = row.values.get("station_id") or self.actor.scope
            station = row.values.get("station_id")
            if self._foreign(station):
                reader.blame_field(row, "station_id", BadValueError("other_station", own=self.actor.scope))
            elif kind.mapped is not Station and station is not None and station not in self.stations:
                bad = BadValueError("no_such_station", station=station)
                reader.blame_field(row, "station_id", bad)

    @property
    def stations(self) -> set[str]:
        """All stations' ids, read once; `forget_stations` after stations were loaded."""
        if self._stations is None:
            self._stations = set(self.session.scalars(sa.select(Station.station_id)))
        return self._stations

    def forget_stations(self) -> None:
        """Read the stations again at the next question."""
        self._stations = None

    def _buildings(self, reader: LineReader, rows: Sequence[Row], column: Column) -> None:
        """By identifier, or by name within the region; an enterprise's building is made where it is new."""
        named = _named(rows, column)
        either = sa.or_(Building.building_id.in_(named), Building.name.in_(named))
        found = list(self.session.scalars(sa.select(Building).where(either))) if named else []
        by_id = {building.building_id: building for building in found}
        made: dict[str, Building] = {}
        for row in rows:
            text = row.values[column.field]
            if text is None or text in by_id:
                continue
            same = [
                b for b in found if b.name == text and _near(b.region_code, row.values.get("region_code"))
            ]
            if len(same) == 1:
                row.values[column.field] = same[0].building_id
            elif same or reader.plan.kind.mapped is not Enterprise:
                reason = "several_buildings" if same else "no_such_building"
                reader.blame_field(row, column.field, BadValueError(reason))
            elif row.severity is None:
                building = _new_building(text, row.values)
                row.values[column.field] = made.setdefault(building.building_id, building).building_id
        self._add(made)

    def _add(self, made: Mapping[str, Building]) -> None:
        known = sa.select(Building.building_id).where(Building.building_id.in_(made))
        there = set(self.session.scalars(known)) if made else set()
        self.session.add_all(building for name, building in made.items() if name not in there)
        self.session.flush()


def _named(rows: Sequence[Row], column: Column) -> set[str]:
    return {row.values[column.field] for row in rows if row.values[column.field] is not None}


def _near(one: str | None, other: str | None) -> bool:
    """Whether two regions may be one place: equal, one within the other, or unknown."""
    if one is None or other is None:
        return True
    return place.within(one, other) or place.within(other, one)


def _new_building(name: str, values: Mapping[str, Any]) -> Building:
    region = values.get("region_code")
    return Building(
        building_id=f"BLD-{digest(region, name)}",
        name=name,
        region_code=region,
        station_id=values.get("station_id"),
    )
