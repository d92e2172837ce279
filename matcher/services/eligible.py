"""A bank asks which firms fit its product: names only under a live consent, all others only as counts."""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.consent import Purpose
from matcher.domain.field_access import Audience, Case, Sight, band, redact, view
from matcher.domain.product import (
    Criterion,
    Finding,
    Product,
    ProductKind,
    Truth,
    Verdict,
    access_field,
    evaluate,
    field,
)
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.eligibility import judge
from matcher.recommend.firm_facts import firm_columns
from matcher.recommend.risk.figures import FIGURES, figures_of, matrix
from matcher.recommend.risk.learner import Learned
from matcher.services import own_risk
from matcher.services.asked import today
from matcher.services.consenting import Readable, consenting
from matcher.services.consents import DISCLOSURE
from matcher.services.eligible_lines import (
    EligiblePage,
    FindingLine,
    FirmLine,
    Risk,
    Standing,
)
from matcher.services.firm_rows import criteria_facts, product_of, shown_facts, sole_trader
from matcher.services.partners import ACTIVE
from matcher.storage import consents, enterprises, journal, products
from matcher.storage.consents import Consent
from matcher.storage.enterprises import Enterprise

MOST: Final = 100
PURPOSES: Final = {
    ProductKind.LOAN: Purpose.FINANCING,
    ProductKind.POLICY: Purpose.POLICY,
    ProductKind.SPACE: Purpose.SPACE,
}


@dataclass(frozen=True)
class _Firm:
    row: Enterprise
    case: Case
    consents: tuple[str, ...]


def eligible_firms(
    session: Session,
    graph: Graph,
    actor: Actor,
    product_id: str,
    limit: int,
    cursor: str | None,
    now: datetime,
    by_history: bool = False,
) -> EligiblePage:
    """Firms that consented to this bank for this purpose and fit, or nearly fit, its product.

    A firm is judged only by the facts it lets this bank read: what it keeps back counts as unknown, so no
    threshold can be used to find it out. Consents are read now, so a withdrawal counts at once; each firm
    shown writes its disclosure line in this transaction. The cursor binds to snapshot and product version.
    `by_history` orders them by what the bank's own decisions taught, where it has switched that on.
    """
    require(actor, "products.eligible")
    if not 1 <= limit <= MOST:
        raise InvalidInput("products.bad_limit", value=limit, most=MOST)
    product, version = own_product(session, actor, product_id)
    history = _history(session, actor) if by_history else None
    edition = version if history is None else f"{version}/{history.learned_at.isoformat()}"
    after = None if cursor is None else _after(cursor, graph, product, edition)
    asking = _Asking(session, graph, actor, product, now, history)
    order = _order(asking)
    lines, last = _page(asking, order, 0 if after is None else order.behind(after), limit)
    for line in lines:
        _disclose(session, graph, actor, product, line, now)
    return EligiblePage(
        product.product_id,
        version,
        tuple(lines),
        None if last is None else _cursor(graph, edition, last),
        graph.snapshot_id,
        graph.as_of,
    )


def own_product(session: Session, actor: Actor, product_id: str) -> tuple[Product, int]:
    """One of the actor's products and its version. Raises NotFound for another's and for none, alike."""
    row = products.by_id(session, product_id)
    if row is None or row.owner != actor.scope:
        raise NotFound("products.no_such_product", value=product_id)
    return product_of(row), row.version


@dataclass(frozen=True)
class _Asking:
    session: Session
    graph: Graph
    actor: Actor
    product: Product
    now: datetime
    history: History | None = None


@dataclass(frozen=True)
class History:
    """What a bank's own decisions taught, and when."""

    model: Learned
    learned_at: datetime


def _history(session: Session, actor: Actor) -> History:
    return History(*own_risk.learned(session, actor))


Key = tuple[int, float, str]
_STANDINGS: Final = tuple(Standing)
_ORDERS_KEPT: Final = 64


@dataclass(frozen=True, eq=False)
class _Order:
    """The firms of a product, best first, as the snapshot and the grants in force have them."""

    graph: Graph
    firms: NDArray[np.int64]
    standings: NDArray[np.int64]
    scores: NDArray[np.float64]

    def key(self, place: int) -> Key:
        return int(self.standings[place]), -float(self.scores[place]), self.identifier(place)

    def identifier(self, place: int) -> str:
        return str(self.graph.firms.ids[int(self.firms[place])])

    def behind(self, after: Key) -> int:
        """Where the firms behind a key begin. A binary search."""
        return bisect_right(range(len(self.firms)), after, key=self.key)


