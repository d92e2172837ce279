"""Who reads on: a small file beside a snapshot says when a page of it was last turned on this host.

A page names the snapshot of its list, and the next one is read from there: pruning leaves it alone.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Final

from matcher.graph.retention import READ_ON

PREFIX: Final = ".turned-"


def note(folder: Path, snapshot_id: str) -> None:
    """A page of an earlier snapshot is being read now."""
    with contextlib.suppress(
        OSError
    ):  # a reader without the right to write has the time that is given to all
        (folder / f"{PREFIX}{snapshot_id}").touch()


def lately(folder: Path, now: datetime) -> set[str]:
    """The ids of which a page was turned in the last READ_ON: a cursor that names them is alive."""
    return {mark.name.removeprefix(PREFIX) for mark in folder.glob(f"{PREFIX}*") if not _is_over(mark, now)}


def forget(folder: Path, now: datetime) -> None:
    """Remove what is said of lists that nobody reads any more."""
    for mark in folder.glob(f"{PREFIX}*"):
        if _is_over(mark, now):
            mark.unlink(missing_ok=True)


def _is_over(mark: Path, now: datetime) -> bool:
    with contextlib.suppress(OSError):
        return now.timestamp() - mark.stat().st_mtime >= READ_ON.total_seconds()
    return True
