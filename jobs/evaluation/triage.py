"""Triage: which of seven classes a citizen's message belongs to, with and without labels."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Figures, Options, Report
from matcher.text import taxonomy
from matcher.text.normalize import fold
from matcher.text.taxonomy import TaxonomyClassifier, learn

LABELLED: Final = "labelled.csv"
LEAVES: Final = "附件1.xlsx"
UNLABELLED: Final = ("附件2", "附件3", "附件4")  # the beginnings of their names; none has to be there
FOLDS: Final = 5
PROTOCOL: Final = (
    "macro-F1 over labelled messages; zero_shot knows the taxonomy's leaves and unlabelled messages (none of "
    "the labelled ones among them), supervised adds the labels of the training folds (5-fold, stratified)"
)
_OTHER: Final = "其他"


def evaluate(options: Options) -> Report:
    """Both figures of the production classifier. Raises InvalidInput telling which files are missing."""
    labelled, leaves = needed(options.folder, LABELLED, LEAVES)
    texts, labels = _labelled(labelled, options.limit)
    classes = _taxonomy(leaves, labels)
    pool = _unlabelled(labelled.parent, set(map(_plain, texts)))
    without = learn(classes, pool)
    predicted = _in_folds(texts, labels, options.seed, lambda train, test: _corrected(without, train, test))
    return Report(
        name="triage",
        protocol=PROTOCOL,
        counts={"messages": len(texts), "classes": len(classes), "unlabelled": len(pool)},
        metrics={
            **_figures("", labels, predicted),
            **_figures("zero_shot_", labels, without.predict(texts)),
        },
        baselines={
            "most common class": _figures("", labels, [max(set(labels), key=labels.count)] * len(labels)),
            "character n-grams, linear SVC": _figures(
                "", labels, _in_folds(texts, labels, options.seed, _svc)
            ),
            "leaves, tf-idf of the leaves alone": _figures(
                "zero_shot_", labels, learn(classes, ()).predict(texts)
            ),
            "leaves and unlabelled idf, no self-training": _figures(
                "zero_shot_", labels, learn(classes, pool, rounds=0).predict(texts)
            ),
        },
        seed=options.seed,
        settings={
            name: getattr(taxonomy, name)
            for name in dir(taxonomy)
            if name.isupper() and name != "TYPE_CHECKING"
        },
    )


Labelled = tuple[list[str], list[str]]


def _corrected(without: TaxonomyClassifier, train: Labelled, test: list[str]) -> list[str]:
    return without.with_labels(*train).predict(test)


def _svc(train: Labelled, test: list[str]) -> list[str]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    told: list[str] = list(make_pipeline(vectors, LinearSVC()).fit(*train).predict(test))
    return told


def _in_folds(
    texts: list[str], labels: list[str], seed: int, classify: Callable[[Labelled, list[str]], list[str]]
) -> list[str]:
    from sklearn.model_selection import StratifiedKFold

    told = [""] * len(texts)
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, labels):
        known = [texts[place] for place in train], [labels[place] for place in train]
        for place, label in zip(test, classify(known, [texts[place] for place in test]), strict=True):
            told[place] = label
    return told


def _figures(prefix: str, labels: list[str], predicted: Sequence[str]) -> Figures:
    from sklearn.metrics import accuracy_score, f1_score

    right = accuracy_score(labels, predicted)
    return {
        f"{prefix}macro_f1": float(f1_score(labels, predicted, average="macro")),
        f"{prefix}macro_f1_se": _bootstrap(labels, predicted),
        f"{prefix}accuracy": float(right),
    }


def _bootstrap(labels: list[str], predicted: Sequence[str], draws: int = 100) -> float:
    """The standard error of macro-F1 over messages, drawn again with the seed 0."""
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    truth, told = np.array(labels), np.array(predicted)
    picks = (rng.integers(0, len(truth), len(truth)) for _ in range(draws))
    return float(
        np.std([f1_score(truth[pick], told[pick], average="macro", zero_division=0) for pick in picks])
    )


def _labelled(path: Path, limit: int | None) -> Labelled:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:limit]
    return [_text(row["留言主题"], row["留言详情"]) for row in rows], [row["一级分类"] for row in rows]


def _taxonomy(path: Path, labels: list[str]) -> dict[str, list[str]]:
    """The leaves of the classes that occur, each with the branch it hangs on."""
    classes: dict[str, list[str]] = {name: [] for name in sorted(set(labels))}
    for name, branch, leaf in (map(str, row[:3]) for row in rows_of(path)):
        words = " ".join(part for part in (leaf, branch) if not part.startswith(_OTHER))
        if name in classes and words:
            classes[name].append(words)
    return classes


def _unlabelled(folder: Path, known: set[str]) -> list[str]:
    files = sorted(file for file in folder.glob("*.xlsx") if file.name.startswith(UNLABELLED))
    texts = (_text(str(row[2]), str(row[4])) for file in files for row in rows_of(file))
    return list({_plain(text): text for text in texts if _plain(text) not in known}.values())


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a workbook's first sheet below its heading."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    return list(book.worksheets[0].iter_rows(min_row=2, values_only=True))


def _text(subject: str, body: str) -> str:
    """The subject twice, because it says best what the message is about."""
    return "\n".join((fold(subject), fold(subject), fold(body)))


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)
