"""Firm by firm: deals taken together, those who may not meet, and who belongs to one owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from matcher.build.encode import Arrays, Positions
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


def deal_arrays(deals: Iterable[Any], position: dict[str, int]) -> Arrays:
    """`deals` (buyer -> seller) and its transpose `customers`, in whole deals and tenths."""
    found = [
        (position[deal.buyer_id], position[deal.seller_id], TENTHS[DealStage(deal.stage)])
        for deal in deals
        if deal.buyer_id in position and deal.seller_id in position and deal.buyer_id != deal.seller_id
    ]
    triples = np.array([triple for triple in found if triple[2]], dtype=np.int64).reshape(-1, 3)
    size = len(position)
    return {
        **csr_arrays("deals", csr(triples, size, np.add), 0.1),
        **csr_arrays("customers", csr(triples[:, [1, 0, 2]], size, np.add), 0.1),
    }


def relation_arrays(relations: Sequence[Any], position: dict[str, int], today: date) -> Arrays:
    """`relations`: Apart bits, both ways, of what is in force today."""
    found = []
    for relation in relations:
        bit = _APART.get(RelationKind(relation.kind))
        if bit is not None and in_force(relation, today) and {relation.a, relation.b} <= position.keys():
            a, b = position[relation.a], position[relation.b]
            found += [(a, b, int(bit)), (b, a, int(bit))]
    triples = np.array(found, dtype=np.int64).reshape(-1, 3)
    return csr_arrays("relations", csr(triples, len(position), np.bitwise_or), 1)


def in_force(relation: Any, today: date) -> bool:
    """As storage.enterprises.relations_in_force: `until` is the last day, a contested one waits."""
    return not relation.contested and (relation.until is None or relation.until >= today)


def owner_groups(firms: Sequence[Any], relations: Iterable[Any], today: date) -> dict[str, str]:
    """Enterprise -> its group, named by the group's first id; firms that stand alone are left out.

    One group share an owner_group label, a relation of that kind in force, or both address and phone:
    a firm that registers forty times from one desk holds one place in a list.
    """
    parent = {firm.enterprise_id: firm.enterprise_id for firm in firms}
    for members in _labels(firms).values():
        for member in members[1:]:
            _join(parent, members[0], member)
    for relation in relations:
        if relation.kind == RelationKind.OWNER_GROUP and in_force(relation, today):
            _join(parent, relation.a, relation.b)
    roots = {identifier: _root(parent, identifier) for identifier in parent}
    sizes: dict[str, int] = {}
    for root in roots.values():
        sizes[root] = sizes.get(root, 0) + 1
    return {identifier: root for identifier, root in roots.items() if sizes[root] > 1}


def group_positions(groups: dict[str, str]) -> Positions:
    """The groups table."""
    return Positions(groups.values())


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


def _labels(firms: Iterable[Any]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for firm in firms:
        if firm.owner_group:
            found.setdefault((firm.owner_group,), []).append(firm.enterprise_id)
        if firm.address and firm.contact_phone:
            found.setdefault((firm.address, firm.contact_phone), []).append(firm.enterprise_id)
    return found


def _join(parent: dict[str, str], a: str, b: str) -> None:
    if a in parent and b in parent:
        low, high = sorted((_root(parent, a), _root(parent, b)), key=str.encode)
        parent[high] = low


def _root(parent: dict[str, str], identifier: str) -> str:
    while parent[identifier] != identifier:
        parent[identifier] = parent[parent[identifier]]
        identifier = parent[identifier]
    return identifier
