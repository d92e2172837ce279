"""Officers and towers (包楼联企): who looks after which building, assigned, taken over, written down."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import Conflict, NotFound
from matcher.services.notices import About, AboutKind, Blank, Notice, To, notify
from matcher.storage import accounts, enterprises, visits
from matcher.storage.accounts import Account
from matcher.storage.enterprises import Building, Enterprise
from matcher.storage.journal import record
from matcher.storage.visits import TowerOfficer


@dataclass(frozen=True)
class Keeper:
    """An officer who looks, or looked, after a building."""

    account_id: str
    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Tower:
    """A building of the station, its enterprises, who looks after it; `mine`: the asker does."""

    building_id: str
    name: str
    firms: int
    keepers: Sequence[Keeper]
    mine: bool


def towers(session: Session, actor: Actor) -> list[Tower]:
    """The station's buildings by name. Four queries."""
    require(actor, "towers.write")
    rows = enterprises.buildings_of(session, actor.scope)
    keys = [row.building_id for row in rows]
    counted = sa.select(Enterprise.building_id, sa.func.count()).where(
        Enterprise.building_id.in_(keys), Enterprise.merged_into.is_(None)
    )
    firms = {row[0]: row[1] for row in session.execute(counted.group_by(Enterprise.building_id))}
    kept = visits.looking_after(session, keys)
    names = _names(session, kept)
    return [_tower(row, firms.get(row.building_id, 0), kept, names, actor) for row in rows]


def history(session: Session, actor: Actor, building_id: str) -> list[Keeper]:
    """All who have looked after a building of the station, newest first. Raises NotFound."""
    require(actor, "towers.write")
    _building(session, actor, building_id)
    kept = visits.kept_by(session, building_id)
    names = _names(session, kept)
    return [_keeper(one, names) for one in kept]


def assign(session: Session, actor: Actor, building_id: str, account_id: str | None, now: datetime) -> Tower:
    """Let one officer of the station look after a building; None: the actor takes it over.

    Who looked after it before is relieved and told, the new one too where another decided. Raises NotFound
    for a building or an officer of elsewhere, Conflict where it is so already.
    """
    require(actor, "towers.write")
    building = _building(session, actor, building_id)
    chosen = _officer(session, actor, actor.account_id if account_id is None else account_id)
    before = list(visits.looking_after(session, [building_id]))
    if [one.account_id for one in before] == [chosen.account_id]:
        raise Conflict("towers.already", value=building.name, name=chosen.name)
    for one in before:
        one.until = now
    session.add(
        TowerOfficer(
            tower_officer_id=secrets.token_hex(12),
            building_id=building_id,
            account_id=chosen.account_id,
            since=now,
            until=None,
            assigned_by=actor.account_id,
        )
    )
    detail = {"officer": chosen.account_id, "before": [one.account_id for one in before]}
    record(session, actor, "towers.assign", ("building", building_id, None), now, **detail)
    session.flush()
    _tell(session, actor, building, chosen, [one.account_id for one in before], now)
    return next(tower for tower in towers(session, actor) if tower.building_id == building_id)


def colleagues(session: Session, actor: Actor) -> Sequence[Account]:
    """The station's officers by name: whom a building can be given to."""
    require(actor, "towers.write")
    mine = (Account.role == Role.OFFICER.value, Account.scope == actor.scope, Account.disabled.is_(False))
    return session.scalars(sa.select(Account).where(*mine).order_by(Account.name)).all()


def _tell(
    session: Session, actor: Actor, building: Building, chosen: Account, before: Sequence[str], now: datetime
) -> None:
    about = About(AboutKind.BUILDING, building.building_id)
    told: dict[str, Blank] = {"building": building.name, "officer": chosen.name, "at": now}
    for account_id in {*before, chosen.account_id} - {actor.account_id}:
        kind = "tower_assigned" if account_id == chosen.account_id else "tower_passed"
        notify(session, Notice(kind, To.account(account_id), about, told), now)


def _tower(
    row: Building, firms: int, kept: Sequence[TowerOfficer], names: dict[str, str], actor: Actor
) -> Tower:
    here = [one for one in kept if one.building_id == row.building_id]
    mine = any(one.account_id == actor.account_id for one in here)
    return Tower(row.building_id, row.name, firms, [_keeper(one, names) for one in here], mine)


def _keeper(one: TowerOfficer, names: dict[str, str]) -> Keeper:
    return Keeper(one.account_id, names.get(one.account_id, one.account_id), one.since, one.until)


def _names(session: Session, kept: Sequence[TowerOfficer]) -> dict[str, str]:
    wanted = {one.account_id for one in kept}
    found = sa.select(Account.account_id, Account.name).where(Account.account_id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(found)}


def _building(session: Session, actor: Actor, building_id: str) -> Building:
    row = session.get(Building, building_id)
    if row is None or row.station_id != actor.scope:
        raise NotFound("towers.no_such_building")
    return row


def _officer(session: Session, actor: Actor, account_id: str) -> Account:
    row = accounts.by_id(session, account_id)
    if row is None or row.disabled or (row.role, row.scope) != (Role.OFFICER.value, actor.scope):
        raise NotFound("towers.no_such_officer", value=account_id)
    return row
