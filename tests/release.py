"""Full figures in rounds: as many as an hour allows, gone on with the next time, and what they bound.

No failure in n rounds bounds the rate by 3/n with 95 per cent confidence, and no lower.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(os.environ.get("QIANXIAN_RELEASE_FOLDER", ".release"))
SECONDS = float(os.environ.get("QIANXIAN_RELEASE_SECONDS", "300"))


def rounds(name: str, total: int, each: int = 1) -> Iterator[int]:
    """The numbers of the rounds still to do. A round counts once its body has come to its end.

    `each`: how many tries a round makes; the report tells tries.
    """
    FOLDER.mkdir(exist_ok=True)
    place = FOLDER / f"{name}.json"
    done = int(json.loads(place.read_text())["done"]) if place.exists() else 0
    end = time.monotonic() + SECONDS
    while done < total and time.monotonic() < end:
        yield done
        done += 1
        beside = place.with_suffix(".tmp")
        beside.write_text(json.dumps({"done": done, "of": total, "rate_below": 3 / (done * each)}))
        beside.replace(place)
    tries = done * each
    told = f"{name}: {tries} of {total * each} rounds, no failure; rate below {3 / max(tries, 1):.2%}"
    with (FOLDER / "report.txt").open("a", encoding="utf-8") as report:
        report.write(told + "\n")
