"""What a feature gives: a value for every firm, and for one of them the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from matcher.domain.ranking import PathStep, Reason
from matcher.graph.table import Array
from matcher.recommend.asking import Asking


@dataclass(frozen=True)
class Evidence:
    """Why a firm got its value: sentences for each side, and the way from the asker to the firm.

    `steps` leave out the asker and end with the firm; () where the feature is no way.
    """

    for_asker: tuple[Reason, ...] = ()
    for_candidate: tuple[Reason, ...] = ()
    steps: tuple[PathStep, ...] = ()


NOTHING = Evidence()


@dataclass(frozen=True, eq=False)
class Signal:
    """A feature over all firms: float32 (firms,) in [0, 1], and the evidence for one of them.

    `ground` is what of the values may be a ground for a suggestion; None for all of them.
    """

    values: Array
    evidence: Callable[[int], Evidence] = field(default=lambda _firm: NOTHING)
    ground: Array | None = None

    @property
    def grounds(self) -> Array:
        """float32 (firms,): the part of the values that may be a ground."""
        return self.values if self.ground is None else self.ground


Feature = Callable[[Asking], Signal]
Filter = Callable[[Asking], Array]  # bool (firms,): True may be suggested
