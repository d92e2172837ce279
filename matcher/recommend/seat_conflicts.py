"""Why a seating cannot keep all wishes, and the fewest concessions found: by search, proven where small."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from matcher.domain.event import Label, Seating, SeatPlan, Violation, check_seating
from matcher.domain.event.wishes import (
    Concession,
    ConcessionKind,
    Explanation,
    Wish,
    minimal_conflict,
    seating_with,
    wishes_of_seating,
)
from matcher.recommend.grouping.search import Budget
from matcher.recommend.seat_proof import exists
from matcher.recommend.seating import NODES, PROVABLE, keeping_wishes

_GLANCE: Final = 2_000
_MOVES: Final = 4_000  # a seat and round, for each question
_KINDS: Final = {
    Label.TOGETHER_AGAIN: ConcessionKind.SIT_AGAIN,
    Label.KEPT_APART: ConcessionKind.SIT_TOGETHER,
    Label.LAST_TIME: ConcessionKind.LAST_TIMES_TABLE,
    Label.PIN_BROKEN: ConcessionKind.LEAVE_PIN,
}


@dataclass
class _Questions:
    """Asks whether some of the wishes can be kept; remembers whether every no was a proof."""

    request: Seating
    seed: int
    sure: bool = True
    known: dict[frozenset[Wish], bool] = field(default_factory=dict)

    def possible(self, wishes: Collection[Wish]) -> bool:
        key = frozenset(wishes)
        if key not in self.known:
            self.known[key] = self._asked(wishes)
        return self.known[key]

    def _asked(self, wishes: Collection[Wish]) -> bool:
        seating, once = seating_with(self.request, wishes)
        quick = exists(seating, once, _GLANCE)
        if quick is not None:
            return quick
        if not _broken(seating, once, keeping_wishes(seating, self.seed, _budget(seating), once)):
            return True
        shown = exists(seating, once, NODES)
        self.sure = self.sure and shown is not None
        return bool(shown)


def explain_seating(request: Seating, seed: int, plan: SeatPlan | None = None) -> Explanation | None:
    """None where a plan that keeps all wishes is found. `plan` is one that is known already.

    What cannot be proven, as all plans are too many to go through, is told as not verified.
    """
    wishes = wishes_of_seating(request)
    loose, once = seating_with(request, wishes)
    found = keeping_wishes(loose, seed, _budget(loose), once)
    given = plan if plan is not None and len(plan.violations) <= len(_broken(loose, once, found)) else found
    broken = _broken(loose, once, given)
    if not broken:
        return None
    concessions = tuple(sorted({_concession(one) for one in broken}))
    if request.tables * request.seats * request.rounds > PROVABLE:
        return Explanation((), False, concessions, False)
    questions = _Questions(request, seed)
    if questions.possible(wishes):
        return None
    conflict = minimal_conflict(wishes, questions.possible)
    # One concession is the fewest there can be once none at all is shown not to do.
    return Explanation(conflict, questions.sure, concessions, questions.sure and len(concessions) == 1)


def _budget(seating: Seating) -> Budget:
    return Budget(moves=_MOVES * seating.tables * seating.seats * seating.rounds, enough=0.0)


def _broken(seating: Seating, once: bool, plan: SeatPlan) -> list[Violation]:
    return [
        one
        for one in check_seating(seating, plan)
        if one.label in _KINDS and (once or one.label is not Label.TOGETHER_AGAIN)
    ]


def _concession(one: Violation) -> Concession:
    return Concession(_KINDS[one.label], one.who, one.turn, one.table)
