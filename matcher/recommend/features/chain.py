"""Chain: the candidate's industry answers the need, or the use table says that it trades with the asker's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from matcher.domain import industry
from matcher.domain.ranking import PathStep, Reason
from matcher.graph.graph import Graph
from matcher.graph.industries import path_in
from matcher.graph.schema import EdgeKind, NodeKind
from matcher.graph.table import Array
from matcher.recommend.answering import place_factor
from matcher.recommend.asking import Asking
from matcher.recommend.features.nearness import near, nearness
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import OFFERED_INDUSTRY

_OUTSIDE = np.float32(0.0)


def chain(asking: Asking) -> Signal:
    """How well a firm's industry fits: near a wanted industry, else the strength of the chain to the asker's.

    Upstream the chain leads from the candidate to the asker, downstream the other way; an open need that
    names the asker's industry counts as much. Where something is asked for in words the chain only orders.
    """
    wanted = _wanted(asking) if asking.wanted else None
    if asking.downstream and asking.division >= 0:
        return _buyers(asking, wanted)
    if wanted is not None:
        return wanted
    flow = _flow(asking)
    ground = np.zeros_like(flow) if asking.stated else None
    return Signal(flow, lambda firm: _trade(asking, firm), ground)


def chain_by_industry(asking: Asking) -> Array:
    """float32 (industries + 1,): what of a registered industry may be a ground; the last is unknown."""
    if asking.wanted:
        return nearness(asking.graph, asking.wanted)
    if asking.stated:
        return np.zeros(len(asking.graph.industries) + 1, dtype=np.float32)
    return _flow_by_industry(asking)


def _buyers(asking: Asking, wanted: Signal | None) -> Signal:
    """Whose open needs the asker answers, who is wanted, and who buys from such as the asker."""
    asked, flow = _asked_for(asking), _flow(asking)
    named = np.zeros_like(asked) if wanted is None else wanted.values
    ground = np.maximum(asked, named)
    if wanted is not None:
        flow = np.zeros_like(flow)

    def evidence(firm: int) -> Evidence:
        best = max(asked[firm], named[firm], flow[firm])
        if best <= 0:
            return NOTHING
        if asked[firm] == best:
            return _asks(asking, firm)
        return wanted.evidence(firm) if wanted is not None else _trade(asking, firm)

    return Signal(np.maximum(ground, flow), evidence, ground if asking.stated else None)


def _wanted(asking: Asking) -> Signal:
    graph = asking.graph
    answers = nearness(graph, asking.wanted)
    registered = answers[graph.firms.numbers("industry")]
    offered = np.zeros_like(registered)
    offers = graph.offers
    np.maximum.at(offered, offers.numbers("firm"), answers[offers.numbers("industry")])
    claimed = offered * np.float32(OFFERED_INDUSTRY)
    told: dict[tuple[str, bool], Evidence] = {}
    industry = graph.firms.numbers("industry")

    def evidence(firm: int) -> Evidence:
        by_offer = bool(claimed[firm] > registered[firm])
        code = _offered_code(asking, firm) if by_offer else _code(graph, int(industry[firm]))
        if code is None:
            return NOTHING
        if (code, by_offer) not in told:
            told[code, by_offer] = _answers(asking, code, by_offer)
        found = told[code, by_offer]
        return replace(found, steps=(*found.steps, asking.end(firm, EdgeKind.IN_INDUSTRY)))

    return Signal(np.maximum(registered, claimed), evidence)


def _answers(asking: Asking, code: str, by_offer: bool) -> Evidence:
    """That an industry answers, without the firm at the end of the way: told alike of all that it holds."""
    graph = asking.graph
    key = "reasons.chain.offered" if by_offer else "reasons.chain.answers"
    asker = _code(graph, asking.industry)
    known = {"kind": asking.question.kind.value, "industry": code}
    mirror = Reason("reasons.chain.wanted", known)
    if asker is not None:
        mirror = Reason("reasons.chain.wanted_by", {**known, "asker_industry": asker})
    steps = (_industry_step(code, EdgeKind.WANTS_INDUSTRY),)
    return Evidence((Reason(key, {"industry": code}),), (mirror,), steps)


def _offered_code(asking: Asking, firm: int) -> str | None:
    """The industry of the firm's offer that is nearest to what is wanted."""
    graph = asking.graph
    first, last = np.searchsorted(graph.offers.numbers("firm"), [firm, firm + 1])
    codes = [_code(graph, int(at)) for at in graph.offers.numbers("industry")[first:last]]
    known = [code for code in codes if code is not None]
    wanted = asking.wanted.items()
    return max(known, key=lambda code: max(near(code, goal) * share for goal, share in wanted), default=None)


