"""A synthetic province for eligibility: firms with gaps in their facts, products with about 7.5 criteria."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.domain.product import Node, parse_criteria
from matcher.recommend.firm_facts import Column, Numbers, Words

TODAY = date(2026, 11, 22)
# Field -> (median, spread of the logarithm, rounding of thresholds); amounts in yuan.
AMOUNTS = {
    "employees": (12, 1.2, 5),
    "revenue": (3e6, 1.6, 1e5),
    "capital": (2e6, 1.3, 1e5),
    "assets": (4e6, 1.5, 1e5),
    "tax_paid": (6e4, 1.7, 1e3),
    "age_months": (60, 0.9, 6),
    "invoice_months": (18, 0.6, 3),
    "patents": (1, 1.0, 1),
}
GRADES = {"tax_grade": 5, "size_class": 4}
MISSING = 0.2


@dataclass(frozen=True)
class Province:
    """Columns of `size` firms, sorted by industry as in a snapshot."""

    made: dict[str, Column]
    size: int
    today: date = TODAY

    def __len__(self) -> int:
        return self.size

    def column(self, name: str) -> Column:
        return self.made[name]


def province(size: int, seed: int = 0) -> Province:
    """Firms by Zipf over 1,380 industries; a fifth of every fact is missing."""
    rng = np.random.default_rng(seed)
    made: dict[str, Column] = {}
    for name, (median, spread, _) in AMOUNTS.items():
        values = np.round(median * np.exp(spread * rng.standard_normal(size)))
        made[name] = Numbers(np.where(rng.random(size) < MISSING, np.nan, values))
    for name, grades in GRADES.items():
        values = rng.integers(0, grades, size).astype(np.float64)
        made[name] = Numbers(np.where(rng.random(size) < MISSING, np.nan, values))
    codes = industries()
    weights = 1 / (np.arange(len(codes)) + 5.0)
    drawn = rng.choice(len(codes), size, p=weights / weights.sum()).astype(np.int32)
    drawn[rng.random(size) < MISSING / 4] = -1
    made["industry"] = Words(np.sort(drawn), codes)
    return Province(made, size)


def industries() -> tuple[str, ...]:
    """Class codes shaped like those of GB/T 4754."""
    return tuple(f"{1 + place // 15:02}{place % 15:02}" for place in range(1_380))


def products(number: int = 200, seed: int = 1) -> dict[str, tuple[Node, ...]]:
    """Each with 5 to 10 criteria: five or more thresholds, an industry list, grades."""
    rng = np.random.default_rng(seed)
    return {f"LOAN-{place:03}": parse_criteria(_criteria(rng)) for place in range(number)}


def _criteria(rng: np.random.Generator) -> list[dict[str, object]]:
    fields = rng.permutation(list(AMOUNTS))[: int(rng.integers(4, 8))]
    written: list[dict[str, object]] = [_threshold(rng, str(name)) for name in fields]
    chosen = rng.choice(97, int(rng.integers(10, 70)), replace=False)
    divisions = sorted(f"{1 + int(one):02}" for one in chosen)
    written.append({"field": "industry", "operator": "within", "value": divisions})
    written.append(
        {"field": "tax_grade", "operator": "in", "value": ["A", "B", "M"][: int(rng.integers(1, 4))]}
    )
    if rng.random() < 0.5:
        largest = str(rng.choice(["small", "medium"]))
        written.append({"field": "size_class", "operator": "at_most", "value": largest})
    return written


def _threshold(rng: np.random.Generator, name: str) -> dict[str, object]:
    median, spread, step = AMOUNTS[name]
    value = max(step, round(median * np.exp(spread * rng.normal(-0.7, 0.6)) / step) * step)
    operator = "at_most" if rng.random() < 0.15 else "at_least"
    factor = 20 if operator == "at_most" else 1
    return {"field": name, "operator": operator, "value": float(value * factor)}
