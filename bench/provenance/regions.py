"""Derives matcher/domain/facts/regions.csv from a list of streets.

    python bench/provenance/regions.py FOLDER

FOLDER holds streets.csv.gz (province, city, area, street_code, street). Output: one row a region,
its code (2, 4, 6 or 9 digits; the statistical code's prefix) and its name, in the order of the codes.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "matcher" / "domain" / "facts"


def names(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    with gzip.open(folder / "streets.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code = row["street_code"]
            for digits, column in ((2, "province"), (4, "city"), (6, "area"), (9, "street")):
                name = row[column].strip()
                if found.setdefault(code[:digits], name) != name:
                    raise SystemExit(f"{code[:digits]} has two names: {found[code[:digits]]}, {name}")
    return found


def main(folder: Path) -> None:
    found = names(folder)
    with (FACTS / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name"))
        writer.writerows(sorted(found.items()))
    counts = {digits: sum(len(code) == digits for code in found) for digits in (2, 4, 6, 9)}
    print(f"regions.csv: {len(found)} rows, {counts}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
