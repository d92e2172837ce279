"""How kernels are compiled: once, kept on disk, without the interpreter's lock, without counting references.

Why no counting: kernels make no arrays, and counting each member of the tuples they pass around took ten
times as long as the search itself.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, Final

from numba import njit

_HOW: Final[dict[str, Any]] = {"nogil": True, "_nrt": False}

kernel: Final[Any] = njit(**_HOW)  # called by entries only, kept on disk as a part of them
inlined: Final[Any] = njit(**_HOW, inline="always")
entry: Final[Any] = njit(**_HOW, cache=True)


def sources() -> int:
    """A digest of this folder. Entry points enclose it, so that no compiled copy outlives what it calls:
    numba itself looks at the entry point's own file only.
    """
    files = sorted(Path(__file__).parent.glob("*.py"))
    return zlib.crc32(b"".join(file.read_bytes() for file in files))
