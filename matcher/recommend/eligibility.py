"""One product's criteria over all firms at once: three-valued masks in plain numpy.

The same answer as domain.product.evaluate firm by firm, which is the reference; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import Criterion, Group, Node, Operator, Quantifier, Truth, field, holds, in_force
from matcher.domain.product.verdict import SECTIONS
from matcher.recommend.firm_facts import FirmColumns, Numbers, Words

Bools: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mask:
    """Where the answer is yes and where it is no; neither is unknown. Shape (firms,)."""

    yes: Bools
    no: Bools


@dataclass(frozen=True, eq=False)
class Judged:
    """All firms under one product. `failed` and `unknown` count top-level criteria in force a firm;
    `comfort` in [0, 1] is how far above its thresholds a firm stands, 0.5 on average where at them."""

    mask: Mask
    failed: NDArray[np.int64]
    unknown: NDArray[np.int64]
    comfort: Floats

    @property
    def near_miss(self) -> Bools:
        """Exactly one top-level criterion fails; unknown ones are not counted."""
        return np.equal(self.failed, 1)


def judge(
    criteria: Sequence[Node],
    columns: FirmColumns,
    rows: NDArray[np.int64] | None = None,
    shown: Mapping[str, Bools] | None = None,
) -> Judged:
    """Evaluate for `rows` (all firms: None). `shown` hides facts, by field: False is as if unknown.

    About ten array passes a criterion.
    """
    view = View(columns, rows, {} if shown is None else shown)
    tops = [mask_in(node, view) for node in criteria if in_force(node, columns.today)]
    no_one = np.zeros(view.size, dtype=np.int64)
    failed = reduce(np.add, (top.no.astype(np.int64) for top in tops), no_one)
    unknown = reduce(np.add, ((~top.no & ~top.yes).astype(np.int64) for top in tops), no_one)
    mask = Mask((failed == 0) & (unknown == 0), failed > 0)
    return Judged(mask, failed, unknown, _comfort(criteria, view))


def mask_of(node: Node, columns: FirmColumns) -> Mask:
    """One condition or group alone, in force or not, for all firms."""
    return mask_in(node, View(columns, None, {}))


@dataclass(frozen=True, eq=False)
class View:
    """Columns seen for `rows` (None: all firms), with facts hidden where `shown` is False."""

    columns: FirmColumns
    rows: NDArray[np.int64] | None
    shown: Mapping[str, Bools]

    @property
    def size(self) -> int:
        """How many firms."""
        return len(self.columns) if self.rows is None else len(self.rows)

    def numbers(self, name: str) -> Floats | None:
        """A numeric fact, NaN where unknown or hidden; None for a fact in words."""
        column = self.columns.column(name)
        if not isinstance(column, Numbers):
            return None
        values = column.values if self.rows is None else column.values[self.rows]
        return np.where(self.shown[name], values, np.nan) if name in self.shown else values

    def codes(self, name: str) -> tuple[NDArray[np.int64], tuple[object, ...]]:
        """A fact in words as places among its words, -1 where unknown or hidden."""
        column = self.columns.column(name)
        if not isinstance(column, Words):
            raise TypeError(f"{name} is no column of words")
        codes = column.codes if self.rows is None else column.codes[self.rows]
        return (np.where(self.shown[name], codes, -1) if name in self.shown else codes), column.words


def mask_in(node: Node, view: View) -> Mask:
    """One node that is in force, for the firms of the view."""
    if isinstance(node, Criterion):
        return _criterion(node, view)
    members = [mask_in(member, view) for member in node.members if in_force(member, view.columns.today)]
    return _combined(node, members)


def _combined(group: Group, members: Sequence[Mask]) -> Mask:
    all_yes = reduce(np.logical_and, (member.yes for member in members))
    any_yes = reduce(np.logical_or, (member.yes for member in members))
    all_no = reduce(np.logical_and, (member.no for member in members))
    any_no = reduce(np.logical_or, (member.no for member in members))
    if group.quantifier is Quantifier.ALL_OF:
        return Mask(all_yes, any_no)
    return Mask(any_yes, all_no) if group.quantifier is Quantifier.ANY_OF else Mask(all_no, any_yes)


def _criterion(criterion: Criterion, view: View) -> Mask:
    values = view.numbers(criterion.field)
    if values is not None:
        return numbers_compared(criterion, values)
    codes, words = view.codes(criterion.field)
    met = meets(criterion, words)
    # One place more, for the unknown: code -1 reads the last.
    return Mask(np.append(met, False)[codes], np.append(~met, False)[codes])


def meets(criterion: Criterion, words: Sequence[object]) -> Bools:
    """Which of the known words meet a condition; as domain.product.holds, but cheaper."""
    wanted = criterion.value
    if criterion.operator is Operator.IN and isinstance(wanted, frozenset):
        return np.fromiter((word in wanted for word in words), np.bool_, len(words))
    if criterion.operator is Operator.WITHIN and isinstance(wanted, frozenset):
        beginnings = tuple(code for ancestor in wanted for code in _beginnings(ancestor))
        return np.fromiter((str(word).startswith(beginnings) for word in words), np.bool_, len(words))
    return np.fromiter((holds(criterion, word) is Truth.YES for word in words), np.bool_, len(words))


def _beginnings(ancestor: str) -> tuple[str, ...]:
    """How codes within `ancestor` begin: a section's letter stands for its divisions."""
    first, last = SECTIONS.get(ancestor, (1, 0))
    return (ancestor, *(f"{division:02}" for division in range(first, last + 1)))


def numbers_compared(criterion: Criterion, values: Floats) -> Mask:
    """One condition on numbers; NaN is unknown."""
    known = ~np.isnan(values)
    asked = field(criterion.field)
    if isinstance(criterion.value, frozenset):
        places = [float(asked.grades.index(word)) for word in criterion.value]
        met = np.isin(values, places)
    else:
        met = _COMPARE[criterion.operator](values, threshold(criterion))
    return Mask(known & met, known & ~met)


_COMPARE = {
    Operator.AT_LEAST: np.greater_equal,
    Operator.AT_MOST: np.less_equal,
    Operator.ABOVE: np.greater,
    Operator.BELOW: np.less,
    Operator.EQUAL: np.equal,
}


def threshold(criterion: Criterion) -> float:
    """The value of a criterion on a numeric column."""
    value, grades = criterion.value, field(criterion.field).grades
    if grades:
        return float(grades.index(str(value)))
    return float(value.toordinal()) if isinstance(value, date) else float(value)  # type: ignore[arg-type]


def _comfort(criteria: Sequence[Node], view: View) -> Floats:
    parts = []
    for node in criteria:
        if isinstance(node, Criterion) and node.in_force(view.columns.today):
            values = view.numbers(node.field)
            sign = _SIGNS.get(node.operator)
            if (
                values is not None
                and sign is not None
                and field(node.field).unit in ("yuan", "persons", "months")
            ):
                limit = threshold(node)
                above = sign * (values - limit) / (abs(limit) + 1.0)
                parts.append(np.nan_to_num(0.5 + 0.5 * above / (1.0 + np.abs(above)), nan=0.0))
    return np.mean(parts, axis=0) if parts else np.full(view.size, 0.5)


_SIGNS = {Operator.AT_LEAST: 1.0, Operator.ABOVE: 1.0, Operator.AT_MOST: -1.0, Operator.BELOW: -1.0}
