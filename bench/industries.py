"""Precision of inferred divisions on real registered firms, labelled by reading name and scope beforehand.

Run: python -m bench.industries --data FOLDER (enterprises*.parquet with name and scope). `tuning` and `test`
are halves of 300 rows; words of names were still being written when both had been read, so `test` is kind to
us. The mistakes of `second tuning`, drawn later, were looked at too; `fresh` was drawn and labelled last.
A reader who could not choose gave several divisions: `precision` takes any of them, `strict` only the first.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench import registry
from matcher.domain import industry
from matcher.text.trades.classifier import DIVISIONS, LEAST_CONFIDENCE, Told, shares

COVERAGES = (0.5, 0.7, 0.8, 1.0)
Asked = Sequence[Told]
Answers = tuple[list[str], np.ndarray]


def ours(firms: Asked) -> Answers:
    found = shares(firms)
    return [DIVISIONS[at] for at in found.argmax(axis=1)], found.max(axis=1)


def most_common(firms: Asked) -> Answers:
    """Every firm a wholesaler."""
    return ["51"] * len(firms), np.ones(len(firms))


def name_search(firms: Asked) -> Answers:
    """The class of the standard whose name is nearest to the first thing of the scope."""
    from matcher.text.trades.scope import items

    codes, sure = [], []
    for firm in firms:
        things = items(firm.scope, 1)
        hits = industry.search(things[0].text, 1) if things else []
        codes.append((industry.division(hits[0].industry.code) or "") if hits else "")
        sure.append(hits[0].score if hits else 0.0)
    return codes, np.array(sure)


METHODS: dict[str, Callable[[Asked], Answers]] = {
    "qianxian": ours,
    "nearest class name": name_search,
    "always 51": most_common,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    labels = registry.labels("industries.csv")
    found = registry.rows(folder, [int(label["row"]) for label in labels], ["name", "scope"])
    for part in sorted({label["part"] for label in labels}, reverse=True):
        pairs = [(r, label) for r, label in zip(found, labels, strict=True) if label["part"] == part]
        firms = [Told(row["name"], row["scope"]) for row, _ in pairs]
        for name, method in METHODS.items():
            _show(f"{part}: {name}", method(firms), [label["divisions"].split("/") for _, label in pairs])
    _speed(folder)


def _show(title: str, answers: Answers, truths: Sequence[Sequence[str]]) -> None:
    codes, sure = answers
    right = np.array([code in truth for code, truth in zip(codes, truths, strict=True)])
    first = np.array([code == truth[0] for code, truth in zip(codes, truths, strict=True)])
    order = np.argsort(-sure, kind="stable")
    print(f"{title} ({len(truths)} rows)")
    for coverage in COVERAGES:
        kept = order[: round(coverage * len(order))]
        error = (right[kept].mean() * (1 - right[kept].mean()) / len(kept)) ** 0.5
        told = f"precision {right[kept].mean():.3f} +-{error:.3f}  strict {first[kept].mean():.3f}"
        print(f"  at {coverage:.0%} coverage  {told}  least confidence {sure[kept].min():.2f}")
    said = sure >= LEAST_CONFIDENCE
    if said.any():
        print(f"  as set            precision {right[said].mean():.3f}  coverage {said.mean():.3f}")


def _speed(folder: Path) -> None:
    rows = registry.first(folder, 10_000, ["name", "scope"])
    firms = [Told(row["name"] or "", row["scope"] or "") for row in rows]
    shares(firms[:100])
    start = time.process_time()
    found = shares(firms)
    taken = time.process_time() - start
    said = Counter(bool(row.max() >= LEAST_CONFIDENCE) for row in found)
    print(
        f"speed {len(firms) / taken:,.0f} rows a second of one core; answered {said[True] / len(firms):.1%}"
    )


if __name__ == "__main__":
    main()
