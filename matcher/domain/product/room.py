"""What of a space can be had: whole, split, or joined with units beside it; what is held for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from matcher.domain.product.kinds import Product

MOST_JOINED: Final = 3
HOLD_DAYS: Final = 14  # where a space says nothing else


@dataclass(frozen=True)
class Hold:
    """A space kept free for one firm up to and including `until`; without `area_m2` the whole of it."""

    product_id: str
    enterprise_id: str
    area_m2: float | None
    until: date


@dataclass(frozen=True)
class Room:
    """Units taken together and how much of them. `split`: a part of one unit; `own_hold`: held for the
    firm itself; `held_until`: nothing is free before the day after, as it is held for others."""

    units: tuple[str, ...]
    area_m2: float | None
    free_from: date | None
    split: bool = False
    own_hold: bool = False
    held_until: date | None = None


def free_area(product: Product, holds: Sequence[Hold], enterprise_id: str | None = None) -> float | None:
    """Square metres that nobody else holds; None where the area is not known and nothing is held."""
    area = None if product.space is None else product.space.area_m2
    others = [one for one in holds if one.enterprise_id != enterprise_id]
    if any(one.area_m2 is None for one in others):
        return 0.0
    held = sum(one.area_m2 for one in others if one.area_m2 is not None)
    return area if area is None else max(0.0, area - held)


def best_room(
    product: Product,
    units: Mapping[str, Product],
    holds: Sequence[Hold],
    enterprise_id: str | None,
    wanted_m2: float | None,
) -> Room:
    """Of the ways to let `product` to the firm, the one nearest to the area wanted; fewest units win ties.

    `units` are all spaces by id, `holds` all that are in force. Without a wish the unit as it is.
    """
    rooms = list(_rooms(product, units, holds, enterprise_id, wanted_m2))
    if wanted_m2 is None or len(rooms) == 1:
        return rooms[0]
    return min(rooms, key=lambda room: (_gap(room, wanted_m2), len(room.units), room.units))


def _gap(room: Room, wanted: float) -> float:
    return float("inf") if not room.area_m2 else abs(room.area_m2 - wanted) / wanted


def _rooms(
    product: Product,
    units: Mapping[str, Product],
    holds: Sequence[Hold],
    enterprise_id: str | None,
    wanted: float | None,
) -> Iterator[Room]:
    yield _alone(product, _of(holds, product), enterprise_id, wanted)
    if wanted is None or product.space is None:
        return
    for together in _connected(product, units):
        members = [units[name] for name in together]
        if any(free_area(one, _of(holds, one), enterprise_id) != _area(one) for one in members):
            continue  # a unit held for somebody else, even in part, cannot be joined
        areas = [_area(one) for one in members]
        free = [one.space.free_from for one in members if one.space is not None and one.space.free_from]
        if all(area is not None for area in areas):
            whole = sum(area for area in areas if area is not None)
            yield Room(together, whole, max(free, default=None))


def _alone(product: Product, holds: Sequence[Hold], enterprise_id: str | None, wanted: float | None) -> Room:
    space = product.space
    area, free = free_area(product, holds, enterprise_id), None if space is None else space.free_from
    own = any(one.enterprise_id == enterprise_id for one in holds)
    others = [one.until for one in holds if one.enterprise_id != enterprise_id]
    least = _area(product) if space is None or space.least_area_m2 is None else space.least_area_m2
    if area is not None and others and (area == 0.0 or area < (least or 0.0)):
        until = max(others)
        after = until + timedelta(days=1)
        return Room((product.product_id,), 0.0, after, own_hold=own, held_until=until)
    if area is not None and wanted is not None and least is not None and wanted < area:
        part = min(area, max(least, wanted))
        return Room((product.product_id,), part, free, split=part < (_area(product) or part), own_hold=own)
    whole = _area(product)
    return Room((product.product_id,), area, free, split=area != whole, own_hold=own)


def _connected(product: Product, units: Mapping[str, Product]) -> list[tuple[str, ...]]:
    """Sets of two to MOST_JOINED adjoining units around `product`; joining is told on either side."""
    beside: dict[str, set[str]] = {name: set() for name in units}
    for name, one in units.items():
        for other in () if one.space is None else one.space.joins:
            if other in units:
                beside[name].add(other)
                beside[other].add(name)
    found = set[tuple[str, ...]]()
    layer: set[tuple[str, ...]] = {(product.product_id,)}
    for _ in range(MOST_JOINED - 1):
        layer = {
            tuple(sorted((*together, other)))
            for together in layer
            for name in together
            for other in beside.get(name, ())
            if other not in together
        }
        found |= layer
    return sorted(found)


def _of(holds: Sequence[Hold], product: Product) -> list[Hold]:
    return [one for one in holds if one.product_id == product.product_id]


def _area(product: Product) -> float | None:
    return None if product.space is None else product.space.area_m2
