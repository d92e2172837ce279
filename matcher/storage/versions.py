"""Optimistic edits: a row carries its version, and whoever edits says which one was read."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matcher.errors import VersionMismatch


class Versioned(Protocol):
    """A mapped row with a version column."""

    @property
    def version(self) -> int: ...


def expect_version(row: Versioned, version: int) -> None:
    """Raise VersionMismatch unless the row is still the one that was read (If-Match)."""
    if row.version != version:
        raise VersionMismatch("storage.version_mismatch", expected=version, found=row.version)


def save_edit(session: Session) -> None:
    """Flush an edit. Raises VersionMismatch where another's commit came between read and flush."""
    try:
        session.flush()
    except StaleDataError:
        raise VersionMismatch("storage.changed_meanwhile") from None
