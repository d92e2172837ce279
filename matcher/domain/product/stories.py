"""Stories: what a clerk expects of criteria, told of one firm; run before a change of criteria counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.domain.product.catalogue import months_between
from matcher.domain.product.criteria import Node
from matcher.domain.product.verdict import Finding, Truth, Verdict, evaluate


@dataclass(frozen=True)
class Story:
    """A firm's facts and what should come of them. `failing` and `missing` are fields; None: not said.

    `day` is when it plays; None is today.
    """

    title: str
    facts: Mapping[str, object]
    truth: Truth
    failing: frozenset[str] | None = None
    missing: frozenset[str] | None = None
    day: date | None = None


@dataclass(frozen=True)
class Played:
    """A story beside what the criteria say. `agrees` is whether all that it told came so."""

    story: Story
    truth: Truth
    failing: frozenset[str]
    missing: frozenset[str]

    @property
    def agrees(self) -> bool:
        """Whether truth, failing and missing facts are as told; what the story leaves unsaid agrees."""
        told = self.story
        return (
            told.truth is self.truth
            and told.failing in (None, self.failing)
            and told.missing in (None, self.missing)
        )


def play(criteria: Sequence[Node], story: Story, today: date) -> Played:
    """Evaluate the story's firm on its day. Its age follows from its founding day where not told."""
    day = today if story.day is None else story.day
    facts = dict(story.facts)
    founded = facts.get("founded_on")
    if isinstance(founded, date) and facts.get("age_months") is None:
        facts["age_months"] = months_between(founded, day)
    verdict: Verdict = evaluate(criteria, facts, day)
    return Played(story, verdict.truth, _fields(verdict.failing), _fields(verdict.missing))


def _fields(findings: Sequence[Finding]) -> frozenset[str]:
    return frozenset(one.criterion.field for one in findings)
