"""Slots for pairs where some are away for part of the day: place, shift others to make room, fill up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from matcher.domain.event import Meetings

Pair: TypeAlias = tuple[str, str]

_PASSES: Final = 3
_NEVER: Final = float("inf")


@dataclass
class Board:
    """Who meets whom when, while it is being filled."""

    request: Meetings
    placed: dict[Pair, int] = field(default_factory=dict)
    at: dict[tuple[str, int], Pair] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    free: dict[str, frozenset[int]] = field(default_factory=dict)
    fixed: frozenset[Pair] = frozenset()

    @classmethod
    def of(cls, request: Meetings) -> Board:
        """An empty one."""
        firms = (*request.buyers, *request.sellers)
        free = {firm: frozenset(request.free_slots(firm)) for firm in firms}
        left = [len(request.open_tables())] * request.slots
        return cls(request, held=dict.fromkeys(firms, 0), left=left, free=free)

    def put(self, pair: Pair, slot: int) -> None:
        """Place a pair."""
        self.placed[pair] = slot
        self.left[slot] -= 1
        for firm in pair:
            self.at[firm, slot] = pair
            self.held[firm] += 1

    def take(self, pair: Pair) -> int:
        """Take a pair away; its slot."""
        slot = self.placed.pop(pair)
        self.left[slot] += 1
        for firm in pair:
            del self.at[firm, slot]
            self.held[firm] -= 1
        return slot

    def open_slots(self, pair: Pair) -> list[int]:
        """Where both are there and free and a table is, the emptiest first."""
        both = self.free[pair[0]] & self.free[pair[1]]
        busy = self.at
        found = [
            slot
            for slot in both
            if self.left[slot] and (pair[0], slot) not in busy and (pair[1], slot) not in busy
        ]
        return sorted(found, key=lambda slot: (-self.left[slot], slot))

    def in_the_way(self, pair: Pair, slot: int) -> list[Pair]:
        """Meetings that the two have in this slot."""
        return list(dict.fromkeys(self.at[firm, slot] for firm in pair if (firm, slot) in self.at))


def filled(
    request: Meetings,
    chosen: Sequence[Pair],
    others: Collection[Pair],
    kept: Mapping[Pair, int] | None = None,
) -> dict[Pair, int]:
    """The chosen pairs first, then the others while they gain; no limit is passed, no must is given up.

    `kept` stand from the beginning.
    """
    board, must = Board.of(request), set(request.all_musts())
    pinned = request.pinned()
    board.fixed = frozenset(pinned)
    for pair, slot in (dict(kept or {}) | pinned).items():
        board.put(pair, slot)
    worth = {pair: _NEVER if pair in must else request.scores.get(pair, 0.0) for pair in (*chosen, *others)}
    tightness = {pair: len(board.free[pair[0]] & board.free[pair[1]]) for pair in worth}
    left = [pair for pair in chosen if pair not in board.placed]
    for pair in sorted(left, key=lambda pair: (pair not in must, tightness[pair], -worth[pair], pair)):
        _place(board, pair)
    for _ in range(_PASSES):
        before = len(board.placed)
        rest = sorted((pair for pair in worth if pair not in board.placed), key=lambda pair: -worth[pair])
        gained = [pair for pair in rest if _place(board, pair) or _instead(board, pair, worth)]
        if not gained and len(board.placed) == before:
            break
    return board.placed


def _place(board: Board, pair: Pair) -> bool:
    if any(board.held[firm] >= board.request.limit(firm) for firm in pair):
        return False
    slots = board.open_slots(pair)
    if slots:
        board.put(pair, slots[0])
        return True
    return any(_shifted(board, pair, slot) for slot in sorted(board.free[pair[0]] & board.free[pair[1]]))


def _shifted(board: Board, pair: Pair, slot: int) -> bool:
    """Whether those in the way could move to other slots and the pair take its place."""
    moved: list[tuple[Pair, int]] = []
    if board.fixed.intersection(board.in_the_way(pair, slot)):
        return False
    for other in board.in_the_way(pair, slot):
        moved.append((other, board.take(other)))
        slots = [one for one in board.open_slots(other) if one != slot]
        if not slots:
            _back(board, moved[:-1])
            board.put(*moved[-1])
            return False
        board.put(other, slots[0])
    if board.left[slot]:
        board.put(pair, slot)
        return True
    _back(board, moved)
    return False


def _back(board: Board, moved: list[tuple[Pair, int]]) -> None:
    for other, old in reversed(moved):
        board.take(other)
        board.put(other, old)


def _instead(board: Board, pair: Pair, worth: Mapping[Pair, float]) -> bool:
    """Take the place of meetings that are together worth less, where no minimum is given up for it."""
    for slot in sorted(board.free[pair[0]] & board.free[pair[1]]):
        losers = board.in_the_way(pair, slot)
        firms = {firm for loser in losers for firm in loser} - set(pair)
        poor = any(board.held[firm] <= board.request.least.get(firm, 0) for firm in firms)
        full = any(
            board.held[firm] - sum(firm in loser for loser in losers) >= board.request.limit(firm)
            for firm in pair
        )
        cheaper = sum(worth.get(loser, _NEVER) for loser in losers) < worth[pair]
        if cheaper and not poor and not full and (losers or board.left[slot]):
            for loser in losers:
                board.take(loser)
            board.put(pair, slot)
            return True
    return False
