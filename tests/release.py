"""Full figures in rounds: as many as an hour allows, gone on with the next time, and what they bound.

The hour is shared out evenly among the figures asked for; QIANXIAN_RELEASE_SECONDS gives each another time.
A round that has begun comes to its end.

No failure in n rounds bounds the rate by 3/n with 95 per cent confidence, and no lower.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(os.environ.get("QIANXIAN_RELEASE_FOLDER", ".release"))
MINUTES = float(os.environ.get("QIANXIAN_RELEASE_MINUTES", "60"))
SECONDS = float(os.environ.get("QIANXIAN_RELEASE_SECONDS", "300"))


def share(figures: int, workers: int) -> None:
    """Give each of `figures` tests its part of the time that `workers` processes have together."""
    global SECONDS
    if "QIANXIAN_RELEASE_SECONDS" not in os.environ:
        SECONDS = 60 * MINUTES * workers / max(figures, 1)


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
    note(_told(name, done, total, each))


def note(line: str) -> None:
    """A line in the report that is kept beside the counts."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "report.txt").open("a", encoding="utf-8") as report:
        report.write(line + "\n")


def summary() -> list[str]:
    """How far every figure has come, over all times it was run; the last line tells the fraction done."""
    lines, parts = [], []
    for place in sorted(FOLDER.glob("*.json")):
        found = json.loads(place.read_text())
        tries = 3 / found["rate_below"]
        each = round(tries / found["done"])
        lines.append(_told(place.stem, found["done"], found["of"], each))
        parts.append(found["done"] / found["of"])
    done = sum(part >= 1 for part in parts)
    share = sum(parts) / len(parts) if parts else 0.0
    return [*lines, f"{done} of {len(parts)} figures whole, {share:.0%} of all rounds done ({FOLDER})"]


def _told(name: str, done: int, total: int, each: int) -> str:
    tries = done * each
    bound = f"rate below {3 / tries:.2%} with 95 % confidence" if tries >= 3 else "too few for a bound"
    return f"{name}: {tries} of {total * each} ({done / total:.0%}), no failure; {bound}"
