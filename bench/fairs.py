"""A fair's floor and its interview windows. Run: python -m bench.fairs

180 firms on 200 booths with 60 pairs of rivals and 20 of neighbours; the same firms and some 2,000 graduates.
Baselines: the floor that the assignment alone gives, and interviews handed out by score, first come.
"""

from __future__ import annotations

import time
from itertools import product

import numpy as np

from matcher.domain.event.floor import Booth, Exhibitor, Floor
from matcher.domain.event.interviews import Interviews
from matcher.recommend.floor import plan_floor
from matcher.recommend.interviews import plan_interviews, refilled

FIRMS = 180


def floor(seed: int = 0) -> Floor:
    """Two halls of ten rows of ten; large and strong booths at the edges, zones by rows."""
    rng = np.random.default_rng(seed)
    booths = tuple(
        Booth(
            hall,
            row,
            column,
            18.0 if column == 0 else 9.0,
            10.0 if row == 0 else 2.0,
            frozenset({f"zone {row // 3}"}),
            1.0 / (1 + row),
        )
        for hall, row, column in product("AB", range(10), range(10))
    )
    exhibitors = tuple(
        Exhibitor(
            f"firm {n}",
            18.0 if n < 8 else 0.0,
            10.0 if 8 <= n < 20 else 0.0,
            f"zone {n % 3}" if n > 100 else None,
            str(n % 12),
            float(rng.random()),
        )
        for n in range(FIRMS)
    )
    near = tuple((f"firm {n}", f"firm {n + 30}") for n in range(30, 50))
    rivals = {(f"firm {a}", f"firm {b}") for a, b in rng.choice(FIRMS, (60, 2)).tolist() if a < b}
    return Floor(booths, exhibitors, tuple(sorted(rivals - set(near))), near)


def windows(away: float = 0.0, seed: int = 0) -> Interviews:
    """25 classes, eight windows, one to three desks a booth."""
    rng = np.random.default_rng(seed)
    heads = {f"class {n}": int(rng.integers(20, 140)) for n in range(25)}
    desks = {f"firm {n}": int(rng.integers(1, 4)) for n in range(FIRMS)}
    scores = {pair: round(float(rng.random()), 6) for pair in product(heads, desks) if rng.random() < 0.4}
    wanted = {pair: int(rng.integers(1, 12)) for pair in scores}
    gone = {(who, window) for who in (*heads, *desks) for window in range(8) if rng.random() < away}
    return Interviews(heads, desks, 8, scores, wanted, away=frozenset(gone))


def main() -> None:
    """Print all figures; CPU time of one process."""
    request = floor()
    for steps, name in ((0, "assignment alone"), (200, "200 exchanges"), (None, "as served")):
        begun = time.process_time()
        plan = plan_floor(request, 0, steps=steps)
        spent = time.process_time() - begun
        share = plan.value / plan.bound
        print(f"floor, {name}: {share:.3f} of the bound, {len(plan.violations)} broken, {spent:.2f} s")
    for away in (0.0, 0.1):
        asked = windows(away)
        begun = time.process_time()
        day = plan_interviews(asked)
        spent = time.process_time() - begun
        told = "proven" if day.proven else f"{day.value / day.bound:.4f} of the bound"
        people = sum(asked.heads.values())
        print(f"{people} graduates, {away:.0%} away: {len(day.interviews)} interviews, {told}, {spent:.2f} s")
        greedy = refilled(asked, ())
        print(f"  by score, first come: {greedy.value / day.bound:.4f} of the bound")


if __name__ == "__main__":
    main()
