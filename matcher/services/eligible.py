"""A bank asks which firms fit its product: names only under a live consent, all others only as counts."""

from __future__ import annotations

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
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
from matcher.recommend.eligibility import Judged, judge
from matcher.recommend.firm_facts import firm_columns
from matcher.services.asked import today
from matcher.services.consents import DISCLOSURE
from matcher.services.eligible_lines import (
    EligiblePage,
    FindingLine,
    FirmLine,
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
    position: int
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
) -> EligiblePage:
    """Firms that consented to this bank for this purpose and fit, or nearly fit, its product.

    A firm is judged only by the facts it lets this bank read: what it keeps back counts as unknown, so no
    threshold can be used to find it out. Consents are read now, so a withdrawal counts at once; each firm
    shown writes its disclosure line in this transaction. The cursor binds to snapshot and product version.
    """
    require(actor, "products.eligible")
    if not 1 <= limit <= MOST:
        raise InvalidInput("products.bad_limit", value=limit, most=MOST)
    product, version = own_product(session, actor, product_id)
    after = None if cursor is None else _after(cursor, graph, product, version)
    firms = _consenting(session, graph, actor, PURPOSES[product.kind], now)
    ordered = _ordered(graph, product, firms, today(now))
    rest = [one for one in ordered if after is None or one[0] > after]
    page = rest[:limit]
    told = (_line(product, firm, key, today(now)) for key, firm in page)
    lines = tuple(line for line in told if line is not None)
    for line in lines:
        _disclose(session, graph, actor, product, line, now)
    more = len(rest) > limit
    return EligiblePage(
        product.product_id,
        version,
        lines,
        _cursor(graph, version, page[-1][0]) if more else None,
        graph.snapshot_id,
        graph.as_of,
    )


def own_product(session: Session, actor: Actor, product_id: str) -> tuple[Product, int]:
    """One of the actor's products and its version. Raises NotFound for another's and for none, alike."""
    row = products.by_id(session, product_id)
    if row is None or row.owner != actor.scope:
        raise NotFound("products.no_such_product", value=product_id)
    return product_of(row), row.version


def _consenting(session: Session, graph: Graph, actor: Actor, purpose: Purpose, now: datetime) -> list[_Firm]:
    grants: defaultdict[str, list[Consent]] = defaultdict(list)
    for grant in consents.granted_to(session, actor.scope, purpose.value, now):
        grants[grant.enterprise_id].append(grant)
    rows = enterprises.by_ids(session, list(grants))
    found = []
    for identifier, given in sorted(grants.items()):
        row, position = rows.get(identifier), graph.firms.position(identifier)
        if row is None or position is None or row.status != ACTIVE:
            continue
        fields = frozenset(name for grant in given for name in grant.fields)
        case = Case(consented=fields, sole_trader=sole_trader(row))
        # A person's business that did not consent to its name stays unnamed, hence out of the list.
        if view("name", Audience.BANK, case) is Sight.FULL:
            found.append(_Firm(row, position, case, tuple(grant.consent_id for grant in given)))
    return found


Key = tuple[int, float, str]
_ORDER: Final = tuple(Standing)


def _ordered(graph: Graph, product: Product, firms: Sequence[_Firm], day: date) -> list[tuple[Key, _Firm]]:
    if not firms:
        return []
    rows = np.asarray([firm.position for firm in firms], dtype=np.int64)
    judged = judge(product.criteria, firm_columns(graph, day), rows, _shown(product, firms))
    keyed = []
    for place, firm in enumerate(firms):
        standing = _standing(judged, place)
        if standing is not None:
            score = round(float(judged.comfort[place]), 6)
            keyed.append(((_ORDER.index(standing), -score, firm.row.enterprise_id), firm))
    return sorted(keyed, key=lambda one: one[0])


def _shown(product: Product, firms: Sequence[_Firm]) -> dict[str, np.ndarray[Any, np.dtype[np.bool_]]]:
    return {
        name: np.asarray([_may_read(name, firm.case) for firm in firms], dtype=np.bool_)
        for name in _fields_of(product)
    }


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


def _standing(judged: Judged, place: int) -> Standing | None:
    if judged.mask.yes[place]:
        return Standing.ELIGIBLE
    if not judged.mask.no[place]:
        return Standing.OPEN
    return Standing.NEAR_MISS if judged.near_miss[place] else None


def _line(product: Product, firm: _Firm, key: Key, day: date) -> FirmLine | None:
    """The firm as its row says now; None where it no longer fits what the snapshot said."""
    known = criteria_facts(firm.row, day)
    facts = {name: value for name, value in known.items() if _may_read(name, firm.case)}
    verdict = evaluate(product.criteria, facts, day)
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
    )


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


def _cursor(graph: Graph, version: int, key: Key) -> str:
    plain = json.dumps([graph.snapshot_id, version, *key], ensure_ascii=False)
    return base64.urlsafe_b64encode(plain.encode("utf-8")).decode("ascii")


def _after(cursor: str, graph: Graph, product: Product, version: int) -> Key:
    wrong = InvalidInput("products.bad_cursor", value=cursor, product=product.product_id)
    try:
        snapshot, edition, standing, score, identifier = json.loads(base64.urlsafe_b64decode(cursor))
        key = (int(standing), float(score), str(identifier))
    except (ValueError, TypeError, binascii.Error):
        raise wrong from None
    if snapshot != graph.snapshot_id or edition != version:
        raise wrong
    return key