_orders: OrderedDict[Hashable, _Order] = OrderedDict()
_lock = Lock()


def _order(asking: _Asking) -> _Order:
    """Kept while product, snapshot, day, the grants in force and what was learned are the same."""
    session, graph, actor, product, now = (
        asking.session, asking.graph, asking.actor, asking.product, asking.now
    )  # fmt: skip
    grants = consenting(session, graph, actor, PURPOSES[product.kind])
    taught = None if asking.history is None else asking.history.learned_at
    day = today(now)
    key = (actor.scope, product.product_id, product.version, day, grants.key, grants.window(now), taught)
    with _lock:
        found = _orders.get(key)
    if found is None:
        found = _ordered(asking, grants.readable(now).named(), day)
        with _lock:
            _orders[key] = found
            while len(_orders) > _ORDERS_KEPT:
                _orders.popitem(last=False)
    return found


def _ordered(asking: _Asking, readable: Readable, day: date) -> _Order:
    graph, product = asking.graph, asking.product
    shown = {name: readable.may_read(name) for name in _fields_of(product)}
    judged = judge(product.criteria, firm_columns(graph, day), readable.firms, shown)
    active = (graph.firms.numbers("flags")[readable.firms] & Flag.ACTIVE) != 0
    standings = np.select(
        [judged.mask.yes, ~judged.mask.no, judged.near_miss], [0, 1, 2], default=len(Standing)
    )
    kept = np.flatnonzero(active & (standings < len(Standing)))
    history = asking.history
    comfort = judged.comfort if history is None else _safety(graph, history, readable, day)
    firms, scores = readable.firms[kept], np.round(comfort[kept], 6)
    # Ties by id: `by_id` lists the firms in the order of their ids.
    ranks = np.empty(len(graph.firms), dtype=np.int64)
    ranks[graph.firms.by_id] = np.arange(len(graph.firms))
    order = np.lexsort((ranks[firms], -scores, standings[kept]))
    return _Order(graph, firms[order], standings[kept][order], scores[order])


def _safety(graph: Graph, history: History, readable: Readable, day: date) -> NDArray[np.float64]:
    """1 less the risk that the bank's own decisions taught, from what each firm lets it read in full."""
    shown = {name: readable.may_read(name, (Sight.FULL,)) for name in FIGURES}
    rows = matrix(firm_columns(graph, day), readable.firms, shown, readable.sole)
    return np.asarray(1.0 - history.model.risk_of(rows), dtype=np.float64)


def _page(asking: _Asking, order: _Order, start: int, limit: int) -> tuple[list[FirmLine], Key | None]:
    """The next `limit` firms that still fit as the rows say now; the last key looked at if more follow."""
    lines: list[FirmLine] = []
    place, size = start, len(order.firms)
    while len(lines) < limit and place < size:
        places = range(place, min(size, place + limit - len(lines)))
        firms = _read_again(asking, [order.identifier(one) for one in places])
        for one in places:
            firm = firms.get(order.identifier(one))
            line = None if firm is None else _line(asking, firm, order.key(one), today(asking.now))
            if line is not None:
                lines.append(line)
        place = places.stop
    return lines, order.key(place - 1) if place < size else None


def _read_again(asking: _Asking, identifiers: list[str]) -> dict[str, _Firm]:
    """Rows and grants of these firms at this moment: what closed or was withdrawn since is not among them."""
    session, purpose = asking.session, PURPOSES[asking.product.kind].value
    given: defaultdict[str, list[Consent]] = defaultdict(list)
    for grant in consents.granted_by(session, asking.actor.scope, purpose, identifiers, asking.now):
        given[grant.enterprise_id].append(grant)
    found = {}
    for identifier, row in enterprises.by_ids(session, list(given)).items():
        fields = frozenset(name for grant in given[identifier] for name in grant.fields)
        case = Case(consented=fields, sole_trader=sole_trader(row))
        if row.status == ACTIVE and view("name", Audience.BANK, case) is Sight.FULL:
            found[identifier] = _Firm(row, case, tuple(grant.consent_id for grant in given[identifier]))
    return found


