"""The demonstration's log-ins, as kept in a private file in its home."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

LOGINS: Final = "logins.json"


@dataclasses.dataclass(frozen=True)
class Login:
    """How somebody of a role enters: a name and a password for the console, a key for the API."""

    name: str
    role: str
    scope: str
    password: str
    key: str | None = None


def kept(home: Path) -> tuple[Login, ...] | None:
    """The log-ins in the file; None before there is one."""
    place = home / LOGINS
    if not place.exists():
        return None
    return tuple(Login(**entry) for entry in json.loads(place.read_text(encoding="utf-8")))


def keep(home: Path, logins: Iterable[Login]) -> None:
    """Write the file anew."""
    entries = [dataclasses.asdict(login) for login in logins]
    write_private(home / LOGINS, json.dumps(entries, ensure_ascii=False, indent=1))


def write_private(place: Path, text: str) -> None:
    """Write whole or not at all, readable by its owner only."""
    beside = place.with_name(f".{place.name}-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)
