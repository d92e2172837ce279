"""The exact best 20 sellers of every firm of a synthetic province, beside named peers, in one run.

python -m bench.partners [--firms 1000000] [--sample 20000] [--all] [--peers]

Peers get an easier task: flow, words and place as one sparse product, no size, standing or filter. Figures
are CPU microseconds a firm of one thread, over the same buyers, sampled as runs of firms that stand together;
beside peers they are medians of rounds in turns. --all runs every firm on two threads.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

from bench.province import BUILDINGS_A_STREET, INDUSTRIES, Province, province
from matcher.graph.table import Array
from matcher.recommend.kernels.lists import PARTITION, Searcher
from matcher.recommend.kernels.population import Recipe, recipe
from matcher.recommend.weights import FULL_COSINE, PLACE, WEIGHTS

K = 20
RUN = 400  # firms of a sample that stand together
ROUNDS = 3
LINEAR = "0.35/0.35/0.2/0.1"  # the weights that a sparse product can take nearest to
OTHERS = ((0.35, 0.35, 0.2, 0.1), (0.2, 0.6, 0.1, 0.1), (0.15, 0.8, 0.05, 0.0), (0.0, 1.0, 0.0, 0.0))
_NAMES = ("flow", "words", "place", "size", "standing")
_LN10 = float(np.log(10.0))


def recipes() -> dict[str, Recipe]:
    """The shipped weights with all four levels of place; the others with building and street."""
    shipped = [WEIGHTS[name] for name in ("chain", "words", "place", "size", "history")]
    near = tuple(PLACE[level] for level in ("building", "street", "district", "city"))
    found = {"shipped": recipe(dict(zip(_NAMES, shipped, strict=True)), near, FULL_COSINE, _LN10)}
    for shares in OTHERS:
        weights = dict(zip(_NAMES, (*shares, 0.0), strict=True))
        found["/".join(f"{share:g}" for share in shares)] = recipe(weights, (1.0, 0.5, 0.0, 0.0), 1.0, _LN10)
    return found


def cpu(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def everything(searcher: Searcher, buyers: Array) -> tuple[float, Any]:
    """The compiled reference that prunes nothing, timed after its compile."""
    from bench.exhaustive import exhaustive

    known, index = searcher.population, searcher.index
    postings = index.cell_start[index.cells]

    def run(rows: Array) -> Any:
        ids, scores = np.full((len(rows), K), -1, np.int32), np.zeros((len(rows), K), np.float32)
        about = (rows, searcher.leaves.leaf, searcher.leaves.low, searcher.leaves.high, known.size)
        about += (known.places[1], known.industry, known.apart, known.needs)
        scratch = searcher.scratch(K, int(np.diff(known.needs.indptr).max()))
        exhaustive(index, searcher.worth, about, scratch, postings, (ids, scores, searcher.recipe.scale))
        return ids, scores

    run(buyers[:2])
    return cpu(lambda: run(buyers))


def linear(found: Province) -> tuple[csr_matrix, csr_matrix]:
    """Both sides of one sparse product: industry, words, building and street."""
    known = found.population
    firms = len(known)
    rows = np.arange(firms)
    own = csr_matrix((np.ones(firms, np.float32), (rows, known.industry)), shape=(firms, INDUSTRIES))
    street = known.places[0] // BUILDINGS_A_STREET
    one = np.full(firms, 0.1, np.float32)
    places = [
        csr_matrix((one, (rows, at)), shape=(firms, int(at.max()) + 1)) for at in (known.places[0], street)
    ]
    ones = [csr_matrix((np.ones_like(part.data), part.indices, part.indptr), part.shape) for part in places]
    opened = diags(known.open.astype(np.float32))
    asking = hstack([0.35 * (own @ found.flow), 0.35 * found.needs, *places]).tocsr().astype(np.float32)
    giving = (opened @ hstack([own, found.offers, *ones]).tocsr()).tocsr().astype(np.float32)
    giving.eliminate_zeros()
    return asking, giving


def peers(found: Province, buyers: Array) -> dict[str, tuple[Callable[[], Any], int]]:
    """Of each peer that is installed what it does, and for how many firms."""
    asking, giving = linear(found)
    part, across = asking[buyers], giving.T.tocsr()
    few = min(2000, len(buyers))
    calls: dict[str, tuple[Callable[[], Any], int]] = {"scipy": (lambda: _chunked(part[:few], across), few)}
    for name in ("sp_matmul_rs", "sparse_dot_topn"):
        try:
            product = __import__(name).sp_matmul_topn
        except ImportError:
            print(f"{name}: not installed")
            continue
        calls[name] = partial(product, part, across, top_n=K, n_threads=1), len(buyers)
    return calls | _implicit(len(found.population))


def beside(searcher: Searcher, found: Province, buyers: Array) -> None:
    """Each peer's CPU a firm over ours: medians of rounds in which all take their turns."""
    calls = peers(found, buyers)
    calls["ours"] = (lambda: searcher.best(buyers, K)), len(buyers)
    rounds = [
        {name: cpu(call)[0] / firms * 1e6 for name, (call, firms) in calls.items()} for _ in range(ROUNDS)
    ]
    for name in calls:
        taken = float(np.median([one[name] for one in rounds]))
        ratio = float(np.median([one[name] / one["ours"] for one in rounds]))
        print(f"{name:22} {taken:10.1f} us a firm, {ratio:7.1f} times ours", flush=True)


