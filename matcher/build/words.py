"""The text index: terms counted in partitions, weighted once, stored by row and by term.

Guards against bought words: sublinear term frequency, L2 norms (a dump of words dilutes itself),
terms of more than half of all texts dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from matcher.build.encode import Arrays
from matcher.build.tfidf import unit_rows, weigh
from matcher.graph import schema
from matcher.graph.graph import term_hash
from matcher.graph.table import Array
from matcher.text.tokenize import terms

PARTITION: Final = 2_000  # texts a partition
MOST_OF_TEXTS: Final = 0.5
FEW_TEXTS: Final = 50  # below this a share says nothing, and no term is dropped
SCOPE_SHARE: Final = 0.5  # what a business scope weighs beside offers: it says what may be done, not what is

Counts = tuple[Array, Array, Array]  # (distinct terms of each text, their hashes, their counts)
Runner = Callable[[Callable[[Sequence[str]], Counts], Sequence[Sequence[str]]], Iterable[Counts]]


@dataclass(frozen=True)
class Corpus:
    """Counts of one column of texts."""

    lengths: Array
    hashes: Array
    counts: Array


def count(texts: Sequence[str]) -> Counts:
    """Terms of a partition of texts. A pure function: an engine may run it anywhere."""
    lengths, hashes, counts = [], [], []
    for text in texts:
        found = Counter(map(term_hash, terms(text))) if text else Counter[int]()
        lengths.append(len(found))
        for hashed in sorted(found):
            hashes.append(hashed)
            counts.append(found[hashed])
    return (
        np.array(lengths, dtype=np.int64),
        np.array(hashes, dtype=np.uint64),
        np.array(counts, dtype=np.float64),
    )


def in_order(function: Callable[[Sequence[str]], Counts], parts: Sequence[Sequence[str]]) -> Iterable[Counts]:
    """The plain engine: one partition after the other."""
    return map(function, parts)


def corpus(texts: Sequence[str], run: Runner) -> Corpus:
    """Count all texts, in partitions."""
    parts = [texts[start : start + PARTITION] for start in range(0, len(texts), PARTITION)]
    counted = list(run(count, parts))
    columns = [np.concatenate(column) for column in zip(*counted, strict=True)]
    empty = count(())
    return Corpus(*(columns if columns else empty))


def index(corpora: Mapping[str, Corpus]) -> Arrays:
    """Vocabulary, idf, and ``words`` and ``postings`` of every indexed table.

    `corpora` holds one Corpus a table of schema.INDEXED, and ``scope`` beside ``firms``.
    """
    vocabulary = _vocabulary(list(corpora.values()))
    counts = {name: _matrix(part, vocabulary) for name, part in corpora.items()}
    idf, weighed = _weigh(counts)
    scope = weighed.pop("scope")
    if scope.shape[0]:
        weighed["firms"] = unit_rows(weighed["firms"] + SCOPE_SHARE * scope)
    arrays: Arrays = {"terms": vocabulary, "idf": idf}
    for name in schema.INDEXED:
        arrays |= _files(f"{name}.words", weighed[name]) | _files(f"{name}.postings", weighed[name].T)
    return arrays


def _weigh(counts: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
    """idf over all texts together, and every table's rows as unit vectors of tf-idf."""
    together = sp.vstack(list(counts.values()), format="csr")
    if together.shape[0] == 0:
        return np.ones(together.shape[1], dtype=np.float32), dict(counts)
    idf, weighed = weigh(together)
    ends = np.cumsum([matrix.shape[0] for matrix in counts.values()])
    starts = [0, *ends[:-1]]
    parts = {name: weighed[start:end] for name, start, end in zip(counts, starts, ends, strict=True)}
    return idf.astype(np.float32), parts


def _vocabulary(parts: Sequence[Corpus]) -> Array:
    """Sorted hashes of the terms kept; never empty, as the weigher needs a column."""
    hashes = np.concatenate([part.hashes for part in parts])
    texts = sum(int((part.lengths > 0).sum()) for part in parts)
    vocabulary, frequency = np.unique(hashes, return_counts=True)
    if texts >= FEW_TEXTS:
        vocabulary = vocabulary[frequency <= MOST_OF_TEXTS * texts]
    return vocabulary if len(vocabulary) else np.zeros(1, dtype=np.uint64)


def _matrix(part: Corpus, vocabulary: Array) -> Any:
    at = np.searchsorted(vocabulary, part.hashes)
    at[at == len(vocabulary)] = 0
    known = vocabulary[at] == part.hashes
    rows = np.repeat(np.arange(len(part.lengths)), part.lengths)
    shape = (len(part.lengths), len(vocabulary))
    return sp.csr_matrix((part.counts[known], (rows[known], at[known])), shape=shape)


def _files(name: str, matrix: Any) -> Arrays:
    rows = sp.csr_matrix(matrix)
    rows.sort_indices()
    return {
        f"{name}.indptr": rows.indptr.astype(np.int64),
        f"{name}.indices": rows.indices.astype(np.int32),
        f"{name}.data": rows.data.astype(np.float32),
    }
