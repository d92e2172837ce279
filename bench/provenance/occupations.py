"""Derives matcher/domain/facts/occupations.csv from a list of the 2022 classification of occupations.

    python bench/provenance/occupations.py FOLDER

FOLDER holds csco22.csv (level, code, name, tasks and columns that are not read). Output: one row a code, the
name without its marks, whether it is marked as digital (S) or green (L), and its tasks without numbers.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "matcher" / "domain" / "facts"
MARKS = re.compile(r"[LS/]+$")
NUMBER = re.compile(r"\s*\d+\s*\.\s*")


def row(read: dict[str, str]) -> tuple[str, ...]:
    name = "".join(read["name"].split())
    marks = "".join(MARKS.findall(name))
    tasks = [part.strip(" 。；;") for part in NUMBER.split(" ".join(read["tasks"].split()))]
    digital, green = str(int("S" in marks)), str(int("L" in marks))
    return read["code"], MARKS.sub("", name), read["level"], digital, green, ";".join(filter(None, tasks))


def main(folder: Path) -> None:
    with (folder / "csco22.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {read["code"]: row(read) for read in reversed(list(csv.DictReader(file)))}
    with (FACTS / "occupations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "level", "digital", "green", "tasks"))
        writer.writerows(found[code] for code in sorted(found))
    print(f"occupations.csv: {len(found)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
