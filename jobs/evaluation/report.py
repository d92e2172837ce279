"""What an evaluation asks and what it answers, as one JSON object and as a table for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

Figures = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Options:
    """How to evaluate. `folder` holds the outside data; an evaluation that generates its own needs none.

    What an evaluation has no use for it ignores; `limit` bounds the test cases for a quick look.
    """

    folder: Path | None
    until: date | None = None
    firms: str | None = None
    train: Path | None = None
    test: Path | None = None
    seconds: float | None = None
    limit: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Report:
    """The figures of one evaluation.

    `metrics` are ours, `baselines` those of at least two trivial methods under the same protocol, `peer`
    those of a public one. Standard errors stand beside their metric as ``<metric>_se``.
    """

    name: str
    protocol: str
    counts: Mapping[str, Any]
    metrics: Mapping[str, Any]
    baselines: Mapping[str, Figures] = field(default_factory=dict)
    peer: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)  # what decides the answers; shown as a digest


Evaluator = Callable[[Options], Report]
_WIDTH: Final = 34


def as_json(report: Report, digest: str, seconds: float) -> str:
    """The object that DATA-driven scripts read. Same seed, same bytes, but for `seconds`."""
    told = asdict(report)
    del told["settings"]
    told |= {"settings_digest": digest, "seconds": round(seconds, 3)}
    return json.dumps(told, ensure_ascii=False)


def as_table(report: Report) -> str:
    """The same for a person: ours first, then each baseline and peer, a line each metric."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.name}: {report.protocol}"
    for name, count in report.counts.items():
        yield f"  {name:<{_WIDTH}} {len(count) if isinstance(count, list) else _shown(count)}"
        yield from (f"    {one}" for one in count) if isinstance(count, list) else ()
    columns = {"qianxian": report.metrics, **report.baselines}
    if report.peer:
        columns["peer"] = report.peer
    for method, figures in columns.items():
        yield f"{method}"
        for name, value in figures.items():
            yield f"  {name:<{_WIDTH}} {_shown(value)}"


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
