"""Identifiers in the order of their UTF-8, a million at a time."""

from __future__ import annotations

from typing import Final

import numpy as np

from matcher.graph.table import Array, Strings

WIDEST: Final = 256
_MOST_PADDING: Final = 8  # one long id among a million short ones must not cost a gigabyte


def id_ranks(identifiers: Strings) -> Array:
    """int64 (n,): the place of each row in the order of the ids."""
    ranks = np.empty(len(identifiers), dtype=np.int64)
    ranks[id_order(identifiers)] = np.arange(len(identifiers))
    return ranks


def id_order(identifiers: Strings) -> Array:
    """int64 (n,): rows by their id."""
    table = packed(identifiers)
    if table is None:
        raw = [identifiers.raw(row) for row in range(len(identifiers))]
        return np.array(sorted(range(len(raw)), key=raw.__getitem__), dtype=np.int64)
    return np.argsort(table, kind="stable")


def packed(identifiers: Strings) -> Array | None:
    """The ids as numpy's fixed-width bytes: they hold no NUL, so padding with it keeps their order.

    None where one is so long that it would be wasteful.
    """
    width = int(np.diff(identifiers.offsets).max(initial=1))
    used = int(identifiers.offsets[-1])
    if width > WIDEST or len(identifiers) * width > used * _MOST_PADDING + WIDEST:
        return None
    table = np.zeros((len(identifiers), width), dtype=np.uint8)
    lengths = np.diff(identifiers.offsets)
    table[np.arange(width) < lengths[:, None]] = identifiers.blob[:used]
    return table.view(f"S{width}")[:, 0]
