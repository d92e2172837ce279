"""Preparing the demonstration: its schema, its invented district, its log-ins, its first snapshot.

Each step looks at what is there and adds what is missing, so a start that was cut short is finished
by the next one, and a second start changes nothing. For the demonstration only: in production the
secret and the accounts are the operator's.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from jobs import ledger, logins
from jobs.catalog import JOBS
from jobs.home import mark_prepared
from jobs.logins import Login
from jobs.progress import Progress
from jobs.runner import Runner
from jobs.spoken import in_words
from jobs.wiring import Wiring, wire
from matcher.domain.access import Role
from matcher.domain.job import JobName, RunState
from matcher.errors import Unavailable
from matcher.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matcher.storage.accounts import Account

SEED: Final = 20261122
UNSCOPED: Final = (Role.ADMINISTRATOR, Role.AUDITOR)


def prepare(settings: Settings, progress: Progress) -> tuple[Login, ...]:
    """Schema, district, accounts, first snapshot: what is missing of them. Returns the log-ins."""
    from matcher.storage.migrations import migrate

    wiring = wire(settings)
    try:
        migrate(wiring.engine)
        _populate(wiring, progress)
        entries = ensure_logins(wiring)
        _reach_out(wiring)
        _take_in(wiring)
        _first_snapshot(wiring, progress)
        _plan_ahead(wiring)
    finally:
        wiring.engine.dispose()
    mark_prepared(settings)
    return entries


def ensure_logins(wiring: Wiring) -> tuple[Login, ...]:
    """One account a role, as kept in the file; what is missing in the file or the database is added."""
    home = wiring.settings.home
    known = logins.kept(home)
    if known is None:
        known = tuple(_new_login(role.value, role, scope) for role, scope in _scopes(wiring).items())
        logins.keep(home, known)
    if any(login.key is None for login in known):
        known = _with_accounts(wiring, known)
        logins.keep(home, known)
    return known


def _populate(wiring: Wiring, progress: Progress) -> None:
    from matcher.storage.enterprises import Enterprise

    with wiring.views() as session:
        if session.scalar(sa.select(Enterprise.enterprise_id).limit(1)) is not None:
            return
    from jobs.demo import populate

    progress("populate", 0, 1)
    made = populate(wiring.engine, SEED, wiring.clock())
    parts = [(account.name, account.role, account.scope) for account in made.accounts]
    played = {role for _, role, _ in parts}
    parts += [(role.value, role, "") for role in UNSCOPED if role not in played]
    logins.keep(wiring.settings.home, [_new_login(*part) for part in parts])
    progress("populate", 1, 1)


def _reach_out(wiring: Wiring) -> None:
    """Towers, visits and inboxes, in the names of the accounts that are there now."""
    from jobs.demo.outreach import reach_out

    reach_out(wiring.transactions, SEED, wiring.clock())


def _take_in(wiring: Wiring) -> None:
    """A list of firms with rows to be asked about, sent in by an officer."""
    from jobs.demo.papers import take_in

    take_in(wiring, wiring.clock())


def _plan_ahead(wiring: Wiring) -> None:
    """The fair of the coming weeks, over the snapshot that is there now."""
    from jobs.demo.ahead import plan_ahead
    from matcher.graph.snapshot import Current

    graph = Current(wiring.settings.snapshots).get()
    with wiring.transactions.begin() as session:
        plan_ahead(session, graph, SEED, wiring.clock())


def _new_login(name: str, role: Role, scope: str) -> Login:
    return Login(name, role.value, scope, secrets.token_urlsafe(9))


def _scopes(wiring: Wiring) -> dict[Role, str]:
    """One scope a role that has something to see, for a start that was cut before its log-ins were kept."""
    from matcher.storage.enterprises import Enterprise, Station
    from matcher.storage.events import Event
    from matcher.storage.needs import Need
    from matcher.storage.products import Product

    busiest = sa.select(Need.enterprise_id).group_by(Need.enterprise_id).order_by(sa.func.count().desc())
    largest = (
        sa.select(Enterprise.station_id)
        .where(Enterprise.station_id.is_not(None))
        .group_by(Enterprise.station_id)
        .order_by(sa.func.count().desc(), Enterprise.station_id)
    )
    first: dict[Role, tuple[sa.Select[Any], str]] = {
        Role.OFFICER: (largest, "station"),
        Role.ENTERPRISE: (busiest.order_by(Need.enterprise_id), "enterprise"),
        Role.BANK: (sa.select(Product.owner).where(Product.kind == "loan").order_by(Product.owner), "bank"),
        Role.ORGANIZER: (sa.select(Event.organizer).order_by(Event.organizer), "organizer"),
    }
    with wiring.views() as session:
        if session.scalar(sa.select(Station.station_id).limit(1)) is None:
            raise Unavailable("cli.no_district")
        found = {role: session.scalar(query.limit(1)) for role, (query, _) in first.items()}
    scopes = {role: first[role][1] if scope is None else str(scope) for role, scope in found.items()}
    return {**scopes, **dict.fromkeys(UNSCOPED, "")}


def _with_accounts(wiring: Wiring, known: Iterable[Login]) -> tuple[Login, ...]:
    """The same log-ins with accounts and keys, in one transaction."""
    from matcher.services import access
    from matcher.storage import accounts

    now = wiring.clock()
    done = []
    with wiring.transactions.begin() as session:
        for login in known:
            found = accounts.by_name(session, login.name)
            if found is None:
                given = access.NewAccount(login.name, Role(login.role), login.scope, password=login.password)
                found = access.create_account(session, ledger.SYSTEM, given, now)
            _name_head(session, found, now)
            key = access.create_key(session, ledger.SYSTEM, found.account_id, now).token
            done.append(dataclasses.replace(login, key=key))
    return tuple(done)


def _name_head(session: Session, account: Account, now: datetime) -> None:
    """The first officer of a demo station heads it."""
    from matcher.storage import cases
    from matcher.storage.cases import StationHead

    if account.role == Role.OFFICER.value and cases.head_of(session, account.scope) is None:
        session.add(StationHead(station_id=account.scope, account_id=account.account_id, set_at=now))
        session.flush()


def _first_snapshot(wiring: Wiring, progress: Progress) -> None:
    from matcher.storage.leases import current_publication

    with wiring.views() as session:
        if current_publication(session) is not None:
            return
    job = JOBS[JobName.RECOMPUTE]
    run_id = ledger.ask(wiring, job, "demo", {})
    ending = Runner(wiring, progress).run(job, run_id)
    if ending is None or ending.state is not RunState.SUCCEEDED:
        told = [] if ending is None else [str(ending.error), *in_words(ending.error, ending.outcome)]
        raise Unavailable("cli.no_first_snapshot", run_id=run_id, why=" ".join(told))
