"""Salons and meetings beside OR-Tools CP-SAT, in one run. Run: python -m bench.salons [--quick]

Needs the extra `bench`. Ours is CPU time of one process, the solver's wall with two workers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event import Apart, Meetings, Seating, SeatPlan
from matcher.recommend.grouping.search import Budget
from matcher.recommend.grouping.warming import warm
from matcher.recommend.meetings import plan_meetings
from matcher.recommend.seating import plan_seats

Floats = NDArray[np.float64]
WORKERS = 2


def salon(seed: int = 7, guests: int = 180) -> tuple[Seating, Floats]:
    """180 guests, 23 tables of 8, 4 rounds; three pairs in ten worth something, 4 % rivals."""
    rng = np.random.default_rng(seed)
    names = tuple(f"企业{number:03}" for number in range(guests))
    worth = np.triu(np.rint(1000 * rng.random((guests, guests))) * (rng.random((guests, guests)) < 0.3), 1)
    rivals = [pair for pair in combinations(range(guests), 2) if rng.random() < 0.04]
    for a, b in rivals:
        worth[a, b] = 0.0
    apart = tuple(Apart(names[a], names[b], "rival") for a, b in rivals)
    return Seating(names, 23, 8, 4, apart=apart), worth + worth.T


def day(firms: int, tables: int, pairs: int | None, away: float = 0.0, must: float = 0.0) -> Meetings:
    """`firms` buyers and as many sellers, 12 slots; `pairs` a buyer or all; musts as a part of all places."""
    rng = np.random.default_rng(1)
    buyers = tuple(f"买方{number:04}" for number in range(firms))
    sellers = tuple(f"卖方{number:04}" for number in range(firms))
    scores: dict[tuple[str, str], float] = {}
    for buyer in buyers:
        others = range(firms) if pairs is None else rng.choice(firms, pairs, replace=False).tolist()
        values = rng.integers(1, 1000, len(others)).tolist()
        scores |= {(buyer, sellers[other]): float(value) for other, value in zip(others, values, strict=True)}
    gone = {(firm, slot) for firm in (*buyers, *sellers) for slot in range(12) if rng.random() < away}
    musts = _musts(scores, gone, int(must * 12 * tables), rng)
    return Meetings(buyers, sellers, 12, tables, scores, away=frozenset(gone), must=musts)


def _musts(
    scores: dict[tuple[str, str], float], gone: set[tuple[str, int]], number: int, rng: np.random.Generator
) -> tuple[tuple[str, str], ...]:
    keys, held = list(scores), dict[str, int]()
    found: list[tuple[str, str]] = []
    for place in rng.permutation(len(keys)).tolist():
        if len(found) >= number:
            break
        pair = keys[place]
        common = any((pair[0], slot) not in gone and (pair[1], slot) not in gone for slot in range(12))
        if common and all(held.get(firm, 0) < 3 for firm in pair):
            found.append(pair)
            held |= {firm: held.get(firm, 0) + 1 for firm in pair}
    return tuple(found)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The best of three CPU times after one that warms up."""
    result, best = work(), float("inf")
    for _ in range(3):
        begun = time.process_time()
        result = work()
        best = min(best, time.process_time() - begun)
    return result, best


@dataclass(frozen=True)
class Solved:
    """What the constraint solver found: a value and a bound, None for no plan."""

    status: str
    value: float | None
    bound: float
    seconds: float


