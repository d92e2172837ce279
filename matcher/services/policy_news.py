"""A new or changed policy finds the firms it touches, and so does a deadline that comes near."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.product import Product, ProductKind
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.eligibility import judge
from matcher.recommend.firm_facts import firm_columns
from matcher.services.asked import today
from matcher.services.eligible_lines import Standing
from matcher.services.firm_rows import product_of
from matcher.services.notices import About, AboutKind, Notice, To, Word, notify
from matcher.services.partners import ACTIVE
from matcher.storage import enterprises, journal, products
from matcher.storage.products import PolicyTelling
from matcher.storage.products import Product as ProductRow

MOST: Final = 200
NEWS_DAYS: Final = 30  # a policy that nobody changed for longer is no news
DEADLINE_DAYS: Final = 14
DEADLINE_OPEN: Final = Word("policies.open_ended")
_STANDINGS: Final = tuple(Standing)


@dataclass(frozen=True)
class TouchedFirm:
    """A firm of the own station that a policy touches, and how it stands."""

    enterprise_id: str
    name: str
    standing: str


@dataclass(frozen=True)
class Touched:
    """The own station's firms under one policy: how many can have it, could, nearly can; who they are."""

    product_id: str
    title: str
    valid_until: date | None
    documents: Sequence[str]
    eligible: int
    open: int
    near_miss: int
    firms: Sequence[TouchedFirm]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class Telling:
    """What one station is to be told of one policy."""

    station_id: str
    product_id: str
    title: str
    occasion: str
    firms: int
    until: date | None


def touched(session: Session, graph: Graph, actor: Actor, product_id: str, n: int, now: datetime) -> Touched:
    """The firms of the actor's station that a policy on offer touches. Raises NotFound for none such."""
    require(actor, "policies.touched")
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)
    row = products.by_id(session, product_id)
    if row is None or row.kind != ProductKind.POLICY.value:
        raise NotFound("products.no_such_product", value=product_id)
    product = product_of(row)
    station = graph.stations.position(actor.scope)
    here = graph.firms.numbers("station") == (-2 if station is None else station)
    rows, standings = _judged(graph, product, np.flatnonzero(here).astype(np.int64), today(now))
    order = np.argsort(standings, kind="stable")
    keys = [graph.firms.ids[int(rows[place])] for place in order[:n]]
    known = enterprises.by_ids(session, keys)
    firms = [
        TouchedFirm(key, known[key].name, _STANDINGS[int(standings[place])].value)
        for key, place in zip(keys, order[:n].tolist(), strict=True)
        if key in known and known[key].station_id == actor.scope and known[key].status == ACTIVE
    ]
    journal.record(session, actor, "policies.touched", ("product", product_id, None), now)
    eligible, missing, near = np.bincount(standings, minlength=len(_STANDINGS)).tolist()
    return Touched(
        product_id=product_id,
        title=product.title,
        valid_until=product.valid_until,
        documents=product.documents,
        eligible=eligible,
        open=missing,
        near_miss=near,
        firms=firms,
        snapshot_id=graph.snapshot_id,
        as_of=graph.as_of,
    )


def tell_all(session: Session, graph: Graph, now: datetime) -> dict[str, int]:
    """Tell each station once of each new or changed policy, and of each deadline near, that touch its firms.

    What was told is remembered by what the policy asks for, so a corrected title is no news.
    """
    day, told = today(now), {(key, occasion) for key, _, occasion in products.tellings(session)}
    policies = stations = 0
    for row in products.valid_on(session, ProductKind.POLICY.value, day):
        for occasion in _occasions(row, day, now):
            if (row.product_id, occasion) in told:
                continue
            tellings = list(_tellings(graph, product_of(row), occasion, day))
            for one in tellings:
                _tell(session, one, now)
            session.add(
                PolicyTelling(
                    product_id=row.product_id,
                    version=row.version,
                    occasion=occasion,
                    told_at=now,
                    stations=len(tellings),
                    firms=sum(one.firms for one in tellings),
                )
            )
            policies, stations = policies + 1, stations + len(tellings)
    session.flush()
    return {"policies": policies, "stations": stations}


def _tell(session: Session, one: Telling, now: datetime) -> None:
    """One notice a station, policy and occasion; a deadline within days is not left to the digest."""
    until = DEADLINE_OPEN if one.until is None else one.until
    notice = Notice(
        kind="policy_touches",
        to=To.station(one.station_id),
        about=About(AboutKind.PRODUCT, one.product_id),
        blanks={"title": one.title, "firms": one.firms, "until": until, "occasion": one.occasion},
        urgent=one.occasion.startswith("deadline"),
    )
    notify(session, notice, now)


def waiting(session: Session, now: datetime) -> bool:
    """Whether `tell_all` would have anything to tell of; without it a quiet day leaves no runs."""
    told = {(key, occasion) for key, _, occasion in products.tellings(session)}
    return any(
        (row.product_id, occasion) not in told
        for row in products.valid_on(session, ProductKind.POLICY.value, today(now))
        for occasion in _occasions(row, today(now), now)
    )


def _occasions(row: ProductRow, day: date, now: datetime) -> Iterator[str]:
    if now - row.updated_at <= timedelta(days=NEWS_DAYS):
        yield f"news:{_digest(row)}"
    if row.valid_until is not None and row.valid_until - day <= timedelta(days=DEADLINE_DAYS):
        yield f"deadline:{row.valid_until.isoformat()}"


def _digest(row: ProductRow) -> str:
    """What a policy asks for and gives: what else of it changes is no news."""
    asked = [row.criteria, row.amount_fen, str(row.valid_until), row.documents, row.repairs]
    return blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=8).hexdigest()


def _tellings(graph: Graph, product: Product, occasion: str, day: date) -> Iterator[Telling]:
    rows = np.flatnonzero(graph.firms.numbers("station") >= 0).astype(np.int64)
    touched_rows, standings = _judged(graph, product, rows, day)
    worth = touched_rows[standings != _STANDINGS.index(Standing.OPEN)]
    found = graph.firms.numbers("station")[worth]
    stations, counts = np.unique(found, return_counts=True)
    for station, firms in zip(stations.tolist(), counts.tolist(), strict=True):
        key = str(graph.stations.ids[station])
        yield Telling(key, product.product_id, product.title, occasion, firms, product.valid_until)


def _judged(
    graph: Graph, product: Product, rows: NDArray[np.int64], day: date
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Those of `rows` that are active and touched, and their places in Standing."""
    active = rows[(graph.firms.numbers("flags")[rows] & Flag.ACTIVE) != 0]
    judged = judge(product.criteria, firm_columns(graph, day), active)
    standings = np.select(
        [judged.mask.yes, ~judged.mask.no, judged.near_miss], [0, 1, 2], default=len(_STANDINGS)
    )
    kept = standings < len(_STANDINGS)
    return active[kept], standings[kept].astype(np.int64)
