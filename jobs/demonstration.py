"""The demonstration's home: its secret, its log-ins, its invented district, its first snapshot.

Each step looks at what is there and adds what is missing, so a start that was cut short is finished
by the next one, and a second start changes nothing. For the demonstration only: in production the
secret and the accounts are the operator's.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from jobs import ledger
from jobs.catalog import JOBS
from jobs.progress import Progress
from jobs.runner import Runner
from jobs.spoken import in_words
from jobs.wiring import Wiring, wire
from matcher.domain.access import Role
from matcher.domain.job import JobName, RunState
from matcher.errors import Conflict, Unavailable
from matcher.settings import Settings

SEED: Final = 20261122
SECRET: Final = "secret"  # noqa: S105 the name of a file
LOGINS: Final = "logins.json"
UNSCOPED: Final = (Role.ADMINISTRATOR, Role.AUDITOR)
SQLITE: Final = ("", "-wal", "-shm")


@dataclasses.dataclass(frozen=True)
class Login:
    """How somebody of a role enters: a name and a password for the console, a key for the API."""

    name: str
    role: str
    scope: str
    password: str
    key: str | None = None


def settle(settings: Settings) -> Settings:
    """The settings with a secret: the one given, or one made here once and kept."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.secret_key:
        return settings
    place = settings.home / SECRET
    if not place.exists():
        write_private(place, secrets.token_hex(32))
    return dataclasses.replace(settings, secret_key=place.read_text(encoding="utf-8"))


def reset(settings: Settings) -> None:
    """Remove everything the demonstration has made. Raises Conflict for a database that is not its own."""
    database = settings.home / "qianxian.db"
    if settings.database_url != f"sqlite:///{database}":
        raise Conflict("cli.reset_foreign_database")
    for place in [
        *(Path(f"{database}{end}") for end in SQLITE),
        settings.home / SECRET,
        settings.home / LOGINS,
    ]:
        place.unlink(missing_ok=True)
    shutil.rmtree(settings.snapshots, ignore_errors=True)


def prepare(settings: Settings, progress: Progress) -> tuple[Login, ...]:
    """Schema, district, accounts, first snapshot: what is missing of them. Returns the log-ins."""
    from matcher.storage.migrations import migrate

    wiring = wire(settings)
    try:
        migrate(wiring.engine)
        _populate(wiring, progress)
        logins = ensure_logins(wiring)
        _first_snapshot(wiring, progress)
    finally:
        wiring.engine.dispose()
    return logins


def ensure_logins(wiring: Wiring) -> tuple[Login, ...]:
    """One account a role, as kept in the file; what is missing in the file or the database is added."""
    place = wiring.settings.home / LOGINS
    if place.exists():
        logins = tuple(Login(**entry) for entry in json.loads(place.read_text(encoding="utf-8")))
    else:
        logins = tuple(_new_login(role.value, role, scope) for role, scope in _scopes(wiring).items())
        _keep(place, logins)
    if any(login.key is None for login in logins):
        logins = _with_accounts(wiring, logins)
        _keep(place, logins)
    return logins


def write_private(place: Path, text: str) -> None:
    """Write whole or not at all, readable by its owner only."""
    beside = place.with_name(f".{place.name}-{os.getpid()}")
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)


def _keep(place: Path, logins: Iterable[Login]) -> None:
    entries = [dataclasses.asdict(login) for login in logins]
    write_private(place, json.dumps(entries, ensure_ascii=False, indent=1))


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
    _keep(wiring.settings.home / LOGINS, [_new_login(*part) for part in parts])
    progress("populate", 1, 1)


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


def _with_accounts(wiring: Wiring, logins: Iterable[Login]) -> tuple[Login, ...]:
    """The same log-ins with accounts and keys, in one transaction."""
    from matcher.services import access
    from matcher.storage import accounts

    now = wiring.clock()
    done = []
    with wiring.transactions.begin() as session:
        for login in logins:
            found = accounts.by_name(session, login.name)
            if found is None:
                given = access.NewAccount(
                    login.name, Role(login.role), login.scope, wiring.settings.language, login.password
                )
                found = access.create_account(session, ledger.SYSTEM, given, now)
            key = access.create_key(session, ledger.SYSTEM, found.account_id, now).token
            done.append(dataclasses.replace(login, key=key))
    return tuple(done)


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
