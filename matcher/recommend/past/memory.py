"""The memory: past needs with who won and who offered, as sparse rows beside the texts they are found by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.need import PastNeed
from matcher.recommend.past.spaces import Spaces, fit


@dataclass(frozen=True, eq=False)
class Memory:
    """Past needs in the order given. `won` and `bid` are CSR (needs, suppliers) of ones."""

    needs: tuple[PastNeed, ...]
    suppliers: tuple[str, ...]
    won: Any
    bid: Any
    days: Array
    projects: Array
    spaces: Spaces
    position: dict[str, int] = field(repr=False)

    def of(self, role: str) -> Any:
        """`won` or `bid`."""
        return self.won if role == "won" else self.bid

    def seen(self, role: str, until: int) -> Array:
        """bool (suppliers,): who had that role up to a day."""
        rows = np.flatnonzero(self.days <= until)
        found: Array = np.asarray(self.of(role)[rows].sum(axis=0)).ravel() > 0
        return found


def remember(needs: Sequence[PastNeed], names: dict[str, str] | None = None) -> Memory:
    """Lay the needs out. `names` tells what a supplier is called where its id does not."""
    suppliers = tuple(dict.fromkeys(name for need in needs for name in (*need.winners, *need.bidders)))
    position = {name: at for at, name in enumerate(suppliers)}
    called = suppliers if names is None else tuple(names[name] for name in suppliers)
    projects = {name: at for at, name in enumerate(dict.fromkeys(need.project for need in needs))}
    return Memory(
        needs=tuple(needs),
        suppliers=suppliers,
        won=_ones([need.winners for need in needs], position),
        bid=_ones([need.bidders for need in needs], position),
        days=np.array([need.day for need in needs], dtype=np.int64),
        projects=np.array([projects[need.project] for need in needs], dtype=np.int64),
        spaces=fit(needs, called),
        position=position,
    )


def _ones(parties: Sequence[tuple[str, ...]], position: dict[str, int]) -> Any:
    import scipy.sparse as sp

    rows = [row for row, names in enumerate(parties) for _ in set(names)]
    columns = [position[name] for names in parties for name in sorted(set(names))]
    shape = (len(parties), len(position))
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
