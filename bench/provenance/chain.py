"""Derives matcher/domain/facts/chain.csv: which divisions of GB/T 4754-2017 supply which.

    python bench/provenance/chain.py FOLDER

FOLDER holds Detail_Use_2017_PRO_AfterRedef_17sch.csv.gz: the detail use table of the United States, 2017,
producers' prices, after redefinitions; rows are commodities, columns industries. The crosswalk from its
codes to divisions, with shares, is our own table bea_to_gbt.csv; a flow between two split codes is split
in proportion. Negative entries (by-products booked as sales) are left out.

For supplier i and buyer j with flow z:
    input_share a = z / all that j buys           sales_share b = z / all that i sells (to industries)
    lift        l = z / what j would buy from i if everybody bought alike
    x = sqrt(a * b) * l / (1 + l)                 strength = x / (x + h), h the 95th percentile of x
The geometric mean asks that the link matters to both sides; the lift takes down those who sell to
everybody. Links under FLOOR are dropped.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
from collections import defaultdict
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "matcher" / "domain" / "facts"
TABLE = "Detail_Use_2017_PRO_AfterRedef_17sch.csv.gz"
FLOOR = 0.02
HALF_AT = 0.95

Pair = tuple[str, str]


def crosswalk() -> dict[str, list[tuple[str, float]]]:
    shares: dict[str, list[tuple[str, float]]] = {}
    with (FACTS / "bea_to_gbt.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            targets = shares.setdefault(row["bea_code"], [])
            if row["division"]:
                targets.append((row["division"], float(row["share"])))
    return shares


def flows(folder: Path) -> dict[Pair, float]:
    shares = crosswalk()
    found: dict[Pair, float] = defaultdict(float)
    with gzip.open(folder / TABLE, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        heading = next(reader)
        buyers = heading[1 : heading.index("T001")]
        for row in reader:
            if row[0] == "T005":  # totals and value added follow
                return found
            for buyer, cell in zip(buyers, row[1:], strict=False):
                if cell and float(cell) > 0:
                    spread(found, float(cell), shares[row[0]], shares[buyer])
    raise SystemExit("the table ends before its total row T005")


def spread(
    found: dict[Pair, float],
    value: float,
    suppliers: list[tuple[str, float]],
    buyers: list[tuple[str, float]],
) -> None:
    for supplier, part in suppliers:
        for buyer, share in buyers:
            found[supplier, buyer] += value * part * share


def links(found: dict[Pair, float]) -> dict[Pair, tuple[float, float, float]]:
    """(input_share, sales_share, strength) by pair."""
    sales: dict[str, float] = defaultdict(float)
    purchases: dict[str, float] = defaultdict(float)
    for (supplier, buyer), value in found.items():
        sales[supplier] += value
        purchases[buyer] += value
    total = sum(sales.values())
    raw = {}
    for (supplier, buyer), value in found.items():
        a, b = value / purchases[buyer], value / sales[supplier]
        lift = value * total / (purchases[buyer] * sales[supplier])
        raw[supplier, buyer] = (a, b, math.sqrt(a * b) * lift / (1 + lift))
    ordered = sorted(x for _, _, x in raw.values())
    half = ordered[int(HALF_AT * len(ordered))]
    return {pair: (a, b, x / (x + half)) for pair, (a, b, x) in raw.items()}


def main(folder: Path) -> None:
    found = links(flows(folder))
    kept = {pair: link for pair, link in found.items() if link[2] >= FLOOR}
    with (FACTS / "chain.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("supplier_division", "buyer_division", "input_share", "sales_share", "strength"))
        for pair, (a, b, strength) in sorted(kept.items()):
            writer.writerow((*pair, f"{a:.6f}", f"{b:.6f}", f"{strength:.4f}"))
    covered = {division for pair in kept for division in pair}
    print(f"chain.csv: {len(kept)} rows of {len(found)} links, {len(covered)} divisions")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
