"""Which industries supply which: weights between divisions of GB/T 4754-2017, from a published use table.

The table is that of the United States for 2017 (facts/sources.toml says how it was carried over). It
knows purchases for current use only: machines bought as capital and what households buy are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matcher.domain import industry, tables


@dataclass(frozen=True)
class Supply:
    """How much one division supplies another; all three in [0, 1].

    `input_share`: the part of all the buyer's purchases that come from the supplier.
    `sales_share`: the part of all the supplier's sales to industries that go to the buyer.
    `strength`: grows with both and with how far the flow exceeds what would be expected if every
    industry bought alike, so that wholesale, property and head offices, who sell to all, come last.
    """

    input_share: float
    sales_share: float
    strength: float


@cache
def supplies() -> Mapping[tuple[str, str], Supply]:
    """All links of noticeable strength by (supplier division, buyer division). Read once a process."""
    return {
        (supplier, buyer): Supply(float(input_share), float(sales_share), float(strength))
        for supplier, buyer, input_share, sales_share, strength in tables.rows("chain.csv")
    }


def supply(supplier_code: str, buyer_code: str) -> Supply | None:
    """The link between the divisions of two industry codes of any level, or None where there is none."""
    supplier, buyer = industry.division(supplier_code), industry.division(buyer_code)
    if supplier is None or buyer is None:
        return None
    return supplies().get((supplier, buyer))
