"""Facts of a firm as figures to learn from: what it is as a business, nothing of any person.

The list is closed: age, sex, origin, names or addresses of people have no place in it, and a sole trader's
facts, which are a person's, are all taken as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import FIELDS
from matcher.errors import InvalidInput
from matcher.recommend.eligibility import Bools
from matcher.recommend.firm_facts import FirmColumns, Numbers

Floats = NDArray[np.float64]

FIGURES: Final = (
    "age_months", "assets", "capital", "contract_amount", "employees", "invoice_months", "patents", "revenue",
    "size_class", "tax_grade", "tax_paid",
)  # fmt: skip


def figures_of(facts: Mapping[str, object], sole_trader: bool) -> dict[str, float]:
    """One firm's figures by name; NaN where unknown. Grades are their places, worst first."""
    return {name: _NAN if sole_trader else _figure(name, facts.get(name)) for name in FIGURES}


def checked(written: Mapping[str, object]) -> dict[str, float | None]:
    """Figures as a bank sends them, money in yuan. Raises InvalidInput naming one that is not on the list."""
    strange = sorted(set(written) - set(FIGURES))
    if strange:
        raise InvalidInput("risk.no_such_figure", value=", ".join(strange)[:200], known=", ".join(FIGURES))
    found: dict[str, float | None] = {}
    for name, value in written.items():
        figure = _figure(name, value)
        if value is not None and np.isnan(figure):
            raise InvalidInput("risk.no_figure", field=name, value=str(value)[:100])
        found[name] = None if value is None else figure
    return found


def matrix(columns: FirmColumns, rows: NDArray[np.int64], shown: Mapping[str, Bools], sole: Bools) -> Floats:
    """(rows, FIGURES): all firms' figures at once, NaN where unknown, not shown, or a person's."""
    parts = []
    for name in FIGURES:
        column = columns.column(name)
        values = column.values[rows] if isinstance(column, Numbers) else np.full(len(rows), _NAN)
        parts.append(np.where(shown[name] & ~sole, values, _NAN))
    return np.stack(parts, axis=1) if parts else np.zeros((len(rows), 0))


_NAN: Final = float("nan")


def _figure(name: str, value: object) -> float:
    grades = FIELDS[name].grades
    if grades and isinstance(value, str):
        return float(grades.index(value)) if value in grades else _NAN
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(str(value)) if number else _NAN
