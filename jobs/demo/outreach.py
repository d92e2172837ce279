"""What the demo's officers and banks have in hand: towers, visits, loans put to banks and old ones, inboxes.

Made by the services that people use, in the names of the demonstration's log-ins; once, after they are there.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from jobs.demo.chance import Chance
from jobs.demo.lending import lend
from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind
from matcher.errors import Conflict
from matcher.services import (
    case_notices,
    case_reminders,
    consent_endings,
    firm_links,
    take_ups,
    towers,
    visiting,
)
from matcher.services.asked import today
from matcher.services.notices import notify
from matcher.services.partners import OPEN
from matcher.services.visiting import VisitPlan
from matcher.storage import consents
from matcher.storage.accounts import Account
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Need
from matcher.storage.visits import TowerOfficer

VISITS_MADE: Final = 6
VISITS_PLANNED: Final = 3
LOANS: Final = 4  # needs of a station that are with the banks
_NOTES: Final = (
    "老板说订单够做到明年春天，就是回款慢，问了贴息的事",
    "新来的行政不清楚税务等级，说回头问会计，约了下周再来",
    "楼上装修吵，想换间小点的会议室；员工吃饭还是老问题",
    "三个岗位招了两个月没招到，愿意去学校宣讲",
    "跟隔壁设计公司已经见过面，报价在谈",
    "人不在，前台收了材料",
)


def reach_out(transactions: sessionmaker[Session], seed: int, now: datetime) -> bool:
    """Write it, unless it is there. Returns whether anything was written."""
    with transactions.begin() as session:
        if session.scalar(sa.select(TowerOfficer.tower_officer_id).limit(1)) is not None:
            return False
        officers = [
            Actor(row.account_id, Role.OFFICER, row.scope, row.language)
            for row in session.scalars(
                sa.select(Account).where(Account.role == Role.OFFICER.value).order_by(Account.name)
            )
        ]
        for officer in officers:
            _towers(session, officer, now)
            _visits(session, officer, Chance(seed + len(officer.scope)), now)
            _loans(session, officer, now)
        _firms(session, officers, now)
        lend(session, seed, now)
        _remind(session, now)
        return True


def _remind(session: Session, now: datetime) -> None:
    """What the timetable would tell within ten minutes."""
    for one in case_reminders.due(session, now):
        case_notices.reminded(session, one, now)
    consent_endings.remind(session, now)


def _towers(session: Session, officer: Actor, now: datetime) -> None:
    for place, tower in enumerate(towers.towers(session, officer)):
        if not tower.keepers:
            towers.assign(session, officer, tower.building_id, None, now - timedelta(days=40 - place))


def _visits(session: Session, officer: Actor, chance: Chance, now: datetime) -> None:
    firms = list(
        session.scalars(
            sa.select(Enterprise.enterprise_id)
            .where(Enterprise.station_id == officer.scope, Enterprise.status == "active")
            .order_by(Enterprise.enterprise_id)
        )
    )
    drawn = chance.some(firms, min(len(firms), VISITS_MADE + VISITS_PLANNED))
    for place, enterprise_id in enumerate(drawn[:VISITS_MADE]):
        then = now - timedelta(days=2 + 3 * place)
        visit = visiting.plan(session, officer, VisitPlan(enterprise_id, today(then)), then)
        visiting.end(session, officer, visit.visit_id, True, _NOTES[place], then + timedelta(hours=2))
    for place, enterprise_id in enumerate(drawn[VISITS_MADE:]):
        wanted = VisitPlan(enterprise_id, today(now) + timedelta(days=place), asked=("revenue", "tax_grade"))
        visiting.plan(session, officer, wanted, now)


def _loans(session: Session, officer: Actor, now: datetime) -> None:
    """Open needs for money are put to the banks, newest first; without a consent none is."""
    wanted = (Need.kind == NeedKind.FINANCING.value, Need.state.in_(OPEN))
    waiting = sa.select(Need.need_id).join(Enterprise).where(*wanted, Enterprise.station_id == officer.scope)
    put = 0
    for need_id in session.scalars(waiting.order_by(Need.created_at.desc(), Need.need_id)).all():
        with contextlib.suppress(Conflict):
            take_ups.start(session, officer, need_id, None, now)
            put += 1
        if put == LOANS:
            return


def _firms(session: Session, officers: list[Actor], now: datetime) -> None:
    """A link for each firm that has a log-in, and what the firm is told of its newest consent on paper."""
    by_station = {officer.scope: officer for officer in officers}
    spoken_for = sa.select(Account.scope).where(Account.role == Role.ENTERPRISE.value).order_by(Account.name)
    for enterprise_id in dict.fromkeys(session.scalars(spoken_for)):
        firm = session.get(Enterprise, enterprise_id)
        if firm is None or firm.station_id not in by_station:
            continue
        firm_links.issue(session, by_station[firm.station_id], enterprise_id, now)
        for grant in consents.of_enterprise(session, enterprise_id)[:1]:
            notify(session, consent_endings.notice(grant), now)
