"""Whom to visit today and what to ask: firms whose unanswered facts or quiet cases would unlock the most.

A fact is worth the loans, policies and spaces that it alone would settle for the firm; a quiet case, one that
waits and on which nothing has happened for days, is worth one match, and the yuan of its need. Both add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.enterprise import TRADING
from matcher.domain.product import ProductKind
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.messages import say
from matcher.recommend.firm_facts import firm_columns
from matcher.recommend.unlocking import ASKED, Unlocked, unlocked
from matcher.services import case_list
from matcher.services.asked import today
from matcher.services.case_list import CaseLine
from matcher.services.event_exports import Sheet, xlsx
from matcher.services.firm_rows import product_of
from matcher.storage import cases, enterprises, needs, products, visits
from matcher.storage.enterprises import Building, Enterprise

QUIET: Final = timedelta(days=3)
RESTED: Final = timedelta(days=7)  # a firm visited within it is left alone, unless a case is overdue
MOST: Final = 100
LOOKED_AT: Final = 500  # firms by what their facts unlock
QUESTIONS: Final = 3  # a firm
_FEN: Final = 100


@dataclass(frozen=True)
class Fact:
    """A question to ask: the fact, how many products it alone settles, and their yuan."""

    field: str
    settles: int
    amount_yuan: float


@dataclass(frozen=True)
class QuietCase:
    """A waiting case on which nothing has happened for `days` days."""

    need_id: str
    title: str
    days: int
    overdue: bool
    amount_yuan: float


@dataclass(frozen=True)
class Worth:
    """A firm worth a visit. `matches` and `amount_yuan` are what facts and quiet cases unlock together."""

    enterprise_id: str
    name: str
    building_id: str | None
    building: str | None
    floor: str | None
    facts: tuple[Fact, ...]
    quiet: tuple[QuietCase, ...]
    visited_on: date | None
    planned: bool

    @property
    def matches(self) -> int:
        """Products settled by the best fact, and quiet cases."""
        return max((fact.settles for fact in self.facts), default=0) + len(self.quiet)

    @property
    def amount_yuan(self) -> float:
        """Their yuan."""
        best = max((fact.amount_yuan for fact in self.facts), default=0.0)
        return best + sum(case.amount_yuan for case in self.quiet)

    @property
    def overdue(self) -> int:
        """Quiet cases past their promise."""
        return sum(case.overdue for case in self.quiet)


def whom(
    session: Session,
    graph: Graph,
    actor: Actor,
    now: datetime,
    n: int = 20,
    by_yuan: bool = False,
    only_mine: bool = False,
) -> list[Worth]:
    """The first `n`, most unlocked first; `only_mine`: in the buildings that the officer looks after.

    Reads the station's waiting cases, and the snapshot's facts of all its firms.
    """
    require(actor, "visits.write")
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)
    facts = _facts(session, graph, actor, by_yuan, now)
    quiet = _quiet(session, actor, now)
    found = _joined(session, actor, {**dict.fromkeys(facts), **dict.fromkeys(quiet)}, only_mine)
    listed = [
        replace(one, facts=facts.get(one.enterprise_id, ()), quiet=quiet.get(one.enterprise_id, ()))
        for one in found
    ]
    due = [one for one in listed if one.matches and (one.overdue or not _rested(one, today(now)))]
    return sorted(due, key=lambda one: _rank(one, by_yuan))[:n]


def _rank(one: Worth, by_yuan: bool) -> tuple[float, float, float, str]:
    first, second = (one.amount_yuan, one.matches) if by_yuan else (one.matches, one.amount_yuan)
    return -first, -second, -one.overdue, one.enterprise_id


def _rested(one: Worth, day: date) -> bool:
    return one.visited_on is not None and day - one.visited_on < RESTED


def _facts(
    session: Session, graph: Graph, actor: Actor, by_yuan: bool, now: datetime
) -> dict[str, tuple[Fact, ...]]:
    """The best questions of the firms for which a single answer settles most."""
    day = today(now)
    offered = [product_of(row) for kind in ProductKind for row in products.valid_on(session, kind.value, day)]
    station, firms = graph.stations.position(actor.scope), graph.firms
    here = firms.numbers("station") == (-2 if station is None else station)
    rows = np.flatnonzero(here & ((firms.numbers("flags") & Flag.ACTIVE) != 0)).astype(np.int64)
    found = unlocked(offered, firm_columns(graph, day), rows)
    return {
        firms.ids[int(rows[place])]: _asked(found, place, by_yuan)
        for place in found.order(by_yuan)[:LOOKED_AT].tolist()
    }


def _asked(found: Unlocked, place: int, by_yuan: bool) -> tuple[Fact, ...]:
    facts = [
        Fact(ASKED[fact], int(found.settles[place, fact]), float(found.yuan[place, fact]))
        for fact in np.flatnonzero(found.settles[place]).tolist()
    ]
    return tuple(sorted(facts, key=lambda one: _best_first(one, by_yuan))[:QUESTIONS])


def _best_first(one: Fact, by_yuan: bool) -> tuple[float, float, str]:
    first, second = (one.amount_yuan, one.settles) if by_yuan else (one.settles, one.amount_yuan)
    return -first, -second, one.field


def _quiet(session: Session, actor: Actor, now: datetime) -> dict[str, tuple[QuietCase, ...]]:
    waiting = case_list.all_waiting(session, actor, now)
    rows = {row.need_id: row for row in needs.by_ids(session, [line.need_id for line in waiting])}
    moved = {key: row.updated_at for key, row in rows.items()}
    for step in cases.steps_of(session, list(rows)):
        moved[step.need_id] = max(moved[step.need_id], step.at)
    found: defaultdict[str, list[QuietCase]] = defaultdict(list)
    for line in waiting:
        silent = now - moved.get(line.need_id, line.opened_at)
        if silent >= QUIET or line.escalated:
            fen = rows[line.need_id].amount_fen if line.need_id in rows else None
            found[line.enterprise_id].append(_case(line, silent, fen))
    return {
        key: tuple(sorted(lines, key=lambda one: (not one.overdue, -one.days)))
        for key, lines in found.items()
    }


def _case(line: CaseLine, silent: timedelta, fen: int | None) -> QuietCase:
    amount = 0.0 if fen is None else fen / _FEN
    return QuietCase(line.need_id, line.title, max(0, silent.days), line.escalated, amount)


def _joined(session: Session, actor: Actor, wanted: Iterable[str], only_mine: bool) -> list[Worth]:
    rows: Mapping[str, Enterprise] = enterprises.by_ids(session, list(wanted))
    mine = visits.buildings_of(session, actor.account_id)
    buildings = {row.building_id: row for row in enterprises.buildings_of(session, actor.scope)}
    last = visits.last_made(session, actor.scope)
    planned = {row.enterprise_id for row in visits.planned(session, actor.scope)}
    kept = [row for row in rows.values() if row.station_id == actor.scope and row.status in TRADING]
    if only_mine:
        kept = [row for row in kept if row.building_id in mine]
    return [_blank(row, buildings, last, planned) for row in kept]


def _blank(
    row: Enterprise, buildings: Mapping[str, Building], last: Mapping[str, date], planned: set[str]
) -> Worth:
    building = None if row.building_id is None else buildings.get(row.building_id)
    return Worth(
        enterprise_id=row.enterprise_id,
        name=row.name,
        building_id=row.building_id,
        building=None if building is None else building.name,
        floor=row.floor,
        facts=(),
        quiet=(),
        visited_on=last.get(row.enterprise_id),
        planned=row.enterprise_id in planned,
    )


def workbook(found: Sequence[Worth], language: str) -> bytes:
    """The list as a worksheet: firm, building, floor, matches, yuan, facts to ask, quiet cases."""
    keys = ("firm", "building", "floor", "matches", "yuan", "ask", "quiet")
    headings = tuple(say(f"visits.sheet.{key}", language) for key in keys)
    rows = tuple(_row(one, language) for one in found)
    return xlsx([Sheet(say("visits.sheet.title", language), headings, rows)])


def _row(one: Worth, language: str) -> tuple[object, ...]:
    asked = [say(f"products.field.{fact.field}", language) for fact in one.facts]
    quiet = [say("visits.sheet.case", language, title=case.title, days=case.days) for case in one.quiet]
    joined = "；" if language == "zh" else "; "
    place = (one.building or "", one.floor or "")
    return (one.name, *place, one.matches, round(one.amount_yuan), joined.join(asked), joined.join(quiet))
