"""Whom the buyers of one division choose from, with what is the same for all of these buyers added up.

A score is `base` (chain, past deals, whatever else does not depend on which firm of the division asks) plus
place and size, which do. Candidates stand by neighbourhood, the best base first, in blocks: those of far ones
are passed over at one look.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from matcher.graph.table import Array

BLOCK: Final = 64
CROWDED: Final = 512  # candidates of a building that is a neighbourhood by itself
STEPS: Final = 10_000  # scores are told in steps of 1/STEPS
UNKNOWN: Final = -1


class Sites(NamedTuple):
    """Of some firms: row, owner group, place (4, n): building, street, district, city; UNKNOWN if so.

    latitude, longitude and staff are float64, NaN unknown.
    """

    row: Array
    group: Array
    place: Array
    latitude: Array
    longitude: Array
    staff: Array

    def take(self, rows: Array) -> Sites:
        """Those at some places."""
        return Sites(*(np.ascontiguousarray(values[..., rows]) for values in self))


class Pool(NamedTuple):
    """Candidates: sites, base score float64, key uint64 for ties, column of Buyers.served."""

    sites: Sites
    base: Array
    key: Array
    serves: Array


class Blocks(NamedTuple):
    """At most BLOCK candidates each, of one neighbourhood: `first` (blocks + 1,), the best `base`, the
    neighbourhood `of`. `by_base`: all blocks, the best base first. Of each neighbourhood: its blocks from
    `begin` (n + 1,), the ranges of its places and coordinates. Of building b the neighbourhoods it is in:
    `housed` from house[b] to house[b + 1]. `told` (candidates,): logarithms of staff.
    """

    first: Array
    base: Array
    of: Array
    by_base: Array
    begin: Array
    house: Array
    housed: Array
    low: Array
    high: Array
    north: Array
    east: Array
    told: Array


class Buyers(NamedTuple):
    """Who asks: sites (coordinates are those that distance is measured from), the cosine of the latitude, the
    seed of ties, and which row of bool `served` tells for each way to serve regions whether it reaches them.
    """

    sites: Sites
    shrink: Array
    seed: Array
    reach: Array
    served: Array


class Worth(NamedTuple):
    """Weights as float32; nearness by level (4,) float32; the rest of place and size as in the features."""

    place: np.float32
    size: np.float32
    levels: Array
    nearest: float
    kilometres: float
    degree: float
    unknown: np.float32
    width: float


def neighbourhood(place: Array) -> Array:
    """int64 (n,): a large building by itself, else the street, where that is unknown the district or city."""
    building, street, district, city = place
    wider = np.where(district >= 0, district, city)
    found = np.where(street >= 0, street, wider)
    large = np.bincount(building + 1, minlength=1) >= CROWDED
    large[0] = False  # no building
    alone: Array = np.where(large[building + 1], -2 - building, found)
    return alone


def in_order(pool: Pool) -> Pool:
    """Candidates by neighbourhood, the best base first, then by size: as blocks_of expects them."""
    order = np.lexsort((pool.sites.staff, -pool.base, neighbourhood(pool.sites.place)))
    return Pool(pool.sites.take(order), pool.base[order], pool.key[order], pool.serves[order])


def blocks_of(pool: Pool) -> Blocks:
    """Of candidates that stand in order."""
    sites, near = pool.sites, neighbourhood(pool.sites.place)
    starts = np.flatnonzero(np.append(True, near[1:] != near[:-1])[: len(near)])
    ends = np.append(starts[1:], len(near))
    counts = -(-(ends - starts) // BLOCK)
    begin = np.append(0, np.cumsum(counts))
    of = np.repeat(np.arange(len(starts)), counts)
    first = starts[of] + (np.arange(len(of)) - begin[of]) * BLOCK
    base = pool.base[first]  # the best stands first
    house, housed = _houses(sites.place[0], np.repeat(np.arange(len(starts)), ends - starts), len(starts))
    return Blocks(
        first=np.append(first, len(near)),
        base=base,
        of=of,
        by_base=np.argsort(-base, kind="stable"),
        begin=begin,
        house=house,
        housed=housed,
        low=np.minimum.reduceat(sites.place, starts, axis=1),
        high=np.maximum.reduceat(sites.place, starts, axis=1),
        north=_range(sites.latitude, starts),
        east=_range(sites.longitude, starts),
        told=np.log1p(sites.staff),
    )


def _houses(building: Array, near: Array, size: int) -> tuple[Array, Array]:
    """By building: the neighbourhoods in which it has candidates. A building lies in one as a rule."""
    known = building >= 0
    pairs = np.unique(building[known] * size + near[known])
    house = np.searchsorted(pairs, np.arange(int(building.max(initial=-1)) + 2) * size)
    return house, pairs % size


def _range(values: Array, first: Array) -> Array:
    """float64 (2, neighbourhoods): least and most; (inf, -inf) where nothing is known."""
    known = ~np.isnan(values)
    least = np.minimum.reduceat(np.where(known, values, np.inf), first)
    return np.stack([least, np.maximum.reduceat(np.where(known, values, -np.inf), first)])
