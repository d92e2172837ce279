"""The published grid of counts: thresholds are moved to it before firms without consent are counted.

Between two edges every threshold gives the same count, so none can be slid along to single out a firm. The
edges are those of the bands that banks are shown (domain.field_access); industries count by division, places
by district.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from matcher.domain.field_access import EDGES
from matcher.domain.product.catalogue import FIELDS, FieldKind
from matcher.domain.product.criteria import Criterion, Group, Node, Operator, Quantifier

_YUAN: Final = EDGES["revenue"]
_MORE: Final[Mapping[str, tuple[int, ...]]] = {
    "capital": _YUAN,
    "age_months": EDGES["invoice_months"],
    "patents": (0, 1, 5, 20, 100),
}
GRID: Final[Mapping[str, tuple[int, ...]]] = {
    name: edges for name, edges in {**EDGES, **_MORE}.items() if name in FIELDS
}
_CODE_DIGITS: Final = {"industry": 2, "region": 6}
# What anybody can look up of a firm; everything else is what a count must not give away.
PUBLIC: Final = frozenset(
    {
        "industry",
        "region",
        "street",
        "building",
        "status",
        "founded_on",
        "age_months",
        "capital",
        "sole_trader",
    }
    | {"certificates"}
)


def snapped(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The criteria as they are counted: on the grid, without dates and sources, groups of all taken apart."""
    return tuple(one for node in nodes for one in _taken_apart(_snapped(node)))


def _taken_apart(node: Node) -> Sequence[Node]:
    if isinstance(node, Group) and (node.quantifier is Quantifier.ALL_OF or _alone(node)):
        return [one for member in node.members for one in _taken_apart(member)]
    return (node,)


def _alone(group: Group) -> bool:
    return group.quantifier is Quantifier.ANY_OF and len(group.members) == 1


def _snapped(node: Node) -> Node:
    if isinstance(node, Group):
        return Group(node.quantifier, tuple(_snapped(member) for member in node.members))
    bare = replace(node, source="", valid_from=None, valid_until=None)
    kind = FIELDS[node.field].kind
    if node.field in GRID and isinstance(node.value, float | int):
        return _on_edges(bare, node.value, GRID[node.field])
    if kind is FieldKind.DATE and isinstance(node.value, date):
        first = date(node.value.year, 1, 1)
        later = node.operator in (Operator.AT_LEAST, Operator.ABOVE)
        return replace(bare, operator=Operator.AT_LEAST if later else Operator.BELOW, value=first)
    return _by_ancestor(bare) if node.field in (*_CODE_DIGITS, "street") else bare


def _on_edges(criterion: Criterion, value: float, edges: Sequence[int]) -> Node:
    if criterion.operator is Operator.EQUAL:
        below = max((edge for edge in edges if edge <= value), default=edges[0])
        above = next((edge for edge in edges if edge > value), None)
        floor = replace(criterion, operator=Operator.AT_LEAST, value=float(below))
        if above is None:
            return floor
        return Group(
            Quantifier.ALL_OF, (floor, replace(criterion, operator=Operator.BELOW, value=float(above)))
        )
    nearest = min(edges, key=lambda edge: (abs(edge - value), edge))
    rising = criterion.operator in (Operator.AT_LEAST, Operator.ABOVE)
    return replace(criterion, operator=Operator.AT_LEAST if rising else Operator.BELOW, value=float(nearest))


def _by_ancestor(criterion: Criterion) -> Criterion:
    field = "region" if criterion.field == "street" else criterion.field
    digits = _CODE_DIGITS[field]
    codes = criterion.value if isinstance(criterion.value, frozenset) else [str(criterion.value)]
    return replace(
        criterion, field=field, operator=Operator.WITHIN, value=frozenset(code[:digits] for code in codes)
    )
