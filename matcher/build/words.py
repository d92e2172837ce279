"""The text index: terms counted in partitions, weighted once, stored by row and by term.

Guards against bought words: sublinear term frequency, L2 norms (a dump of words dilutes itself),
terms of more than half of all rows dropped. How rare a term is counts in steps of an eighth (a factor of
1.13 in frequency), so that one more text seldom changes the weights of others: see frequencies.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import scipy.sparse as sp

from matcher.build.encode import Arrays
from matcher.build.frequencies import Frequencies
from matcher.graph import schema
from matcher.graph.graph import term_hash
from matcher.graph.table import Array, spans
from matcher.text.counting import Counter

SCOPE: Final = "scope"  # the corpus of what firms say of themselves, beside "firms", what they offer
SCOPE_SHARE: Final = 0.5  # what a business scope weighs beside offers: it says what may be done, not what is
ROWS_AT_ONCE: Final = 50_000

_MOST: Final = np.iinfo(np.uint16).max
_DAMPED: Final = 1.0 + np.log(np.maximum(np.arange(_MOST + 1), 1))  # sublinear term frequency


class Counts(NamedTuple):
    """Terms of a partition: distinct ones a text, which (places in `hashes`), how often; hashes ascending."""

    lengths: Array
    terms: Array
    counts: Array
    hashes: Array


Texts = Sequence[Sequence[str]]  # one sequence a corpus
Runner = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]  # maps a pure function, in order


@dataclass(frozen=True)
class Corpus:
    """Counts of one column of texts as sparse rows over the common vocabulary."""

    indptr: Array
    terms: Array
    counts: Array

    def __len__(self) -> int:
        return len(self.indptr) - 1


@dataclass(frozen=True)
class Rows:
    """Sparse rows on their way: int64 indptr, int32 columns ascending in a row, float64 data."""

    indptr: Array
    columns: Array
    data: Array


def count_all(texts: Texts) -> list[Counts]:
    """Terms of a partition of several corpora. A pure function: an engine may run it anywhere."""
    return [count(some) for some in texts]


def count(texts: Sequence[str]) -> Counts:
    """Terms of some texts, which are tokenised with what this process has seen before."""
    counter = _counter()
    found, sizes = counter.terms(texts)
    present, places = np.unique(np.frombuffer(found, dtype=np.int32), return_inverse=True)
    hashes = np.array([counter.names[number] for number in present.tolist()], dtype=np.uint64)
    hashes, merged = np.unique(hashes, return_inverse=True)
    cells = np.repeat(np.arange(len(sizes)), sizes) * max(len(hashes), 1) + merged[places]
    cells, counts = np.unique(cells, return_counts=True)
    rows, terms = np.divmod(cells, max(len(hashes), 1))
    lengths = np.bincount(rows, minlength=len(sizes)).astype(np.int32)
    return Counts(lengths, terms.astype(np.int32), np.minimum(counts, _MOST).astype(np.uint16), hashes)


@cache
def _counter() -> Counter:
    return Counter(term_hash)


def in_order(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """The plain engine: one partition after the other."""
    return map(function, parts)


def corpora(parts: Mapping[str, list[Counts]]) -> tuple[Array, dict[str, Corpus]]:
    """The common vocabulary (hashes, ascending) and every corpus over it. Empties the lists it is given."""
    known = [part.hashes for some in parts.values() for part in some]
    vocabulary = np.unique(np.concatenate(known)) if known else np.zeros(0, dtype=np.uint64)
    return vocabulary, {name: _corpus(some, vocabulary) for name, some in parts.items()}


def _corpus(parts: list[Counts], vocabulary: Array) -> Corpus:
    lengths = np.concatenate([part.lengths for part in parts] or [np.zeros(0, dtype=np.int32)])
    indptr = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=indptr[1:])
    terms, counts = np.empty(indptr[-1], dtype=np.int32), np.empty(indptr[-1], dtype=np.uint16)
    at = 0
    while parts:
        part = parts.pop(0)
        here = slice(at, at + len(part.terms))
        terms[here] = np.searchsorted(vocabulary, part.hashes).astype(np.int32)[part.terms]
        counts[here] = part.counts
        at = here.stop
    return Corpus(indptr, terms, counts)


def counted_rows(counted: Mapping[str, Corpus], size: int) -> tuple[Array, int]:
    """In how many rows of the indexed tables each term of the vocabulary stands, and how many rows there are.

    What a firm offers and its scope are one row.
    """
    found = np.zeros(size, dtype=np.int64)
    for corpus in counted.values():
        found += np.bincount(corpus.terms, minlength=size)
    offered, scope = counted["firms"], counted[SCOPE]
    both = np.flatnonzero(np.diff(offered.indptr))
    if len(both):
        twice = _pattern(offered, both, size).multiply(_pattern(scope, both, size)).tocsr()
        found -= np.bincount(twice.indices, minlength=size)
    return found, sum(len(corpus) for name, corpus in counted.items() if name != SCOPE)


def index(
    vocabulary: Array, counted: dict[str, Corpus], order: Mapping[str, Array], known: Frequencies
) -> Arrays:
    """``terms``, ``idf``, ``rows_with`` and ``words`` and ``postings`` of every indexed table.

    `order` gives the row of the corpus for each row of a table; `known` tells how many rows use a term and
    may know of more rows than these. Empties `counted`.
    """
    idf = known.idf(vocabulary)
    kept = idf > 0
    place = np.cumsum(kept, dtype=np.int32) - 1
    arrays: Arrays = {"terms": vocabulary[kept], "idf": idf[kept].astype(np.float32)}
    if not kept.any():  # weighing needs a column
        arrays = {"terms": np.zeros(1, dtype=np.uint64), "idf": np.ones(1, dtype=np.float32)}
    scope = counted.pop(SCOPE)
    for name in schema.INDEXED:
        beside = scope if name == "firms" else None
        words = _weighed(counted.pop(name), beside, order[name], (idf, place))
        if beside is not None:
            del scope, beside
        arrays |= _files(f"{name}.words", words)
        arrays |= _transposed(f"{name}.postings", words, len(arrays["terms"]))
    return arrays


def _weighed(corpus: Corpus, scope: Corpus | None, order: Array, weights: tuple[Array, Array]) -> Rows:
    """Unit rows in `order`, some at a time; what is not kept is left out."""
    most = len(corpus.terms) + (0 if scope is None else len(scope.terms))
    indptr = np.zeros(len(order) + 1, dtype=np.int64)
    columns, data = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.float32)
    at = 0
    for start in range(0, len(order), ROWS_AT_ONCE):
        chosen = order[start : start + ROWS_AT_ONCE]
        rows = _unit(_chosen(corpus, chosen, weights))
        if scope is not None:
            rows = _unit(_sum(rows, _unit(_chosen(scope, chosen, weights)), len(weights[0])))
        end = at + len(rows.columns)
        columns[at:end], data[at:end] = rows.columns, rows.data
        indptr[start + 1 : start + 1 + len(chosen)] = at + rows.indptr[1:]
        at = end
    return Rows(indptr, columns[:at], data[:at])


def _chosen(corpus: Corpus, rows: Array, weights: tuple[Array, Array]) -> Rows:
    """These rows as damped counts times idf, without what is not kept."""
    idf, place = weights
    lengths = np.diff(corpus.indptr)[rows]
    at = spans(corpus.indptr[rows], lengths)
    terms = corpus.terms[at]
    data = _DAMPED[corpus.counts[at]] * idf[terms]
    kept = data > 0
    indptr = np.zeros(len(rows) + 1, dtype=np.int64)
    of_row = np.repeat(np.arange(len(rows)), lengths)[kept]
    np.cumsum(np.bincount(of_row, minlength=len(rows)), out=indptr[1:])
    return Rows(indptr, place[terms[kept]], data[kept])


def _unit(rows: Rows) -> Rows:
    lengths = np.diff(rows.indptr)
    of_row = np.repeat(np.arange(len(lengths)), lengths)
    norms = np.sqrt(np.bincount(of_row, weights=rows.data**2, minlength=len(lengths)))
    return Rows(rows.indptr, rows.columns, rows.data / norms[of_row])


def _sum(offered: Rows, scope: Rows, width: int) -> Rows:
    if len(offered.columns) == 0:
        return scope
    both = _matrix(offered, width) + SCOPE_SHARE * _matrix(scope, width)
    both.sort_indices()
    return Rows(both.indptr.astype(np.int64), both.indices, both.data)


def _matrix(rows: Rows, width: int) -> Any:
    return sp.csr_matrix((rows.data, rows.columns, rows.indptr), shape=(len(rows.indptr) - 1, width))


def _pattern(corpus: Corpus, rows: Array, width: int) -> Any:
    lengths = np.diff(corpus.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    terms = corpus.terms[spans(corpus.indptr[rows], lengths)]
    return sp.csr_matrix((np.ones(len(terms), dtype=np.int8), terms, indptr), shape=(len(rows), width))


def _files(name: str, rows: Rows) -> Arrays:
    return {f"{name}.indptr": rows.indptr, f"{name}.indices": rows.columns, f"{name}.data": rows.data}


def _transposed(name: str, rows: Rows, width: int) -> Arrays:
    by_term = _matrix(rows, width).tocsc()
    return _files(name, Rows(by_term.indptr.astype(np.int64), by_term.indices, by_term.data))