def solver_salon(
    request: Seating, worth: Floats, seconds: float, hint: SeatPlan | None, fixed: bool = False
) -> Solved:
    """Guests x tables x rounds, a pair's meeting in a round as a variable.

    `fixed` holds every variable to the hint, which shows whether the hint keeps the model at all.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = _places(model, request, hint)
    place = {guest: number for number, guest in enumerate(request.guests)}
    apart = {tuple(sorted((place[one.a], place[one.b]))) for one in request.apart}
    terms = []
    for a, b in combinations(range(len(request.guests)), 2):
        if (a, b) in apart:
            for t, r in product(range(request.tables), range(request.rounds)):
                model.add_bool_or(~at[a, t, r], ~at[b, t, r])
            continue
        met = [model.new_bool_var("") for _ in range(request.rounds)]
        for t, r in product(range(request.tables), range(request.rounds)):
            # Together at a table means met; met means at one table.
            model.add_bool_or(~at[a, t, r], ~at[b, t, r], met[r])
            model.add_bool_or(~met[r], ~at[a, t, r], at[b, t, r])
        model.add_at_most_one(met)
        terms.append(int(worth[a, b]) * sum(met))
        if hint is not None:
            _hint_pair(model, met, hint, (request.guests[a], request.guests[b]))
    model.maximize(sum(terms))
    return _solve(model, seconds, fixed)


def _places(model: Any, request: Seating, hint: SeatPlan | None) -> dict[tuple[int, int, int], Any]:
    """A guest is at one table in each round, a table holds its seats."""
    guests, tables, rounds = range(len(request.guests)), range(request.tables), range(request.rounds)
    at = {(g, t, r): model.new_bool_var("") for g, t, r in product(guests, tables, rounds)}
    for g, r in product(guests, rounds):
        model.add_exactly_one(at[g, t, r] for t in tables)
    for t, r in product(tables, rounds):
        model.add(sum(at[g, t, r] for g in guests) <= request.seats)
    if hint is not None:
        for (g, t, r), variable in at.items():
            model.add_hint(variable, hint.table_of(request.guests[g], r) == t)
    return at


def _hint_pair(model: Any, met: list[Any], hint: SeatPlan, pair: tuple[str, str]) -> None:
    for turn, variable in enumerate(met):
        model.add_hint(variable, hint.table_of(pair[0], turn) == hint.table_of(pair[1], turn))


def solver_day(request: Meetings, seconds: float) -> Solved:
    """Pairs x slots."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = {(pair, slot): model.new_bool_var("") for pair in request.scores for slot in range(request.slots)}
    groups: dict[tuple[object, ...], list[Any]] = {}
    for (pair, slot), variable in at.items():
        for key in (("pair", *pair), ("turn", pair[0], slot), ("turn", pair[1], slot)):
            groups.setdefault(key, []).append(variable)
    for variables in groups.values():
        model.add_at_most_one(variables)
    for slot in range(request.slots):
        model.add(sum(at[pair, slot] for pair in request.scores) <= request.tables)
    model.maximize(sum(int(request.scores[pair]) * variable for (pair, _), variable in at.items()))
    return _solve(model, seconds)


def _solve(model: Any, seconds: float, fixed: bool = False) -> Solved:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    solver.parameters.fix_variables_to_their_hinted_value = fixed
    begun = time.monotonic()
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Solved(
        solver.status_name(status),
        solver.objective_value if found else None,
        solver.best_objective_bound,
        time.monotonic() - begun,
    )


def meetings_figures(quick: bool) -> None:
    """Days of one-to-one meetings: ours with bound and time, then the solver on the first."""
    cases = {
        "100 x 100, 40 tables": day(100, 40, None),
        "1,000 x 1,000, 400 tables, 20 pairs a buyer": day(1000, 400, 20),
        "100 x 100, 20 % away, 5 % must": day(100, 40, None, 0.2, 0.05),
        "1,000 x 1,000, 20 % away, 5 % must": day(1000, 400, 20, 0.2, 0.05),
    }
    for name, request in cases.items():
        plan, seconds = timed(lambda request=request: plan_meetings(request))  # type: ignore[misc]
        told = "proven" if plan.proven else f"{plan.value / plan.bound:.4f} of the bound"
        print(f"{name}: {plan.value:,.0f} {told}, {len(plan.violations)} broken, {1000 * seconds:.0f} ms")
    for limit in (2.0,) if quick else (10.0, 60.0):
        print(f"  CP-SAT, first day, {limit:g} s: {solver_day(cases['100 x 100, 40 tables'], limit)}")


def salon_figures(quick: bool) -> None:
    """The salon of 180: ours by budget, then the solver from nothing and from our plan."""
    request, worth = salon()
    for sweeps, name in ((0, "climbed"), (1, "first plan")):
        budget_ = Budget(moves=0, sweeps=sweeps)
        first, seconds = timed(lambda budget_=budget_: plan_seats(request, worth, 0, budget_))  # type: ignore[misc]
        print(f"{name}: {first.value:,.0f}, {len(first.violations)} broken, {1000 * seconds:.0f} ms")
    longest = 6.0 if quick else 60.0
    best = first
    for budget in (longest / 60, longest / 6, longest):
        best = plan_seats(request, worth, 0, Budget(seconds=budget))
        print(f"{budget:g} s: {best.value:,.0f}, {len(best.violations)} broken; bound {best.bound:,.0f}")
    held = solver_salon(request, worth, longest, first, fixed=True)
    print(f"  our first plan held to the solver's model: {held}")
    for limit in (longest / 6, longest):
        print(f"  CP-SAT from nothing, {limit:g} s: {solver_salon(request, worth, limit, None)}")
    print(f"  CP-SAT from our first plan, {longest:g} s: {solver_salon(request, worth, longest, first)}")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("meetings", "salon"))
    args = parser.parse_args()
    warm()
    if args.only != "salon":
        meetings_figures(args.quick)
    if args.only != "meetings":
        salon_figures(args.quick)


if __name__ == "__main__":
    main()
