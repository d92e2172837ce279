"""Every product against every firm, with reasons and near misses, beside named peers in one run.

Run: python -m bench.eligibility [--firms 1000000] [--products 200] [--repeat 5]. CPU seconds of one process,
medians. Slow peers get fewer firms; all are compared in firm-products a CPU second. Needs the extra `bench`,
and for three of the peers cel-python, json-logic-qubit and OpenFisca-Core; an absent one is said to be.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench import eligibility_peers as peers
from bench.eligibility_world import Province, products, province
from matcher.domain.product import parse_criteria
from matcher.recommend.bitmaps import count
from matcher.recommend.board import Board, _in_force, _parts
from matcher.recommend.board_kernels import compiled, judged, laid_out, warm

# Peer -> (firms, products) at most, so that a run ends today.
PEERS: dict[str, tuple[Callable[..., peers.Counts], int, int]] = {
    "numpy": (peers.numpy, 1_000_000, 20),
    "numpy by hand": (peers.lean_numpy, 1_000_000, 40),
    "polars": (peers.polars, 1_000_000, 40),
    "duckdb": (peers.duckdb, 1_000_000, 20),
    "SQLite": (peers.sqlite, 100_000, 20),
    "OpenFisca-Core": (peers.openfisca, 200_000, 40),
    "json-logic-qubit": (peers.json_logic, 40, 10),
    "cel-python": (peers.cel, 10, 4),
}


def cpu(work: Callable[[], Any], repeat: int) -> float:
    """Median CPU seconds."""
    taken = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def ours(world: Province, repeat: int, number: int) -> tuple[float, Board]:
    """Prints our figures; gives CPU seconds of judging all, and the board."""
    asked = products(number)
    warm()
    nodes = {name: _in_force(criteria, world) for name, criteria in asked.items()}  # type: ignore[arg-type]
    start = time.process_time()
    parts = _parts(world, nodes)  # type: ignore[arg-type]
    atoms = laid_out(parts, len(world))
    encoding = time.process_time() - start
    programs = compiled(nodes, {one: k for k, one in enumerate(one for part in parts for one in part.atoms)})
    seconds = cpu(lambda: judged(atoms, programs, len(world)), repeat)
    pairs = len(world) * len(asked)
    criteria = sum(len(one) for one in nodes.values())
    print(
        f"{len(world):,} firms x {len(asked)} products, {criteria:,} criteria, {len(atoms.column):,} distinct"
    )
    print(f"encoding (once a snapshot)     {encoding:8.3f} s CPU")
    print(f"all products, reasons, misses  {seconds:8.3f} s CPU   {pairs / seconds / 1e6:8,.0f} M pairs/s")
    board = Board.of(world, asked)  # type: ignore[arg-type]
    limits = iter(range(10_000))

    def edit() -> None:
        written = [{"field": "revenue", "operator": "at_least", "value": 1_234_567.0 + next(limits)}]
        board.put("LOAN-000", (*asked["LOAN-000"][1:], *parse_criteria(written)))

    print(f"one edited product             {cpu(edit, 20) * 1e3:8.2f} ms CPU")
    return seconds / pairs, board


def main() -> None:
    """Print ours, then each peer with its ratio to ours and whether its counts agree."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=1_000_000)
    options.add_argument("--products", type=int, default=200)
    options.add_argument("--repeat", type=int, default=5)
    given = options.parse_args()
    pair, _ = ours(province(given.firms), given.repeat, given.products)
    for name, (peer, firms, number) in PEERS.items():
        world, asked = province(min(firms, given.firms)), products(min(number, given.products))
        start = time.process_time()
        try:
            found = peer(world, asked)
        except ImportError as absent:
            print(f"{name:18} not installed: {absent.name}")
            continue
        taken = (time.process_time() - start) / (len(world) * len(asked))
        board = Board.of(world, asked)  # type: ignore[arg-type]
        same = all(
            (count(board.outcome(p).eligible), count(board.outcome(p).near)) == told
            for p, told in found.items()
        )
        rate, ratio, agreed = 1e-6 / taken, taken / pair, "equal" if same else "differ"
        print(f"{name:18} {rate:12.5f} M pairs/s   {ratio:12,.0f} x ours   counts {agreed}")


if __name__ == "__main__":
    main()
