"""How well classes of graduates fit openings, or what a text asks for: words, education, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.occupation import nearness
from matcher.graph.graph import Graph
from matcher.text.tokenize import terms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# From least to most; what is not named here says nothing.
EDUCATION: Final = (
    ("初中",),
    ("高中", "中专", "中职", "技校"),
    ("大专", "专科", "高职"),
    ("本科", "学士"),
    ("硕士", "研究生"),
    ("博士",),
)
_WEIGHTS: Final = {"words": 0.65, "education": 0.25, "headcount": 0.10}
_LEAST_WORDS: Final = 0.02  # without a word in common, or one occupation, there is no match
_SAME_OCCUPATION: Final = 0.3  # what one occupation says beside words


def education_rank(text: str) -> int | None:
    """The place of an education on the scale; the highest that the text names, None where it names none."""
    named = [rank for rank, names in enumerate(EDUCATION) if any(name in text for name in names)]
    return max(named, default=None)


@dataclass(frozen=True)
class Asked:
    """What a place asks for: terms and weights, the rank of its education (nan: unsaid), how many heads.

    `occupations` are codes, known or read.
    """

    terms: Ints
    weights: Floats
    education: float
    places: float
    occupations: tuple[str, ...] = ()


def match(graph: Graph, openings: Ints, talents: Ints) -> Floats:
    """How well each class fits each opening, shape (openings, talents), in [0, 1]; 0 is no match.

    Words of title, text and occupation against major, skills and wishes, and whether both sides have one
    occupation; education (lower than asked costs much, higher little); whether the class has as many heads as
    there are places.
    """
    rows = graph.openings.words
    if rows is None:
        return np.zeros((len(openings), len(talents)))
    ranks, places = _ranks(graph, "openings", openings), _counts(graph, "openings", openings)
    codes = graph.openings.text("occupation_codes")
    asked = [
        Asked(*rows.row(opening), float(ranks[at]), float(places[at]), codes_in(codes[opening]))
        for at, opening in enumerate(openings.tolist())
    ]
    return _fits(graph, asked, talents)


def match_text(graph: Graph, text: str, places: float | None, talents: Ints) -> Floats:
    """How well each class fits what a text asks for, shape (talents,), in [0, 1]; 0 is no match.

    Only words that some class uses are weighed: how long somebody has been searching says nothing.
    """
    found, weights = graph.weigh(terms(text))
    known = [at for at, term in enumerate(found.tolist()) if _is_used(graph, term)]
    kept = np.asarray(weights[known], dtype=np.float64)
    norm = float(np.sqrt((kept**2).sum()))
    rank = education_rank(text)
    asked = Asked(
        found[known],
        kept / norm if norm > 0 else kept,
        np.nan if rank is None else float(rank),
        1.0 if places is None or places < 1 else places,
    )
    only: Floats = _fits(graph, [asked], talents)[0]
    return only


def _is_used(graph: Graph, term: int) -> bool:
    postings = graph.talents.postings
    return postings is not None and len(postings.row(term)[0]) > 0


def _fits(graph: Graph, asked: Sequence[Asked], talents: Ints) -> Floats:
    """Shape (asked, talents)."""
    words = np.minimum(
        1.0, _cosines(graph, asked, talents) + _SAME_OCCUPATION * _shared(graph, asked, talents)
    )
    wanted = np.asarray([one.education for one in asked])
    gap = _ranks(graph, "talents", talents)[None, :] - wanted[:, None]
    education = np.where(np.isnan(gap), 0.5, np.where(gap < 0, 0.0, 1.0 - 0.15 * gap))
    places = np.asarray([one.places for one in asked])
    headcount = np.minimum(1.0, _counts(graph, "talents", talents)[None, :] / places[:, None])
    total = _WEIGHTS["words"] * words + _WEIGHTS["education"] * education + _WEIGHTS["headcount"] * headcount
    return np.where((words >= _LEAST_WORDS) & ~(gap < -1), np.clip(total, 0.0, 1.0), 0.0)


def _cosines(graph: Graph, asked: Sequence[Asked], talents: Ints) -> Floats:
    postings = graph.talents.postings
    result = np.zeros((len(asked), len(graph.talents)))
    if postings is not None:
        for place, one in enumerate(asked):
            for term, weight in zip(one.terms.tolist(), one.weights.tolist(), strict=True):
                found, data = postings.row(term)
                result[place, found] += weight * data
    return result[:, talents]


def _shared(graph: Graph, asked: Sequence[Asked], talents: Ints) -> Floats:
    """Shape (asked, talents): how near the nearest occupations of both sides are; 0 where one has none."""
    listed = graph.talents.text("occupation_codes")
    told, place = np.unique([listed[one] for one in talents.tolist()], return_inverse=True)
    result = np.zeros((len(asked), len(talents)))
    for row, one in enumerate(asked):
        if one.occupations:
            result[row] = np.array([nearest(one.occupations, codes_in(str(text))) for text in told])[place]
    return result


def codes_in(listed: str) -> tuple[str, ...]:
    """The codes of a column of a snapshot."""
    return tuple(filter(None, listed.split(";")))


@lru_cache(maxsize=50_000)
def nearest(some: tuple[str, ...], others: tuple[str, ...]) -> float:
    """How near the nearest two occupations are, in [0, 1]; 0 where one side has none."""
    return max((nearness(one, other) for one in some for other in others), default=0.0)


def _ranks(graph: Graph, table: str, rows: Ints) -> Floats:
    texts = graph.tables[table].text("education")
    ranks = [education_rank(texts[row]) for row in rows.tolist()]
    return np.asarray([np.nan if rank is None else float(rank) for rank in ranks])


def _counts(graph: Graph, table: str, rows: Ints) -> Floats:
    values = np.asarray(graph.tables[table].numbers("headcount")[rows], dtype=np.float64)
    return np.where(np.isnan(values) | (values < 1), 1.0, values)


def heads(graph: Graph, table: str, rows: Ints) -> list[int]:
    """Places of openings or heads of classes; an unknown number counts as one."""
    return [int(one) for one in _counts(graph, table, rows)]
