"""Fewer idle slots between a firm's meetings, the pairs unchanged: chains of two slots change places.

Of the meetings in two slots, those joined by common firms form chains; a chain's meetings can swap their two
slots without anybody being in two places (Kempe). A swap is made where it leaves fewer idle slots in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final, TypeAlias

from matcher.domain.event import Meetings

Pair: TypeAlias = tuple[str, str]
_PASSES: Final = 2


def closed_up(request: Meetings, placed: Mapping[Pair, int]) -> dict[Pair, int]:
    """The same pairs in slots that leave no more idle ones; tables, absences and pins are kept.

    A pass looks at every meeting once for each two slots.
    """
    board = _Board(request, placed)
    for _ in range(_PASSES):
        swaps = [
            board.swapped(one, two, chain)
            for one, two in combinations(range(request.slots), 2)
            for chain in board.chains(one, two)
        ]
        if not any(swaps):
            break
    return {pair: board.slot[pair] for pair in placed}


class _Board:
    """Who meets whom in which slot; busy slots of a firm are bits."""

    def __init__(self, request: Meetings, placed: Mapping[Pair, int]) -> None:
        self.slot = dict(placed)
        self.at: dict[tuple[str, int], Pair] = {}
        self.busy = dict.fromkeys((*request.buyers, *request.sellers), 0)
        self.away = dict.fromkeys(self.busy, 0)
        self.held = [0] * request.slots
        self.most = len(request.open_tables())
        self.fixed = set(request.pinned())
        for pair, slot in placed.items():
            self.held[slot] += 1
            for firm in pair:
                self.at[firm, slot] = pair
                self.busy[firm] |= 1 << slot
        for firm, slot in request.away:
            self.away[firm] |= 1 << slot

    def chains(self, one: int, two: int) -> Iterator[list[Pair]]:
        """Meetings of two slots that hang together by their firms."""
        seen: set[Pair] = set()
        for pair in [pair for pair, slot in self.slot.items() if slot in (one, two)]:
            if pair not in seen:
                chain, waiting = [], [pair]
                seen.add(pair)
                while waiting:
                    here = waiting.pop()
                    chain.append(here)
                    other = two if self.slot[here] == one else one
                    found = [self.at.get((firm, other)) for firm in here]
                    new = [there for there in found if there is not None and there not in seen]
                    seen.update(new)
                    waiting += new
                yield chain

    def swapped(self, one: int, two: int, chain: list[Pair]) -> bool:
        """Swap the chain's two slots if that may be and leaves fewer idle slots."""
        more = sum(1 if self.slot[pair] == two else -1 for pair in chain)
        if max(self.held[one] + more, self.held[two] - more) > self.most or self.fixed.intersection(chain):
            return False
        firms = {firm for pair in chain for firm in pair}
        new = {firm: _exchanged(self.busy[firm], one, two) for firm in firms}
        gain = sum(_idle(self.busy[firm]) - _idle(busy) for firm, busy in new.items())
        if gain <= 0 or any(busy & self.away[firm] for firm, busy in new.items()):
            return False
        self._swap(one, two, chain)
        self.busy |= new
        self.held[one] += more
        self.held[two] -= more
        return True

    def _swap(self, one: int, two: int, chain: list[Pair]) -> None:
        for pair in chain:
            for firm in pair:
                del self.at[firm, self.slot[pair]]
        for pair in chain:
            self.slot[pair] = two if self.slot[pair] == one else one
            for firm in pair:
                self.at[firm, self.slot[pair]] = pair


def _exchanged(busy: int, one: int, two: int) -> int:
    if (busy >> one & 1) == (busy >> two & 1):
        return busy
    return busy ^ (1 << one | 1 << two)


def _idle(busy: int) -> int:
    return busy.bit_length() - (busy & -busy).bit_length() + 1 - busy.bit_count() if busy else 0
