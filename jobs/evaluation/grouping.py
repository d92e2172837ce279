"""Maximally diverse grouping on public instances: some seconds each, beside a recorded reference."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.errors import InvalidInput
from matcher.recommend.grouping.diverse import Task, grouped
from matcher.recommend.grouping.search import Budget
from matcher.recommend.grouping.warming import warm

REFERENCES: Final = "measured_baseline.csv"
SECONDS: Final = 8.0
_OURS: Final = "iterated_local_search_8s"
_RANDOM: Final = 50


@dataclass(frozen=True)
class _Row:
    name: str
    value: float
    one_climb: float
    random_mean: float
    reference: float | None


def evaluate(options: Options) -> Report:
    """Every instance of the folder for `seconds` (8) of one core's time; values and ratios."""
    (recorded,) = needed(options.folder, REFERENCES)
    references = _references(recorded)
    seconds = options.seconds or SECONDS
    files = _files(recorded.parent)[: options.limit]
    warm()  # outside the first instance's time
    rows = [_solved(file, references, seconds, options.seed) for file in files]
    ratios = [row.value / row.reference for row in rows if row.reference]
    return Report(
        name="grouping",
        protocol=f"best grouping in {seconds:g} s of one core's time; ratio to the recorded search",
        counts={"instances": len(rows), "with_reference": len(ratios)},
        metrics=_figures(rows, ratios),
        baselines={
            "random_mean": {row.name: row.random_mean for row in rows},
            "one_climb": {row.name: row.one_climb for row in rows},
        },
        peer={row.name: row.reference for row in rows if row.reference},
        seed=options.seed,
        settings={"seconds": seconds, "seed": options.seed},
    )


def _figures(rows: list[_Row], ratios: list[float]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if ratios:
        told = {
            "median_ratio_to_reference": float(np.median(ratios)),
            "median_ratio_to_reference_se": float(1.2533 * np.std(ratios) / np.sqrt(len(ratios))),
            "least_ratio_to_reference": min(ratios),
            "at_least_reference": sum(ratio >= 1.0 - 1e-6 for ratio in ratios),
            "above_reference": sum(ratio > 1.0 + 1e-6 for ratio in ratios),
        }
    return told | {"values": {row.name: round(row.value, 3) for row in rows}}


def read(file: Path) -> Task:
    """An instance of the MDGPLIB layout: n, g, type, g pairs of limits, then lines ``i j distance``."""
    words = gzip.decompress(file.read_bytes()).decode().split()
    n, number = int(words[0]), int(words[1])
    limits = np.asarray(words[3 : 3 + 2 * number], dtype=np.int64).reshape(number, 2)
    rows = np.asarray(words[3 + 2 * number :], dtype=np.float64).reshape(-1, 3)
    weight: NDArray[np.float64] = np.zeros((n, n))
    one, two = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    weight[one, two] = weight[two, one] = rows[:, 2]
    return Task(weight, limits[:, 0], limits[:, 1])


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.txt.gz"))
    if not files:
        raise InvalidInput("evaluation.missing_files", folder=str(folder), files="*.txt.gz")
    return files


def _references(file: Path) -> dict[str, float]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: float(row[_OURS]) for row in csv.DictReader(lines)}


def _solved(file: Path, references: dict[str, float], seconds: float, seed: int) -> _Row:
    task, name = read(file), file.name.removesuffix(".txt.gz")
    _, value = grouped(task, Budget(seconds=seconds), np.random.default_rng(seed))
    _, climbed = grouped(task, Budget(moves=0), np.random.default_rng(seed))
    return _Row(name, value, climbed, _random(task, seed), references.get(name))


def _random(task: Task, seed: int) -> float:
    rng, n = np.random.default_rng(seed), len(task.weight)
    label = np.repeat(np.arange(len(task.most)), task.least)
    spare = np.repeat(np.arange(len(task.most)), task.most - task.least)
    worths = []
    for _ in range(_RANDOM):
        group = rng.permutation(np.concatenate([label, rng.permutation(spare)])[:n])
        worths.append(float((task.weight * (group[:, None] == group[None, :])).sum()) / 2.0)
    return float(np.mean(worths))
