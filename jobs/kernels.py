"""The compiled kernels by name, so that an installation can compile them once, before anybody waits for one.

Each entry calls its kernels on a tiny world with the types of production; numba keeps the result on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

WARMINGS: Final[Mapping[str, str]] = {
    "partners": "matcher.recommend.kernels.warming:partners",
    "needs": "matcher.recommend.kernels.sparse:warm",
    "eligibility": "matcher.recommend.board_kernels:warm",
    "grouping": "matcher.recommend.grouping.warming:warm",
}


def warm() -> Iterator[str]:
    """Compile or load each group of kernels, giving its name when it is done."""
    for name, place in WARMINGS.items():
        module, _, function = place.partition(":")
        getattr(import_module(module), function)()
        yield name
