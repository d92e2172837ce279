"""Parts of real registered addresses against what a reader found in them.

Run: python -m bench.places --data FOLDER (enterprises*.parquet with address, province, city). `tuning` is the
half of the labels whose mistakes were looked at, `test` the half that was not. A building or road that the
reader began further right counts as the same where one name ends with the other.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from bench import registry
from matcher.domain import address, place, tower

PARTS = ("road", "number", "building", "floor")
PLAIN = re.compile(r"(?P<road>[^\d区县市镇]{2,8}(?:路|街|大道))(?P<number>\d+)号(?P<rest>.*)")


def ours(text: str) -> dict[str, str]:
    found = address.parse(text)
    return {part: _said(getattr(found, part)) for part in PARTS}


def one_pattern(text: str) -> dict[str, str]:
    """The usual single pattern: road, number, whatever ends in a building's word, digits before 楼 or 层."""
    found = PLAIN.search(text)
    if found is None:
        return dict.fromkeys(PARTS, "")
    building = re.match(r".{0,15}?(?:大厦|广场|中心|大楼|幢|栋|座|号楼)", found["rest"])
    floor = re.search(r"(\d+)(?:楼|层)", found["rest"])
    parts = {"road": found["road"], "number": found["number"]}
    return parts | {"building": building[0] if building else "", "floor": floor[1] if floor else ""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    labels = registry.labels("places.csv")
    rows = registry.rows(folder, [int(label["row"]) for label in labels], ["address", "province", "city"])
    for part in ("tuning", "test"):
        pairs = [(row, label) for row, label in zip(rows, labels, strict=True) if label["part"] == part]
        for name, method in (("qianxian", ours), ("one pattern", one_pattern)):
            _show(f"{part}: {name}", [(method(row["address"]), label) for row, label in pairs])
    _regions(rows)
    _towers(folder)
    _speed(folder)


def _show(title: str, answers: Sequence[tuple[dict[str, str], dict[str, str]]]) -> None:
    print(f"{title} ({len(answers)} addresses)")
    totals = [0, 0, 0]
    for part in PARTS:
        counts = [0, 0, 0]
        for told, label in answers:
            counts[0] += bool(told[part]) and bool(label[part]) and _same(part, told[part], label[part])
            counts[1] += bool(told[part])
            counts[2] += bool(label[part])
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        _line(part, counts)
    _line("all parts", totals)


def _line(name: str, counts: Sequence[int]) -> None:
    right, told, there = counts
    print(
        f"  {name:<10} precision {right / max(told, 1):.3f}  recall {right / max(there, 1):.3f}  of {there}"
    )


def _same(part: str, told: str, label: str) -> bool:
    one, other = _plain(part, told), _plain(part, label)
    if part in ("road", "building") and min(len(one), len(other)) > 2:
        return one.endswith(other) or other.endswith(one)
    return one == other


def _plain(part: str, text: str) -> str:
    if part == "number":
        return re.sub("[号院内字]", "", text).replace("--", "-")
    if part == "building":
        bare = re.sub(r"[()·第]", "", text)
        return re.sub(r"(?:号楼|#楼|号栋|幢|栋|座|#|楼|号厂房)$", "座", bare)
    return text


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _regions(rows: Sequence[dict[str, str]]) -> None:
    """City of the registry against the region read from the address, where the address names one."""
    told = right = 0
    for row in rows:
        found = place.find(row["address"])
        if found is not None and len(found.code) >= 4 and row["city"]:
            told += 1
            right += (
                row["city"][:2] in place.full_name(found.code) or row["province"][:2] in "北京上海天津重庆"
            )
    print(
        f"city: read from {told} of {len(rows)} addresses, as the registry has it {right / max(told, 1):.3f}"
    )


def _towers(folder: Path) -> None:
    """Pairs of addresses of one city that share a word: which are of the same tower."""
    labels = registry.labels("towers.csv")
    rows = registry.rows(folder, [int(label["row"]) for label in labels], ["address"])
    parts = [address.parse(row["address"]) for row in rows]
    texts = [_said(one.building) for one in parts]
    for part in ("tuning", "test"):
        chosen = [at for at, label in enumerate(labels) if label["part"] == part]
        truth = {at: (labels[at]["group"], labels[at]["tower"]) for at in chosen}
        for name, one_tower in (
            ("qianxian", _towers_of(parts, chosen, truth)),
            ("equal text of the building", {at: texts[at] or str(at) for at in chosen}),
        ):
            _f1(f"same tower, {part}, {name}", truth, one_tower)


def _towers_of(
    parts: Sequence[address.Address], chosen: Sequence[int], truth: dict[int, tuple[str, str]]
) -> dict[int, str]:
    """Addresses by tower: equal keys, then what an officer is offered to merge by evidence."""
    found = {at: tower.key("", parts[at]) or str(at) for at in chosen}
    for one, other in combinations(chosen, 2):
        if truth[one][0] == truth[other][0] and tower.same_by_evidence(parts[one], parts[other]):
            merged, kept = found[other], found[one]
            found |= {at: kept for at in chosen if found[at] == merged}
    return found


def _f1(title: str, truth: dict[int, tuple[str, str]], found: dict[int, str]) -> None:
    right = told = there = 0
    for one, other in combinations(truth, 2):
        if truth[one][0] != truth[other][0]:
            continue
        same = truth[one] == truth[other] and bool(truth[one][1])
        said = found[one] == found[other]
        right, told, there = right + (same and said), told + said, there + same
    precision, recall = right / max(told, 1), right / max(there, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"{title}: precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f} of {there} pairs")


def _speed(folder: Path) -> None:
    texts = [row["address"] or "" for row in registry.first(folder, 20_000, ["address"])]
    start = time.process_time()
    for text in texts:
        address.parse(text)
    print(f"speed {len(texts) / (time.process_time() - start):,.0f} addresses a second of one core")


if __name__ == "__main__":
    main()
