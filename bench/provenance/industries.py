"""Derives matcher/domain/facts/industries.csv from a list of GB/T 4754-2017.

    python bench/provenance/industries.py FOLDER

FOLDER holds gbt4754_2017.csv (code, name, level, parent; the section letter stands in front of every
code). Output: the official codes, names without stray spaces, the level, the parent's official code.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "matcher" / "domain" / "facts"


def official(code: str) -> str:
    return code if len(code) == 1 else code[1:]


def main(folder: Path) -> None:
    with (folder / "gbt4754_2017.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    with (FACTS / "industries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "level", "parent"))
        for row in read:
            parent = official(row["parent"]) if row["parent"] else ""
            writer.writerow((official(row["code"]), "".join(row["name"].split()), row["level"], parent))
    print(f"industries.csv: {len(read)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
