"""Risk: who defaults, from invoices alone. Never the rating: it was given by people who knew the outcome.

Ten times five folds of 123 firms; a firm's risk is its mean over the ten times it was left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.recommend.risk.invoices import Ledger, features
from matcher.recommend.risk.learner import SETTINGS, learn

FILES: Final = (
    "credit_history_enterprise_information.csv",
    "sales_monthly.parquet",
    "purchases_monthly.parquet",
)
REPEATS, FOLDS, BINS = 10, 5, 5
PROTOCOL: Final = (
    f"default of each firm from its invoices alone, {REPEATS} x {FOLDS}-fold, stratified; auc and brier are "
    "means over the repetitions, auc_se the deviation over them, other _se of the paired bootstrap over firms"
)
Case = Mapping[str, float]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Method = Callable[[list[Case], Bools, list[Case], int], Floats]


def evaluate(options: Options) -> Report:
    """AUC and Brier of the production learner beside baselines. Raises InvalidInput without the files."""
    firms, sales, purchases = needed(options.folder, *FILES)
    cases, bad = _cases(firms, sales, purchases)
    methods: dict[str, Method] = {
        "ours": _ours,
        "logistic regression": _logistic,
        "amount of sales alone": _by_sales,
        "the share of defaults": _share,
    }
    repeats = REPEATS if options.limit is None else min(REPEATS, options.limit)
    risks = {name: _left_out(method, cases, bad, options.seed, repeats) for name, method in methods.items()}
    ours = risks.pop("ours")
    return Report(
        name="risk",
        protocol=PROTOCOL,
        counts={
            "firms": len(bad),
            "defaults": int(bad.sum()),
            "repeats": repeats,
            "calibration": _plot(ours, bad),
        },
        metrics=_figures(ours, bad) | _paired(ours, risks["logistic regression"], bad, options.seed),
        baselines={name: _figures(risk, bad) for name, risk in risks.items()},
        seed=options.seed,
        settings=SETTINGS,
    )


def _cases(firms: Path, sales: Path, purchases: Path) -> tuple[list[Case], Bools]:
    with firms.open(encoding="utf-8-sig", newline="") as file:
        outcome = {row["企业代号"]: row["是否违约"] == "是" for row in csv.DictReader(file)}
    sold, bought = _ledgers(sales), _ledgers(purchases)
    months = [ledger.months for books in (sold, bought) for name, ledger in books.items() if name in outcome]
    first, last = min(int(one.min()) for one in months), max(int(one.max()) for one in months)
    whole = np.zeros(0, dtype=np.int64)
    nothing = Ledger(whole, whole, np.zeros(0, dtype=np.bool_), whole, np.zeros(0))
    cases: list[Case] = [
        features(sold.get(one, nothing), bought.get(one, nothing), first, last) for one in outcome
    ]
    return cases, np.asarray(list(outcome.values()), dtype=np.bool_)


def _ledgers(path: Path) -> dict[str, Ledger]:
    import pyarrow.parquet as parquet

    table = parquet.read_table(path, columns=["firm", "party", "month", "valid", "n", "amount"])
    columns = {name: np.asarray(table[name].to_pylist()) for name in table.column_names}
    names, place = np.unique(columns["firm"], return_inverse=True)
    months = np.asarray([int(one[:4]) * 12 + int(one[5:7]) for one in columns["month"]], dtype=np.int64)
    partners = np.unique(columns["party"], return_inverse=True)[1].astype(np.int64)
    order = np.argsort(place, kind="stable")
    found = {}
    for name, rows in zip(names, np.split(order, np.cumsum(np.bincount(place))[:-1]), strict=True):
        valid, counts = columns["valid"][rows] == 1, columns["n"][rows].astype(np.int64)
        found[str(name)] = Ledger(months[rows], partners[rows], valid, counts, columns["amount"][rows])
    return found


def _left_out(method: Method, cases: Sequence[Case], bad: Bools, seed: int, repeats: int) -> Floats:
    """(repeats, firms) risks, each by a model that never saw the firm."""
    from sklearn.model_selection import StratifiedKFold

    risks = np.zeros((repeats, len(bad)))
    for repeat in range(repeats):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed * 1_000 + repeat)
        for train, test in folds.split(np.zeros(len(bad)), bad):
            seen, unseen = [cases[place] for place in train], [cases[place] for place in test]
            risks[repeat, test] = method(seen, bad[train], unseen, seed)
    return risks


def _ours(seen: list[Case], bad: Bools, unseen: list[Case], seed: int) -> Floats:
    return learn(seen, bad, seed).risk(unseen)


def _logistic(seen: list[Case], bad: Bools, unseen: list[Case], _seed: int) -> Floats:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000))
    names = sorted(seen[0])
    rows, asked = ([[case[name] for name in names] for case in part] for part in (seen, unseen))
    found: Floats = model.fit(rows, bad).predict_proba(asked)[:, 1]
    return found


def _by_sales(seen: list[Case], bad: Bools, unseen: list[Case], _seed: int) -> Floats:
    """The share of defaults among the nearest past cases by sales."""
    known = np.asarray([case["sales_amount"] for case in seen])
    nearest = [np.argsort(np.abs(known - case["sales_amount"]))[:15] for case in unseen]
    return np.asarray([bad[rows].mean() for rows in nearest])


def _share(_seen: list[Case], bad: Bools, unseen: list[Case], _seed: int) -> Floats:
    return np.full(len(unseen), bad.mean())


def _figures(risks: Floats, bad: Bools) -> dict[str, float]:
    return {
        "auc": float(np.mean([_auc(risk, bad) for risk in risks])),
        "auc_se": float(np.std([_auc(risk, bad) for risk in risks])),
        "brier": float(np.mean([np.square(risk - bad).mean() for risk in risks])),
    }


def _auc(risk: Floats, bad: Bools) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(bad, risk))


def _paired(ours: Floats, other: Floats, bad: Bools, seed: int) -> dict[str, float]:
    """The difference to another method and its deviation over firms drawn anew, on the mean risks."""
    rng, one, two = np.random.default_rng(seed), ours.mean(axis=0), other.mean(axis=0)
    drawn = []
    for _ in range(500):
        rows = rng.integers(0, len(bad), len(bad))
        if 0 < bad[rows].sum() < len(rows):
            drawn.append(_gain(one[rows], two[rows], bad[rows]))
    auc, brier = _gain(one, two, bad)
    deviation = np.std(drawn, axis=0)
    return {
        "auc_less_logistic": auc,
        "auc_less_logistic_se": float(deviation[0]),
        "brier_less_logistic": brier,
        "brier_less_logistic_se": float(deviation[1]),
    }


def _gain(one: Floats, two: Floats, bad: Bools) -> tuple[float, float]:
    brier = np.square(one - bad).mean() - np.square(two - bad).mean()
    return _auc(one, bad) - _auc(two, bad), float(brier)


def _plot(risks: Floats, bad: Bools) -> list[str]:
    """The calibration plot as numbers: fifths of the firms by risk, what was foretold and what came."""
    mean = risks.mean(axis=0)
    parts: list[Any] = np.array_split(np.argsort(mean, kind="stable"), BINS)
    return [
        f"foretold {mean[rows].mean():.3f}, came {bad[rows].mean():.3f} ({len(rows)} firms)" for rows in parts
    ]
