"""Who lets a bank read what, all of them at once: arrays kept while the rows they came from stand unchanged.

Every question first reads a stamp of the consents from the rows; only then are the arrays used. What is shown
in the end is read again from the rows, so a withdrawal counts at once whatever is kept here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.consent import Purpose
from matcher.domain.field_access import Audience, Case, Sight, consentable, view
from matcher.domain.product import access_field
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.storage import consents
from matcher.storage.consents import Stamp

_BANKS_KEPT: Final = 16
_FIELDS: Final = tuple(sorted(consentable()))
_BIT: Final[Mapping[str, int]] = {name: 1 << place for place, name in enumerate(_FIELDS)}

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Consenting:
    """The grants to one bank for one purpose, sorted by firm. `firms` are positions in the snapshot;
    `first[i]` is where the grants of `firms[i]` begin; `edges` are the moments when a grant begins or ends.
    """

    key: tuple[str, str, Stamp]
    firms: Ints
    first: Ints
    fields: Ints
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]
    edges: NDArray[np.float64]
    sole: Bools

    def window(self, now: datetime) -> int:
        """Between which edges `now` lies: within, the same grants are in force."""
        return int(np.searchsorted(self.edges, now.timestamp(), side="right"))

    def readable(self, now: datetime) -> Readable:
        """What each firm lets the bank read at `now`; firms without a grant in force are left out."""
        at = now.timestamp()
        in_force = (self.begins <= at) & (at < self.ends)
        granted = np.where(in_force, self.fields, 0)
        if not len(self.firms):
            return Readable(self.firms, self.firms, self.sole)
        together = np.bitwise_or.reduceat(granted, self.first)
        live = np.logical_or.reduceat(in_force, self.first)
        return Readable(self.firms[live], together[live], self.sole[live])


@dataclass(frozen=True, eq=False)
class Readable:
    """Firms with a grant in force: positions, the fields they show as bits, whether a person's business."""

    firms: Ints
    fields: Ints
    sole: Bools

    def may_read(self, name: str, sights: Iterable[Sight] = (Sight.FULL, Sight.BAND)) -> Bools:
        """Where the bank may read a fact of criteria, in full or as a band. One look a distinct consent."""
        kinds, place = np.unique(self.fields * 2 + self.sole, return_inverse=True)
        allowed = frozenset(sights)
        told = [view(access_field(name), Audience.BANK, _case(int(kind))) in allowed for kind in kinds]
        return np.asarray(told, dtype=np.bool_)[place.reshape(-1)] if told else np.zeros(0, dtype=np.bool_)

    def named(self) -> Readable:
        """Without those that stay unnamed: a person's business that did not consent to its name."""
        kept = self.may_read("name", (Sight.FULL,))
        return Readable(self.firms[kept], self.fields[kept], self.sole[kept])


def _case(kind: int) -> Case:
    fields = frozenset(name for name, bit in _BIT.items() if (kind >> 1) & bit)
    return Case(consented=fields, sole_trader=bool(kind & 1))


_kept: OrderedDict[tuple[str, str], Consenting] = OrderedDict()
_places: dict[str, dict[str, int]] = {}
_lock = Lock()


def consenting(session: Session, graph: Graph, actor: Actor, purpose: Purpose) -> Consenting:
    """The bank's grants. One query of aggregates over an index where nothing changed; else all its grants."""
    store = str(session.get_bind().engine.url)
    key = (store, graph.snapshot_id, consents.stamp(session, actor.scope, purpose.value))
    with _lock:
        found = _kept.get((actor.scope, purpose.value))
    if found is not None and found.key == key:
        return found
    made = _made(session, graph, actor.scope, purpose.value, key)
    with _lock:
        _kept[(actor.scope, purpose.value)] = made
        _kept.move_to_end((actor.scope, purpose.value))
        while len(_kept) > _BANKS_KEPT:
            _kept.popitem(last=False)
    return made


def _made(
    session: Session, graph: Graph, grantee: str, purpose: str, key: tuple[str, str, Stamp]
) -> Consenting:
    places = _places_of(graph)
    rows = []
    for enterprise_id, fields, begin, end, revoked in consents.grants_to(session, grantee, purpose):
        place = places.get(enterprise_id)
        if place is None:
            at = graph.firms.position(enterprise_id)
            place = places[enterprise_id] = -1 if at is None else at
        if place >= 0:
            until = end if revoked is None else min(end, revoked)
            rows.append((place, _bits(fields), begin.timestamp(), until.timestamp()))
    rows.sort()
    firms_of = np.asarray([row[0] for row in rows], dtype=np.int64)
    firms, first = np.unique(firms_of, return_index=True)
    begins, ends = (np.asarray([row[place] for row in rows], dtype=np.float64) for place in (2, 3))
    flags = graph.firms.numbers("flags")[firms]
    return Consenting(
        key=key,
        firms=firms,
        first=first.astype(np.int64),
        fields=np.asarray([row[1] for row in rows], dtype=np.int64),
        begins=begins,
        ends=ends,
        edges=np.unique(np.concatenate([begins, ends])),
        sole=(flags & Flag.SOLE_TRADER) != 0,
    )


def _bits(fields: Iterable[str]) -> int:
    return sum(_BIT.get(name, 0) for name in set(fields))


def _places_of(graph: Graph) -> dict[str, int]:
    """Ids already looked up in this snapshot; another snapshot begins anew. -1: not in it."""
    with _lock:
        if graph.snapshot_id not in _places:
            _places.clear()
        return _places.setdefault(graph.snapshot_id, {})
