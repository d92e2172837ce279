"""What CURRENT says, and how it is written: alike in a data folder and where hosts share them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

CURRENT: Final = "CURRENT"
REMEMBERED: Final = 300  # earlier publications that are still there, named in CURRENT as fall-backs


@dataclass(frozen=True)
class Pointer:
    """What CURRENT says. `earlier` are ids published before, newest first."""

    generation: int
    snapshot_id: str
    earlier: tuple[str, ...] = ()


def following(present: Pointer | None, snapshot_id: str, generation: int) -> Pointer:
    """The pointer to `snapshot_id` that comes after `present`."""
    before = () if present is None else (present.snapshot_id, *present.earlier)
    earlier = tuple(name for name in before if name != snapshot_id)
    return Pointer(generation, snapshot_id, earlier[:REMEMBERED])


def encode(pointer: Pointer) -> str:
    """The text of CURRENT."""
    content = {"generation": pointer.generation, "snapshot_id": pointer.snapshot_id}
    return json.dumps({**content, "earlier": pointer.earlier, "digest": _digest(pointer)})


def decode(text: str) -> Pointer | None:
    """The pointer of a text; None where it is broken."""
    try:
        content = json.loads(text)
        pointer = Pointer(content["generation"], content["snapshot_id"], tuple(content["earlier"]))
        return pointer if content["digest"] == _digest(pointer) else None
    except (ValueError, KeyError, TypeError):
        return None


def _digest(pointer: Pointer) -> str:
    text = f"{pointer.generation} {pointer.snapshot_id} {' '.join(pointer.earlier)}"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
