"""The demonstration's home: its secret, and whether there is still something to prepare in it.

Imports nothing heavy: a second start asks here and goes on to serving at once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
import shutil
from pathlib import Path
from typing import Final

from jobs import logins
from jobs.logins import LOGINS, Login, write_private
from matcher import errors
from matcher.errors import Conflict
from matcher.settings import Settings

SECRET: Final = "secret"  # noqa: S105 the name of a file
PREPARED: Final = "prepared"
DATABASE: Final = "qianxian.db"
SQLITE: Final = ("", "-wal", "-shm")


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
    if not _is_own(settings):
        raise Conflict("cli.reset_foreign_database")
    home = settings.home
    databases = [Path(f"{home / DATABASE}{end}") for end in SQLITE]
    for place in [home / PREPARED, *databases, home / SECRET, home / LOGINS]:
        place.unlink(missing_ok=True)
    shutil.rmtree(settings.snapshots, ignore_errors=True)


def mark_prepared(settings: Settings) -> None:
    """Note that all is there: schema, district, accounts, first snapshot. Only for a database of its own."""
    if _is_own(settings):
        write_private(settings.home / PREPARED, _mark(settings))


def prepared(settings: Settings) -> tuple[Login, ...] | None:
    """The log-ins of a home that lacks nothing; None where something must be made or looked at."""
    home = settings.home
    try:
        if (home / PREPARED).read_text(encoding="utf-8") != _mark(settings):
            return None
    except FileNotFoundError:
        return None
    known = logins.kept(home)
    if known is None or any(login.key is None for login in known) or not _is_own(settings):
        return None
    return known


def _is_own(settings: Settings) -> bool:
    return settings.database_url == f"sqlite:///{settings.home / DATABASE}"


def _mark(settings: Settings) -> str:
    """Names the database file and the schema's steps: another file or a new version is looked at anew."""
    steps = Path(errors.__file__).parent / "storage" / "migrations" / "versions"
    names = sorted(step.name for step in steps.glob("*.py"))
    try:
        file = (settings.home / DATABASE).stat().st_ino
    except FileNotFoundError:
        file = 0
    return hashlib.sha256(f"{file} {names}".encode()).hexdigest()
