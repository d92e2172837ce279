"""Who of equals comes first: a hash of question and enterprise, so that no firm wins every tie.

By id alone the same firms would stand first in every list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

import numpy as np

from matcher.graph.table import Array, Strings

STIR: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of SplitMix64 (Steele, Lea, Flood 2014)
BITS: Final = 49  # of the hash, so that a score of 10,000 steps stands before it in one int64


def keys(ids: Strings, rows: Sequence[int] | Iterable[int]) -> Array:
    """uint64: CRC-32 of each id."""
    return np.fromiter((crc32(ids.raw(row)) for row in rows), dtype=np.uint64)


def seed_of(digest: bytes) -> int:
    """What a question's digest adds to the keys."""
    return int.from_bytes(digest[:8], "little")


def stirred(found: Array, digest: bytes) -> Array:
    """uint64: BITS bits of the keys mixed with the question's digest, each depending on all."""
    with np.errstate(over="ignore"):
        mixed = found ^ np.uint64(seed_of(digest))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(STIR[0])
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(STIR[1])
    last: Array = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(64 - BITS)
    return last


def order(scores: Array, found: Array, digest: bytes) -> Array:
    """int64: higher score first, then by the stirred keys, then as they came."""
    best: Array = np.lexsort((stirred(found, digest), -scores))
    return best
