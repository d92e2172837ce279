"""A bank's past decisions learned from invoices: figures that are always finite, a model with reasons."""

from __future__ import annotations

import json

import numpy as np
import pytest

from matcher.errors import InvalidInput
from matcher.recommend.risk.invoices import Ledger, features
from matcher.recommend.risk.learner import Learned, _yeo_johnson, learn


def ledger(*lines: tuple[int, int, bool, int, float]) -> Ledger:
    months, partners, valid, counts, amounts = zip(*lines, strict=True) if lines else ((), (), (), (), ())
    return Ledger(
        np.asarray(months, dtype=np.int64),
        np.asarray(partners, dtype=np.int64),
        np.asarray(valid, dtype=np.bool_),
        np.asarray(counts, dtype=np.int64),
        np.asarray(amounts, dtype=np.float64),
    )


def test_void_invoices_count_as_void_and_not_as_sales() -> None:
    told = features(ledger((0, 1, True, 3, 900.0), (1, 1, False, 1, 5_000.0)), ledger(), 0, 3)
    assert told["sales_void"] == 0.25
    assert told["sales_amount"] == pytest.approx(np.log1p(900))
    assert (told["sales_months"], told["sales_silent_months"]) == (0.25, 3)
    assert told["sales_concentration"] == 1.0


def test_what_was_taken_back_is_a_share_of_what_was_invoiced() -> None:
    told = features(ledger((0, 1, True, 1, 300.0), (1, 2, True, 1, -100.0)), ledger(), 0, 1)
    assert told["sales_returned"] == 0.25


def test_empty_books_give_finite_figures() -> None:
    assert all(np.isfinite(value) for value in features(ledger(), ledger(), 0, 11).values())


def cases(number: int) -> tuple[list[dict[str, float]], np.ndarray]:
    rng = np.random.default_rng(3)
    sales, noise = rng.normal(size=number), rng.normal(size=number)
    told = [{"sales_amount": float(a), "noise": float(b)} for a, b in zip(sales, noise, strict=True)]
    return told, sales + 0.3 * rng.normal(size=number) < 0


def test_the_risk_follows_what_decided_in_the_past_and_the_reason_names_it() -> None:
    told, bad = cases(80)
    model = learn(told, bad)
    low, high = model.risk([{"sales_amount": 2.0, "noise": 0.0}, {"sales_amount": -2.0, "noise": 0.0}])
    assert 0 <= low < 0.3 < 0.7 < high <= 1
    (first, *_) = model.reasons({"sales_amount": -2.0, "noise": 0.1})
    assert first.name == "sales_amount"
    assert first.weight > 0
    assert learn(told, bad).risk(told).tolist() == model.risk(told).tolist()


def test_too_few_past_decisions_are_refused() -> None:
    told, _ = cases(40)
    with pytest.raises(InvalidInput):
        learn(told, np.arange(40) < 5)


def test_what_was_learned_is_numbers_alone_and_reads_the_same_again() -> None:
    told, bad = cases(80)
    model = learn(told, bad)
    again = Learned.from_json(json.loads(json.dumps(model.to_json())))
    assert again == model
    assert again.risk(told).tolist() == model.risk(told).tolist()


def test_its_arithmetic_is_that_of_the_library_that_fitted_it() -> None:
    from sklearn.preprocessing import PowerTransformer

    rng = np.random.default_rng(1)
    values = np.concatenate([rng.lognormal(size=40), -rng.lognormal(size=40), [0.0]])
    for power in (-1.0, 0.0, 0.4, 1.0, 2.0, 3.0):
        library = PowerTransformer(standardize=False)
        library.fit(values[:, None])
        library.lambdas_ = np.asarray([power])
        assert np.allclose(_yeo_johnson(values, power), library.transform(values[:, None])[:, 0])


def test_an_unknown_figure_is_no_zero_and_moves_nothing() -> None:
    told, bad = cases(80)
    model = learn(told, bad)
    unknown = {"sales_amount": float("nan"), "noise": 0.1}
    assert "sales_amount" not in {one.name for one in model.reasons(unknown)}
    middle = float(np.median([case["sales_amount"] for case in told]))
    assert model.risk([unknown])[0] == pytest.approx(model.risk([{"sales_amount": middle, "noise": 0.1}])[0])


def test_with_many_cases_what_was_foretold_is_what_came() -> None:
    told, bad = cases(1_200)
    model = learn(told[:600], bad[:600])
    assert (model.slope, model.shift) != (1.0, 0.0)
    risks = model.risk(told[600:])
    assert abs(risks.mean() - bad[600:].mean()) < 0.05
    sure = risks > 0.9
    assert bad[600:][sure].mean() > 0.85
