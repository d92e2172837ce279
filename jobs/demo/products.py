"""Loans, policies and spaces, read from data/products.toml; rents and free dates are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from jobs.demo.chance import Chance
from jobs.demo.places import HOUSES
from jobs.demo.rounding import FEN_OF_WAN
from jobs.demo.trades import read_toml
from matcher.storage.products import Product

_FEN_OF_YUAN: Final = FEN_OF_WAN // 10_000


def products(chance: Chance, now: datetime) -> tuple[list[Product], dict[str, str]]:
    """All products, and the planted ones: role -> product id."""
    data = read_toml("products.toml")
    owners = data["owners"]
    rows = [_product(entry, owners, now) for entry in data["product"]]
    houses = {house.building_id: house.name for house in HOUSES}
    for number, entry in enumerate(data["space"], 1):
        rows.append(_space(chance, number, entry, houses, now))
        rows[-1].owner, rows[-1].owner_name = _landlord(entry, owners)
    return rows, {entry["role"]: entry["id"] for entry in data["product"] if "role" in entry}


def _product(entry: Mapping[str, Any], owners: Mapping[str, str], now: datetime) -> Product:
    amount = entry.get("amount")
    return Product(
        product_id=entry["id"],
        owner=entry["owner"],
        owner_name=owners[entry["owner"]],
        title=entry["title"],
        kind=entry["kind"],
        text=entry["text"],
        amount_fen=None if amount is None else amount * _FEN_OF_YUAN,
        term_months=entry.get("months"),
        rate=entry.get("rate"),
        valid_from=date(now.year, 1, 1),
        valid_until=date(now.year + 1, 12, 31),
        source=_dated(entry["source"], now),
        criteria=_dated(entry["criteria"], now),
        documents=entry.get("documents", []),
        repairs=entry.get("repairs", []),
        stories=_dated(entry["stories"], now) if "stories" in entry else None,
        quota=entry.get("quota"),
        take_up_minutes=entry["take_up_hours"] * 60 if "take_up_hours" in entry else None,
        updated_at=now - timedelta(days=30),
    )


def _dated(value: Any, now: datetime) -> Any:
    """The value with {year} and {next} filled wherever text stands."""
    if isinstance(value, str):
        return value.replace("{year}", str(now.year)).replace("{next}", str(now.year + 1))
    if isinstance(value, list):
        return [_dated(part, now) for part in value]
    return {key: _dated(part, now) for key, part in value.items()} if isinstance(value, dict) else value


def _space(
    chance: Chance, number: int, entry: Mapping[str, Any], houses: Mapping[str, str], now: datetime
) -> Product:
    house = houses[entry["house"]]
    return Product(
        product_id=f"SP-{number:03d}",
        title=entry.get("title", f"{house}{entry['floor']}层{entry['area']}平方米{entry['use']}"),
        kind="space",
        text=entry["fit_out"],
        source="物业和业主登记",
        criteria=[],
        building_id=entry["house"],
        floor=entry["floor"],
        area_m2=float(entry["area"]),
        rent_fen=round(entry["rent"] * chance.around(1, 0.08)) * _FEN_OF_YUAN,
        use=entry["use"],
        free_from=(now + timedelta(days=chance.between(-40, 90))).date(),
        hold_period=chance.one(("一年起租", "三年起租", "可短租半年")),
        fit_out=entry["fit_out"],
        least_area_m2=entry.get("least_area"),
        hold_days=entry.get("hold_days"),
        transitional=entry.get("transitional", False),
        updated_at=now - timedelta(days=chance.below(60)),
    )


def _landlord(entry: Mapping[str, Any], owners: Mapping[str, str]) -> tuple[str, str]:
    owner = "ESTATE-CD" if entry["house"] == "WJ-D" else "OFFICE-WJ"
    return owner, owners[owner]
