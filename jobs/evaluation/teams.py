"""Team assignment of the MiniZinc challenge: wishes for team mates kept, teams of even strength."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.recommend.grouping.diverse import Task, grouped
from matcher.recommend.grouping.groups import Floats, Ints
from matcher.recommend.grouping.search import Budget
from matcher.recommend.grouping.warming import warm

REFERENCES: Final = "team_assignment_measured.csv"
SECONDS: Final = 25.0
_WISH: Final = 1000.0  # a wish kept is worth so many points of strength
_PATTERN: Final = "*team-assignment*.dzn"


@dataclass(frozen=True)
class _Teams:
    teams: int
    board: Ints
    rating: Floats
    wishes: Floats


def evaluate(options: Options) -> Report:
    """Objective of every instance in `seconds` (25) of one core, beside the recorded constraint solver."""
    (recorded,) = needed(options.folder, REFERENCES)
    references = _references(recorded)
    seconds = SECONDS if options.seconds is None else options.seconds
    files = sorted(recorded.parent.glob(_PATTERN))[: options.limit]
    warm()
    ours, dealt, climbed = {}, {}, {}
    for file in files:
        instance = _read(file.read_text(encoding="utf-8"))
        bound = references.get(file.name, (None, np.inf))[1]
        ours[file.name] = _solved(instance, Budget(seconds=seconds, enough=bound), options.seed)
        dealt[file.name] = _dealt(instance)
        climbed[file.name] = _solved(instance, Budget(moves=0), options.seed)
    known = {name: references[name][0] for name in ours if name in references}
    return Report(
        name="teams",
        protocol=f"1000 x wishes kept - range of strength, {seconds:g} s of one core's time",
        counts={"instances": len(ours), "with_reference": len(known)},
        metrics={
            "at_least_reference": sum(ours[name] >= value for name, value in known.items()),
            "above_reference": sum(ours[name] > value for name, value in known.items()),
            "objectives": ours,
        },
        baselines={"dealt_by_rank": dealt, "one_climb": climbed},
        peer=known,
        seed=options.seed,
        settings={"seconds": seconds, "seed": options.seed},
    )


def _references(file: Path) -> dict[str, tuple[int, float]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["instance"]: (int(row["objective_cpsat_25s"]), float(row["bound"]))
            for row in csv.DictReader(lines)
        }


def _read(text: str) -> _Teams:
    players = int(_value(text, "players"))
    wishes = np.zeros((players, players))
    for name, worth in (("SingleRequested", 1.0), ("DoubleRequested", 2.0)):
        found = re.search(rf"{name}\s*=\s*array2d\([^\[]*\[([^\]]*)\]", text)
        numbers = [int(one) for one in re.findall(r"\d+", found.group(1))] if found else []
        for a, b in zip(numbers[::2], numbers[1::2], strict=True):
            wishes[a - 1, b - 1] += worth
            if a != b:
                wishes[b - 1, a - 1] += worth
    return _Teams(
        int(_value(text, "teams")),
        np.asarray(re.findall(r"\d+", _value(text, "Board")), dtype=np.int64) - 1,
        np.asarray(re.findall(r"\d+", _value(text, "Rating")), dtype=np.float64),
        wishes,
    )


def _value(text: str, name: str) -> str:
    found = re.search(rf"(?m)^\s*{name}\s*=\s*([^;]*);", text)
    return found.group(1) if found else ""


def _solved(instance: _Teams, budget: Budget, seed: int) -> int:
    boards = len(instance.board) // instance.teams
    size = np.full(instance.teams, boards, dtype=np.int64)
    task = Task(_WISH * instance.wishes, size, size, instance.board, instance.rating, 1.0)
    group, _ = grouped(task, budget, np.random.default_rng(seed))
    return _objective(instance, group)


def _objective(instance: _Teams, group: Ints) -> int:
    """Counted anew from the assignment, not by the search; refuses two of one board in a team."""
    if len(set(zip(group.tolist(), instance.board.tolist(), strict=True))) < len(group):
        raise ArithmeticError("two players of one board in a team")
    # One instance has a player ask for itself: the model counts that as kept, and so does its reference.
    kept = float((np.triu(instance.wishes) * (group[:, None] == group[None, :])).sum())
    strength = np.bincount(group, instance.rating, minlength=instance.teams)
    return round(_WISH * kept - float(strength.max() - strength.min()))


def _dealt(instance: _Teams) -> int:
    """Boards dealt to and fro, the strongest of one with the weakest of the next; wishes unread."""
    group = np.empty(len(instance.board), dtype=np.int64)
    for board in np.unique(instance.board):
        members = np.flatnonzero(instance.board == board)
        order = members[np.argsort(-instance.rating[members], kind="stable")]
        places = np.arange(len(order))
        group[order] = places if board % 2 == 0 else places[::-1]
    return _objective(instance, group)
