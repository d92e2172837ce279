"""The fewest concessions a programme makes whose wishes may be bent at a price, and which wishes collide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from matcher.domain.event.wishes import Concession, Explanation, Wish, minimal_conflict
from matcher.recommend.programme import Programme, Solved

Offers: TypeAlias = list[tuple[int, Concession]]  # a variable and what one of it means
Found: TypeAlias = tuple[tuple[Concession, ...], bool]  # the fewest, and whether fewer are proven not to do

NODES: Final = 5_000
NOTHING: Final = 0.5  # of a variable of whole numbers


def fewest(programme: Programme, offers: Offers) -> Found:
    """The concessions of the cheapest solution. Raises ArithmeticError where bending all does not help."""
    solved = programme.solved(NODES)
    if solved is None:
        raise ArithmeticError("with enough concessions every day has a plan")
    return _taken(offers, solved), solved.proven


def explained(
    found: Found, wishes: Sequence[Wish], of: Callable[[Collection[Wish]], Found]
) -> Explanation | None:
    """A minimal conflict beside what was `found` for all wishes; None where nothing was.

    `of` gives the fewest concessions that some of the wishes ask for.
    """
    concessions, proven = found
    if not concessions:
        return None
    sure = [proven]

    def possible(kept: Collection[Wish]) -> bool:
        needed, shown = of(kept)
        sure.append(shown or not needed)
        return not needed

    return Explanation(minimal_conflict(wishes, possible), all(sure), concessions, proven)


def _taken(offers: Offers, solved: Solved) -> tuple[Concession, ...]:
    numbers = [(round(float(solved.values[variable])), one) for variable, one in offers]
    found = [replace(one, number=number) for number, one in numbers if number]
    return tuple(sorted(found, key=lambda one: (one.kind, one.who, one.turn or 0, one.table or 0)))
