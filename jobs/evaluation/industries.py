"""Scope and full name -> Shenwan industry, level 1 and 2, by the classifier that labelled rows train.

The labelling is another one than ours (GB/T 4754): what is measured is how well the production features and
learner take up a labelling from some hundred examples.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.text.trades.classifier import Told
from matcher.text.trades.learned import learn

FILE: Final = "listed_scope_industry.csv"
FOLDS: Final = 5
COVERED: Final = 0.8
_NEAR: Final = 3  # the power of the cosine of neighbours

Scores = NDArray[np.float64]
Strings = NDArray[np.str_]
Split = tuple[NDArray[np.int64], NDArray[np.int64]]
Method = Callable[["Cases", Strings, Split], tuple[Scores, Strings]]


@dataclass(frozen=True)
class Cases:
    """The firms with their labels of both levels."""

    firms: Sequence[Told]
    labels: dict[str, Strings]


def evaluate(options: Options) -> Report:
    """Five folds by the seed, or one training and one test file."""
    cases, splits, protocol = _asked(options)
    metrics = _figures(cases, splits, _ours, folds_of_se=True)
    baselines = {name: _figures(cases, splits, method) for name, method in BASELINES.items()}
    return Report(
        "industries",
        protocol,
        _counts(cases, splits),
        metrics,
        baselines,
        seed=options.seed,
        settings={"folds": FOLDS, "covered": COVERED},
    )


def _asked(options: Options) -> tuple[Cases, list[Split], str]:
    if options.train is not None and options.test is not None:
        train, test = _read(options.train), _read(options.test)
        both = _cases(train + test[: options.limit])
        first = np.arange(len(train))
        return both, [(first, np.arange(len(train), len(both.firms)))], "one training and one test file"
    rows = _read(needed(options.folder, FILE)[0])[: options.limit]
    order = np.random.default_rng(options.seed).permutation(len(rows))
    splits = [(np.sort(np.setdiff1d(order, part)), np.sort(part)) for part in np.array_split(order, FOLDS)]
    return _cases(rows), splits, f"scope and full name -> Shenwan level 1 and 2, {FOLDS}-fold"


def _read(path: Path) -> list[dict[str, str]]:
    """Rows with scope, name and both labels; nothing else of the file is read."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["scope"].strip() and row["l1"] and row["l2"]]


def _cases(rows: Sequence[dict[str, str]]) -> Cases:
    firms = [Told(row["fullname"], row["scope"]) for row in rows]
    return Cases(firms, {level: np.array([row[level] for row in rows]) for level in ("l1", "l2")})


def _counts(cases: Cases, splits: Sequence[Split]) -> dict[str, Any]:
    counts: dict[str, Any] = {"cases": sum(len(test) for _, test in splits)}
    for level, labels in cases.labels.items():
        counts[f"{level}_classes"] = len(set(labels))
        counts[f"{level}_cold"] = sum(int(np.sum(~np.isin(labels[t], labels[s]))) for s, t in splits)
    return counts


def _figures(
    cases: Cases, splits: Sequence[Split], method: Method, folds_of_se: bool = False
) -> dict[str, float | int | None]:
    """Accuracy, top five, and precision of the surest 80 %; classes never seen in training count as wrong."""
    found: dict[str, float | int | None] = {}
    for level, labels in cases.labels.items():
        right, five, sure, warm = (
            np.concatenate(part) for part in zip(*_asked_all(cases, labels, splits, method), strict=True)
        )
        kept = np.argsort(-sure, kind="stable")[: round(COVERED * len(sure))]
        found[f"{level}_accuracy"] = float(right.mean())
        found[f"{level}_top5"] = float(five.mean())
        found[f"{level}_precision_at_80"] = float(right[kept].mean())
        if folds_of_se:
            found[f"{level}_accuracy_se"] = float(right.std() / np.sqrt(len(right)))
            found[f"{level}_top5_se"] = float(five.std() / np.sqrt(len(five)))
            found[f"{level}_warm_accuracy"] = float(right[warm].mean())
    return found


def _asked_all(
    cases: Cases, labels: Strings, splits: Sequence[Split], method: Method
) -> Iterator[tuple[Any, ...]]:
    for split in splits:
        scores, classes = method(cases, labels, split)
        truth = labels[split[1]]
        order = np.argsort(-scores, axis=1, kind="stable")
        hits = classes[order] == truth[:, None]
        sure = np.take_along_axis(scores, order[:, :1], axis=1)[:, 0]
        yield hits[:, 0], hits[:, :5].any(axis=1), sure, np.isin(truth, classes)


def _ours(cases: Cases, labels: Strings, split: Split) -> tuple[Scores, Strings]:
    train, test = split
    model = learn([cases.firms[at] for at in train], [str(labels[at]) for at in train])
    return model.shares([cases.firms[at] for at in test]), model.classes


def _most_common(_cases: Cases, labels: Strings, split: Split) -> tuple[Scores, Strings]:
    counted = Counter(labels[split[0]].tolist())
    classes = np.array(sorted(counted))
    shares = np.array([counted[str(name)] for name in classes]) / len(split[0])
    return np.tile(shares, (len(split[1]), 1)), classes


def _neighbours(cases: Cases, labels: Strings, split: Split) -> tuple[Scores, Strings]:
    train, test = split
    vectors = _letters(cases, train)
    near = (vectors[test] @ vectors[train].T).toarray() ** _NEAR
    classes, position = np.unique(labels[train], return_inverse=True)
    votes = near @ np.eye(len(classes))[position]
    return votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-12), classes


def _planes(cases: Cases, labels: Strings, split: Split) -> tuple[Scores, Strings]:
    from sklearn.svm import LinearSVC

    train, test = split
    vectors = _letters(cases, train)
    fitted = LinearSVC(random_state=0).fit(vectors[train], labels[train])
    return fitted.decision_function(vectors[test]), fitted.classes_


def _letters(cases: Cases, train: NDArray[np.int64]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    scopes = [firm.scope for firm in cases.firms]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    vectorizer.fit([scopes[at] for at in train])
    return vectorizer.transform(scopes)


BASELINES: Final[dict[str, Method]] = {
    "most common classes": _most_common,
    "TF-IDF kNN, cube, scope": _neighbours,
    "char n-gram SVC, scope": _planes,
}
