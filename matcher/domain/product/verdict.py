"""Criteria evaluated against facts in three values: yes, no, unknown (strong Kleene logic).

Nothing is cut short: every criterion gets its own finding, so that the answer can list every failing
and every missing fact. Unknown is never zero and never no: hiding a fact can only turn an answer unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.domain.product.catalogue import Field, FieldKind, field
from matcher.domain.product.criteria import Criterion, Group, Node, Operator, Quantifier


class Truth(StrEnum):
    """The three values."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def inverted(self) -> Truth:
        """Strong Kleene negation: the unknown stays unknown."""
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(self, Truth.UNKNOWN)


@dataclass(frozen=True)
class Finding:
    """What one criterion found. `truth` is seen from the product: no means it stands in the way.

    `seen` is the fact (None: missing). `distance` is how far the fact is from passing, in `unit`;
    0 where it passes, None where the fact is missing or no distance makes sense. `top` is the place
    of the top-level criterion it belongs to. `forbidden` marks a member of a none_of group.
    """

    criterion: Criterion
    truth: Truth
    seen: object
    distance: float | None
    unit: str
    top: int
    forbidden: bool


@dataclass(frozen=True)
class Verdict:
    """The answer for one firm and one product. `tops` has one truth a top-level criterion in force."""

    truth: Truth
    tops: Mapping[int, Truth]
    findings: tuple[Finding, ...]

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Every condition that stands in the way; one that another member of an any_of heals does not."""
        return self._under(Truth.NO)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """Every condition whose fact is unknown and could still matter."""
        return self._under(Truth.UNKNOWN)

    @property
    def near_miss(self) -> bool:
        """Exactly one top-level criterion fails; unknown ones are listed, not counted."""
        return sum(truth is Truth.NO for truth in self.tops.values()) == 1

    def _under(self, truth: Truth) -> tuple[Finding, ...]:
        open_tops = {place for place, top in self.tops.items() if top is not Truth.YES}
        return tuple(one for one in self.findings if one.truth is truth and one.top in open_tops)


def evaluate(criteria: Sequence[Node], facts: Mapping[str, object], today: date) -> Verdict:
    """All criteria must hold. `facts` are by canonical field name; absent, None and NaN are unknown."""
    findings: list[Finding] = []
    tops: dict[int, Truth] = {}
    for place, node in enumerate(criteria):
        truth = _truth(node, facts, today)
        if truth is not None:
            tops[place] = truth
            findings.extend(_findings(node, facts, today, place))
    return Verdict(_every(list(tops.values())), tops, tuple(findings))


def in_force(node: Node, today: date) -> bool:
    """Whether any part of the node counts on that day; a node that does not is as if not written."""
    if isinstance(node, Criterion):
        return node.in_force(today)
    return any(in_force(member, today) for member in node.members)


def _truth(node: Node, facts: Mapping[str, object], today: date) -> Truth | None:
    if isinstance(node, Criterion):
        return holds(node, facts.get(node.field)) if node.in_force(today) else None
    inner = [_truth(member, facts, today) for member in node.members]
    truths = [truth for truth in inner if truth is not None]
    return combined(node.quantifier, truths) if truths else None


def combined(quantifier: Quantifier, truths: Sequence[Truth]) -> Truth:
    """The truth of a group from those of its members."""
    if quantifier is Quantifier.ALL_OF:
        return _every(truths)
    some = _every([truth.inverted() for truth in truths]).inverted()
    return some if quantifier is Quantifier.ANY_OF else some.inverted()


def _every(truths: Sequence[Truth]) -> Truth:
    if Truth.NO in truths:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.YES


def _findings(
    node: Node, facts: Mapping[str, object], today: date, top: int, forbidden: bool = False
) -> Iterator[Finding]:
    if isinstance(node, Group):
        turned = forbidden ^ (node.quantifier is Quantifier.NONE_OF)
        for member in node.members:
            yield from _findings(member, facts, today, top, turned)
    elif node.in_force(today):
        yield finding(node, facts.get(node.field), top, forbidden)


def finding(criterion: Criterion, fact: object, top: int, forbidden: bool) -> Finding:
    """What one criterion says of one fact; `top` and `forbidden` as in Finding."""
    asked = field(criterion.field)
    plain = holds(criterion, fact)
    truth = plain.inverted() if forbidden else plain
    distance = 0.0 if truth is Truth.YES else None
    if truth is Truth.NO:
        distance = _distance(asked, criterion, fact)
    seen = None if _is_missing(fact) else fact
    return Finding(criterion, truth, seen, distance, asked.unit, top, forbidden)


def holds(criterion: Criterion, fact: object) -> Truth:
    """Whether one fact meets one condition; a missing fact is unknown."""
    if _is_missing(fact):
        return Truth.UNKNOWN
    asked = field(criterion.field)
    if isinstance(criterion.value, frozenset):
        return _truth_of(_meets_words(criterion.operator, criterion.value, fact))
    left, right = _rank(asked, fact), _rank(asked, criterion.value)
    if left is None or right is None:
        # A word outside the field's scale ("none" as tax grade) is known and equal only to itself.
        return _truth_of(criterion.operator is Operator.EQUAL and fact == criterion.value)
    return _truth_of(_compare(criterion.operator, left, right))


def _is_missing(fact: object) -> bool:
    return fact is None or (isinstance(fact, float) and math.isnan(fact))


def _truth_of(answer: bool) -> Truth:
    return Truth.YES if answer else Truth.NO


def _meets_words(operator: Operator, wanted: frozenset[str], fact: object) -> bool:
    if operator in (Operator.HAS, Operator.HAS_ANY):
        owned = _words(fact)
        return wanted <= owned if operator is Operator.HAS else bool(wanted & owned)
    if operator is Operator.WITHIN:
        return any(_lies_within(str(fact), ancestor) for ancestor in wanted)
    return str(fact) in wanted


def _words(fact: object) -> frozenset[str]:
    if isinstance(fact, str):
        return frozenset(word for word in fact.split(";") if word)
    return (
        frozenset(str(word) for word in fact)
        if isinstance(fact, list | tuple | set | frozenset)
        else frozenset()
    )


def _lies_within(code: str, ancestor: str) -> bool:
    # Section letters (C = divisions 13 to 43) are no prefix of their divisions, hence the table below.
    if len(ancestor) == 1 and ancestor.isalpha() and code[:2].isdigit():
        return (
            SECTIONS[ancestor][0] <= int(code[:2]) <= SECTIONS[ancestor][1] if ancestor in SECTIONS else False
        )
    return code.startswith(ancestor)


# GB/T 4754-2017: the divisions of each section.
SECTIONS: Mapping[str, tuple[int, int]] = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip


def _rank(asked: Field, value: object) -> float | None:
    if asked.grades:
        return float(asked.grades.index(str(value))) if value in asked.grades else None
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, bool | int | float) else None


def _compare(operator: Operator, left: float, right: float) -> bool:
    return {
        Operator.AT_LEAST: left >= right,
        Operator.AT_MOST: left <= right,
        Operator.ABOVE: left > right,
        Operator.BELOW: left < right,
        Operator.EQUAL: left == right,
    }[operator]


def _distance(asked: Field, criterion: Criterion, fact: object) -> float | None:
    if criterion.operator is Operator.HAS and isinstance(criterion.value, frozenset):
        return float(len(criterion.value - _words(fact)))
    ordered = asked.kind in (FieldKind.NUMBER, FieldKind.DATE, FieldKind.GRADE)
    if not ordered or isinstance(criterion.value, frozenset) or criterion.operator is Operator.EQUAL:
        return None
    left, right = _rank(asked, fact), _rank(asked, criterion.value)
    return None if left is None or right is None else abs(right - left)
