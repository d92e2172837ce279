"""The recommenders under contract. Registering one is one line in RECOMMENDERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.need import Direction, NeedKind, Question
from matcher.domain.ranking import Ranking
from matcher.graph.graph import Graph
from matcher.recommend.partners import suggest, suggest_for
from tests import worlds
from tests.factories import STATION


@dataclass(frozen=True)
class Recommender:
    """One recommender as the suite sees it.

    `world` fills the rows; `ask(graph, n)` answers its question; `asker` is the enterprise in whose name it
    asks (None: nobody); `never` are identifiers that must not come up (closed, rivals, hidden);
    `expects` are identifiers that must, in this order, though others may stand between;
    `sides` says whether reasons for the candidate are owed as well.
    """

    world: Callable[[Session], None]
    ask: Callable[[Graph, int], Ranking]
    asker: str | None = None
    never: frozenset[str] = frozenset()
    expects: tuple[str, ...] = ()
    sides: tuple[str, ...] = field(default=("for_asker", "for_candidate"))


def lunch() -> Question:
    """The canteen tower's need, as a question."""
    return Question(
        text=worlds.LUNCH_TEXT,
        kind=NeedKind.STAFF_SERVICES,
        asker=worlds.ASKER,
        industries=("6210", "6242"),
        topics=("staff_meals",),
    )


_OUT: Final = frozenset({worlds.CLOSED_CATERER, worlds.RIVAL})

RECOMMENDERS: Final[Mapping[str, Recommender]] = {
    "partners of a need": Recommender(
        worlds.a_canteen_tower,
        lambda graph, n: suggest(graph, lunch(), n, STATION),
        asker=worlds.ASKER,
        never=_OUT | {worlds.CATERER_FAR, worlds.COPYCAT},
        expects=(worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR),
    ),
    "partners of an enterprise, both ways": Recommender(
        worlds.a_canteen_tower,
        lambda graph, n: suggest_for(graph, worlds.CATERER_IN_TOWER, Direction.BOTH, n, (), STATION),
        asker=worlds.CATERER_IN_TOWER,
        never=_OUT - {worlds.RIVAL} | {worlds.CATERER_NEXT_DOOR},
        expects=(worlds.ASKER,),
    ),
    "partners on a checkerboard": Recommender(
        worlds.a_checkerboard,
        lambda graph, n: suggest(
            graph, Question(text="采购印刷纸袋一批", asker="ENT-BAKER-0", industries=("2319",)), n
        ),
        asker="ENT-BAKER-0",
        never=frozenset(f"ENT-BAKER-{number}" for number in range(6)),
        expects=(),
    ),
}
