"""Lists for both sides of a market: as many mutual likes as can be had while nobody envies anybody.

Somebody shown at rank k is looked at with chance 1/k; two match if each looks and likes. An agent envies
another of its side if the other's places in the lists of the opposite side would give it more expected
matches than its own. A list may be a lottery over a few lists, so what is chosen is how much each is seen.

With one side's lists fixed, matches and envies of both sides are linear in the other's: each half step is a
linear program over lotteries, its lists found by column generation (the best list for given prices is a
sort). The two sides take turns. Starts are many, as the whole is bilinear and has local optima.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from matcher.graph.table import Array

STARTS: Final = 4000  # cheap ones, of which the KEPT best are balanced
KEPT: Final = 3
ENVIES_A_MATCH: Final = 100.0  # envies of a start that speak against it like one match less
PRICES: Final = (0.3, 1.0, 10.0, 100.0)  # of a unit of envy, rising until none is left
TURNS: Final = 4  # at most, at each price
ROUNDS: Final = 12  # of column generation at most
MARGIN: Final = 1e-7  # by which one's own places must be the better ones
_BETTER: Final = 1e-6
_GAIN: Final = 1e-4


@dataclass(frozen=True, eq=False)
class Market:
    """What comes of lists. `left` (n, m) is how much each right agent is seen in each left agent's list,
    `right` (m, n) the same of the other side; `matches` is expected; `envies` counts ordered pairs."""

    left: Array
    right: Array
    matches: float
    envies: int


def seen(scores: Array) -> Array:
    """(agents, others): 1/rank of each other in a list by falling score; ties keep their order."""
    order = np.argsort(-scores, axis=1, kind="stable")
    looks = np.broadcast_to(1.0 / np.arange(1, scores.shape[1] + 1), scores.shape)
    found = np.empty(scores.shape)
    np.put_along_axis(found, order, looks, axis=1)
    return found


def outcome(likes: Array, left: Array, right: Array) -> Market:
    """`likes` (n, m) is the product of both sides' preferences."""
    envies = int((_envy(likes, left, right) > 0).sum() + (_envy(likes.T, right, left) > 0).sum())
    return Market(left, right, float((likes * left * right.T).sum()), envies)


def balanced(likes: Array, seed: int = 0, starts: int = STARTS, kept: int = KEPT) -> Market:
    """The most matches found with the fewest envies. Same seed, same lists.

    Starts differ by chance; those with many matches and few envies are worth balancing. Costs about 20 s of
    CPU for each kept one of 30 x 20.
    """
    rng = np.random.default_rng(seed)
    tried = []
    for start in range(starts):
        scores = likes * rng.uniform(size=likes.shape) ** (start > 0)
        tried.append(outcome(likes, *welfare(likes, scores)))
    tried.sort(key=lambda market: market.envies / ENVIES_A_MATCH - market.matches)
    found = [_without_envy(likes, start.left, start.right) for start in tried[:kept]]
    return min(found, key=lambda market: (market.envies, -market.matches))


def welfare(likes: Array, scores: Array, turns: int = 200) -> tuple[Array, Array]:
    """Both sides answer each other in turn by the best list until nothing changes: a local optimum."""
    left, right = seen(scores), seen(scores.T)
    for _ in range(turns):
        mine = seen(likes * right.T)
        theirs = seen((likes * mine).T)
        if np.array_equal(mine, left) and np.array_equal(theirs, right):
            break
        left, right = mine, theirs
    return left, right


def _without_envy(likes: Array, left: Array, right: Array) -> Market:
    for price in PRICES:
        before = -np.inf
        for _ in range(TURNS):
            right = _turn(likes, left, right, price)
            left = _turn(likes.T, right, left, price)
            value = _value(likes, left, right, price)
            if value - before < _GAIN:
                break
            before = value
    return outcome(likes, left, right)


def _value(likes: Array, left: Array, right: Array, price: float) -> float:
    envy = np.maximum(_envy(likes, left, right), 0).sum() + np.maximum(_envy(likes.T, right, left), 0).sum()
    return float((likes * left * right.T).sum() - price * envy)


def _envy(likes: Array, left: Array, right: Array) -> Array:
    """(n, n): how much more the row would get in the places of the column."""
    there: Array = (likes * left) @ right
    found: Array = there - np.diag(there)[:, None]
    return found


def _turn(likes: Array, left: Array, right: Array, price: float) -> Array:
    """The best lotteries of the right side against the left side's lists."""
    rows = _constraints(likes, left)
    worth = (likes * left).T  # (m, n)
    columns = [(agent, right[agent]) for agent in range(len(right))]
    columns += [(agent, row) for agent, row in enumerate(seen(worth))]
    weights = np.zeros(0)
    for _ in range(ROUNDS):
        weights, prices, offers = _master(rows, worth, columns, price)
        reduced = worth - np.einsum("r,rmn->mn", prices, rows)
        lists = seen(reduced)
        better = (reduced * lists).sum(axis=1) - offers > _BETTER
        if not better.any():
            break
        columns += [(int(agent), lists[agent]) for agent in np.flatnonzero(better)]
    found = np.zeros_like(right)
    for (agent, row), weight in zip(columns, weights, strict=False):
        found[agent] += weight * row
    return found


def _constraints(likes: Array, left: Array) -> Array:
    """(pairs, m, n): coefficients of the right side's exposures in each envy, of both sides."""
    n, m = likes.shape
    worth = likes * left
    rows = np.zeros((n * (n - 1) + m * (m - 1), m, n))
    at = 0
    for one in range(n):
        for other in range(n):
            if one != other:
                rows[at, :, other] += worth[one]
                rows[at, :, one] -= worth[one]
                at += 1
    for one in range(m):
        for other in range(m):
            if one != other:
                rows[at, one] = likes[:, one] * (left[:, other] - left[:, one])
                at += 1
    return rows


def _master(
    rows: Array, worth: Array, columns: list[tuple[int, Array]], price: float
) -> tuple[Array, Array, Array]:
    """Weights of the columns, prices of the constraints, and what each agent's lottery is worth."""
    import scipy.sparse as sp
    from scipy.optimize import linprog

    agents = np.array([agent for agent, _ in columns])
    lists = np.stack([row for _, row in columns])
    gain = (worth[agents] * lists).sum(axis=1)
    envy = np.einsum("rcn,cn->rc", rows[:, agents], lists)
    pairs = len(rows)
    one_each = sp.csr_matrix((np.ones(len(agents)), (agents, np.arange(len(agents)))))
    solved: Any = linprog(
        np.concatenate([-gain, np.full(pairs, price)]),
        A_ub=sp.hstack([sp.csr_matrix(envy), -sp.identity(pairs)], format="csr"),
        b_ub=np.full(pairs, -MARGIN),
        A_eq=sp.hstack([one_each, sp.csr_matrix((len(worth), pairs))], format="csr"),
        b_eq=np.ones(len(worth)),
        method="highs",
    )
    return solved.x[: len(columns)], -solved.ineqlin.marginals, -solved.eqlin.marginals
