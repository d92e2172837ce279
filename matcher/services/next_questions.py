"""Whom to ask what next: for a station over its firms, for a bank over the firms that consented to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.consent import Purpose
from matcher.domain.product import Product, ProductKind
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.messages import LANGUAGES, say
from matcher.recommend.eligibility import Bools
from matcher.recommend.firm_facts import firm_columns
from matcher.recommend.unlocking import ASKED, Ints, Unlocked, unlocked
from matcher.services.asked import today
from matcher.services.consenting import consenting
from matcher.services.consents import DISCLOSURE
from matcher.services.firm_rows import product_of
from matcher.services.partners import ACTIVE
from matcher.storage import consents, enterprises, journal, products

MOST: Final = 100
_A_FIRM: Final = 3  # questions shown of one firm
Names = Mapping[str, str]
Named = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class FieldQuestion:
    """One fact over all firms: products it alone settles, products it helps, yuan settled, firms asked."""

    field: str
    names: Names
    settles: int
    helps: int
    amount_yuan: float
    firms: int


@dataclass(frozen=True)
class Visit:
    """A firm worth asking, and what: the best question first."""

    enterprise_id: str
    name: str
    settles: int
    amount_yuan: float
    questions: Sequence[FieldQuestion]
    consents: Sequence[str]


@dataclass(frozen=True)
class Questions:
    """The facts that settle most over all one's firms, and the firms to ask first."""

    fields: Sequence[FieldQuestion]
    visits: Sequence[Visit]
    firms: int
    products: int
    snapshot_id: str
    as_of: datetime


def next_questions(
    session: Session, graph: Graph, actor: Actor, n: int, by_yuan: bool, now: datetime
) -> Questions:
    """For an officer over the firms of the own station and every product on offer; for a bank over its own
    products and the firms that consented to it, judged by what they let it read alone.

    Facts are the snapshot's; what a bank may read is of this moment, and each firm named is written down.
    """
    require(actor, "questions.read")
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)
    asked = _of_bank if actor.role is Role.BANK else _of_station
    found, offered = asked(session, graph, actor, now)
    order = found.order(by_yuan)
    visits = _visits(session, graph, actor, found, order, n, now, by_yuan)
    return Questions(
        _fields(found, by_yuan), visits, len(found.rows), len(offered), graph.snapshot_id, graph.as_of
    )


def _of_station(
    session: Session, graph: Graph, actor: Actor, now: datetime
) -> tuple[Unlocked, Sequence[Product]]:
    offered = [product_of(row) for row in products.all_valid_on(session, today(now))]
    station, firms = graph.stations.position(actor.scope), graph.firms
    here = firms.numbers("station") == (-2 if station is None else station)
    rows = np.flatnonzero(here & ((firms.numbers("flags") & Flag.ACTIVE) != 0)).astype(np.int64)
    return unlocked(offered, firm_columns(graph, today(now)), rows), offered


def _of_bank(
    session: Session, graph: Graph, actor: Actor, now: datetime
) -> tuple[Unlocked, Sequence[Product]]:
    rows = products.of_owner(session, actor.scope)
    offered = [product_of(row) for row in rows if row.kind == ProductKind.LOAN.value]
    readable = consenting(session, graph, actor, Purpose.FINANCING).readable(now).named()
    active = (graph.firms.numbers("flags")[readable.firms] & Flag.ACTIVE) != 0
    shown: dict[str, Bools] = {name: readable.may_read(name)[active] for name in ASKED}
    columns = firm_columns(graph, today(now))
    return unlocked(offered, columns, readable.firms[active], shown), offered


def _fields(found: Unlocked, by_yuan: bool) -> tuple[FieldQuestion, ...]:
    totals = [
        _question(place, found.settles[:, place], found.helps[:, place], found.yuan[:, place])
        for place in np.flatnonzero(found.helps.sum(axis=0)).tolist()
    ]
    return tuple(sorted(totals, key=lambda one: _rank(one, by_yuan)))


def _rank(one: FieldQuestion, by_yuan: bool) -> tuple[float, float, int, str]:
    first, second = (one.amount_yuan, one.settles) if by_yuan else (one.settles, one.amount_yuan)
    return -first, -second, -one.helps, one.field


def _question(place: int, settles: Ints, helps: Ints, yuan: np.ndarray) -> FieldQuestion:
    name = ASKED[place]
    names = {language: say(f"products.field.{name}", language) for language in LANGUAGES}
    firms = int((settles > 0).sum())
    return FieldQuestion(name, names, int(settles.sum()), int(helps.sum()), float(yuan.sum()), firms)


# One argument a part of the question; each is read once.
def _visits(
    session: Session, graph: Graph, actor: Actor, found: Unlocked, order: Ints, n: int, now: datetime,
    by_yuan: bool,
) -> tuple[Visit, ...]:  # fmt: skip
    """The first `n` firms that are still there, and, for a bank, still consent at this moment."""
    visits: list[Visit] = []
    for start in range(0, len(order), n):
        places = order[start : start + n].tolist()
        names = _named(session, actor, [graph.firms.ids[int(found.rows[one])] for one in places], now)
        for place in places:
            identifier = graph.firms.ids[int(found.rows[place])]
            if identifier in names and len(visits) < n:
                visits.append(_visit(identifier, names[identifier], found, place, by_yuan))
        if len(visits) == n:
            break
    if actor.role is Role.BANK:
        _disclose(session, graph, actor, visits, now)
    return tuple(visits)


def _visit(identifier: str, named: Named, found: Unlocked, place: int, by_yuan: bool) -> Visit:
    one = slice(place, place + 1)
    questions = [
        _question(fact, found.settles[one, fact], found.helps[one, fact], found.yuan[one, fact])
        for fact in np.flatnonzero(found.helps[place]).tolist()
    ]
    best = sorted(questions, key=lambda asked: _rank(asked, by_yuan))[:_A_FIRM]
    return Visit(identifier, named[0], best[0].settles, best[0].amount_yuan, tuple(best), named[1])


def _named(session: Session, actor: Actor, identifiers: Sequence[str], now: datetime) -> dict[str, Named]:
    """Name and, for a bank, the consents it stands on, of those that may be named at this moment."""
    rows = enterprises.by_ids(session, identifiers)
    if actor.role is not Role.BANK:
        mine = {key: row for key, row in rows.items() if row.station_id == actor.scope}
        return {key: (row.name, ()) for key, row in mine.items() if row.status == ACTIVE}
    given: defaultdict[str, list[str]] = defaultdict(list)
    for grant in consents.granted_by(session, actor.scope, Purpose.FINANCING.value, identifiers, now):
        given[grant.enterprise_id].append(grant.consent_id)
    named = {key: row for key, row in rows.items() if key in given and row.status == ACTIVE}
    return {key: (row.name, tuple(given[key])) for key, row in named.items()}


def _disclose(session: Session, graph: Graph, actor: Actor, visits: Sequence[Visit], now: datetime) -> None:
    for visit in visits:
        journal.record(
            session,
            actor,
            DISCLOSURE,
            ("question", "", visit.enterprise_id),
            now,
            fields=["name"],
            purpose=Purpose.FINANCING.value,
            consents=list(visit.consents),
            snapshot_id=graph.snapshot_id,
        )
