"""What a firm's invoices by month and partner say of how it stands: figures with a name, none of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ledger:
    """One side of a firm's books, one place a month and partner. `months` count from any month 0; `amounts`
    are yuan, below 0 for what was taken back; `valid` is False for invoices made void; `counts` are invoices.
    """

    months: Ints
    partners: Ints
    valid: Bools
    counts: Ints
    amounts: Floats


def features(sales: Ledger, purchases: Ledger, first: int, last: int) -> dict[str, float]:
    """The figures of one firm over the months from `first` to `last`; all finite, also for empty books."""
    told = {f"sales_{name}": value for name, value in _side(sales, first, last).items()}
    told |= {f"purchases_{name}": value for name, value in _side(purchases, first, last).items()}
    sold, bought = _total(sales), _total(purchases)
    told["margin"] = float(np.log1p(sold) - np.log1p(bought))
    told["sold_less_bought"] = (sold - bought) / (sold + bought) if sold + bought > 0 else 0.0
    return told


def _side(ledger: Ledger, first: int, last: int) -> Mapping[str, float]:
    monthly = _monthly(ledger, first, last)
    active = monthly > 0
    return {
        "amount": float(np.log1p(max(0.0, monthly.sum()))),
        "months": float(active.mean()),
        "silent_months": float(_silence(active)),
        "growth": _growth(monthly),
        "unevenness": float(monthly.std() / monthly.mean()) if monthly.mean() > 0 else 0.0,
        "partners": float(np.log1p(len(np.unique(ledger.partners[ledger.valid])))),
        "concentration": _concentration(ledger),
        "void": _share(ledger.counts, ~ledger.valid),
        "returned": _returned(ledger),
        "invoices": float(np.log1p(ledger.counts[ledger.valid].sum())),
        "mean_invoice": _mean_invoice(ledger),
        "stay": _stay(ledger),
    }


def _total(ledger: Ledger) -> float:
    return max(0.0, float(ledger.amounts[ledger.valid].sum()))


def _monthly(ledger: Ledger, first: int, last: int) -> Floats:
    kept = ledger.valid & (ledger.months >= first) & (ledger.months <= last)
    monthly = np.bincount(
        ledger.months[kept] - first, weights=ledger.amounts[kept], minlength=last - first + 1
    )
    return monthly.astype(np.float64)


def _silence(active: Bools) -> int:
    """Months at the end without an invoice."""
    found = np.flatnonzero(active)
    return len(active) - 1 - int(found[-1]) if len(found) else len(active)


def _growth(monthly: Floats) -> float:
    """The second half against the first, in [-1, 1]."""
    middle = len(monthly) // 2
    before, after = max(0.0, monthly[:middle].sum()), max(0.0, monthly[middle:].sum())
    return float((after - before) / (after + before)) if before + after > 0 else 0.0


def _concentration(ledger: Ledger) -> float:
    """The Herfindahl index of partners: 1 for a single one."""
    _, place = np.unique(ledger.partners, return_inverse=True)
    kept = ledger.valid & (ledger.amounts > 0)
    if not kept.any():
        return 1.0
    shares = np.bincount(place[kept], weights=ledger.amounts[kept])
    return float(np.square(shares / shares.sum()).sum())


def _share(counts: Ints, members: Bools) -> float:
    return float(counts[members].sum() / counts.sum()) if counts.sum() else 0.0


def _returned(ledger: Ledger) -> float:
    """The yuan taken back, of all that were invoiced."""
    valid = ledger.amounts[ledger.valid]
    given = float(np.abs(valid).sum())
    return float(-valid[valid < 0].sum() / given) if given > 0 else 0.0


def _mean_invoice(ledger: Ledger) -> float:
    invoices = int(ledger.counts[ledger.valid].sum())
    return float(np.log1p(_total(ledger) / invoices)) if invoices else 0.0


def _stay(ledger: Ledger) -> float:
    """In how many months the average partner is met."""
    if not ledger.valid.any():
        return 0.0
    _, months = np.unique(ledger.partners[ledger.valid], return_counts=True)
    return float(np.log1p(months.mean()))
