"""Social golfer designs: rounds in which no two meet twice, by the planner that seats salons."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.domain.event import Seating
from matcher.recommend.designs.rounds import layered, rounds
from matcher.recommend.grouping.search import Budget
from matcher.recommend.grouping.warming import warm
from matcher.recommend.seating import plan_seats

TABLE: Final = "best_known.csv"
SECONDS: Final = 2.0  # of search for one round more than the construction has
_ASKED: Final = ((4, 4, 5), (5, 3, 7), (5, 5, 6), (7, 3, 10), (7, 7, 8), (8, 4, 10), (8, 8, 9), (9, 3, 13))


def evaluate(options: Options) -> Report:
    """Weeks for every design of the table and the promise; each plan is checked."""
    designs = _table(needed(options.folder, TABLE)[0])[: options.limit]
    seconds = SECONDS if options.seconds is None else options.seconds
    warm()
    weeks = {
        (tables, seats): _weeks(tables, seats, known, seconds, options.seed)
        for tables, seats, known in designs
    }
    lower = {(tables, seats): known for tables, seats, known in designs}
    asked = {f"{g}-{k}-{w}": weeks.get((g, k), 0) >= w for g, k, w in _ASKED}
    return Report(
        name="golfer",
        protocol="weeks without a repeated pair; by construction, then by search for one more",
        counts={"designs": len(designs)},
        metrics=_figures(weeks, lower) | {"asked": asked, "weeks": _named(weeks)},
        baselines={
            "greedy": _named({key: _greedy(*key, options.seed) for key in weeks}),
            "cyclic_steps": _named({key: len(layered(*key)) for key in weeks}),
        },
        peer=_named(lower),
        seed=options.seed,
        settings={"seconds": seconds, "seed": options.seed},
    )


def _figures(weeks: dict[tuple[int, int], int], lower: dict[tuple[int, int], int]) -> dict[str, Any]:
    return {
        "at_least_table": sum(weeks[key] >= lower[key] for key in weeks),
        "above_table": sum(weeks[key] > lower[key] for key in weeks),
    }


def _named(weeks: dict[tuple[int, int], int]) -> dict[str, int]:
    return {f"{tables}-{seats}": number for (tables, seats), number in weeks.items()}


def _table(file: Path) -> list[tuple[int, int, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            (int(row["groups"]), int(row["golfers_per_group"]), int(row["max_weeks_lower"]))
            for row in csv.DictReader(lines)
        ]


def _weeks(tables: int, seats: int, known: int, seconds: float, seed: int) -> int:
    """The most rounds the planner seats without a repeat; it is asked for one more until it fails."""
    most = (tables * seats - 1) // (seats - 1)
    weeks = max(1, min(len(rounds(tables, seats)), most))
    while weeks and not _seated(tables, seats, weeks, 0.0, seed):
        weeks -= 1
    while (
        weeks < most and (weeks < known or seconds > 0) and _seated(tables, seats, weeks + 1, seconds, seed)
    ):
        weeks += 1
    return weeks


def _seated(tables: int, seats: int, weeks: int, seconds: float, seed: int) -> bool:
    guests = tuple(f"{number}" for number in range(tables * seats))
    request = Seating(guests, tables, seats, weeks)
    budget = Budget(seconds=seconds, enough=0.0) if seconds else Budget(moves=0)
    plan = plan_seats(request, np.zeros((len(guests), len(guests))), seed, budget)
    return plan.violations == ()


def _greedy(tables: int, seats: int, seed: int) -> int:
    """Rounds of a person who fills table by table with the first who fits, ten tries a round."""
    rng, n = np.random.default_rng(seed), tables * seats
    met = np.eye(n, dtype=bool)
    weeks = 0
    while any(_round(met, tables, seats, rng) for _ in range(10)):
        weeks += 1
    return weeks


def _round(met: np.ndarray, tables: int, seats: int, rng: np.random.Generator) -> bool:
    left, chosen = rng.permutation(len(met)).tolist(), []
    for _ in range(tables):
        mates: list[int] = []
        for person in list(left):
            if len(mates) < seats and not met[person, mates].any():
                mates.append(person)
                left.remove(person)
        if len(mates) < seats:
            return False
        chosen.append(mates)
    for mates in chosen:
        met[np.ix_(mates, mates)] = True
    return True
