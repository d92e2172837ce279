"""What of a space can be had: split, joined, held for somebody else."""

from __future__ import annotations

from datetime import date

from matcher.domain.product import Product, ProductKind, Space
from matcher.domain.product.room import Hold, best_room

LATER = date(2026, 12, 6)


def unit(name: str, area: float, **over) -> Product:
    space = Space(building_id="B", area_m2=area, free_from=over.pop("free_from", None), **over)
    return Product(name, "o", "物业", name, ProductKind.SPACE, (), space=space)


def room(product: Product, *others: Product, wanted=None, holds=(), firm="ENT"):
    units = {one.product_id: one for one in (product, *others)}
    return best_room(product, units, holds, firm, wanted)


def test_a_unit_that_can_be_split_gives_just_what_is_wanted():
    big = unit("大开间", 400.0, least_area_m2=80.0)
    found = room(big, wanted=120.0)
    assert (found.area_m2, found.split) == (120.0, True)
    assert room(big, wanted=50.0).area_m2 == 80.0
    assert room(unit("整租", 400.0), wanted=120.0).area_m2 == 400.0


def test_units_side_by_side_are_joined_where_that_is_nearer_to_what_is_wanted():
    a = unit("801", 100.0, joins=("802",))
    b = unit("802", 120.0, free_from=LATER)
    found = room(a, b, wanted=210.0)
    assert (found.units, found.area_m2, found.free_from) == (("801", "802"), 220.0, LATER)
    assert room(b, a, wanted=210.0).units == ("801", "802")
    assert room(a, b, wanted=105.0).units == ("801",)


def test_a_chain_of_three_units_can_be_taken_together_and_no_more():
    row = [unit(str(number), 100.0, joins=(str(number + 1),)) for number in range(1, 5)]
    assert room(*row, wanted=290.0).units == ("1", "2", "3")
    assert room(*row, wanted=400.0).area_m2 == 300.0


def test_what_is_held_for_another_is_not_offered_and_says_until_when():
    held = (Hold("801", "ENT-ELSE", None, LATER),)
    found = room(unit("801", 100.0), holds=held, wanted=100.0)
    assert (found.area_m2, found.held_until) == (0.0, LATER)
    own = room(unit("801", 100.0), holds=held, wanted=100.0, firm="ENT-ELSE")
    assert (own.area_m2, own.own_hold, own.held_until) == (100.0, True, None)
    a, b = unit("801", 100.0, joins=("802",)), unit("802", 100.0)
    assert room(b, a, holds=held, wanted=200.0).units == ("802",)


def test_the_rest_of_a_split_unit_can_be_had():
    big = unit("大开间", 400.0, least_area_m2=80.0)
    held = (Hold("大开间", "ENT-ELSE", 250.0, LATER),)
    assert room(big, holds=held, wanted=200.0).area_m2 == 150.0
    nearly_full = (Hold("大开间", "ENT-ELSE", 350.0, LATER),)
    assert room(big, holds=nearly_full, wanted=200.0).held_until == LATER
