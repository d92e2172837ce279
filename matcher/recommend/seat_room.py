"""A salon in numbers: what two guests at one table are worth while the other rounds stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.grouping.groups import Kinds

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_NOWHERE = -1


@dataclass(frozen=True)
class Room:
    """`n` guests; a round has items for its seats, tables x seats of them, then one sign a table.

    `benefit` and `penalty` are (n + 1, n + 1), symmetric, zero on the last row, which is nobody; `again`
    is what a pair loses that meets a second time. `who[r, i]` is the guest behind item i in round r: i for
    the first n where it is there, else n, which is an empty seat or a sign. `stay` is what a guest gains at
    the table with its sign: `home[r, g]`, -1 for none. Signs stand still; without `home` they weigh nothing.
    """

    benefit: Floats
    penalty: Floats
    again: float
    who: Ints
    kinds: tuple[Kinds, ...]
    home: Ints | None = None
    stay: float = 0.0

    @property
    def tables(self) -> int:
        """How many there are."""
        return len(self.kinds[0].slack)

    def weights(self, seats: Ints, turn: int) -> Floats:
        """Between the items of one round: a benefit counts once, however often two meet."""
        n = len(self.benefit) - 1
        others = self._met(seats, [one for one in range(len(seats)) if one != turn])
        weight = np.zeros((len(seats[turn]), len(seats[turn])))
        guests = weight[:n, :n]
        np.subtract(np.where(others, -self.again, self.benefit[:n, :n]), self.penalty[:n, :n], out=guests)
        away = self.who[turn][:n] == n
        guests[away] = 0.0
        guests[:, away] = 0.0
        np.fill_diagonal(guests, 0.0)
        if self.home is not None:
            here = np.flatnonzero(~away & (self.home[turn] >= 0))
            signs = len(weight) - self.tables + self.home[turn][here]
            weight[here, signs] = weight[signs, here] = self.stay
        return weight

    def worth(self, seats: Ints) -> float:
        """Benefits of pairs that meet, less what meetings again and forbidden ones cost, plus who stayed."""
        n = len(self.benefit) - 1
        met = self._met(seats, list(range(len(seats))))
        np.fill_diagonal(met, 0)
        value = float(self.benefit[:n, :n][met > 0].sum() - (self.penalty[:n, :n] * met).sum()) / 2.0
        value -= self.again * float(np.maximum(met - 1, 0).sum()) / 2.0
        if self.home is not None:
            tables = np.asarray([self.table_of(seats, turn) for turn in range(len(seats))])
            value += self.stay * float(((tables == self.home) & (tables >= 0)).sum())
        return value

    def _met(self, seats: Ints, turns: list[int]) -> NDArray[np.int8]:
        n = len(self.benefit) - 1
        met = np.zeros((n, n), dtype=np.int8)
        for turn in turns:
            # Who is away sits with nobody: a table of its own, below zero.
            table = self.table_of(seats, turn)
            apart = np.where(table < 0, -1 - np.arange(n), table).astype(np.int16)
            met += np.equal.outer(apart, apart)
        return met

    def table_of(self, seats: Ints, turn: int) -> Ints:
        """Each guest's table in a round, (n,); -1 for who is away."""
        n = len(self.benefit) - 1
        return np.where(self.who[turn][:n] == n, _NOWHERE, seats[turn][:n])
