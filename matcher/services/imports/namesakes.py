"""Enterprises of one name, or of names that differ in 有限责任 alone: allowed, and told, never merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.problems import BadValueError, Severity
from matcher.storage.enterprises import Enterprise

LONG: Final = "有限责任公司"
SHORT: Final = "有限公司"


@dataclass
class Namesakes:
    """Knows the names of this import's rows, some 150 bytes each, and asks the database for the others.

    An officer is told of the own station's enterprises alone.
    """

    actor: Actor
    _seen: dict[int, str] = field(default_factory=dict)

    def note(self, session: Session, reader: LineReader, rows: Sequence[Row]) -> None:
        """Note the rows whose name another enterprise bears."""
        keys = [plain(row.values["name_key"]) for row in rows]
        stored = self._stored(session, keys)
        for row, key in zip(rows, keys, strict=True):
            own = row.values["enterprise_id"]
            others = (*stored.get(key, ()), self._seen.setdefault(hash(key), own))
            other = next((one for one in others if one != own), None)
            if other is not None:
                reader.blame_field(row, "name", BadValueError("same_name", Severity.NOTED, other=other))

    def _stored(self, session: Session, keys: Sequence[str]) -> dict[str, list[str]]:
        forms = {form for key in keys for form in (key, key.replace(SHORT, LONG))}
        picked = sa.select(
            Enterprise.name_key, Enterprise.enterprise_id, Enterprise.merged_into, Enterprise.station_id
        )
        # Sorted out here and not in the statement: SQLite would rather go through all that are not merged.
        rows = session.execute(
            picked.where(Enterprise.name_key.in_(forms)).order_by(Enterprise.enterprise_id)
        )
        found: dict[str, list[str]] = {}
        for key, identifier, merged_into, station in rows:
            if merged_into is None and self._may_know(station):
                found.setdefault(plain(key), []).append(identifier)
        return found

    def _may_know(self, station_id: str | None) -> bool:
        return self.actor.role is not Role.OFFICER or station_id == self.actor.scope


def plain(name_key: str) -> str:
    """A matching key without what names of one enterprise differ in."""
    return name_key.replace(LONG, SHORT)
