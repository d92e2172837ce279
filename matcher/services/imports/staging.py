"""The staging area of one import: what was checked so far, found again by key by the rows that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from matcher.domain.imports import ImportState
from matcher.errors import Conflict
from matcher.services.imports.chunks import Chunk, Key
from matcher.services.imports.kinds import KINDS, Kind
from matcher.services.imports.store import Store
from matcher.storage import imports
from matcher.storage.imports import Import, StagedChunk

# Rows that are promoted together at least: some hundredths of a second, when nobody else writes on SQLite.
PIECE = 250
_LOADED = 256


class CancelledError(Exception):
    """Somebody asked for the end of the import."""


@dataclass
class Index:
    """Which chunks speak of a key: a number a row, so that a million rows take some 100 MB.

    Keys are told apart by their hash alone; whoever asks reads the chunk and finds nothing where two
    keys shared one.
    """

    first: dict[int, int] = field(default_factory=dict)
    more: dict[int, list[int]] = field(default_factory=dict)

    def note(self, key: object, position: int) -> None:
        """Chunk `position` speaks of `key`."""
        if self.first.setdefault(hash(key), position) != position:
            self.more.setdefault(hash(key), []).append(position)

    def positions(self, key: object) -> list[int]:
        """The chunks that may speak of `key`, oldest first."""
        first = self.first.get(hash(key))
        return [] if first is None else [first, *self.more.get(hash(key), ())]


class Staging:
    """Takes chunks in and answers what they say. One attempt at one import."""

    def __init__(self, store: Store, import_id: str, attempt: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._import_id = import_id
        self._attempt = attempt
        self._clock = clock
        self._count = 0
        self._keys: dict[str, Index] = {}
        self._codes = Index()
        self._load = lru_cache(maxsize=_LOADED)(self._read)

    def put(self, chunk: Chunk, total: int) -> None:
        """Keep a chunk; says how far the import is. Raises CancelledError; Conflict if another took over."""
        pieces = [] if chunk.empty else chunk.pieces(PIECE)
        packed = [piece.packed() for piece in pieces]
        with self._store.writing() as session:
            row = still_mine(imports.locked(session, self._import_id), self._attempt)
            row.done += chunk.lines
            row.total = total
            row.beat_at = self._clock()
            for at, (piece, payload) in enumerate(zip(pieces, packed, strict=True), start=self._count):
                one = StagedChunk(
                    import_id=self._import_id, position=at, lines=piece.lines, payload=payload
                )  # fmt: skip
                session.add(one)
            session.flush()
        for piece in pieces:
            self._note(piece)
            self._count += 1

    def _note(self, chunk: Chunk) -> None:
        kind = KINDS[chunk.kind]
        index = self._keys.setdefault(kind.mapped.__tablename__, Index())
        for change in chunk.changes:
            index.note(tuple(change.key), self._count)
            self._note_code(change.fields.get("code"), change.key[0])
        places = {name: place for place, name in enumerate(chunk.columns)}
        keys = [places[name] for name in kind.key] if chunk.inserts else []
        code = places.get("code")
        for row in chunk.inserts:
            index.note(tuple(row[place] for place in keys), self._count)
            if code is not None:
                self._note_code(row[code], row[keys[0]])

    def _note_code(self, code: str | None, key: str) -> None:
        if code is not None and code != key:
            self._codes.note(code, self._count)

    def speaks_of(self, kind: Kind, key: Key) -> bool:
        """Whether a chunk may say something of this row."""
        index = self._keys.get(kind.mapped.__tablename__)
        return index is not None and hash(key) in index.first

    def rows(self, kind: Kind, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """What the chunks say of these keys: whole rows that are new, or fields that change."""
        found: dict[Key, dict[str, Any]] = {}
        index = self._keys.get(kind.mapped.__tablename__)
        for key in keys if index is not None else ():
            for position in index.positions(key) if index is not None else ():
                said = self._load(position).values_by_key.get(key)
                if said is not None:
                    found[key] = found.get(key, {}) | said
        return found

    def enterprises_by_code(self, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Enterprises among the chunks that have one of these codes."""
        kind = KINDS["enterprises"]
        wanted = set(codes)
        found = {
            values["code"]: {"enterprise_id": key[0]} | values
            for key, values in self.rows(kind, ((code,) for code in wanted)).items()
            if values.get("code") == key[0]
        }
        for code in wanted - found.keys():
            for position in self._codes.positions(code):
                for key, values in self._load(position).values_by_key.items():
                    if values.get("code") == code:
                        found[code] = {"enterprise_id": key[0]} | values
        return found

    def _read(self, position: int) -> Chunk:
        with self._store.reading() as session:
            return Chunk.read(imports.chunk(session, self._import_id, position))


def still_mine(row: Import | None, attempt: int) -> Import:
    """The import, if this attempt may go on. Raises CancelledError, Conflict."""
    if row is None or row.state != ImportState.CHECKING or row.attempt != attempt:
        raise Conflict("imports.taken_over", import_id="" if row is None else row.import_id)
    if row.cancel_requested:
        raise CancelledError
    return row
