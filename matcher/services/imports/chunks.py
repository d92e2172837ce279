"""A chunk of checked rows as it waits in the staging area: one kind, inserts, changes, rows to be held."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Final, cast

import sqlalchemy as sa

from matcher.services.imports.kinds import KINDS, Kind

Key = tuple[Any, ...]
_FAST: Final = 1  # level of compression: a fifth of the size for some microseconds a row


@dataclass(frozen=True)
class Change:
    """Fields of a row that is there already. `version` is the one they were compared with, if it has one."""

    line: int
    key: list[Any]
    version: int | None
    fields: dict[str, Any]


@dataclass
class Chunk:
    """What one chunk of a file's lines comes to. `columns` are those of `inserts`; `buildings` are made
    for enterprises that name one nobody knew; `lines` counts all lines of the chunk. `retold` are rows that
    stay as they are, with the line that said so: identifier, version, digest.
    """

    kind: str
    file: str
    lines: int = 0
    columns: list[str] = field(default_factory=list)
    inserts: list[list[Any]] = field(default_factory=list)
    insert_lines: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    buildings: list[dict[str, Any]] = field(default_factory=list)
    retold: list[list[Any]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether promoting it would do nothing."""
        return not (self.inserts or self.changes or self.held or self.buildings or self.retold)

    def pieces(self, most: int) -> list[Chunk]:
        """The same as chunks of at most so many rows of each sort. The first has what cannot be divided."""
        longest = max(len(self.inserts), len(self.changes), len(self.held), len(self.retold))
        starts = range(0, max(longest, 1), most)
        return [self._piece(start, start + most, first=start == 0, count=len(starts)) for start in starts]

    def _piece(self, start: int, end: int, *, first: bool, count: int) -> Chunk:
        lines = self.lines // count
        return Chunk(
            self.kind,
            self.file,
            self.lines - lines * (count - 1) if first else lines,
            self.columns,
            self.inserts[start:end],
            self.insert_lines[start:end],
            self.changes[start:end],
            self.held[start:end],
            self.buildings if first else [],
            self.retold[start:end],
        )

    def packed(self) -> bytes:
        """As it is kept."""
        text = json.dumps(asdict_shallow(self), ensure_ascii=False, default=_iso)
        return zlib.compress(text.encode(), _FAST)

    @classmethod
    def read(cls, payload: bytes) -> Chunk:
        """The counterpart of `packed`. Days and moments are text; `values_by_key` reads them."""
        plain = json.loads(zlib.decompress(payload))
        plain["changes"] = [Change(**change) for change in plain["changes"]]
        return cls(**plain)

    @cached_property
    def values_by_key(self) -> Mapping[Key, dict[str, Any]]:
        """The rows as they will be, or their changed fields, with values of the columns' own types."""
        kind = KINDS[self.kind]
        versioned = "version" in kind.mapped.__table__.c
        found: dict[Key, dict[str, Any]] = {}
        for row in self.inserts:
            values = typed(kind, dict(zip(self.columns, row, strict=True)))
            found[key_of(kind, values)] = values | (_versions(kind, 1) if versioned else {})
        for change in self.changes:
            values = typed(kind, dict(change.fields))
            known = found.setdefault(tuple(change.key), {})
            known.update(values)
            if change.version is not None:
                known.update(_versions(kind, change.version + 1))
        return found


def _versions(kind: Kind, version: int) -> dict[str, int]:
    told = {"told_version": version} if "told_version" in kind.mapped.__table__.c else {}
    return {"version": version, **told}


def asdict_shallow(chunk: Chunk) -> dict[str, Any]:
    """The fields of a chunk without a copy of every row."""
    plain = {name: getattr(chunk, name) for name in Chunk.__dataclass_fields__}
    plain["changes"] = [asdict(change) for change in chunk.changes]
    return plain


def key_of(kind: Kind, values: Mapping[str, Any]) -> Key:
    """What identifies a row."""
    if len(kind.key) == 1:
        return (values[kind.key[0]],)
    return tuple(values[name] for name in kind.key)


def typed(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """Text of days and moments as values; changes `values`."""
    for name, read in _readers(kind.name).items():
        if isinstance(values.get(name), str):
            values[name] = read(values[name])
    return values


@cache
def _readers(kind: str) -> Mapping[str, Callable[[str], Any]]:
    table = cast("sa.Table", KINDS[kind].mapped.__table__)
    reads: dict[type, Callable[[str], Any]] = {
        date: date.fromisoformat,
        datetime: datetime.fromisoformat,
    }
    types = {column.name: column.type.python_type for column in table.columns}
    return {name: reads[kind_of] for name, kind_of in types.items() if kind_of in reads}


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
