"""Personalised PageRank, the best 20 of a seed, by cost and recall. Run: python -m bench.pagerank

Recall is against power iteration to 1e-10 on the same graph; ties at the twentieth rank count either way.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from bench.graph import SEED, dealings
from matcher.recommend.kernels.pagerank import near_plain, near_pushed

K = 20
STEPS = ((1e-2, 20_000), (1e-3, 20_000), (3e-4, 10_000), (1e-4, 5_000), (1e-5, 1_000), (1e-6, 100))


def recall(found: np.ndarray, wanted: np.ndarray) -> float:
    shares = []
    for ours, theirs in zip(found.tolist(), wanted.tolist(), strict=True):
        known = set(theirs) - {-1}
        shares.append(len(known & set(ours)) / max(1, len(known)))
    return float(np.mean(shares))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--nodes", type=int, default=1_000_000)
    options.add_argument("--edges", type=int, default=5_000_000)
    options.add_argument("--exact", type=int, default=64)
    given = options.parse_args()
    arrays = dealings(given.nodes, given.edges)
    rng = np.random.default_rng(SEED + 2)
    few = np.sort(rng.choice(given.nodes, given.exact, replace=False))
    start = time.process_time()
    wanted = near_plain(arrays, few, K)[0]
    print(f"{given.nodes:,} nodes, {arrays.number_of_edges():,} edges")
    print(f"power iteration {(time.process_time() - start) / len(few) * 1e6:12,.0f} us a seed")
    near_pushed(arrays, few[:1], K)
    for left, seeds in STEPS:
        many = np.sort(rng.choice(given.nodes, min(seeds, given.nodes), replace=False))
        start = time.process_time()
        near_pushed(arrays, many, K, left)
        each = (time.process_time() - start) / len(many)
        share = recall(near_pushed(arrays, few, K, left)[0], wanted)
        told = f"recall {share:.3f}  every node {each * given.nodes:8,.1f} s CPU"
        print(f"pushed, {left:5g} left {each * 1e6:10,.1f} us a seed  {told}", flush=True)


if __name__ == "__main__":
    main()
