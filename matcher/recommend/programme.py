"""A small integer programme, built row by row and solved by HiGHS within a number of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Solved:
    """Values of the variables; `proven` says that nothing costs less."""

    values: NDArray[np.float64]
    cost: float
    proven: bool


@dataclass
class Programme:
    """Minimize cost over whole numbers from 0 to an upper end, each row within its limits."""

    costs: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def variable(self, cost: float, end: float = 1.0) -> int:
        """A new variable's number."""
        self.costs.append(cost)
        self.ends.append(end)
        return len(self.costs) - 1

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """low <= sum of factor x variable <= high."""
        self.rows.append(([number for number, _ in terms], [factor for _, factor in terms], low, high))

    def solved(self, nodes: int) -> Solved | None:
        """The best found within `nodes` of the search tree, None where nothing was found."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        where = np.repeat(np.arange(len(self.rows)), [len(row[0]) for row in self.rows])
        columns = np.asarray([number for row in self.rows for number in row[0]], dtype=np.int64)
        factors = np.asarray([factor for row in self.rows for factor in row[1]])
        matrix = csr_array((factors, (where, columns)), shape=(len(self.rows), len(self.costs)))
        lows, highs = [row[2] for row in self.rows], [row[3] for row in self.rows]
        found = milp(
            np.asarray(self.costs),
            constraints=LinearConstraint(matrix, np.asarray(lows), np.asarray(highs)),
            bounds=Bounds(0.0, np.asarray(self.ends)),
            integrality=np.ones(len(self.costs), dtype=np.int64),
            options={"node_limit": nodes},
        )
        if found.x is None:
            return None
        return Solved(np.asarray(found.x), float(found.fun), found.status == 0)
