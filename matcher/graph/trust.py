"""Verified once a host: a small file beside the snapshot says that its bytes were read and found whole here.

It holds the size, time and number of every file, so a file that was put in another's place, cut or written to
is read anew. Bits that rot under an unchanged file are found once a day by `check` or the follower, which
trust nothing: another small file then says so to all processes of the host, and none follows it any more.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from matcher.errors import SnapshotDamaged
from matcher.graph import delta, files
from matcher.graph.opening import base_of

PREFIX: Final = ".verified-"
DAMAGED: Final = ".damaged-"
AGAIN: Final = timedelta(days=1)


def verify_once(folder: Path) -> None:
    """Make sure that a snapshot and its base were verified on this host. Raises SnapshotDamaged.

    Costs one look at each file's status where they were, else as verify.
    """
    base = base_of(folder)
    if base is None:
        _once(folder, files.verify)
    else:
        _once(base, files.verify)
        _once(folder, delta.verify)


def verify_part(folder: Path) -> None:
    """As verify_once, but for this folder alone: its base need not be there. Raises SnapshotDamaged."""
    _once(folder, delta.verify if "base" in files.read_manifest(folder) else files.verify)


def vouch(folder: Path) -> None:
    """Say that a folder was verified here this moment, before it was given its name."""
    _say(folder, _seen(folder))


def verify_again(folder: Path) -> None:
    """Read every byte whatever was said before, and say so. Raises SnapshotDamaged."""
    for part in (folder, base_of(folder)):
        if part is not None:
            _mark(part).unlink(missing_ok=True)
    verify_once(folder)


def is_due(folder: Path, now: datetime) -> bool:
    """Whether its bytes were last read here longer than a day ago."""
    with contextlib.suppress(OSError):
        return now.timestamp() - _mark(folder).stat().st_mtime > AGAIN.total_seconds()
    return True


def condemn(folder: Path, damage: SnapshotDamaged) -> None:
    """Say to all processes of this host that a snapshot, or the base that it stands on, was found damaged.

    It holds for the files as they are: put anew, they are read anew.
    """
    part = folder.with_name(str(damage.params.get("snapshot", folder.name)))
    _mark(part).unlink(missing_ok=True)
    told = {"seen": _seen(part), "reason": damage.reason, "params": damage.params}
    mark = part.with_name(f"{DAMAGED}{part.name}")
    beside = mark.with_name(f"{mark.name}-{os.getpid()}")
    beside.write_text(json.dumps(told, default=str), encoding="utf-8")
    beside.replace(mark)


def is_condemned(folder: Path) -> bool:
    """Whether it, or what it stands on, was found damaged and is still as it was then."""
    try:
        for part in (folder, base_of(folder)):
            if part is not None:
                _refuse_condemned(part, _seen(part))
    except SnapshotDamaged:
        return True
    return False


def fingerprint(folder: Path) -> str:
    """What tells these files and those it stands on from others of the same name. Raises SnapshotDamaged."""
    base = base_of(folder)
    return _seen(folder) + ("" if base is None else _seen(base))


def forget(folder: Path) -> None:
    """Remove what is said of snapshots that are no longer there."""
    for prefix in (PREFIX, DAMAGED):
        for mark in folder.glob(f"{prefix}*"):
            if not (folder / mark.name.removeprefix(prefix).partition("@")[0]).is_dir():
                mark.unlink(missing_ok=True)


def _refuse_condemned(folder: Path, seen: str) -> None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(folder.with_name(f"{DAMAGED}{folder.name}").read_text(encoding="utf-8"))
        if told["seen"] == seen:
            raise SnapshotDamaged(str(told["reason"]), **told["params"])


def _once(folder: Path, verify: files.Verify) -> None:
    mark, seen = _mark(folder), _seen(folder)
    _refuse_condemned(folder, seen)
    with contextlib.suppress(OSError):
        if mark.read_text(encoding="ascii") == seen:
            return
    verify(folder)
    _say(folder, seen)


def _say(folder: Path, seen: str) -> None:
    mark = _mark(folder)
    with contextlib.suppress(OSError):  # a reader without the right to write verifies for itself
        beside = mark.with_name(f"{mark.name}-{os.getpid()}")
        beside.write_text(seen, encoding="ascii")
        beside.replace(mark)


def _mark(folder: Path) -> Path:
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]
    return folder.with_name(f"{PREFIX}{folder.name}@{host}")


def _seen(folder: Path) -> str:
    try:
        entries = sorted((entry.name, entry.stat()) for entry in os.scandir(folder))
    except OSError:
        raise SnapshotDamaged("graph.manifest_unreadable", snapshot=folder.name) from None
    told = [(name, status.st_size, status.st_mtime_ns, status.st_ino) for name, status in entries]
    return hashlib.sha256(repr(told).encode()).hexdigest()