def _fields_of(product: Product) -> set[str]:
    waiting, found = list(product.criteria), set[str]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Criterion):
            found.add(node.field)
        else:
            waiting.extend(node.members)
    return found


def _may_read(name: str, case: Case) -> bool:
    return view(access_field(name), Audience.BANK, case) in (Sight.FULL, Sight.BAND)


def _line(asking: _Asking, firm: _Firm, key: Key, day: date) -> FirmLine | None:
    """The firm as its row says now; None where it no longer fits what the snapshot said."""
    known = criteria_facts(firm.row, day)
    facts = {name: value for name, value in known.items() if _may_read(name, firm.case)}
    verdict = evaluate(asking.product.criteria, facts, day)
    standing = _standing_of(verdict)
    if standing is None:
        return None
    return FirmLine(
        enterprise_id=firm.row.enterprise_id,
        standing=standing.value,
        score=-key[1],
        fields=redact(shown_facts(firm.row, day), Audience.BANK, firm.case),
        failing=tuple(_finding(one, firm.case) for one in verdict.failing),
        missing=tuple(_finding(one, firm.case) for one in verdict.missing),
        consents=firm.consents,
        risk=None if asking.history is None else _risk(asking.history, firm, known),
    )


def _risk(history: History, firm: _Firm, known: Mapping[str, object]) -> Risk:
    exact = {
        name: value
        for name, value in known.items()
        if view(access_field(name), Audience.BANK, firm.case) is Sight.FULL
    }
    figures = figures_of(exact, sole_trader(firm.row))
    return Risk(float(history.model.risk([figures])[0]), own_risk.reasons(history.model, figures))


def _standing_of(verdict: Verdict) -> Standing | None:
    if verdict.truth is not Truth.NO:
        return Standing.ELIGIBLE if verdict.truth is Truth.YES else Standing.OPEN
    return Standing.NEAR_MISS if verdict.near_miss else None


def _finding(one: Finding, case: Case) -> FindingLine:
    told = access_field(one.criterion.field)
    exact = view(told, Audience.BANK, case) is Sight.FULL
    wanted = one.criterion.value
    return FindingLine(
        field=one.criterion.field,
        operator=one.criterion.operator.value,
        value=sorted(wanted) if isinstance(wanted, frozenset) else wanted,
        truth=one.truth.value,
        seen=one.seen if exact else band(told, one.seen),
        distance=one.distance if exact else None,
        unit=field(one.criterion.field).unit,
        source=one.criterion.source,
    )


def _disclose(
    session: Session, graph: Graph, actor: Actor, product: Product, line: FirmLine, now: datetime
) -> None:
    journal.record(
        session,
        actor,
        DISCLOSURE,
        ("product", product.product_id, line.enterprise_id),
        now,
        fields=sorted(line.fields),
        purpose=PURPOSES[product.kind].value,
        consents=list(line.consents),
        snapshot_id=graph.snapshot_id,
    )


def _cursor(graph: Graph, edition: int | str, key: Key) -> str:
    plain = json.dumps([graph.snapshot_id, edition, *key], ensure_ascii=False)
    return base64.urlsafe_b64encode(plain.encode("utf-8")).decode("ascii")


def snapshot_of(cursor: str | None) -> str | None:
    """The snapshot that a cursor binds to: the next page is read from it. None where it names none."""
    if cursor is None:
        return None
    try:
        named = json.loads(base64.urlsafe_b64decode(cursor))[0]
    except (ValueError, TypeError, LookupError, binascii.Error):
        return None  # it is refused where it is read
    return named if isinstance(named, str) else None


def _after(cursor: str, graph: Graph, product: Product, version: int | str) -> Key:
    wrong = InvalidInput("products.bad_cursor", value=cursor, product=product.product_id)
    try:
        snapshot, edition, standing, score, identifier = json.loads(base64.urlsafe_b64decode(cursor))
        key = (int(standing), float(score), str(identifier))
    except (ValueError, TypeError, binascii.Error):
        raise wrong from None
    if snapshot != graph.snapshot_id or edition != version:
        raise wrong
    return key
