"""Job title -> occupation code, with labelled titles and without any, by the recogniser that reads vacancies.

The classification is the folder's, with the titles it lists beside each name. As shipped (our own table and
titles) is a third figure. Titles whose code the classification does not have cannot be answered by anybody;
they are counted and left out.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Figures, Options, Report
from matcher.domain.occupation import LEAST_CONFIDENCE
from matcher.text.occupations import comparing, labelled, recogniser
from matcher.text.occupations.letters import bare, triples
from matcher.text.occupations.phrases import Known
from matcher.text.occupations.recogniser import Recogniser, learn, unlabelled

TABLE: Final = "csco22.csv"
TITLES: Final = "testcases.csv"
FOLDS: Final = 5
PROTOCOL: Final = (
    "job title -> occupation code; zero_shot knows the classification alone, supervised the labelled titles "
    "of the other folds as well; cold: the code stands in no training fold"
)
_NEAR: Final = 3  # the power of the cosine of neighbours

Scores = NDArray[np.float64]
Places = NDArray[np.int64]
Split = tuple[Places, Places]


@dataclass(frozen=True)
class Cases:
    """Titles with the position of their code in the classification."""

    known: Sequence[Known]
    titles: Sequence[str]
    truth: Places
    left_out: int

    def of(self, places: Places) -> list[str]:
        """These titles."""
        return [self.titles[at] for at in places.tolist()]


Method = Callable[[Cases, Split], Scores]


def evaluate(options: Options) -> Report:
    """Five folds by the seed, or one training and one test file beside the folder's classification."""
    cases, splits = _asked(options)
    without = learn(cases.known)
    asked = np.sort(np.concatenate([test for _, test in splits]))
    whole = [(np.zeros(0, dtype=np.int64), asked)]
    ours = _ours(without)
    return Report(
        name="occupations",
        protocol=PROTOCOL,
        counts={
            "titles": len(asked),
            "titles without a known code": cases.left_out,
            "occupations": len(cases.known),
            "cold titles": int(_cold(cases, splits).sum()),
        },
        metrics={
            **_figures("", cases, splits, ours, more=True),
            **_figures("zero_shot_", cases, whole, ours),
            **_figures("as_shipped_zero_shot_", cases, whole, _shipped),
        },
        baselines={
            "most common occupations": _figures("", cases, splits, _most_common),
            "nearest titles (kNN, cube)": _figures("", cases, splits, _neighbours),
            "character n-grams, linear SVC": _figures("", cases, splits, _planes),
            "zero-shot, name and alias": _figures("zero_shot_", cases, whole, _names),
            "zero-shot, name, alias and tasks as one text": _figures("zero_shot_", cases, whole, _texts),
        },
        seed=options.seed,
        settings={
            f"{module.__name__}.{name}": getattr(module, name)
            for module in (comparing, labelled, recogniser)
            for name in dir(module)
            if name.isupper()
        },
    )


def _asked(options: Options) -> tuple[Cases, list[Split]]:
    if options.train is not None and options.test is not None:
        table = needed(options.folder, TABLE)[0]
        train, test = _titles(options.train), _titles(options.test)[: options.limit]
        both = _cases(_known(table), train + test)
        first = len(_cases(_known(table), train).titles)
        return both, [(np.arange(first), np.arange(first, len(both.titles)))]
    table, titles = needed(options.folder, TABLE, TITLES)
    cases = _cases(_known(table), _titles(titles)[: options.limit])
    order = np.random.default_rng(options.seed).permutation(len(cases.titles))
    parts = np.array_split(order, FOLDS)
    return cases, [(np.sort(np.setdiff1d(order, part)), np.sort(part)) for part in parts]


