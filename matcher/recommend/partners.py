"""Partners: who could supply a need, who could buy from an enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.domain.need import Direction, NeedKind, Question
from matcher.domain.ranking import Ranking, Suggestion
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend.asking import Asking, ask
from matcher.recommend.candidates import narrowed
from matcher.recommend.features import FEATURES
from matcher.recommend.filters import FILTERS
from matcher.recommend.kept_lists import kept_shortlist
from matcher.recommend.kernels.lists import SMALL
from matcher.recommend.pipeline import Scored, rank, score, shortlist, tell
from matcher.recommend.shortlist import Shortlist, merged

MOST = 200  # a longer list is no list of suggestions


@dataclass(frozen=True)
class Standing:
    """How one enterprise stands under a question: the names of filters it fails, its parts and its score.

    `grounded` is whether its evidence would suffice; `rank` is 1 for the best, None where it is not listed;
    `ahead` is whom it would have to pass next: the one listed right before it, or `last`, None for the first;
    `last` is the weakest suggestion listed, None for an empty list; `same_owner` names the listed
    enterprise that holds its owner group's one place.
    """

    suggestion: Suggestion
    failed: tuple[str, ...]
    grounded: bool
    rank: int | None
    last: Suggestion | None
    same_owner: str | None = None
    ahead: Suggestion | None = None


def suggest(graph: Graph, question: Question, n: int, station: str | None = None) -> Ranking:
    """At most `n` partners for one question; `station` is that of whoever asks. Same input, same answer.

    Raises InvalidInput for an `n` outside 1 to MOST. Costs the postings of the question's terms and some
    passes over those whom it can lead to; in small graphs some passes over all firms.
    """
    return listed(graph, question, n, station).told()


def listed(graph: Graph, question: Question, n: int, station: str | None = None) -> Shortlist:
    """As `suggest`, before reasons are told."""
    made = kept_shortlist(graph, question, n, station)
    return shortlist(candidates(graph, question, n, station), n) if made is None else made


def candidates(
    graph: Graph, question: Question, n: int, station: str | None = None, also: Sequence[int] = ()
) -> Scored:
    """Firms under a question, of a large graph those only that it can lead to and those at `also`.

    Positions are those of `scored.asking.graph`, which is then a part of the graph. Whatever it leaves out
    has no ground, so that lists and counts are those of `scored`.
    """
    asking = _asked(graph, question, n, station)
    if len(graph.firms) > SMALL:
        asking = narrowed(asking, np.array(also, dtype=np.int64))
    return score(asking, FEATURES, FILTERS)


def scored(graph: Graph, question: Question, n: int, station: str | None = None) -> Scored:
    """All firms under a question, before the list is cut. Costs some dense passes over all firms."""
    return score(_asked(graph, question, n, station), FEATURES, FILTERS)


def _asked(graph: Graph, question: Question, n: int, station: str | None) -> Asking:
    if not 1 <= n <= MOST:
        raise InvalidInput("graph.n_out_of_range", value=n, most=MOST)
    return ask(graph, question, station)


def suggest_for(
    graph: Graph,
    enterprise_id: str,
    direction: Direction,
    n: int,
    questions: Sequence[Question] = (),
    station: str | None = None,
) -> Ranking:
    """Partners of an enterprise: by its own industry and offers, and by each of its open needs (`questions`).

    An enterprise found in several ways keeps its best score. Raises NotFound for one not in the snapshot.
    """
    return listed_for(graph, enterprise_id, direction, n, questions, station).told()


def listed_for(
    graph: Graph,
    enterprise_id: str,
    direction: Direction,
    n: int,
    questions: Sequence[Question] = (),
    station: str | None = None,
) -> Shortlist:
    """As `suggest_for`, before reasons are told."""
    if graph.firms.position(enterprise_id) is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    wanted = (Direction.UPSTREAM, Direction.DOWNSTREAM) if direction is Direction.BOTH else (direction,)
    asked = [question for question in questions if question.direction in wanted]
    asked += [Question(text="", direction=way, asker=enterprise_id, kind=_KIND[way]) for way in wanted]
    return merged([listed(graph, question, n, station) for question in asked], n)


_KIND = {Direction.UPSTREAM: NeedKind.SUPPLY, Direction.DOWNSTREAM: NeedKind.CUSTOMERS}


def stand(
    graph: Graph, question: Question, enterprise_id: str, n: int, station: str | None = None
) -> Standing:
    """Why an enterprise is not, or not higher, in the list. Raises NotFound for one not in the snapshot."""
    position = graph.firms.position(enterprise_id)
    if position is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    found = candidates(graph, question, n, station, (position,))
    position = found.asking.graph.firms.position(enterprise_id)
    assert position is not None  # noqa: S101 it was asked for
    order = rank(found, n)
    failed = tuple(name for name, accepts in FILTERS.items() if not accepts(found.asking)[position])
    grounded = bool(found.grounded[position])
    return Standing(
        suggestion=tell(found, position),
        failed=failed,
        grounded=grounded,
        rank=order.index(position) + 1 if position in order else None,
        last=tell(found, order[-1]) if order else None,
        same_owner=_sibling(found, position, order),
        ahead=_ahead(found, position, order),
    )


def _ahead(found: Scored, position: int, order: Sequence[int]) -> Suggestion | None:
    before = list(order[: order.index(position)] if position in order else order)
    return tell(found, before[-1]) if before else None


def _sibling(found: Scored, position: int, order: Sequence[int]) -> str | None:
    firms = found.asking.graph.firms
    groups = firms.numbers("owner_group")
    group = int(groups[position])
    holders = [firm for firm in order if group >= 0 and groups[firm] == group and firm != position]
    return firms.ids[holders[0]] if holders else None
