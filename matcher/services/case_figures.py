"""A station's figures: exact to itself, to the administrator as counts that tell of nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.case_figures import CaseFigures, figures
from matcher.domain.promise import Case, escalated, settles_at, standing
from matcher.errors import InvalidInput
from matcher.services import case_holders, case_steps, cases
from matcher.services.eligible_lines import rounded
from matcher.storage import enterprises, handovers
from matcher.storage import needs as need_rows
from matcher.storage.needs import Need

LONGEST: Final = 366  # days
Known = tuple[case_holders.Taken, Mapping[str, str | None]]


@dataclass(frozen=True)
class StationCounts:
    """What the administrator reads of a station: to the nearest five, None below ten."""

    station_id: str
    name: str
    opened: int | None
    kept: int | None
    overdue: int | None


@dataclass(frozen=True)
class Overdue:
    """A case that the station's head has to look at."""

    need_id: str
    enterprise_id: str
    title: str | None
    state: str
    answer_by: datetime
    unproven: bool


@dataclass(frozen=True)
class FiguresView:
    """The own station's figures with its overdue cases, longest overdue first; or all stations' counts."""

    days: int
    as_of: datetime
    own: CaseFigures | None
    overdue: Sequence[Overdue]
    stations: Sequence[StationCounts]


def view(session: Session, actor: Actor, days: int, now: datetime) -> FiguresView:
    """Figures of the needs that came in the last `days` days. Raises InvalidInput."""
    require(actor, "figures.read")
    if not 1 <= days <= LONGEST:
        raise InvalidInput("needs.bad_days", value=days, most=LONGEST)
    if actor.role is Role.ADMINISTRATOR:
        stations = enterprises.stations(session)
        counts = [_counts(session, row.station_id, row.name, days, now) for row in stations]
        return FiguresView(days, now, None, (), counts)
    found = _cases(session, actor.scope, days, now)
    figured = figures([case for _, case in found], now)
    held = case_holders.stations_now(session, {need.enterprise_id for need, _ in found})
    late = [
        (need, case)
        for need, case in found
        if held[need.enterprise_id] == actor.scope and escalated(case, now)
    ]
    late.sort(key=lambda pair: (pair[1].promise.answer_by, pair[0].need_id))
    return FiguresView(days, now, figured, [_overdue(need, case) for need, case in late], ())


def _cases(session: Session, station_id: str, days: int, now: datetime) -> list[tuple[Need, Case]]:
    """The cases that count for the station, wherever the file is now."""
    given = handovers.given_away(session, station_id)
    rows = need_rows.came_since(session, station_id, now - timedelta(days=days), given)
    found = cases.of_needs(session, rows, case_steps.terms(session, station_id))
    firms = {need.enterprise_id for need in rows}
    taken = case_holders.taken_of(session, firms)
    present = case_holders.stations_now(session, set(taken))
    return [
        (need, case)
        for need, case in ((need, found[need.need_id]) for need in rows)
        if _counts_for(station_id, need, case, (taken, present), now)
    ]


def _counts_for(station_id: str, need: Need, case: Case, known: Known, now: datetime) -> bool:
    taken, present = known
    if need.enterprise_id not in taken:
        return True
    at = settles_at(case, now)
    holder = case_holders.holder_at(present[need.enterprise_id], taken[need.enterprise_id], at)
    return holder == station_id


def _counts(session: Session, station_id: str, name: str, days: int, now: datetime) -> StationCounts:
    figured = asdict(figures([case for _, case in _cases(session, station_id, days, now)], now))
    told = {key: rounded(figured[key]) for key in ("opened", "kept", "overdue")}
    return StationCounts(station_id, name, **told)


def _overdue(need: Need, case: Case) -> Overdue:
    stands = standing(case)
    by = case.promise.answer_by
    title = need.title if need.title is not None else need.text[:24]
    return Overdue(need.need_id, need.enterprise_id, title, need.state, by, stands.unproven)
