"""Who may not be suggested whatever the score. Each filter has a name, for `why`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matcher.domain import place
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.graph.table import Array, Table
from matcher.recommend.asking import Asking
from matcher.recommend.signal import Filter


def active(asking: Asking) -> Array:
    """Closed, revoked and abnormal enterprises are not suggested."""
    return _has(asking, Flag.ACTIVE)


def itself(asking: Asking) -> Array:
    """Nobody is suggested to itself."""
    allowed = _all(asking)
    if asking.asker >= 0:
        allowed[asking.asker] = False
    return allowed


def owner(asking: Asking) -> Array:
    """Nor an enterprise of its own owner group."""
    group = asking.of_asker("owner_group")
    return asking.graph.firms.numbers("owner_group") != group if group >= 0 else _all(asking)


def apart(asking: Asking) -> Array:
    """Rivals, parties to a dispute and those whom the station keeps apart."""
    allowed = _all(asking)
    if asking.asker >= 0:
        allowed[asking.graph.relations.row(asking.asker)[0]] = False
    return allowed


def avoided(asking: Asking) -> Array:
    """Those whom the question itself excludes."""
    allowed = _all(asking)
    for identifier in asking.question.avoid:
        position = asking.graph.firms.position(identifier)
        if position is not None:
            allowed[position] = False
    return allowed


def serves(asking: Asking) -> Array:
    """A supplier whose every offer names regions must name the asker's; no region named is everywhere.

    An offer that has nothing left serves nobody, while the supplier has others.
    """
    graph = asking.graph
    allowed = _all(asking)
    if asking.street < 0 or asking.downstream:
        return allowed
    by_offer = _reach(graph.tables["areas"], graph.streets.ids[asking.street])[graph.offers.numbers("serves")]
    sellers = graph.offers.numbers("firm")
    allowed[sellers] = False
    allowed[sellers[by_offer & usable(graph)]] = True
    return allowed


# By table of areas: which of them reach a place.
_reached: WeakKeyDictionary[Table, dict[str, Array]] = WeakKeyDictionary()


def _reach(areas: Table, here: str) -> Array:
    """bool (areas + 1,): whether each set of regions serves a place; the last, no set, is everywhere."""
    known = _reached.setdefault(areas, {})
    if here not in known:
        reach = [reaches(here, regions) for regions in areas.ids.all]
        known[here] = np.array([*reach, True], dtype=np.bool_)
    return known[here]


def free(asking: Asking) -> Array:
    """A supplier whose every offer says that nothing is left is not suggested; unsaid is not nothing."""
    if asking.downstream:
        return _all(asking)
    return ~spent(asking.graph)


def spent(graph: Graph) -> Array:
    """bool (firms,): it has offers, and each has a capacity of nothing."""
    sellers, nothing = graph.offers.numbers("firm"), graph.offers.numbers("capacity") <= 0
    found = np.zeros(len(graph.firms), dtype=np.bool_)
    found[sellers] = True
    found[sellers[~nothing]] = False
    return found


def usable(graph: Graph) -> Array:
    """bool (offers,): it has something left, or its supplier has nothing left anywhere (see `free`)."""
    found: Array = ~(graph.offers.numbers("capacity") <= 0) | spent(graph)[graph.offers.numbers("firm")]
    return found


def listed(asking: Asking) -> Array:
    """Firms that do not show themselves, and sole traders (persons), are for their own station only."""
    firms = asking.graph.firms
    open_to_all = _has(asking, Flag.LISTED) & ~_has(asking, Flag.SOLE_TRADER)
    if asking.station < 0:
        return open_to_all
    own: Array = firms.numbers("station") == asking.station
    return open_to_all | own


FILTERS: Final[Mapping[str, Filter]] = {
    "active": active,
    "itself": itself,
    "owner": owner,
    "apart": apart,
    "avoided": avoided,
    "serves": serves,
    "free": free,
    "listed": listed,
}


def reaches(here: str, areas: str) -> bool:
    """Whether a set of regions serves a place: either lies in the other, as an asker known only by its
    district may stand in the street served.
    """
    return any(place.within(here, area) or place.within(area, here) for area in areas.split(";"))


def _all(asking: Asking) -> Array:
    return np.ones(len(asking.graph.firms), dtype=np.bool_)


def _has(asking: Asking, flag: Flag) -> Array:
    found: Array = (asking.graph.firms.numbers("flags") & int(flag)) != 0
    return found
