"""Words: the question's terms against what a firm offers, or against what it needs."""

from __future__ import annotations

import numpy as np

from matcher.domain.ranking import PathStep, Reason
from matcher.graph.schema import PUBLISHED, EdgeKind, Flag, NodeKind
from matcher.graph.table import Array, Csr, Table
from matcher.recommend.asking import Asking, cosines
from matcher.recommend.features.nearness import nearness
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import FULL_COSINE, HELPER
from matcher.text.tokenize import readable

_MOST_WORDS = 4


def words(asking: Asking) -> Signal:
    """Cosine of the question with a firm's offers and scope; downstream with the nearest of its open needs.

    Who helps to sell (a wanted class: shops, agents) is found downstream by its offers too. Reads the
    postings of the question's terms only.
    """
    graph = asking.graph
    if not asking.downstream:
        values = _full(cosines(asking, "firms"))
        return Signal(values, lambda firm: _offer(asking, firm) if values[firm] > 0 else NOTHING)
    by_need = np.where(asking.visible_needs(), _full(cosines(asking, "needs")), np.float32(0.0))
    values = np.zeros(len(graph.firms), dtype=np.float32)
    np.maximum.at(values, graph.needs.numbers("firm"), by_need)
    offered = _helpers(asking)
    both = np.maximum(values, offered)
    return Signal(both, lambda firm: _either(asking, firm, float(values[firm]), float(offered[firm])))


def _helpers(asking: Asking) -> Array:
    """float32 (firms,): by their offers, those of a class that the seller looks for; 0 for all others."""
    if not asking.wanted:
        return np.zeros(len(asking.graph.firms), dtype=np.float32)
    near = nearness(asking.graph, asking.wanted)[asking.graph.firms.numbers("industry")]
    found: Array = np.where(near >= HELPER, _full(cosines(asking, "firms")), np.float32(0.0))
    return found


def _either(asking: Asking, firm: int, need: float, offer: float) -> Evidence:
    if max(need, offer) <= 0:
        return NOTHING
    return _need(asking, firm) if need >= offer else _offer(asking, firm)


def _full(cosine: Array) -> Array:
    return np.minimum(cosine / np.float32(FULL_COSINE), np.float32(1.0))


def _offer(asking: Asking, firm: int) -> Evidence:
    """The best offer by name, else the scope: what a firm says of itself is told as its own words."""
    graph = asking.graph
    row = _best_row(asking, graph.offers, firm)
    if row is None:
        found = shared_terms(asking, graph.firms, firm)
        has_offers = bool(int(graph.firms.numbers("flags")[firm]) & Flag.HAS_OFFERS)
        key = "reasons.words.offers" if has_offers else "reasons.words.scope"
        mine = _told(key, found)
        return Evidence((mine,), (_mirror("reasons.words.your_scope", found),), _way(asking, firm, found))
    found = shared_terms(asking, graph.offers, row)
    title = graph.offers.text("title")[row]
    step = PathStep(NodeKind.OFFER.value, graph.offers.ids[row], title, _edge(found).value)
    way = (step, asking.end(firm, EdgeKind.HAS_OFFER))
    mirror = _mirror("reasons.words.your_offer", found, title=title)
    return Evidence((_told("reasons.words.offer", found, title=title),), (mirror,), way)


def _need(asking: Asking, firm: int) -> Evidence:
    """The nearest open need: its title only if published, otherwise no more than its kind."""
    needs = asking.graph.needs
    row = _best_row(asking, needs, firm)
    if row is None:
        return NOTHING
    published = bool(int(needs.numbers("flags")[row]) & PUBLISHED)
    kind, title = needs.text("kind")[row], needs.text("title")[row]
    known: dict[str, object] = {"kind": kind}
    if published and title:
        mine = Reason("reasons.words.need_named", {**known, "title": title})
    else:
        mine = Reason("reasons.words.need" if kind else "reasons.words.need_unsorted", known)
    label = title if published else ""
    step = PathStep(NodeKind.NEED.value, needs.ids[row], label, EdgeKind.SUPPLIES.value)
    way = (step, asking.end(firm, EdgeKind.HAS_NEED))
    return Evidence((mine,), (Reason("reasons.words.can_serve", known if kind else {"kind": "supply"}),), way)


def _best_row(asking: Asking, table: Table, firm: int) -> int | None:
    """The row of this firm that shares most with the question; None where none shares anything."""
    first, last = (int(at) for at in np.searchsorted(table.numbers("firm"), [firm, firm + 1]))
    seen = asking.visible_needs()[first:last] if table.name == "needs" else np.ones(last - first, np.bool_)
    shares = [(_dot(asking, table, row), -row) for row in range(first, last) if seen[row - first]]
    best = max(shares, default=(0.0, 0))
    return -best[1] if best[0] > 0 else None


def _dot(asking: Asking, table: Table, row: int) -> float:
    if table.words is None:
        return 0.0
    mine, data = _shared(asking, table.words, row)
    return float(asking.term_weights[mine] @ data)


def _shared(asking: Asking, words: Csr, row: int) -> tuple[Array, Array]:
    """Which of the question's terms a row uses, ascending, and its values of them."""
    columns, data = words.row(row)
    at = columns.searchsorted(asking.term_ids.astype(columns.dtype))
    at[at == len(columns)] = 0
    mine = np.flatnonzero(columns[at] == asking.term_ids) if len(columns) else at[:0]
    return mine, data[at[mine]]


def shared_terms(asking: Asking, table: Table, row: int) -> tuple[str, ...]:
    """Readable terms (topics "#...", words) that the question shares with a row, the weightiest first."""
    if table.words is None:
        return ()
    mine, data = _shared(asking, table.words, row)
    worth = asking.term_weights[mine] * data
    strings = asking.strings
    hashes = asking.graph.terms[asking.term_ids[mine]].tolist()
    ordered = sorted(zip((-worth).tolist(), (strings[value] for value in hashes), strict=True))
    return _without_parts([term for _, term in ordered if readable(term) is not None])[:_MOST_WORDS]


def _without_parts(found: list[str]) -> tuple[str, ...]:
    """The segmenter gives a word and its parts: the whole word says it all."""
    return tuple(term for term in found if not any(term != other and term in other for other in found))


def _told(key: str, found: tuple[str, ...], **known: object) -> Reason:
    """Nothing readable shared (only character pairs): say that texts are alike, name no word."""
    return Reason(key, {"terms": found, **known}) if found else Reason(f"{key}_alike", known)


def _mirror(key: str, found: tuple[str, ...], **known: object) -> Reason:
    """For the candidate: topics of the need only. Its words are not shown to the other side."""
    return _told(key, tuple(term for term in found if term.startswith("#")), **known)


def _edge(found: tuple[str, ...]) -> EdgeKind:
    return EdgeKind.TOPIC if any(term.startswith("#") for term in found) else EdgeKind.SHARED_WORD


def _way(asking: Asking, firm: int, found: tuple[str, ...]) -> tuple[PathStep, ...]:
    if not found:
        return (asking.end(firm, EdgeKind.SHARED_WORD),)
    kind = NodeKind.TOPIC if found[0].startswith("#") else NodeKind.WORD
    label = readable(found[0])
    edge = _edge(found[:1])
    name = found[0] if label is None else label
    step = PathStep(kind.value, found[0].removeprefix("#"), name, edge.value)
    return (step, asking.end(firm, edge))
