"""qianxian evaluate NAME."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from jobs.spoken import Spoken

PATH = click.Path(path_type=Path)


@click.command(cls=Spoken)
@click.argument("name")
@click.option("--data", "folder", type=PATH, metavar="FOLDER")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--firms", metavar="A-B")
@click.option("--train", type=PATH, metavar="FILE")
@click.option("--test", type=PATH, metavar="FILE")
@click.option("--seconds", type=float)
@click.option("--limit", type=click.IntRange(min=1))
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "machine", is_flag=True)
def evaluate(name: str, until: datetime | None, machine: bool, **given: Any) -> None:
    """Quality figures on outside data, beside trivial baselines."""
    from jobs.evaluation.catalog import find
    from jobs.evaluation.report import Options, as_json, as_table

    evaluator = find(name)
    begun = time.monotonic()
    report = evaluator(Options(until=None if until is None else until.date(), **given))
    seconds = time.monotonic() - begun
    click.echo(as_json(report, _digest(report.settings), seconds) if machine else as_table(report))


def _digest(settings: Mapping[str, Any]) -> str:
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