def in_runs(firms: int, many: int, rng: Any) -> Array:
    """About so many firms in runs that stand together, as those of a partition do when all are asked for."""
    run = min(RUN, firms)
    starts = np.sort(rng.choice(firms // run, max(1, min(many, firms) // run), replace=False)) * run
    found: Array = (starts[:, None] + np.arange(run)).ravel()
    return found


def _chunked(part: csr_matrix, across: csr_matrix) -> None:
    for start in range(0, part.shape[0], 200):
        rows = (part[start : start + 200] @ across).tocsr()
        for row in range(rows.shape[0]):
            data = rows.data[rows.indptr[row] : rows.indptr[row + 1]]
            if len(data) > K:
                np.argpartition(data, len(data) - K)


def _implicit(firms: int) -> dict[str, tuple[Callable[[], Any], int]]:
    """The library's own top list over 64 factors: dense vectors cannot hold these scores, so time only."""
    try:
        from implicit.cpu.topk import topk
    except ImportError:
        print("implicit: not installed")
        return {}
    rng = np.random.default_rng(1)
    items = rng.normal(size=(firms, 64)).astype(np.float32)
    queries = rng.normal(size=(200, 64)).astype(np.float32)
    return {"implicit (64 factors)": (lambda: topk(items, queries, K, num_threads=1), 200)}


def asked_now(searcher: Searcher, buyers: Array) -> Array:
    """Wall microseconds of each question asked alone, memory kept between them."""
    searcher.best(buyers[:1], K)
    scratch = searcher.scratch(K, 64)
    taken = []
    for row in buyers:
        start = time.perf_counter()
        searcher.answer(int(row), K, scratch)
        taken.append((time.perf_counter() - start) * 1e6)
    return np.array(taken[len(taken) // 10 :])


def report(name: str, searcher: Searcher, buyers: Array) -> None:
    searcher.best(buyers, K)  # whose first pass waits for memory
    taken, found = cpu(lambda: searcher.best(buyers, K))
    few = slice(None, None, 10)
    whole, expected = everything(searcher, buyers[few])
    same = all(np.array_equal(one[few], other) for one, other in zip(found, expected, strict=True))
    pruned, read = taken / len(buyers) * 1e6, whole / len(buyers[few]) * 1e6
    told = f"pruned {pruned:8.1f} us  exhaustive {read:8.1f} us  equal {same}  {read / pruned:5.1f} times"
    print(f"{name:18} {told}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=1_000_000)
    options.add_argument("--sample", type=int, default=20_000)
    options.add_argument("--all", action="store_true")
    options.add_argument("--peers", action="store_true")
    given = options.parse_args()
    found = province(given.firms)
    rng = np.random.default_rng(3)
    buyers = in_runs(given.firms, given.sample, rng)
    for name, shares in recipes().items():
        built, searcher = cpu(lambda shares=shares: Searcher.of(found.population, shares))
        report(name, searcher, buyers)
        if name in ("shipped", LINEAR):
            alone = np.percentile(asked_now(searcher, rng.permutation(buyers)[:5_000]), [50, 99])
            print(f"{'':18} index {built:.1f} s; one question p50 {alone[0]:.0f} us, p99 {alone[1]:.0f} us")
            if given.all:
                _all_firms(searcher)
        if given.peers and name == LINEAR:
            beside(searcher, found, buyers)
        del searcher
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def _all_firms(searcher: Searcher) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rows = np.arange(len(searcher.population))
    parts = [rows[start : start + PARTITION] for start in range(0, len(rows), PARTITION)]
    wall, start = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda part: searcher.best(part, K), parts))
    wall, start = time.perf_counter() - wall, time.process_time() - start
    print(f"{'':18} all firms, two threads: {wall:.1f} s wall, {start:.1f} s CPU")


if __name__ == "__main__":
    main()
