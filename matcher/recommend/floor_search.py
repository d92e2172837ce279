"""Exchanging booths until nothing helps and a while beyond: tabu search on a quadratic assignment.

Taillard, Robust taboo search for the quadratic assignment problem, Parallel Computing 17 (1991). All
exchanges are judged at once from the worth of each firm at each booth, which two columns change a step.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.floor_numbers import Floats, Task

Ints = NDArray[np.int64]
_LEAST: Final = 1e-9
_HELD: Final = (0.4, 0.9)  # steps that a firm keeps off a booth it left, as parts of the number of booths


def exchanged(task: Task, start: Ints, firms: int, steps: int, rng: np.random.Generator) -> Ints:
    """The best floor met in `steps` exchanges, firm -> booth, (m,); never worse than `start`.

    The first `firms` are real: two empty booths are not exchanged.
    """
    walk = _Walk(task, start.copy(), firms)
    best, value, now = start.copy(), 0.0, 0.0
    held = np.zeros(task.single.shape, dtype=np.int64)
    m = len(start)
    for step in range(1, steps + 1):
        gains = walk.gains()
        kept = held[:, walk.booths] >= step
        forbidden = (kept | kept.T) & (now + gains <= value + _LEAST)
        gains[forbidden] = -np.inf
        at = int(np.argmax(gains))
        a, b = divmod(at, m)
        if gains[a, b] == -np.inf or (step > 1 and m < 3):
            break
        now += float(gains[a, b])
        for firm in (a, b):
            held[firm, walk.booths[firm]] = step + int(m * rng.uniform(*_HELD))
        walk.exchange(a, b)
        if now > value + _LEAST:
            best, value = walk.booths.copy(), now
    return best


class _Walk:
    """A floor on its way, with the worth of each firm at each booth while the others stand."""

    def __init__(self, task: Task, booths: Ints, firms: int) -> None:
        self.task, self.booths = task, booths
        self.at = task.single.copy()
        for weight, place in task.pairs:
            self.at += weight @ place[booths]
        self.real = np.zeros(len(booths), dtype=np.bool_)
        self.real[:firms] = True

    def gains(self) -> Floats:
        """Of every exchange of two firms, (m, m), upper half; -inf where nothing would change."""
        at = self.at[:, self.booths]
        own = at.diagonal()
        gain = at + at.T - own[:, None] - own[None, :]
        for weight, place in self.task.pairs:
            gain += 2.0 * weight * place[np.ix_(self.booths, self.booths)]
        gain[~self.real] = -np.inf
        gain[np.tril_indices(len(gain))] = -np.inf
        return gain

    def exchange(self, a: int, b: int) -> None:
        """Let two firms change places."""
        one, two = self.booths[a], self.booths[b]
        for weight, place in self.task.pairs:
            shift = place[two] - place[one]
            self.at += np.outer(weight[:, a] - weight[:, b], shift)
        self.booths[a], self.booths[b] = two, one