def _flow(asking: Asking) -> Array:
    found: Array = _flow_by_industry(asking)[asking.graph.firms.numbers("industry")]
    return found


def _flow_by_industry(asking: Asking) -> Array:
    """float32 (industries + 1,): strength of the chain between each industry and the asker's."""
    graph, own = asking.graph, asking.division
    divisions = np.append(graph.industries.numbers("division"), -1)
    if own < 0:
        return np.zeros(len(divisions), dtype=np.float32)
    by_division = graph.chain[own, :] if asking.downstream else graph.chain[:, own]
    return np.where(divisions >= 0, by_division[divisions], _OUTSIDE).astype(np.float32)


def _trade(asking: Asking, firm: int) -> Evidence:
    """The way along the chain of divisions from seller to buyer."""
    graph = asking.graph
    position = int(graph.firms.numbers("industry")[firm])
    other = int(graph.industries.numbers("division")[position]) if position >= 0 else -1
    if other < 0:
        return NOTHING
    ends = (asking.division, other) if asking.downstream else (other, asking.division)
    way = path_in(graph, *ends)
    if not way:
        return NOTHING
    mine, theirs = ("sells_to", "buys_from") if asking.downstream else ("supplies", "sells_to")
    if len(way) > 2:
        mine, theirs = f"{mine}_through", f"{theirs}_through"
    known = {"seller": way[0], "buyer": way[-1], "way": way}
    told = (Reason(f"reasons.chain.{mine}", known),), (Reason(f"reasons.chain.{theirs}", known),)
    along = way if asking.downstream else way[::-1]
    edge = EdgeKind.SUPPLIES if asking.downstream else EdgeKind.BUYS_FROM
    steps = [_industry_step(along[0], EdgeKind.IN_INDUSTRY)]
    steps += [_industry_step(code, edge) for code in along[1:]]
    return Evidence(*told, (*steps, asking.end(firm, EdgeKind.IN_INDUSTRY)))


def _asked_for(asking: Asking) -> Array:
    """float32 (firms,): how near the asker's industry is to what a firm's open needs want."""
    found = np.zeros(len(asking.graph.firms), dtype=np.float32)
    np.maximum.at(found, asking.graph.needs.numbers("firm"), asked_for(asking))
    return found


def asked_for(asking: Asking) -> Array:
    """float32 (needs,): how near the asker's industry is to what each open need that may be seen wants."""
    graph = asking.graph
    by_set = _near_sets(graph.tables["wanted"].ids.all, _code(graph, asking.industry))
    values = by_set[graph.needs.numbers("wanted")]
    return np.where(asking.visible_needs(), values, _OUTSIDE)


@lru_cache(maxsize=256)
def _near_sets(sets: tuple[str, ...], own: str | None) -> Array:
    """float32 (sets + 1,): how well a class answers each set of wanted codes; the last is no set."""
    each = [_nearest(own, codes.split(";")) if own is not None else 0.0 for codes in sets]
    return np.array([*each, _OUTSIDE], dtype=np.float32)


def _nearest(own: str, wanted: Sequence[str]) -> float:
    """How well a class answers an open need, whose codes stand best first."""
    return max(near(own, goal) * place_factor(place) for place, goal in enumerate(wanted))


def _asks(asking: Asking, firm: int) -> Evidence:
    """The candidate has an open need that the asker's industry answers."""
    own = _code(asking.graph, asking.industry)
    if own is None:
        return NOTHING
    known = {"industry": own}
    told = Reason("reasons.chain.needs_you", known), Reason("reasons.chain.answers", known)
    steps = (_industry_step(own, EdgeKind.IN_INDUSTRY), asking.end(firm, EdgeKind.WANTS_INDUSTRY))
    return Evidence((told[0],), (told[1],), steps)


def _code(graph: Graph, position: int) -> str | None:
    return graph.label("industries", position, "id")


def _industry_step(code: str, edge: EdgeKind) -> PathStep:
    found = industry.get(code)
    return PathStep(NodeKind.INDUSTRY.value, code, code if found is None else found.name, edge.value)
