"""The trades of the demo, from data/trades/*.toml: what a firm does, is called, earns, sells, buys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

OFFICE: Final = "office"
MAKING: Final = "making"
STREET: Final = "street"
STORIES: Final = "stories"
FILES: Final = (OFFICE, MAKING, STREET, STORIES)


@dataclass(frozen=True)
class Trade:
    """One trade. `head` is revenue a head in 10,000 yuan a year; `tax`, `assets` are shares of revenue.

    An offer is its title, its text, and the industry it belongs to where that is not the firm's own.
    `count` is how often the trade is met among all of them; `form` is company, shop, law,
    utility, station (of the fire service) or body (a public one).
    """

    key: str
    file: str
    code: str
    count: int
    words: tuple[str, ...]
    called: str
    people: tuple[float, float]
    head: float
    tax: float
    assets: float
    scope: tuple[str, ...]
    licensed: tuple[str, ...] = ()
    form: str = "company"
    buys: tuple[str, ...] = ()
    offers: tuple[tuple[str, ...], ...] = ()

    @property
    def is_public(self) -> bool:
        """A public body: no capital, no turnover, no tax."""
        return self.form in ("body", "station")


@cache
def trades() -> Mapping[str, Trade]:
    """All trades by key, in the order of the files. Reads them once a process."""
    found: dict[str, Trade] = {}
    for file in FILES:
        for key, entry in read_toml(f"trades/{file}.toml").items():
            found[key] = _trade(key, file, entry)
    return found


def read_toml(name: str) -> dict[str, Any]:
    """A data file of this package, by its path below data/."""
    file = resources.files(__package__ or __name__).joinpath("data", name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _trade(key: str, file: str, entry: Mapping[str, Any]) -> Trade:
    frozen = {name: _freeze(value) for name, value in entry.items()}
    return Trade(key=key, file=file, **frozen)


def _freeze(value: Any) -> Any:
    return tuple(_freeze(part) for part in value) if isinstance(value, list) else value
