"""Firm by firm: deals taken together, and those who may not meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import numpy as np

from matcher.build.encode import Arrays
from matcher.build.standing import Standing
from matcher.domain.enterprise import DealStage, RelationKind
from matcher.graph.schema import PAIRS, Apart
from matcher.graph.table import Array

# Tenths of a deal: whole numbers, so that a sum does not depend on the order of the rows.
TENTHS: Final = {
    DealStage.INTRODUCED: 1,
    DealStage.MET: 2,
    DealStage.QUOTED: 4,
    DealStage.SIGNED: 10,
    DealStage.PAID: 10,
    DealStage.DECLINED: 0,
}
_APART: Final = {
    RelationKind.RIVAL: Apart.RIVAL,
    RelationKind.DISPUTE: Apart.DISPUTE,
    RelationKind.KEEP_APART: Apart.KEEP_APART,
}


def deal_triples(deals: Iterable[Any], standing: Standing) -> Array:
    """int64 (n, 3): buyer, seller and tenths of each deal of two known enterprises."""
    told = [(deal.buyer_id, deal.seller_id, TENTHS[DealStage(deal.stage)]) for deal in deals]
    buyers, sellers = standing.of([one[0] for one in told]), standing.of([one[1] for one in told])
    tenths = np.array([one[2] for one in told], dtype=np.int64)
    counts = (buyers >= 0) & (sellers >= 0) & (buyers != sellers) & (tenths > 0)
    found: Array = np.stack([buyers, sellers, tenths], axis=1)[counts]
    return found


def relation_triples(relations: Iterable[Any], standing: Standing, today: date) -> Array:
    """int64 (n, 3): Apart bits, both ways, of what is in force today."""
    found = []
    for relation in relations:
        bit = _APART.get(RelationKind(relation.kind))
        if bit is not None and in_force(relation, today):
            a, b = standing(relation.a), standing(relation.b)
            found += [(a, b, int(bit)), (b, a, int(bit))]
    triples = np.array(found, dtype=np.int64).reshape(-1, 3)
    return triples[(triples[:, 0] >= 0) & (triples[:, 1] >= 0)]


def pair_arrays(deals: Array, relations: Array, size: int) -> Arrays:
    """`deals` (buyer -> seller), its transpose `customers`, in whole deals and tenths, and `relations`."""
    return {
        **csr_arrays("deals", csr(deals, size, np.add), 0.1),
        **csr_arrays("customers", csr(deals[:, [1, 0, 2]], size, np.add), 0.1),
        **csr_arrays("relations", csr(relations, size, np.bitwise_or), 1),
    }


def owned_together(relations: Iterable[Any], today: date) -> list[tuple[str, str]]:
    """Pairs that a relation in force says have one owner."""
    return [
        (one.a, one.b) for one in relations if one.kind == RelationKind.OWNER_GROUP and in_force(one, today)
    ]


def in_force(relation: Any, today: date) -> bool:
    """As storage.enterprises.relations_in_force: `until` is the last day, a contested one waits."""
    return not relation.contested and (relation.until is None or relation.until >= today)


def csr(triples: Array, size: int, merge: np.ufunc) -> tuple[Array, Array, Array]:
    """(indptr, indices, values) of (row, column, value) triples; equal cells are merged."""
    keys = triples[:, 0] * size + triples[:, 1]
    order = np.argsort(keys, kind="stable")
    unique, first = np.unique(keys[order], return_index=True)
    values = merge.reduceat(triples[order, 2], first) if len(first) else triples[:, 2]
    rows = unique // max(size, 1)
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=indptr[1:])
    return indptr, (unique % max(size, 1)).astype(np.int32), values


def csr_arrays(name: str, parts: tuple[Array, Array, Array], unit: float) -> Arrays:
    """The files of one pair matrix."""
    indptr, indices, values = parts
    data = (values * unit).astype(PAIRS[name])
    return {f"{name}.indptr": indptr, f"{name}.indices": indices, f"{name}.data": data}
