"""A reciprocal market, generated as published: expected matches and envies of lists for both sides."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from jobs.evaluation.report import Options, Report
from matcher.graph.table import Array
from matcher.recommend import reciprocal

SIZES: Final = (30, 20)
FAME: Final = 0.5  # how much of a preference is the other's popularity
_TURNS: Final = 2000


def market(options: Options) -> Report:
    """30 left and 20 right agents; `--limit N` asks for N left and two thirds as many right ones."""
    left, right = SIZES if options.limit is None else (options.limit, max(2, options.limit * 2 // 3))
    mine, theirs = preferences(left, right, options.seed)
    likes = mine * theirs.T
    ours = reciprocal.balanced(likes, options.seed)
    most = reciprocal.outcome(likes, *reciprocal.welfare(likes, likes))
    lists = {
        "naive": (reciprocal.seen(mine), reciprocal.seen(theirs)),
        "product": (reciprocal.seen(likes), reciprocal.seen(likes.T)),
        "transferable_utility": _both(_transferable(likes)),
        "social_welfare": (most.left, most.right),
    }
    return Report(
        name="market",
        protocol="both like with preference x 1/rank; envy of another's places in the other side's lists",
        counts={"left": left, "right": right},
        metrics=_figures(ours),
        baselines={name: _figures(reciprocal.outcome(likes, *pair)) for name, pair in lists.items()},
        seed=options.seed,
        settings={name: value for name, value in vars(reciprocal).items() if name.isupper()},
    )


def preferences(left: int, right: int, seed: int) -> tuple[Array, Array]:
    """(left, right) and (right, left): uniform, mixed half and half with a popularity from 1 down to 0.

    NumPy's legacy generator, as the published figures were made with it.
    """
    chance = np.random.RandomState(seed)
    mine, theirs = chance.uniform(size=(left, right)), chance.uniform(size=(right, left))
    mine = FAME * np.linspace(1, 0, right) + (1 - FAME) * mine
    theirs = FAME * np.linspace(1, 0, left) + (1 - FAME) * theirs
    return mine, theirs


def _transferable(likes: Array) -> Array:
    """The stable matching with transferable utility and logit tastes, by iterated fitting."""
    kernel = np.exp(likes / 2.0)
    rows, columns = np.ones(likes.shape[0]), np.ones(likes.shape[1])
    for _ in range(_TURNS):
        reach = kernel @ columns
        rows = (np.sqrt(reach**2 + 4.0) - reach) / 2.0
        reach = kernel.T @ rows
        columns = (np.sqrt(reach**2 + 4.0) - reach) / 2.0
    found: Array = rows[:, None] * kernel * columns
    return found


def _both(scores: Array) -> tuple[Array, Array]:
    return reciprocal.seen(scores), reciprocal.seen(scores.T)


def _figures(found: reciprocal.Market) -> dict[str, Any]:
    return {"expected_matches": found.matches, "envies": found.envies}
