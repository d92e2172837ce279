"""Counts -> weights: sublinear tf-idf as rows of length one.

The same numbers as scikit-learn's TfidfTransformer(sublinear_tf=True, smooth_idf=True, norm="l2"), which is
the oracle of the tests: importing it would cost every recomputation more than this work does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.graph.table import Array


def weigh(counts: Any) -> tuple[Array, Any]:
    """(idf of each column, rows of sublinear tf times idf, of length one), from counts in CSR, texts x terms.

    idf = ln((1 + texts) / (1 + texts with the term)) + 1; tf = 1 + ln(count).
    """
    texts, terms = counts.shape
    frequency = np.bincount(counts.indices, minlength=terms)
    idf = np.log((1.0 + texts) / (1.0 + frequency)) + 1.0
    weights = (1.0 + np.log(counts.data)) * idf[counts.indices]
    return idf, unit_rows(sp.csr_matrix((weights, counts.indices, counts.indptr), shape=counts.shape))


def unit_rows(matrix: Any) -> Any:
    """Each row divided by its length; a row of nothing stays so."""
    rows = sp.csr_matrix(matrix)
    held = np.diff(rows.indptr)
    owner = np.repeat(np.arange(rows.shape[0]), held)
    lengths = np.sqrt(np.bincount(owner, weights=rows.data**2, minlength=rows.shape[0]))
    lengths[lengths == 0.0] = 1.0
    return sp.csr_matrix((rows.data / lengths[owner], rows.indices, rows.indptr), shape=rows.shape)
