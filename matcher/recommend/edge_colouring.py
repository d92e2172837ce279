"""Slots for chosen pairs: a bipartite graph whose degrees do not exceed the slots can always be coloured
with them (Koenig), and any colouring can be evened out, so that the tables suffice whenever they can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_NOBODY = -1


def colour(edges: Sequence[tuple[int, int]], sides: tuple[int, int], colours: int, most: int) -> list[int]:
    """A colour for each edge (left, right): none twice at a vertex, none on more than `most` edges.

    Two may be joined by several edges.

    Needs degrees <= colours and len(edges) <= colours x most; raises ValueError otherwise. Costs at worst
    edges x vertices steps; 10,000 edges take about a tenth of a second.
    """
    if len(edges) > colours * most:
        raise ValueError("more edges than the colours may hold")
    board = _Board(sides, colours)
    for left, right in edges:
        board.add(left, right + sides[0])
    board.even_out(most)
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for left, right, one in board.coloured():
        found[left, right].append(one)
    return [found[left, right + sides[0]].pop() for left, right in edges]


class _Board:
    """For each vertex and colour the neighbour along it."""

    def __init__(self, sides: tuple[int, int], colours: int) -> None:
        self.left, self.colours = sides[0], colours
        self.at = [[_NOBODY] * colours for _ in range(sum(sides))]

    def add(self, u: int, v: int) -> None:
        """Colour a new edge, flipping one chain where no colour is free at both ends."""
        if _NOBODY not in self.at[u] or _NOBODY not in self.at[v]:
            raise ValueError("a vertex has more edges than there are colours")
        one, two = self.at[u].index(_NOBODY), self.at[v].index(_NOBODY)
        if self.at[v][one] != _NOBODY:
            # Bipartite: the chain from v along (one, two) cannot end at u.
            self._flip(self._chain(v, one, two), one, two)
        self._set(u, v, one)

    def even_out(self, most: int) -> None:
        """Move edges from the fullest colour to the emptiest until none is on more than `most`."""
        sizes = [sum(row[one] != _NOBODY for row in self.at[: self.left]) for one in range(self.colours)]
        while max(sizes) > most:
            full, empty = sizes.index(max(sizes)), sizes.index(min(sizes))
            self._flip(self._surplus(full, empty), full, empty)
            sizes[full] -= 1
            sizes[empty] += 1

    def coloured(self) -> list[tuple[int, int, int]]:
        """(left, right, colour) of every edge."""
        return [(u, v, one) for u in range(self.left) for one, v in enumerate(self.at[u]) if v != _NOBODY]

    def _set(self, u: int, v: int, one: int) -> None:
        self.at[u][one], self.at[v][one] = v, u

    def _chain(self, start: int, one: int, two: int) -> list[tuple[int, int, int]]:
        chain, here = [], start
        while self.at[here][one] != _NOBODY:
            there = self.at[here][one]
            chain.append((here, there, one))
            here, one, two = there, two, one
        return chain

    def _flip(self, chain: list[tuple[int, int, int]], one: int, two: int) -> None:
        for u, v, old in chain:
            self.at[u][old] = self.at[v][old] = _NOBODY
        for u, v, old in chain:
            self._set(u, v, two if old == one else one)

    def _surplus(self, full: int, empty: int) -> list[tuple[int, int, int]]:
        """A chain with one more `full` edge than `empty` ones; there is one while full is fuller."""
        for start, row in enumerate(self.at):
            if row[full] != _NOBODY and row[empty] == _NOBODY:
                chain = self._chain(start, full, empty)
                if len(chain) % 2:
                    return chain
        raise ValueError("no surplus chain: the colours are even")
