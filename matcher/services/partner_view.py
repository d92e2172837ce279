"""A ranking as it is shown: names, places, sentences for both sides in both languages, the drawn path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.ranking import PathStep, Ranking, Reason, Suggestion
from matcher.messages import LANGUAGES, say
from matcher.recommend.explain import industry_name, sentences
from matcher.recommend.partners import Standing
from matcher.storage import enterprises
from matcher.storage.enterprises import Building, Enterprise

Sentences = Mapping[str, tuple[str, ...]]  # language -> sentences, strongest first

_DIFFERENCE: Final = 0.005  # parts that print alike are alike


@dataclass(frozen=True)
class Partner:
    """One suggestion, ready to be serialised.

    `industry` is by language. `building` and `floor` are None unless the actor may know them;
    `same_station` tells whether the actor's own office looks after the enterprise.
    """

    enterprise_id: str
    name: str
    industry_code: str | None
    industry: Mapping[str, str]
    building: str | None
    floor: str | None
    same_station: bool
    score: float
    parts: Mapping[str, float]
    reasons_for_asker: Sentences
    reasons_for_candidate: Sentences
    path: tuple[PathStep, ...]


@dataclass(frozen=True)
class Why:
    """Why an enterprise is not, or not higher, in a list. `rank` is None where it is not listed.

    `failed` names the filters it did not pass; `last` holds the parts of the last one listed.
    """

    enterprise_id: str
    rank: int | None
    failed: tuple[str, ...]
    score: float
    parts: Mapping[str, float]
    last: Mapping[str, float]
    sentences: Sentences
    reasons_for_asker: Sentences


def partners(session: Session, actor: Actor, ranking: Ranking) -> tuple[Partner, ...]:
    """The list as the actor may see it. Two queries, whatever its length."""
    rows = enterprises.by_ids(session, [found.identifier for found in ranking.suggestions])
    houses = {row.building_id for row in rows.values() if row.building_id is not None}
    names = _building_names(session, sorted(houses))
    return tuple(
        _partner(actor, found, rows[found.identifier], names)
        for found in ranking.suggestions
        if found.identifier in rows
    )


def _partner(actor: Actor, found: Suggestion, row: Enterprise, buildings: Mapping[str, str]) -> Partner:
    own = actor.role is Role.OFFICER and row.station_id == actor.scope
    return Partner(
        enterprise_id=row.enterprise_id,
        name=row.name,
        industry_code=row.industry_code,
        industry=_industry(row.industry_code),
        building=buildings.get(row.building_id) if own and row.building_id is not None else None,
        floor=row.floor if own else None,
        same_station=own,
        score=round(found.score, 4),
        parts={name: round(value, 4) for name, value in found.parts.items()},
        reasons_for_asker=_told(found.for_asker),
        reasons_for_candidate=_told(found.for_candidate),
        path=found.path,
    )


def explanation(standing: Standing) -> Why:
    """A standing in words: the filters failed, or else what is lower than in the last one listed."""
    mine = standing.suggestion
    return Why(
        enterprise_id=mine.identifier,
        rank=standing.rank,
        failed=standing.failed,
        score=round(mine.score, 4),
        parts={name: round(value, 4) for name, value in mine.parts.items()},
        last={} if standing.last is None else dict(standing.last.parts),
        sentences={language: tuple(_because(standing, language)) for language in LANGUAGES},
        reasons_for_asker=_told(mine.for_asker),
    )


def _because(standing: Standing, language: str) -> list[str]:
    if standing.failed:
        return [say(f"reasons.why.{name}", language) for name in standing.failed]
    if standing.same_owner is not None:
        return [say("reasons.why.same_owner", language)]
    if not standing.grounded:
        return [say("reasons.why.no_grounds", language)]
    found = [] if standing.rank is None else [say("reasons.why.listed_at", language, rank=standing.rank)]
    return found + _compared(standing, language)


def _compared(standing: Standing, language: str) -> list[str]:
    """Part by part against the last one listed, and the totals."""
    mine, last = standing.suggestion, standing.last
    if last is None or last.identifier == mine.identifier:
        return []
    lower = [
        say(
            "reasons.why.lower",
            language,
            part=say(f"reasons.part.{name}", language),
            mine=value,
            last=last.parts[name],
        )
        for name, value in mine.parts.items()
        if value < last.parts[name] - _DIFFERENCE
    ]
    return [*lower, say("reasons.why.short", language, mine=mine.score, last=last.score)]


def _told(reasons: Sequence[Reason]) -> Sentences:
    return {language: sentences(reasons, language) for language in LANGUAGES}


def _industry(code: str | None) -> dict[str, str]:
    return {} if code is None else {language: industry_name(code, language) for language in LANGUAGES}


def _building_names(session: Session, identifiers: Sequence[str]) -> dict[str, str]:
    found = (session.get(Building, identifier) for identifier in identifiers)
    return {row.building_id: row.name for row in found if row is not None}
