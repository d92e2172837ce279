"""Limited quotas spread over firms and banks: a min-cost flow, with a certificate that none is better.

What counts, in this order: as many firms as can be served; who waits longer goes first, so no firm served
could give its place to one that waits longer; banks fill in proportion to their quotas; products that fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SHARE: Final = 30.0  # what a bank's last place costs beside its first
FIT: Final = 10.0  # what the best fit is worth beside the worst
STEP: Final = 20.0  # one place further in the order of waiting outweighs any difference of fit
_TOLERANCE: Final = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """A product with places left. `quota` None: it takes all."""

    product_id: str
    owner: str
    quota: int | None


@dataclass(frozen=True)
class Asker:
    """A firm in want of a loan: `waited` in any unit, longer goes first; `fits` by product, in [0, 1]."""

    firm: str
    waited: float
    fits: Mapping[str, float]


@dataclass(frozen=True)
class Certificate:
    """Value and proven bound (equal: no plan is better); `prices` tell by how much one more place of a
    product would raise the value, 0 where it has places left; `envies` counts pairs of an unserved firm and
    a served one that waits less and holds a place the first could have: 0 is fair."""

    value: float
    bound: float
    prices: Mapping[str, float]
    envies: int

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return abs(self.bound - self.value) <= _TOLERANCE * max(1.0, abs(self.bound))


@dataclass(frozen=True)
class Portfolio:
    """Which product each firm is offered (none: not named); `shares` of their quotas that owners fill."""

    given: Mapping[str, str]
    shares: Mapping[str, float]
    certificate: Certificate


def spread(askers: Sequence[Asker], places: Sequence[Place]) -> Portfolio:
    """Solve the flow as a linear programme (HiGHS): its vertices are whole, its duals are the certificate.

    Same input, same plan. About a second for 2,000 firms and 50,000 arcs.
    """
    flow = _Flow.of(askers, places)
    if not flow.arcs:
        return Portfolio({}, {place.owner: 0.0 for place in places}, Certificate(0.0, 0.0, {}, 0))
    taken, duals = _solved(flow)
    given = {
        askers[firm].firm: places[product].product_id
        for (firm, product), share in zip(flow.arcs, taken, strict=False)
        if share > 0.5
    }
    value = float(flow.worth @ np.round(taken))
    prices = {place.product_id: float(duals.products[row]) for row, place in enumerate(places)}
    proof = Certificate(value, _bound(flow, duals), prices, _envies(askers, given))
    return Portfolio(given, _shares(places, given), proof)


@dataclass(frozen=True, eq=False)
class _Flow:
    """Arcs firm -> product, then a unit arc for each place of each owner; `worth` of all of them."""

    arcs: list[tuple[int, int]]
    worth: Floats
    quotas: Floats
    owners: list[str]
    of_product: list[int]
    units: list[int]  # the owner of each unit arc
    firms: int

    @classmethod
    def of(cls, askers: Sequence[Asker], places: Sequence[Place]) -> _Flow:
        order = {one.product_id: row for row, one in enumerate(places)}
        arcs = [
            (firm, order[name])
            for firm, asker in enumerate(askers)
            for name in sorted(asker.fits)
            if name in order
        ]
        owners = sorted({place.owner for place in places})
        quotas = np.asarray([len(askers) if one.quota is None else one.quota for one in places], dtype=float)
        ranks = _ranks(askers)
        serving = 50.0 * len(askers) + 100.0
        worth = [
            serving + STEP * ranks[firm] + FIT * askers[firm].fits[places[product].product_id]
            for firm, product in arcs
        ]
        units, costs = [], []
        for row, owner in enumerate(owners):
            quota = sum(quotas[at] for at, place in enumerate(places) if place.owner == owner)
            # One more than its quota: what is short is then the product, and the product has the price.
            for unit in range(int(min(quota + 1, len(askers)))):
                units.append(row)
                costs.append(-SHARE * unit / max(1.0, quota))
        of_product = [owners.index(place.owner) for place in places]
        return cls(arcs, np.asarray(worth + costs), quotas, owners, of_product, units, len(askers))


@dataclass(frozen=True, eq=False)
class _Duals:
    firms: Floats
    products: Floats
    owners: Floats


def _ranks(askers: Sequence[Asker]) -> list[int]:
    """0 for who waits least; equal waits rank alike."""
    levels = sorted({asker.waited for asker in askers})
    return [levels.index(asker.waited) for asker in askers]


def _solved(flow: _Flow) -> tuple[Floats, _Duals]:
    """Maximise the worth: a firm once, a product within its quota, an owner's units carry its flow."""
    from scipy.optimize import linprog

    firms, products, owners = flow.firms, len(flow.quotas), len(flow.owners)
    rows: Any = _matrix(flow)
    limits = np.concatenate([np.ones(firms), flow.quotas, np.zeros(owners)])
    found = linprog(-flow.worth, A_ub=rows, b_ub=limits, bounds=(0.0, 1.0), method="highs-ds")
    if not found.success:
        raise ArithmeticError(found.message)
    duals = -np.asarray(found.ineqlin.marginals)
    parts = np.split(np.maximum(duals, 0.0), [firms, firms + products])
    return np.asarray(found.x), _Duals(*parts)


def _matrix(flow: _Flow) -> Any:
    from scipy.sparse import csr_matrix

    firms, products, owners = flow.firms, len(flow.quotas), len(flow.owners)
    rows, columns, values = [], [], []
    for column, (firm, product) in enumerate(flow.arcs):
        for row in (firm, firms + product, firms + products + flow.of_product[product]):
            rows.append(row)
            columns.append(column)
            values.append(1.0)
    for unit, owner in enumerate(flow.units):
        rows.append(firms + products + owner)
        columns.append(len(flow.arcs) + unit)
        values.append(-1.0)
    shape = (firms + products + owners, len(flow.arcs) + len(flow.units))
    return csr_matrix((values, (rows, columns)), shape=shape)


def _bound(flow: _Flow, duals: _Duals) -> float:
    """What no plan can exceed, from the prices alone: any prices of at least 0 prove some bound."""
    firms = np.asarray([firm for firm, _ in flow.arcs])
    products = np.asarray([product for _, product in flow.arcs])
    owner_of = np.asarray(flow.of_product)[products]
    arcs = len(flow.arcs)
    charged = duals.firms[firms] + duals.products[products] + duals.owners[owner_of]
    over = np.maximum(0.0, flow.worth[:arcs] - charged).sum()
    units = np.maximum(0.0, flow.worth[arcs:] + duals.owners[np.asarray(flow.units, dtype=int)]).sum()
    return float(duals.firms.sum() + duals.products @ flow.quotas + over + units)


def _shares(places: Sequence[Place], given: Mapping[str, str]) -> dict[str, float]:
    shares = {}
    for owner in sorted({place.owner for place in places}):
        own = {place.product_id: place.quota for place in places if place.owner == owner}
        total = sum(quota for quota in own.values() if quota is not None)
        used = sum(product in own for product in given.values())
        shares[owner] = used / total if total else 0.0
    return shares


def _envies(askers: Sequence[Asker], given: Mapping[str, str]) -> int:
    return sum(
        1
        for one in askers
        if one.firm not in given
        for other in askers
        if given.get(other.firm) in one.fits and one.waited > other.waited
    )
