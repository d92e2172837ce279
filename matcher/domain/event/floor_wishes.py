"""The wishes on a fair's floor one by one, so that some can be set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from matcher.domain.event.floor import Exhibitor, Floor
from matcher.domain.event.wishes import Wish, WishKind

_OF_BOOTHS = (WishKind.BOOTH_SIZE, WishKind.BOOTH_POWER, WishKind.ZONE)


def wishes_of_floor(request: Floor) -> tuple[Wish, ...]:
    """All that can be set aside, in a fixed order; needs that every booth meets are none."""
    found = {Wish(WishKind.BOOTH_APART, tuple(sorted(pair))) for pair in request.apart}
    found |= {Wish(WishKind.NEAR, tuple(sorted(pair))) for pair in request.near}
    found |= {Wish(WishKind.BOOTH_PIN, (pin.firm,), table=pin.booth) for pin in request.pins}
    for one in request.exhibitors:
        found |= {Wish(kind, (one.firm,)) for kind in _OF_BOOTHS if _matters(request, one, kind)}
    return tuple(sorted(found, key=lambda wish: (wish.kind, wish.who, wish.table or 0)))


def _matters(request: Floor, one: Exhibitor, kind: WishKind) -> bool:
    booths = [request.booths[number] for number in request.open_booths()]
    if kind is WishKind.BOOTH_SIZE:
        return any(booth.size < one.size for booth in booths)
    if kind is WishKind.BOOTH_POWER:
        return any(booth.power < one.power for booth in booths)
    return one.zone is not None and any(one.zone not in booth.zones for booth in booths)


def floor_with(request: Floor, wishes: Collection[Wish]) -> Floor:
    """The floor with these wishes alone; the booths and who comes stay."""
    kept = {(wish.kind, wish.who, wish.table) for wish in wishes}

    def pair_kept(kind: WishKind, pair: tuple[str, str]) -> bool:
        return (kind, tuple(sorted(pair)), None) in kept

    return replace(
        request,
        apart=tuple(pair for pair in request.apart if pair_kept(WishKind.BOOTH_APART, pair)),
        near=tuple(pair for pair in request.near if pair_kept(WishKind.NEAR, pair)),
        pins=tuple(pin for pin in request.pins if (WishKind.BOOTH_PIN, (pin.firm,), pin.booth) in kept),
        exhibitors=tuple(
            replace(
                one,
                size=one.size if (WishKind.BOOTH_SIZE, (one.firm,), None) in kept else 0.0,
                power=one.power if (WishKind.BOOTH_POWER, (one.firm,), None) in kept else 0.0,
                zone=one.zone if (WishKind.ZONE, (one.firm,), None) in kept else None,
            )
            for one in request.exhibitors
        ),
    )