def _known(path: Path) -> list[Known]:
    """The classification of the folder: names without their marks, listed titles, definitions and tasks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["code"]: row for row in reversed(list(csv.DictReader(file)))}
    return [
        Known(
            code,
            tuple(sorted({_unmarked(one) for one in (row["name"], *row["alias"].split(",")) if one.strip()})),
            f"{row['definition']} {row['tasks']}",
        )
        for code, row in sorted(rows.items())
    ]


def _unmarked(name: str) -> str:
    return name.strip().rstrip("LS/").strip()


def _titles(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["job_name"], row["expected_code"]) for row in csv.DictReader(file)]


def _cases(known: Sequence[Known], rows: Sequence[tuple[str, str]]) -> Cases:
    position = {one.code: at for at, one in enumerate(known)}
    kept = [(title, position[code]) for title, code in rows if code in position]
    truth = np.array([at for _, at in kept], dtype=np.int64)
    return Cases(known, [title for title, _ in kept], truth, len(rows) - len(kept))


def _cold(cases: Cases, splits: Sequence[Split]) -> NDArray[np.bool_]:
    """Of all test titles, in the order of the splits."""
    return np.concatenate([~np.isin(cases.truth[test], cases.truth[train]) for train, test in splits])


def _figures(
    prefix: str, cases: Cases, splits: Sequence[Split], method: Method, more: bool = False
) -> Figures:
    """Shares of titles whose code is first, or among the first five, with standard errors over titles.

    `more` adds the cold titles alone and what is right of what is sure enough to be said.
    """
    found = [(method(cases, split), cases.truth[split[1]]) for split in splits]
    hits = np.concatenate([_hits(scores, truth) for scores, truth in found])
    truths = np.concatenate([truth for _, truth in found])
    first, five = hits[:, 0], np.asarray(hits.any(axis=1))
    told: dict[str, float | int | None] = {}
    for name, right in (("at_1", first), ("at_5", five)):
        told[f"{prefix}{name}"] = _mean(right)
        told[f"{prefix}{name}_se"] = float(np.std(right) / np.sqrt(len(truths)))
    if more:
        cold = _cold(cases, splits)
        sure = np.concatenate([scores.max(axis=1) for scores, _ in found]) >= LEAST_CONFIDENCE
        told["cold_at_1"], told["cold_at_5"] = _mean(first[cold]), _mean(five[cold])
        told["said_share"], told["said_precision"] = float(sure.mean()), _mean(first[sure])
    return told


def _hits(scores: Scores, truth: Places) -> NDArray[np.bool_]:
    """(titles, 5): whether the code stands at that rank; ties in the order of the codes."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return np.asarray(order == truth[:, None])


def _mean(right: NDArray[np.bool_]) -> float | None:
    return float(right.mean()) if len(right) else None


def _ours(without: Recogniser) -> Method:
    def method(cases: Cases, split: Split) -> Scores:
        train, test = split
        codes = [cases.known[at].code for at in cases.truth[train].tolist()]
        return without.with_labels(cases.of(train), codes).shares(cases.of(test))

    return method


def _shipped(cases: Cases, split: Split) -> Scores:
    """By the table and the titles that the product carries; a code it does not have scores nothing."""
    shipped = unlabelled()
    scores = shipped.scores(cases.of(split[1]))
    place = {code: at for at, code in enumerate(shipped.codes)}
    columns = [place.get(one.code) for one in cases.known]
    nothing = np.full(len(scores), -np.inf)
    return np.stack([nothing if at is None else scores[:, at] for at in columns], axis=1)


def _spread(cases: Cases, classes: Places, scores: Scores) -> Scores:
    found = np.full((len(scores), len(cases.known)), -np.inf)
    found[:, classes] = scores
    return found


def _most_common(cases: Cases, split: Split) -> Scores:
    counted = Counter(cases.truth[split[0]].tolist())
    row = np.array([float(counted[at]) for at in range(len(cases.known))])
    return np.tile(row, (len(split[1]), 1))


def _neighbours(cases: Cases, split: Split) -> Scores:
    train, test = _vectors(cases.of(split[0]), cases.of(split[1]))
    near = (test @ train.T).toarray() ** _NEAR
    classes, position = np.unique(cases.truth[split[0]], return_inverse=True)
    return _spread(cases, classes, near @ np.eye(len(classes))[position])


def _planes(cases: Cases, split: Split) -> Scores:
    from sklearn.svm import LinearSVC

    train, test = _vectors(cases.of(split[0]), cases.of(split[1]))
    fitted = LinearSVC(random_state=0).fit(train, cases.truth[split[0]])
    return _spread(cases, fitted.classes_, fitted.decision_function(test))


def _names(cases: Cases, split: Split) -> Scores:
    phrases = [(at, phrase) for at, one in enumerate(cases.known) for phrase in one.phrases]
    documents, asked = _vectors([phrase for _, phrase in phrases], cases.of(split[1]))
    starts = np.flatnonzero(np.diff([-1, *(at for at, _ in phrases)]))
    best: Scores = np.maximum.reduceat((asked @ documents.T).toarray(), starts, axis=1)
    return best


def _texts(cases: Cases, split: Split) -> Scores:
    told = [" ".join((*one.phrases, one.tasks)) for one in cases.known]
    documents, asked = _vectors(told, cases.of(split[1]))
    scores: Scores = (asked @ documents.T).toarray()
    return scores


def _vectors(documents: Sequence[str], asked: Sequence[str]) -> Any:
    """Both as tf-idf over one to three letters, fitted on the documents."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=triples, sublinear_tf=True)
    return vectorizer.fit_transform(map(bare, documents)), vectorizer.transform(map(bare, asked))
