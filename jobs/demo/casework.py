"""How the demo's needs were dealt with: ledgers kept and missed, answers, notes, hand-overs, introductions.

About as well as a station does that means it: most in time, some late, a handful overdue, one or two closed
without anything to show. A need of weeks ago that nobody answered is the exception, not the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from jobs.demo.chance import Chance
from jobs.demo.places import MAIN, SECOND
from jobs.demo.trades import read_toml
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.promise import CaseAct, Promise, Terms, promised
from matcher.storage.cases import CaseStep, StationTerms
from matcher.storage.db import Base
from matcher.storage.needs import Deal, Need

# What the main station promises; the other one keeps the shipped terms.
MAIN_TERMS: Final = Terms(timedelta(hours=2), timedelta(days=2), timedelta(days=10))
OVERDUE: Final = 9  # needs that nobody answered
UNPROVEN: Final = 2
DISPUTED: Final = 3
_FROM_FIRM: Final = 0.25
_IN_TIME: Final = 0.86
_CALLED_IN_TIME: Final = 0.9
_CONFIRMS: Final = 0.6
_FRESH_DAYS: Final = 5
OFFICER, FIRM = ("officer", "officer"), ("enterprise", "firm")


@cache
def words() -> dict[str, Any]:
    """All of cases.toml. Reads it once a process."""
    return read_toml("cases.toml")


@dataclass(frozen=True)
class Desk:
    """Whose chance and clock, and the deals by need."""

    chance: Chance
    now: datetime
    deals: dict[str, Deal]


def freshen(chance: Chance, rows: Sequence[Need], now: datetime) -> None:
    """The stories' needs came in the last days, so that they wait in time."""
    for row in rows:
        age = timedelta(hours=chance.between(3, 24 * _FRESH_DAYS), minutes=chance.below(60))
        row.created_at = row.updated_at = working(now - age)


def ledgers(
    chance: Chance, needs: Sequence[Need], deals: Sequence[Deal], planted: Sequence[Need], now: datetime
) -> list[Base]:
    """The steps of every case; sets the states of those that were answered without a deal."""
    desk = Desk(chance, now, {deal.need_id: deal for deal in deals if deal.need_id is not None})
    kept = {need.need_id for need in planted}
    old = [need for need in needs if need.need_id not in kept and _aged(need, now)]
    drawn = chance.shuffled([need for need in old if need.state in (NeedState.OPEN, NeedState.MATCHING)])
    unproven = {need.need_id for need in drawn[OVERDUE : OVERDUE + UNPROVEN]}
    answered = drawn[OVERDUE + UNPROVEN :]
    disputed = {need.need_id for need in answered[:DISPUTED]}
    rows: list[Base] = [_terms(now)]
    for need in needs:
        rows += _opening(desk, need)
        if need.need_id in unproven:
            need.state = NeedState.CLOSED.value
        elif need in answered:
            rows += _answered(desk, need, need.need_id in disputed)
        elif need.need_id in desk.deals:
            rows += _dealt(desk, need)
    return rows


def _terms(now: datetime) -> StationTerms:
    minute = timedelta(minutes=1)
    return StationTerms(
        station_id=MAIN,
        contact_minutes=MAIN_TERMS.contact // minute,
        question_minutes=MAIN_TERMS.question // minute,
        other_minutes=MAIN_TERMS.other // minute,
        updated_at=now - timedelta(days=200),
    )


def _aged(need: Need, now: datetime) -> bool:
    return _promise_of(need, from_firm=False).answer_by < now - timedelta(hours=6)


def _promise_of(need: Need, *, from_firm: bool) -> Promise:
    kind = None if need.kind is None else NeedKind(need.kind)
    terms = Terms() if need.enterprise_id.startswith(SECOND) else MAIN_TERMS
    return promised(need.created_at, kind, terms, from_firm)


