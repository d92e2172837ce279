"""Promises about who supplies whom among industries."""

from collections import Counter

import pytest

from matcher.domain import chain, industry, tables


def strength(supplier, buyer):
    link = chain.supply(supplier, buyer)
    return 0.0 if link is None else link.strength


def test_every_link_joins_two_divisions_by_shares_and_a_strength_in_the_unit_interval():
    divisions = set(industry.all_codes(2))
    for (supplier, buyer), link in chain.supplies().items():
        assert {supplier, buyer} <= divisions
        assert 0 < link.input_share <= 1
        assert 0 < link.sales_share <= 1
        assert 0 < link.strength < 1


def test_shares_of_one_buyer_and_of_one_supplier_stay_within_the_whole():
    bought, sold = Counter[str](), Counter[str]()
    for (supplier, buyer), link in chain.supplies().items():
        bought[buyer] += link.input_share
        sold[supplier] += link.sales_share
    assert max(bought.values()) <= 1.0001
    assert max(sold.values()) <= 1.0001


@pytest.mark.parametrize(
    ("buyer", "near", "far"),
    [
        ("62", "14", "72"),  # restaurants: food before business services
        ("62", "15", "51"),  # ... and drinks before wholesalers
        ("62", "13", "66"),
        ("36", "34", "72"),  # car makers: engines, steel, rubber
        ("36", "31", "44"),
        ("36", "29", "14"),
        ("65", "72", "44"),  # software houses
        ("65", "39", "13"),
        ("47", "30", "51"),  # builders: cement and timber
        ("47", "20", "65"),
        ("18", "17", "51"),  # clothing: cloth
        ("23", "22", "72"),  # printers: paper
        ("84", "27", "31"),  # hospitals: medicines
        ("31", "42", "72"),  # steel: scrap
        ("81", "36", "13"),  # garages: car parts
    ],
)
def test_what_is_typical_for_a_trade_is_stronger_than_what_everybody_buys(buyer, near, far):
    assert strength(near, buyer) > strength(far, buyer)


@pytest.mark.parametrize(("supplier", "buyer"), [("17", "18"), ("02", "20"), ("06", "44"), ("42", "31")])
def test_the_chain_has_a_direction(supplier, buyer):
    assert strength(supplier, buyer) > strength(buyer, supplier)


def test_those_who_sell_to_everybody_lead_hardly_any_list():
    # Wholesale, business services and property sell to nearly all; they may lead a few lists, not most.
    strongest: dict[str, tuple[float, str]] = {}
    for (supplier, buyer), link in chain.supplies().items():
        strongest[buyer] = max(strongest.get(buyer, (0.0, "")), (link.strength, supplier))
    first = [supplier for _, supplier in strongest.values()]
    assert len(first) >= 85
    assert sum(division in {"51", "70", "72"} for division in first) <= len(first) / 5


def test_codes_of_any_level_are_looked_up_by_their_division():
    assert chain.supply("1713", "1811") == chain.supply("17", "18")
    assert chain.supply("C", "18") is None
    assert chain.supply("17", "9999") is None


def test_every_code_of_the_use_table_is_mapped_in_full_or_left_out_with_a_reason():
    shares = {}
    for code, division, share, note in tables.rows("bea_to_gbt.csv"):
        if division:
            assert division in industry.all_codes(2)
            shares[code] = shares.get(code, 0.0) + float(share)
        else:
            assert note
    assert all(abs(total - 1) < 1e-9 for total in shares.values())
