"""What would change the rank of a firm: which part, raised to where, passes the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matcher.messages import LANGUAGES, say
from matcher.recommend.partners import Standing

_STEP: Final = 1e-4  # scores that differ by less are a tie


@dataclass(frozen=True)
class Change:
    """A part that, raised from `now` to `needed` with all else as it is, is enough by itself."""

    part: str
    now: float
    needed: float


def changes(standing: Standing) -> tuple[Change, ...]:
    """Each part that would be enough by itself, the smallest step first; of what may be told only.

    Compared is the one listed right before, or the last of the list for who is not listed. () for the first
    of the list, for who fails a filter, and where one part cannot be enough.
    """
    target, mine = standing.ahead, standing.suggestion
    if target is None or standing.failed or standing.same_owner is not None:
        return ()
    gap = max(target.score - mine.score, 0.0) + _STEP
    found = []
    for name, value in mine.parts.items():
        weight = mine.weights.get(name, 0.0)
        if weight > 0 and value + gap / weight <= 1.0:
            found.append(Change(name, value, value + gap / weight))
    return tuple(sorted(found, key=lambda one: (one.needed - one.now, one.part)))


def told(standing: Standing) -> dict[str, tuple[str, ...]]:
    """The changes in words, by language; that no single one is enough where that is so."""
    if standing.ahead is None or standing.failed or standing.same_owner is not None:
        return dict.fromkeys(LANGUAGES, ())
    found = changes(standing)
    return {language: tuple(_sentences(standing, found, language)) for language in LANGUAGES}


def _sentences(standing: Standing, found: tuple[Change, ...], language: str) -> list[str]:
    first = [] if standing.grounded else [say("reasons.change.grounds", language)]
    if not found:
        gap = max(standing.ahead.score - standing.suggestion.score, 0.0) if standing.ahead else 0.0
        return [*first, say("reasons.change.none", language, gap=gap)]
    lines = [
        say(
            "reasons.change.raise",
            language,
            part=say(f"reasons.part.{one.part}", language),
            now=one.now,
            needed=one.needed,
            how=say(f"reasons.change.how.{one.part}", language),
        )
        for one in found
    ]
    return first + lines
