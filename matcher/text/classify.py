"""Which of the ten kinds a need is: evidence from the lexicon's hits, then a verdict that may abstain.

The seam: `evidence` turns hits into a score a kind, `verdict` turns scores into an answer. A model learned
from officers' corrections replaces `evidence` and leaves the rest alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from matcher.domain.need import NeedKind
from matcher.text.lexicon import Found, Topic

LEAST_SCORE: Final = 0.9  # below it nothing was understood
CLOSE: Final = 0.92  # a second kind this near to the first is asked about
SMOOTHING: Final = 0.6
CUE_WEIGHT: Final = 0.7
OTHER_KIND_WEIGHT: Final = 0.25

_LENGTH_WEIGHTS: Final = (0.6, 0.6, 1.0, 1.3, 1.6, 1.8)  # a longer phrase says more; by its characters
_ASKED_PAIRS: Final = frozenset(
    {
        ("financing", "space"),
        ("financing", "policy"),
        ("recruitment", "supply"),
        ("recruitment", "staff_services"),
        ("customers", "supply"),
        ("coordination", "supply"),
        ("coordination", "legal"),
        ("space", "supply"),
        ("staff_services", "supply"),
        ("supply", "technology"),
        ("policy", "technology"),
    }
)


@dataclass(frozen=True)
class Verdict:
    """The kind and how sure; `kind` None with the catalogue key of a question where unsure."""

    kind: NeedKind | None
    confidence: float
    ask_back: str | None = None


def evidence(found: Iterable[Found], topics: Mapping[str, Topic]) -> dict[NeedKind, float]:
    """A score for each kind that something in the text speaks for. The same words count once."""
    scores: dict[NeedKind, float] = {}
    seen: set[str] = set()
    for hit in found:
        if hit.words not in seen:
            seen.add(hit.words)
            for kind, score in _kinds_of(hit, topics).items():
                scores[kind] = scores.get(kind, 0.0) + score
    return scores


def verdict(scores: Mapping[NeedKind, float]) -> Verdict:
    """The best kind, or a question to ask: nothing understood, or two kinds too close to call."""
    ranked = sorted(scores, key=lambda kind: (-scores[kind], kind.value))
    if not ranked or scores[ranked[0]] < LEAST_SCORE:
        return Verdict(None, 0.0, "intake.ask.kind")
    confidence = scores[ranked[0]] / (sum(scores.values()) + SMOOTHING)
    if len(ranked) > 1 and scores[ranked[1]] >= CLOSE * scores[ranked[0]]:
        return Verdict(None, round(confidence, 3), _question(ranked[0], ranked[1]))
    return Verdict(ranked[0], round(confidence, 3))


def length_weight(words: str) -> float:
    """How much a phrase says by its length; an English word counts for half its letters."""
    size = len(words) // 2 if words.isascii() else len(words)
    return _LENGTH_WEIGHTS[min(size, len(_LENGTH_WEIGHTS) - 1)]


def _kinds_of(hit: Found, topics: Mapping[str, Topic]) -> dict[NeedKind, float]:
    """A phrase shared by topics of several kinds speaks less for each."""
    by_topic: dict[NeedKind, float] = {}
    for topic, weight in hit.entry.topics.items():
        kind = topics[topic].kind
        by_topic[kind] = max(by_topic.get(kind, 0.0), weight * length_weight(hit.words))
    scores = {kind: score / len(by_topic) for kind, score in by_topic.items()}
    for kind, weight in hit.entry.cues.items():
        scores[kind] = max(scores.get(kind, 0.0), weight * CUE_WEIGHT)
    return scores


def _question(one: NeedKind, other: NeedKind) -> str:
    first, second = sorted((one.value, other.value))
    return f"intake.ask.{first}_or_{second}" if (first, second) in _ASKED_PAIRS else "intake.ask.kind"
