"""How well classes of graduates fit openings: words, education, numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.graph.graph import Graph

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
_LEAST_WORDS: Final = 0.02  # without a word in common there is no match


def education_rank(text: str) -> int | None:
    """The place of an education on the scale; the highest that the text names, None where it names none."""
    named = [rank for rank, names in enumerate(EDUCATION) if any(name in text for name in names)]
    return max(named, default=None)


def match(graph: Graph, openings: Ints, talents: Ints) -> Floats:
    """How well each class fits each opening, shape (openings, talents), in [0, 1]; 0 is no match.

    Words of title, text and occupation against major, skills and wishes; education (lower than asked costs
    much, higher little); whether the class has as many heads as there are places.
    """
    words = _cosines(graph, openings, talents)
    asked, has = (
        _ranks(graph, table, rows) for table, rows in (("openings", openings), ("talents", talents))
    )
    gap = has[None, :] - asked[:, None]
    education = np.where(np.isnan(gap), 0.5, np.where(gap < 0, 0.0, 1.0 - 0.15 * gap))
    places, heads = (
        _counts(graph, table, rows) for table, rows in (("openings", openings), ("talents", talents))
    )
    headcount = np.minimum(1.0, heads[None, :] / places[:, None])
    total = _WEIGHTS["words"] * words + _WEIGHTS["education"] * education + _WEIGHTS["headcount"] * headcount
    return np.where((words >= _LEAST_WORDS) & ~(gap < -1), np.clip(total, 0.0, 1.0), 0.0)


def _cosines(graph: Graph, openings: Ints, talents: Ints) -> Floats:
    rows, postings = graph.openings.words, graph.talents.postings
    result = np.zeros((len(openings), len(graph.talents)))
    if rows is not None and postings is not None:
        for place, opening in enumerate(openings.tolist()):
            for term, weight in zip(*(part.tolist() for part in rows.row(opening)), strict=True):
                found, data = postings.row(term)
                result[place, found] += weight * data
    return result[:, talents]


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
