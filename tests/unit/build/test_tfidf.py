"""Weights of terms are those of scikit-learn, for whatever is counted."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from matcher.build.tfidf import unit_rows, weigh

COUNTS = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_idf_and_rows_are_those_of_the_oracle(counts: np.ndarray) -> None:
    oracle = TfidfTransformer(sublinear_tf=True, norm="l2", smooth_idf=True)
    expected = oracle.fit_transform(sp.csr_matrix(counts)).toarray()
    idf, rows = weigh(sp.csr_matrix(counts))
    assert rows.toarray() == pytest.approx(expected, abs=1e-12)
    assert idf == pytest.approx(oracle.idf_, abs=1e-12)
    assert unit_rows(sp.csr_matrix(counts)).toarray() == pytest.approx(
        normalize(sp.csr_matrix(counts)).toarray(), abs=1e-12
    )
