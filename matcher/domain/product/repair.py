"""The cheapest way from no to yes: what waiting heals, and by which day; what has to change; what cannot.

Some facts grow by themselves (the age of a firm, its months of invoices); some a firm can work on; its
industry or legal form is what it is. A condition that ends heals everybody on the day after.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from typing import Final

from matcher.domain.product.catalogue import months_between
from matcher.domain.product.criteria import Criterion, Node, Operator, Quantifier
from matcher.domain.product.verdict import Finding, Truth, evaluate, finding, in_force

Facts = Mapping[str, object]

GROWING: Final = frozenset({"age_months", "invoice_months"})
# What a firm cannot work on: what it is, where and since when it stands.
GIVEN: Final = frozenset(
    {"industry", "region", "street", "sole_trader", "founded_on", "status", "tax_grade_year"}
)
HORIZON_MONTHS: Final = 120  # nobody waits longer
_TRIES: Final = 6  # times that conditions may change while one waits


@dataclass(frozen=True)
class Repair:
    """`day` is when the product is open at the earliest, as far as waiting decides; `changes` are the
    conditions that the firm has to work on, each with its distance; `blocked` those that it cannot. Without
    changes and blocks, waiting alone suffices. Missing facts are left out: they are asked for, not repaired.
    """

    day: date
    changes: tuple[Finding, ...] = ()
    blocked: tuple[Finding, ...] = ()

    @property
    def waiting_suffices(self) -> bool:
        """Whether nothing has to change but the calendar."""
        return not self.changes and not self.blocked

    @property
    def cost(self) -> tuple[int, int, date]:
        """What is cheaper compares lower: fewest blocks, then fewest changes, then the earliest day."""
        return len(self.blocked), len(self.changes), self.day

    def joined(self, other: Repair) -> Repair:
        """Both are needed."""
        return Repair(max(self.day, other.day), self.changes + other.changes, self.blocked + other.blocked)


def cheapest_repair(criteria: Sequence[Node], facts: Facts, today: date) -> Repair:
    """What turns a no into a yes, or an unknown where facts are missing; Repair(today) where nothing fails.

    Of the members of an any_of the cheapest is taken. Where waiting alone is enough the day has been tried
    out: the facts as they will be then do not fail what will be in force then.
    """
    found = _from(criteria, facts, today)
    for _ in range(_TRIES):
        later = projected(facts, today, found.day)
        if not found.waiting_suffices or evaluate(criteria, later, found.day).truth is not Truth.NO:
            break
        found = _from(criteria, later, found.day)
    return found


def _from(criteria: Sequence[Node], facts: Facts, today: date) -> Repair:
    parts = [_repair(node, facts, _Place(today, place)) for place, node in enumerate(criteria)]
    return _joined(parts, today)


@dataclass(frozen=True)
class _Place:
    """Where in the tree: the top-level criterion, whether the node must hold, whether its end would help."""

    today: date
    top: int
    holds: bool = True
    ending_heals: bool = True


def _repair(node: Node, facts: Facts, at: _Place) -> Repair:
    if not in_force(node, at.today):
        return Repair(at.today)
    if isinstance(node, Criterion):
        return _one(node, facts, at)
    members = [member for member in node.members if in_force(member, at.today)]
    turned = node.quantifier is Quantifier.NONE_OF
    # Whether all members matter: "any" that must not hold is "none", and so on.
    every = at.holds if node.quantifier is not Quantifier.ANY_OF else not at.holds
    inside = replace(at, holds=at.holds ^ turned, ending_heals=at.ending_heals and every)
    parts = [_repair(member, facts, inside) for member in members]
    return _joined(parts, at.today) if every else min(parts, key=lambda one: one.cost)


def _joined(parts: Sequence[Repair], today: date) -> Repair:
    return reduce(Repair.joined, parts, Repair(today))


def _one(criterion: Criterion, facts: Facts, at: _Place) -> Repair:
    seen = finding(criterion, facts.get(criterion.field), at.top, not at.holds)
    if seen.truth is not Truth.NO:
        return Repair(at.today)
    days = [_grown(criterion, facts, at)]
    if at.ending_heals and criterion.valid_until is not None:
        days.append(criterion.valid_until + timedelta(days=1))
    known = [day for day in days if day is not None]
    if known:
        return Repair(min(known))
    given = criterion.field in GIVEN or criterion.field in GROWING
    return Repair(at.today, blocked=(seen,)) if given else Repair(at.today, changes=(seen,))


def _grown(criterion: Criterion, facts: Facts, at: _Place) -> date | None:
    """The day from which a growing fact is large enough; None where growing does not help."""
    needed = _months_needed(criterion, at.holds) if criterion.field in GROWING else None
    if needed is None:
        return None
    start = facts.get("founded_on")
    if criterion.field != "age_months" or not isinstance(start, date):
        start, needed = at.today, needed - int(float(str(facts[criterion.field])))
    day = day_after_months(start, needed)
    return day if months_between(at.today, day) <= HORIZON_MONTHS else None


def _months_needed(criterion: Criterion, holds: bool) -> int | None:
    """The least whole number of months that answers as it should; None where fewer would be better."""
    limit = float(str(criterion.value))
    least, more = math.ceil(limit), math.floor(limit) + 1
    passes = {Operator.AT_LEAST: least, Operator.ABOVE: more}
    fails = {Operator.AT_MOST: more, Operator.BELOW: least}
    return (passes if holds else fails).get(criterion.operator)


def day_after_months(start: date, months: int) -> date:
    """The first day on which `months` whole months have passed since `start` (see months_between)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:  # a month that has no 31st: the first of the next
        return date(year + month // 11, (month + 1) % 12 + 1, 1)


def projected(facts: Facts, today: date, day: date) -> dict[str, object]:
    """The facts as they will be on `day` if nothing happens but time."""
    later, passed = dict(facts), months_between(today, day)
    for name in GROWING:
        known = facts.get(name)
        if isinstance(known, int | float):
            later[name] = known + passed
    founded = facts.get("founded_on")
    if isinstance(founded, date) and later.get("age_months") is not None:
        later["age_months"] = months_between(founded, day)
    return later
