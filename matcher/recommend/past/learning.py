"""How much each sign counts: learned from earlier needs of the memory, each asked as if it were new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.memory import Memory
from matcher.recommend.past.need import PastNeed
from matcher.recommend.past.signs import View, signs

STEP_DAYS: Final = 15  # between two moments at which the memory is asked as of then
AHEAD_DAYS: Final = 60  # needs so long after that moment are its questions
WARM_UP_DAYS: Final = 60  # of memory before the first such moment
MOST_MOMENTS: Final = 16
OTHERS: Final = 200  # suppliers drawn against each that answered
LEAST_ANSWERED: Final = 30  # below this nothing is learned, and PLAIN serves
STRENGTH: Final = 0.01  # inverse of the ridge on standardised signs
_TINY: Final = 1e-9

# Signs whose size says something beside their share of the question's best.
COUNTED: Final = frozenset(
    {
        *("text", "words", "title", "fresh_words", "count", "fresh_count"),
        *("same_buyer", "buyer", "place", "buyer_words", "place_words"),
    }
)


@dataclass(frozen=True, eq=False)
class Weights:
    """score = sum of weight * (value - mean) / scale over the columns of `columns`."""

    names: tuple[str, ...]
    mean: Array
    scale: Array
    weight: Array

    def score(self, values: Array) -> Array:
        """float64 (questions, suppliers); comparable within one question."""
        found: Array = ((values - self.mean) / self.scale) @ self.weight
        return found


def view(memory: Memory, questions: Sequence[PastNeed], until: int, role: str = "won") -> View:
    """What the questions may read: needs up to `until`, none of the other role of their own projects."""
    own = {need.project for need in questions if need.project}
    other = memory.of(role).getnnz(axis=1) == 0
    same = np.array([need.project in own for need in memory.needs], dtype=np.bool_)
    return View(memory, questions, np.flatnonzero((memory.days <= until) & ~(same & other)), until)


def columns(seen: View) -> tuple[Array, tuple[str, ...]]:
    """float32 (questions, suppliers, columns): each sign as a share of the best, counts as logs."""
    values: list[Array] = []
    names: list[str] = []
    for name, sign in signs(seen).items():
        values.append(sign / (sign.max(axis=1, keepdims=True, initial=0.0) + _TINY))
        names.append(name)
        if name.rpartition("_")[0] in COUNTED or name == "company":
            values.append(np.log1p(4.0 * np.maximum(sign, 0.0)))
            names.append(f"{name}_log")
    return np.stack(values, axis=-1).astype(np.float32), tuple(names)


def learn(memory: Memory, until: int, role: str = "won", seed: int = 0) -> Weights:
    """Weights from the part of the memory up to `until`, by logistic regression over rolling moments.

    `role` is what counts as an answer: `won` or `bid`. PLAIN weights where too few needs were answered.
    """
    from sklearn.linear_model import LogisticRegression

    rows, labels, names = _examples(memory, until, role, np.random.default_rng(seed))
    if not names or int(labels.sum()) < LEAST_ANSWERED:
        return plain(memory, until, role)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + _TINY
    fitted = LogisticRegression(C=STRENGTH, max_iter=300).fit((rows - mean) / scale, labels)
    return Weights(names, mean, scale, fitted.coef_[0])


_PLAIN: Final = {
    "words_{}": 1.0,
    "text_{}": 1.0,
    "place_words_{}": 0.5,
    "buyer_words_{}": 0.5,
    "name_title": 0.3,
}


def plain(memory: Memory, until: int, role: str) -> Weights:
    """What serves before anything can be learned: similar needs first, then near places and buyers."""
    _, names = columns(view(memory, [PastNeed("", "", until)], until, role))
    chosen = {name.format(role): weight for name, weight in _PLAIN.items()}
    weight = np.array([chosen.get(name, 0.0) for name in names])
    return Weights(names, np.zeros(len(names)), np.ones(len(names)), weight)


def _examples(
    memory: Memory, until: int, role: str, rng: np.random.Generator
) -> tuple[Array, Array, tuple[str, ...]]:
    """(examples, columns), their labels, and the names of the columns."""
    rows: list[Array] = []
    labels: list[Array] = []
    names: tuple[str, ...] = ()
    for moment in _moments(memory, until):
        asked = _asked(memory, moment, min(moment + AHEAD_DAYS, until), role)
        if not asked:
            continue
        values, names = columns(view(memory, [memory.needs[at] for at in asked], moment, role))
        seen = np.flatnonzero(memory.seen(role, moment))
        for question, at in enumerate(asked):
            answered = np.isin(seen, memory.of(role)[at].indices)
            if answered.any():
                chosen = _drawn(seen, answered, rng)
                rows.append(values[question, chosen])
                labels.append(np.isin(chosen, seen[answered]))
    if not rows:
        return np.zeros((0, 0)), np.zeros(0), ()
    return np.concatenate(rows), np.concatenate(labels), names


def _drawn(seen: Array, answered: Array, rng: np.random.Generator) -> Array:
    others = seen[~answered]
    drawn = rng.choice(others, min(len(others), OTHERS), replace=False)
    return np.concatenate([seen[answered], drawn])


def _moments(memory: Memory, until: int) -> Iterator[int]:
    """Days at which the memory is asked as of then, newest first."""
    known = memory.days[memory.days <= until]
    if len(known) == 0:
        return
    first = int(known.min()) + WARM_UP_DAYS
    for number in range(1, MOST_MOMENTS + 1):
        moment = until - STEP_DAYS - STEP_DAYS * number
        if moment <= first:
            return
        yield moment


def _asked(memory: Memory, after: int, until: int, role: str) -> list[int]:
    has = memory.of(role).getnnz(axis=1) > 0
    return np.flatnonzero((memory.days > after) & (memory.days <= until) & has).tolist()
