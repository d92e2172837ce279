"""Lines that say word for word what a file last said of their row: no news, so they are not read again.

An enterprise's row keeps a digest of that line (`told_line`) and the version it had then
(`told_version`). Who infers an industry or a place moves both versions on; who edits by hand moves one,
and then the line is read and compared after all. The last bit of a digest says whether the line was read
without a complaint: one that was complained of is read again, so that the next report says so, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.headings import Plan
from matcher.services.imports.kinds import ENTERPRISES
from matcher.services.imports.reading import Line
from matcher.services.imports.staging import Staging
from matcher.services.imports.survey import Survey
from matcher.storage.enterprises import Enterprise

_BYTES = 8
_CLEAN = 1
_STANDING = (
    Enterprise.enterprise_id,
    Enterprise.told_line,
    Enterprise.told_version,
    Enterprise.version,
    Enterprise.merged_into,
    Enterprise.station_id,
)


def told_line(row: Row) -> int | None:
    """The digest of a row's line as it is kept."""
    if row.digest is None:
        return None
    return row.digest & ~_CLEAN if row.problems else row.digest | _CLEAN


def same_line(row: Row, told: int) -> bool:
    """Whether the row's line is the one that was kept."""
    return row.digest is not None and row.digest | _CLEAN == told | _CLEAN


class Recogniser:
    """Knows a file's lines again. One a file, for it is salted with how the file's columns are read."""

    def __init__(self, actor: Actor, plan: Plan) -> None:
        self._actor = actor
        self._plan = plan
        self._salt = _salt(actor, plan)

    def digest(self, cells: Sequence[Any]) -> int:
        """A number of 64 bits for what a line says and how it is read, the same in every process."""
        text = repr(tuple(cells)).encode("utf-8", "surrogatepass")
        found = hashlib.blake2b(text, digest_size=_BYTES, key=self._salt).digest()
        return int.from_bytes(found, "big", signed=True)

    def digests(self, lines: Iterable[Line]) -> dict[int, int]:
        """Digests by line number; of none where this kind's rows keep none."""
        if self._plan.kind is not ENTERPRISES:
            return {}
        return {line: self.digest(cells) for line, cells in lines}

    def no_news(
        self,
        session: Session,
        staging: Staging,
        asked: tuple[LineReader, Survey, Sequence[Line]],
        digests: Mapping[int, int],
    ) -> set[int]:
        """Numbers of the lines that need no reading. One or two statements a chunk."""
        reader, found, lines = asked
        named: dict[str, dict[str, int]] = {}
        for line, cells in lines if digests else ():
            who = reader.named(cells)
            if who is not None and (who[1] not in found.conflicts):
                named.setdefault(who[0], {})[who[1]] = line
        known: set[int] = set()
        for column, numbers in named.items():
            for name, told in self._told(session, staging, column, numbers).items():
                if digests[numbers[name]] | _CLEAN == told:
                    known.add(numbers[name])
        return known

    def _told(
        self, session: Session, staging: Staging, column: str, names: Collection[str]
    ) -> dict[str, int]:
        """What files last said of these enterprises; not of those that are another's or were edited since."""
        by = getattr(Enterprise, column)
        # Sorted out here and not in the statement: SQLite would rather go through all that are not merged.
        rows = session.execute(sa.select(by, *_STANDING).where(by.in_(names)))
        return {
            name: told
            for name, key, told, told_version, now, merged_into, station in rows
            if told_version == now
            and merged_into is None
            and self._is_mine(station)
            and not staging.speaks_of(ENTERPRISES, (key,))
        }

    def _is_mine(self, station_id: str | None) -> bool:
        return self._actor.role is Role.ADMINISTRATOR or station_id == self._actor.scope


def _salt(actor: Actor, plan: Plan) -> bytes:
    feeds = [(f.column.name, f.positions, f.unit, f.lenient) for f in plan.feeds]
    read = repr((plan.kind.name, plan.headings, feeds, actor.role.value, actor.scope, _edition()))
    return hashlib.blake2b(read.encode("utf-8", "surrogatepass"), digest_size=32).digest()


@cache
def _edition() -> str:
    """Another release may read the same line better."""
    try:
        return version("qianxian")
    except PackageNotFoundError:
        return ""
