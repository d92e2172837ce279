"""What is learned from officers' corrections of the kind of a need: who reads by it, and how it is made."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.need import NeedKind
from matcher.storage.intake_models import IntakeModel, confirmed, model_by_id, newest
from matcher.text.intake import read
from matcher.text.learned import Learned
from matcher.text.normalize import fold
from matcher.text.tokenize import words_and_pairs

HELD_OUT_SHARE: Final = 0.2  # the newest corrections judge what the older ones teach
LEAST_EXAMPLES: Final = 50
MOST_EXAMPLES: Final = 50_000  # the newest
MOST_TERMS: Final = 20_000
LEAST_TEXTS: Final = 2  # of a term, so that no word of a single need gets into the model
WEIGHTS: Final = (0.25, 0.5, 1.0, 2.0)  # what an opinion may count beside the lexicon's evidence
FOLDS: Final = 4
MOST_WEIGHED: Final = 2_000  # the newest corrections, which the weight is chosen on
_DECIMALS: Final = 4
_ANY_DAY: Final = date(2000, 1, 1)  # the kind does not hang on the day

Examples = Sequence[tuple[str, str]]


@dataclass
class _Kept:
    """The model read last, so that a request asks the database for its number only."""

    name: tuple[int, datetime] | None = None
    learned: Learned | None = None


_kept = _Kept()
_lock = threading.Lock()


def learned(session: Session) -> Learned | None:
    """The published model, or None before the first. One small query where it is still the same."""
    name = newest(session)
    if name is None:
        return None
    with _lock:
        if _kept.name != name:
            row = model_by_id(session, name[0])
            _kept.learned = None if row is None else Learned.of(name[0], row.weights)
            _kept.name = name
        return _kept.learned


def retrain(session: Session, now: datetime) -> dict[str, Any]:
    """Train on the older corrections; publish only if more of the newest are read rightly than before.

    Returns the counts. With fewer than LEAST_EXAMPLES nothing is trained and no row is written.
    """
    examples = confirmed(session)[-MOST_EXAMPLES:]
    if len(examples) < LEAST_EXAMPLES:
        return {"examples": len(examples), "needed": LEAST_EXAMPLES, "published": False}
    held_out = max(1, int(len(examples) * HELD_OUT_SHARE))
    older, later = examples[:-held_out], examples[-held_out:]
    if len({kind for _, kind in older}) < 2:
        return {"examples": len(examples), "needed": LEAST_EXAMPLES, "published": False}
    model = weighed(older)
    before, after = right(later, learned(session)), right(later, model)
    row = IntakeModel(
        made_at=now,
        examples=len(older),
        held_out=held_out,
        right_before=before,
        right_after=after,
        published=after > before,
        weights=model.as_json() if after > before else {},
    )
    session.add(row)
    session.flush()
    return {
        "examples": len(older),
        "held_out": held_out,
        "right_before": before,
        "right_after": after,
        "published": row.published,
    }


def weighed(examples: Examples) -> Learned:
    """A model of all examples, its weight the one that reads most of the newest rightly when each fold is
    left out in turn; the smallest of equals, so that few corrections say little."""
    known = examples[-MOST_WEIGHED:]
    counts = dict.fromkeys(WEIGHTS, 0)
    for place in range(FOLDS):
        rest = [one for number, one in enumerate(known) if number % FOLDS != place]
        if len({kind for _, kind in rest}) < 2:
            continue
        model = train(rest)
        for weight in WEIGHTS:
            counts[weight] += right(known[place::FOLDS], replace(model, weight=weight))
    return replace(train(examples), weight=max(WEIGHTS, key=lambda weight: (counts[weight], -weight)))


def right(examples: Examples, model: Learned | None) -> int:
    """How many texts the reader gives the kind a person gave; asking back counts as wrong."""
    return sum(read(text, _ANY_DAY, learned=model).kind == kind for text, kind in examples)


def train(examples: Examples, model_id: int = 0) -> Learned:
    """A softmax over words and character pairs (tf-idf, length one). Deterministic; at least two kinds."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    from matcher.text.taxonomy import fit

    texts, labels = [fold(text) for text, _ in examples], [kind for _, kind in examples]
    vectorizer = TfidfVectorizer(
        analyzer=words_and_pairs, sublinear_tf=True, min_df=LEAST_TEXTS, max_features=MOST_TERMS
    )
    model = fit(vectorizer.fit_transform(texts), labels)
    weights, intercepts = _for_each_kind(model)
    terms = {
        term: (round(float(vectorizer.idf_[place]), _DECIMALS), *_rounded(weights[:, place]))
        for term, place in sorted(vectorizer.vocabulary_.items())
    }
    return Learned(model_id, tuple(map(NeedKind, model.classes_)), _rounded(intercepts), terms)


def _for_each_kind(model: Any) -> tuple[Any, Any]:
    """Weights and intercepts a kind; of two kinds scikit-learn keeps the second's only."""
    import numpy as np

    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    one, intercept = model.coef_[0], model.intercept_[0]
    return np.stack([np.zeros_like(one), one]), np.array([0.0, intercept])


def _rounded(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), _DECIMALS) for value in values)
