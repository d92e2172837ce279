"""What a fair asks of its interview windows, and the interviews. Windows and members count from 0.

A class of graduates is never a named person: its members are places 0, 1, ... of the class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.domain.event.kinds import Violation

Pair = tuple[str, str]  # class, firm


@dataclass(frozen=True)
class Interviews:
    """Members of classes at firms' booths, window by window.

    `heads` is how many a class sends, `desks` how many a booth interviews at once. `scores` are the pairs
    worth an interview, the most of each pair stands in `wanted` (the whole class where it does not). A member
    meets a firm once and at most `most` firms; a firm wants at least `least` interviews where it can have
    them. `away` are (class or firm, window) in which it is not there; `must` are pairs of which at least one
    member is interviewed.
    """

    heads: Mapping[str, int]
    desks: Mapping[str, int]
    windows: int
    scores: Mapping[Pair, float]
    wanted: Mapping[Pair, int] = field(default_factory=dict)
    most: int = 3
    least: Mapping[str, int] = field(default_factory=dict)
    away: frozenset[tuple[str, int]] = frozenset()
    must: tuple[Pair, ...] = ()

    def there(self, who: str) -> list[int]:
        """The windows in which a class or firm is there."""
        return [window for window in range(self.windows) if (who, window) not in self.away]

    def limit(self, pair: Pair) -> int:
        """The most interviews of a pair: each member once, no more than are wanted."""
        return min(self.heads[pair[0]], self.wanted.get(pair, self.heads[pair[0]]))

    def held(self, who: str) -> int:
        """The most interviews of a class or firm."""
        there = len(self.there(who))
        if who in self.heads:
            return self.heads[who] * min(self.most, there)
        return self.desks[who] * there


@dataclass(frozen=True)
class Interview:
    """One member of a class at one firm's booth."""

    talent: str
    member: int
    firm: str
    window: int


@dataclass(frozen=True)
class InterviewPlan:
    """`value` is the sum of scores, `bound` a proven upper limit; `proven` says they are equal."""

    interviews: tuple[Interview, ...]
    value: float
    bound: float
    proven: bool
    violations: tuple[Violation, ...] = ()
