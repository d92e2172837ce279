"""A ranking as it is shown: names, places, sentences for both sides in both languages, the drawn path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.field_access import Audience, Sight
from matcher.domain.ranking import PathStep, Ranking, Reason, Suggestion
from matcher.messages import LANGUAGES, say
from matcher.recommend.explain import industry_name, sentences
from matcher.recommend.partners import Standing
from matcher.services import rank_changes, sight
from matcher.services.eligible_lines import rounded
from matcher.services.told import OpenNeeds, open_needs, told
from matcher.storage import enterprises
from matcher.storage.enterprises import Enterprise

Sentences = Mapping[str, tuple[str, ...]]  # language -> sentences, strongest first

_DIFFERENCE: Final = 0.005  # parts that print alike are alike


@dataclass(frozen=True)
class Partner:
    """One suggestion, ready to be serialised.

    `industry` is by language. `building` and `floor` are None unless the actor may know them;
    `chance` is that of a deal, as outcomes taught it for the score that is told; None before.
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
    chance: float | None
    parts: Mapping[str, float]
    reasons_for_asker: Sentences
    reasons_for_candidate: Sentences
    path: tuple[PathStep, ...]


@dataclass(frozen=True)
class Why:
    """Why an enterprise is not, or not higher, in a list. `rank` is None where it is not listed.

    `changes` tell what would lift it past whoever stands before it; `path` leads from the need to it.
    `failed` names the filters it did not pass; `last` holds the parts of the last one listed.
    """

    enterprise_id: str
    name: str
    rank: int | None
    failed: tuple[str, ...]
    score: float
    parts: Mapping[str, float]
    last: Mapping[str, float]
    sentences: Sentences
    changes: Sentences
    reasons_for_asker: Sentences
    path: tuple[PathStep, ...]


def partners(session: Session, actor: Actor, ranking: Ranking) -> tuple[Partner, ...]:
    """The list as the actor may see it. Three queries, whatever its length.

    To an enterprise the list is told in the order of the scores it is told: the full order would give away
    what the scores keep back.
    """
    identifiers = [found.identifier for found in ranking.suggestions]
    rows = enterprises.by_ids(session, identifiers)
    houses = {row.building_id for row in rows.values() if row.building_id is not None}
    names = enterprises.building_names(session, houses)
    public = open_needs(session, identifiers)
    shown = [
        _partner(actor, told(actor, row, found, public.get(found.identifier, OpenNeeds())), row, names)
        for found in ranking.suggestions
        if (row := rows.get(found.identifier)) is not None and sight.sees(actor, row, "name") is Sight.FULL
    ]
    if actor.role is Role.ENTERPRISE:
        shown.sort(key=lambda partner: -partner.score)
    return tuple(replace(one, chance=_rounded(ranking.chance(one.score))) for one in shown)


def _rounded(chance: float | None) -> float | None:
    return None if chance is None else round(chance, 2)


def considered(ranking: Ranking) -> int | None:
    """Of about how many enterprises these are the best: rounded, None where so few could point at one."""
    return rounded(ranking.considered)


def _partner(actor: Actor, found: Suggestion, row: Enterprise, buildings: Mapping[str, str]) -> Partner:
    trade = row.industry_code if sight.sees(actor, row, "industry") is Sight.FULL else None
    housed = sight.sees(actor, row, "building") is Sight.FULL and row.building_id is not None
    return Partner(
        enterprise_id=row.enterprise_id,
        name=row.name,
        industry_code=trade,
        industry=_industry(trade),
        building=buildings.get(str(row.building_id)) if housed else None,
        floor=row.floor if sight.sees(actor, row, "floor") is Sight.FULL else None,
        same_station=sight.audience(actor, row) is Audience.OWN_STATION,
        score=round(found.score, 4),
        chance=None,
        parts={name: round(value, 4) for name, value in found.parts.items()},
        reasons_for_asker=_told(found.for_asker),
        reasons_for_candidate=_told(found.for_candidate),
        path=found.path,
    )


def explanation(session: Session, actor: Actor, standing: Standing) -> Why:
    """A standing in words: the filters failed, or else what is lower than in the last one listed."""
    standing = _told_standing(session, actor, standing)
    mine = standing.suggestion
    return Why(
        enterprise_id=mine.identifier,
        name=_name(session, actor, mine.identifier),
        rank=standing.rank,
        failed=standing.failed,
        score=round(mine.score, 4),
        parts={name: round(value, 4) for name, value in mine.parts.items()},
        last={} if standing.last is None else dict(standing.last.parts),
        sentences={language: tuple(_because(standing, language)) for language in LANGUAGES},
        changes=rank_changes.told(standing),
        reasons_for_asker=_told(mine.for_asker),
        path=() if standing.failed else mine.path,
    )


def _name(session: Session, actor: Actor, enterprise_id: str) -> str:
    row = enterprises.by_id(session, enterprise_id)
    return row.name if row is not None and sight.sees(actor, row, "name") is Sight.FULL else ""


def _told_standing(session: Session, actor: Actor, standing: Standing) -> Standing:
    """Without the private facts of either of the two that are compared; owners are their own affair."""
    compared = (standing.suggestion, standing.last, standing.ahead)
    both = [one for one in compared if one is not None]
    rows = enterprises.by_ids(session, [one.identifier for one in both])
    public = open_needs(session, list(rows))
    seen = {
        one.identifier: told(actor, rows[one.identifier], one, public.get(one.identifier, OpenNeeds()))
        for one in both
        if one.identifier in rows
    }
    mine = rows.get(standing.suggestion.identifier)
    known = mine is not None and sight.close(actor, mine)
    return replace(
        standing,
        failed=_told_filters(actor, mine, standing.failed),
        suggestion=seen.get(standing.suggestion.identifier, standing.suggestion),
        last=None if standing.last is None else seen.get(standing.last.identifier),
        ahead=None if standing.ahead is None else seen.get(standing.ahead.identifier),
        same_owner=standing.same_owner if known else None,
    )


def _told_filters(actor: Actor, row: Enterprise | None, failed: Sequence[str]) -> tuple[str, ...]:
    """The filters by name; that a firm is not active is told to those who may read its state."""
    reads = row is not None and sight.sees(actor, row, "status") is not Sight.NONE
    return tuple("withheld" if name == "active" and not reads else name for name in failed)


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
        if name in last.parts and value < last.parts[name] - _DIFFERENCE
    ]
    return [*lower, say("reasons.why.short", language, mine=mine.score, last=last.score)]


def _told(reasons: Sequence[Reason]) -> Sentences:
    return {language: sentences(reasons, language) for language in LANGUAGES}


def _industry(code: str | None) -> dict[str, str]:
    return {} if code is None else {language: industry_name(code, language) for language in LANGUAGES}
