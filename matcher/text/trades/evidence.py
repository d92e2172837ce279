"""What name and scope say together: the first-listed business and the name's trade word weigh most.

Things made stay with their maker's division; the same things sold belong to wholesale or retail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from matcher.text.trades.head import DIVISIONS, POSITION, Array
from matcher.text.trades.scope import DEVELOPED, MADE, MOUNTED, RETAILED, TRADED, WHOLESALED, Item

WHOLESALE, RETAIL = POSITION["51"], POSITION["52"]
_MAKERS: Final = np.array([int(code) <= 46 for code in DIVISIONS])

_DECAY: Final = 0.75  # of each thing's weight against the one before it
_UNSAID: Final = 0.02  # what a division has that neither name nor scope names
_MADE_BY_SERVICE: Final = 0.5  # a service named in a clause where things are made
_RETAIL_SHARE: Final = 0.3  # of what is sold, where nothing tells
_SHOP_SHARE: Final = 0.75  # where the name is that of a shop
_WHOLESALED_SHARE: Final = 0.05  # where it says wholesale and not retail
_TRADER_WHO_MAKES: Final = 0.3  # the weight of 贸易 in a name whose scope begins with making
_DEVELOPERS: Final = {POSITION["75"]: 0.7, POSITION["73"]: 0.2, POSITION["65"]: 0.1}
_MOUNTERS: Final = {POSITION["49"]: 0.5, POSITION["43"]: 0.25, POSITION["81"]: 0.25}
_RETAILED_SHARE: Final = 0.85  # where the scope says so


def combined(named: Mapping[str, float], works: bool, items: Sequence[Item], shares: Array) -> Array:
    """P(division) of one enterprise. `shares` are the head's answers (items, divisions)."""
    said = _scope_shares(named, works, items, shares)
    told = _name_shares(named, works, items, shares)
    belief = np.log(told + _UNSAID) + np.log(said + _UNSAID)
    raised = np.exp(belief - belief.max())
    joined: Array = raised / raised.sum()
    return joined


def _name_shares(named: Mapping[str, float], works: bool, items: Sequence[Item], shares: Array) -> Array:
    """The name's word. 钢铁经销 and a scope that only sells: what it names is sold, too."""
    found = np.zeros(len(DIVISIONS))
    for division, weight in named.items():
        found[POSITION[division]] += weight
    first = items[0].done if items else ""
    if (first in TRADED and all(item.done != MADE for item in items)) or first in (DEVELOPED, MOUNTED):
        found = _moved(found, first, _RETAIL_SHARE)
    elif first == MADE:
        found[[WHOLESALE, RETAIL]] *= _TRADER_WHO_MAKES
    elif first and not works:
        found = found + _several_families(shares) * (_traded(found, _RETAIL_SHARE) - found)
    if first == RETAILED:
        found = _retailed(found)
    return found / max(float(found.sum()), 1.0)


def _scope_shares(named: Mapping[str, float], works: bool, items: Sequence[Item], shares: Array) -> Array:
    makes = sum(weight for code, weight in named.items() if _MAKERS[POSITION[code]])
    wholesale, retail = named.get("51", 0.0), named.get("52", 0.0)
    retail_share = _SHOP_SHARE if retail > wholesale else _RETAIL_SHARE
    unsaid = _sold_share(makes, works, wholesale + retail, shares)
    found = np.zeros(len(DIVISIONS))
    for rank, (item, row) in enumerate(zip(items, shares, strict=True)):
        if item.done == MADE:
            meant = np.where(_MAKERS, row, row * _MADE_BY_SERVICE)
        elif item.done in TRADED or item.done in (DEVELOPED, MOUNTED):
            meant = _moved(row, item.done, retail_share)
        else:
            meant = unsaid * _traded(row, retail_share) + (1 - unsaid) * row
        found += _DECAY**rank * meant
    return found / max(float(found.sum()), 1e-9)


def _sold_share(makes: float, works: bool, sells: float, shares: Array) -> float:
    """How likely things without a verb are sold: the name tells, else how many trades they come from."""
    if sells > makes:
        return 0.95
    if works:
        return 0.15
    several = _several_families(shares)
    return 0.15 + 0.7 * several if makes > 0 else 0.35 + 0.5 * several


def _several_families(shares: Array) -> float:
    """From 0, where all that is listed comes from one trade, towards 1, where it comes from many."""
    families = shares[:, _MAKERS].sum(axis=0)
    one_family = float((families**2).sum() / max(float(families.sum()) ** 2, 1e-9))
    return 1 - min(one_family, 1.0)


def _moved(row: Array, done: str, retail_share: float) -> Array:
    """What is made, given to those who do with it what is said."""
    if done == DEVELOPED:
        return _given(row, _DEVELOPERS)
    if done == MOUNTED:
        return _given(row, _MOUNTERS)
    share = {RETAILED: _RETAILED_SHARE, WHOLESALED: _WHOLESALED_SHARE}.get(done, retail_share)
    return _traded(row, share)


def _given(row: Array, takers: Mapping[int, float]) -> Array:
    goods = float(row[_MAKERS].sum())
    moved = np.where(_MAKERS, 0.0, row)
    for position, share in takers.items():
        moved[position] += goods * share
    return moved


def _traded(row: Array, retail_share: float) -> Array:
    """The row with what is made moved to those who sell it."""
    goods = float(row[_MAKERS].sum())
    moved = np.where(_MAKERS, 0.0, row)
    moved[WHOLESALE] += goods * (1 - retail_share)
    moved[RETAIL] += goods * retail_share
    return moved


def _retailed(row: Array) -> Array:
    moved = row.copy()
    moved[RETAIL] += row[WHOLESALE] * _RETAILED_SHARE
    moved[WHOLESALE] *= 1 - _RETAILED_SHARE
    return moved
