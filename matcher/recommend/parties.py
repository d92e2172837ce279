"""Several parties at one table: for each role of a need, who could take it.

The supplier comes from the partner recommender; the property office is that of the firm's building, the
power company and the fire service are those of its district.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.need import NeedKind, Question
from matcher.domain.party import Party, parties
from matcher.domain.ranking import Reason, Suggestion
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend import partners
from matcher.text.lexicon import lexicon

SUPPLIER: Final = "supplier"
_WEIGHTS: Final = {"industry": 0.35, "name": 0.25, "near": 0.40}
_STEPS: Final = ("building", "street", "district", "city")
_CLOSENESS: Final = (1.0, 0.8, 0.5, 0.3)
_LEAST: Final = 0.25  # industry or name must speak for the role

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seat:
    """One role and its candidates, best first; empty where the snapshot knows nobody."""

    role: str
    candidates: tuple[Suggestion, ...]


def seats(
    graph: Graph, question: Question, roles: tuple[str, ...], n: int, station: str | None = None
) -> list[Seat]:
    """At most `n` candidates for each role, in the order of the roles; roles nobody knows are left out.

    The supplier is chosen by the question itself among those whose industry takes no other role, all others
    by industry, name and place. A name alone ("electric") does not keep anybody from supplying.
    """
    known = [(role, parties()[role]) for role in dict.fromkeys(roles) if role in parties()]
    bound = {role: _candidates(graph, question, party, n) for role, party in known if role != SUPPLIER}
    others = frozenset(one.identifier for found in bound.values() for one in found if one.parts["industry"])
    table = []
    for role, _ in known:
        if role == SUPPLIER:
            asked = _without(question, tuple(party for name, party in known if name != SUPPLIER), others)
            found = list(partners.suggest(graph, asked, n, station).suggestions)
        else:
            found = [one for one in bound[role] if one.identifier != question.asker]
        table.append(Seat(role, tuple(found[:n])))
    return table


def _without(question: Question, others: tuple[Party, ...], avoid: frozenset[str]) -> Question:
    """The supplier's question: the goods, not the leave to use them, which others at the table give.

    Topics of coordination and industries that other roles answer are not asked of it again.
    """
    known = lexicon().topics
    goods = [one for one in question.topics if one in known and known[one].kind is not NeedKind.COORDINATION]
    wanted = [code for one in goods for code in known[one].industries] if goods else question.industries
    claimed = tuple(code for party in others for code in party.industries)
    left = dict.fromkeys(code for code in wanted if not code.startswith(claimed))
    topics = tuple(goods) if goods else question.topics
    return replace(question, topics=topics, industries=tuple(left), avoid=question.avoid | avoid)


def _candidates(graph: Graph, question: Question, party: Party, n: int) -> list[Suggestion]:
    parts = {
        "industry": _by_industry(graph, party),
        "name": _by_name(graph, party),
        "near": _by_place(graph, question, party),
    }
    ground = np.maximum(_WEIGHTS["industry"] * parts["industry"], _WEIGHTS["name"] * parts["name"])
    active = (graph.firms.numbers("flags") & Flag.ACTIVE) != 0
    score = sum((_WEIGHTS[name] * values for name, values in parts.items()), np.zeros(len(graph.firms)))
    allowed = np.flatnonzero(active & (ground >= _LEAST))
    ids = graph.firms.ids
    order = sorted(allowed.tolist(), key=lambda firm: (-float(score[firm]), ids.raw(firm)))
    return [_suggestion(graph, firm, float(score[firm]), parts) for firm in order[:n]]


def _by_industry(graph: Graph, party: Party) -> Floats:
    answers = np.asarray(
        [float(any(code.startswith(one) for one in party.industries)) for code in graph.industries.ids]
        + [0.0]
    )
    return answers[graph.firms.numbers("industry")]


def _by_name(graph: Graph, party: Party) -> Floats:
    names = graph.firms.text("name")
    return np.asarray([float(any(word in name for word in party.words)) for name in names])


def _by_place(graph: Graph, question: Question, party: Party) -> Floats:
    """1 in the same building, falling with street, district and city; unknown places are far."""
    near = np.zeros(len(graph.firms))
    asker = graph.firms.position(question.asker) if question.asker is not None else None
    if asker is None:
        return near
    for step, closeness in reversed(tuple(zip(_STEPS, _CLOSENESS, strict=True))):
        places = _places(graph, step)
        if places[asker] >= 0:
            near = np.where(places == places[asker], closeness, near)
    # A role bound to a district is at home in all of it: being next door adds nothing.
    bound = _CLOSENESS[_STEPS.index(party.near)] if party.near in _STEPS else _CLOSENESS[-1]
    return np.minimum(1.0, near / bound)


def _places(graph: Graph, step: str) -> NDArray[np.int64]:
    if step == "building":
        return np.asarray(graph.firms.numbers("building"), dtype=np.int64)
    street = graph.firms.numbers("street")
    codes = np.append(graph.streets.numbers(step), -1)
    return np.asarray(codes[street], dtype=np.int64)


def _suggestion(graph: Graph, firm: int, score: float, parts: dict[str, Floats]) -> Suggestion:
    reasons = [Reason(f"groups.party.{name}") for name, values in parts.items() if values[firm] > 0]
    told = {name: float(values[firm]) for name, values in parts.items()}
    return Suggestion(graph.firms.ids[firm], round(min(1.0, score), 6), told, tuple(reasons))