def _opening(desk: Desk, need: Need) -> Iterator[Base]:
    """The need comes, with its promise; a firm that wrote itself is called."""
    from_firm = desk.chance.happens(_FROM_FIRM)
    promise = _promise_of(need, from_firm=from_firm)
    opening = step(need, CaseAct.OPENED, need.created_at, FIRM if from_firm else OFFICER)
    opening.contact_by, opening.answer_by = promise.contact_by, promise.answer_by
    need.created_by = "firm" if from_firm else need.created_by
    yield opening
    if from_firm:
        in_time = desk.chance.happens(_CALLED_IN_TIME)
        wait = timedelta(minutes=desk.chance.between(6, 100) if in_time else desk.chance.between(150, 1500))
        if need.created_at + wait < desk.now:
            yield step(need, CaseAct.CONTACTED, need.created_at + wait, OFFICER)


def _answered(desk: Desk, need: Need, disputed: bool) -> Iterator[Base]:
    """Closed on evidence, in time or late; disputed, it was opened again and waits."""
    at = _some_time(desk, need)
    need.state, need.updated_at = NeedState.CLOSED.value, at
    yield step(need, CaseAct.CLOSED, at, OFFICER, said=_evidence(desk, need))
    if disputed:
        later = min(at + timedelta(days=1, hours=desk.chance.between(1, 6)), desk.now - timedelta(hours=1))
        need.state, need.updated_at = NeedState.OPEN.value, later
        told = desk.chance.one(words()["answers"]["bad"])
        yield step(need, CaseAct.DISPUTED, later, FIRM, said=told, satisfaction=desk.chance.between(1, 2))
    else:
        yield from _word(desk, need, at, _CONFIRMS)


def _dealt(desk: Desk, need: Need) -> Iterator[Base]:
    """A deal answered it, mostly in time; the firm says so."""
    deal, at = desk.deals[str(need.need_id)], _some_time(desk, need)
    deal.date, deal.updated_at, need.updated_at = at.date(), at, at
    yield from _word(desk, need, at, _CONFIRMS)


def _some_time(desk: Desk, need: Need) -> datetime:
    """When it was answered: within its time or up to twice as late, and in the past."""
    whole = _promise_of(need, from_firm=False).answer_by - need.created_at
    share = desk.chance.share() * 0.85 + 0.1 if desk.chance.happens(_IN_TIME) else 1.1 + desk.chance.share()
    return need.created_at + min(whole * share, (desk.now - need.created_at) * 0.8)


def _word(desk: Desk, need: Need, at: datetime, share: float) -> Iterator[Base]:
    """The firm says that it was served."""
    later = at + timedelta(hours=desk.chance.between(3, 60))
    if later < desk.now and desk.chance.happens(share):
        content = desk.chance.weighted((5, 4, 3), (55, 35, 10))
        told = desk.chance.one(words()["answers"]["good" if content > 3 else "fair"]) or None
        need.state, need.updated_at = NeedState.CLOSED.value, later
        yield step(need, CaseAct.CONFIRMED, later, FIRM, said=told, satisfaction=content)


def _evidence(desk: Desk, need: Need) -> str:
    texts = words()["evidence"]
    text = desk.chance.one(texts[need.kind if need.kind in texts else "any"])
    return str(text.format(year=need.created_at.year, n=desk.chance.between(101, 989)))


def step(
    need: Need,
    act: CaseAct,
    at: datetime,
    by: tuple[str, str],
    *,
    said: str | None = None,
    satisfaction: int | None = None,
) -> CaseStep:
    """A line of a ledger; `by` is role and account."""
    return CaseStep(
        need_id=need.need_id,
        at=at,
        act=act.value,
        role=by[0],
        account_id=by[1],
        said=said,
        satisfaction=satisfaction,
    )


def working(moment: datetime) -> datetime:
    """The same day within a station's hours, in UTC."""
    hour = min(max(moment.hour, 1), 8)
    return moment.replace(hour=hour, second=0, microsecond=0)
