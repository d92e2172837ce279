"""qianxian suggest."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from jobs.spoken import Spoken, language, tell, warn
from jobs.wiring import wire

if TYPE_CHECKING:
    from jobs.suggesting import Answered

PATH = click.Path(path_type=Path)
COLUMNS = ("need_id", "rank", "enterprise_id", "score", "reasons")


@click.command(cls=Spoken)
@click.option("--needs", "needs_file", type=PATH, metavar="FILE")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--format", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=PATH, metavar="FILE")
def suggest(needs_file: Path | None, count: int, format: str, output: Path | None) -> int:
    """Partner suggestions for many needs at once."""
    from jobs.needs_file import read_needs
    from jobs.progress import Shown
    from jobs.suggesting import Asking
    from matcher.graph.snapshot import Current

    wiring = wire()
    graph = Current(wiring.settings.snapshots).get()
    with Shown() as progress, _opened(output) as stream:
        asking = Asking(wiring, graph, count, progress)
        if needs_file is None:
            answers = asking.open_needs()
        else:
            answers = asking.needs(read_needs(needs_file, language()))
        needs, lines, skipped = _write(stream, format, answers)
    if skipped:
        warn("cli.suggest.skipped", count=skipped)
    if output is not None:
        tell("cli.suggest.done", needs=needs, lines=lines, snapshot_id=graph.snapshot_id)
    return 0


def _write(stream: TextIO, form: str, answers: Iterable[Answered]) -> tuple[int, int, int]:
    """Write a line each suggestion. Returns needs answered, lines, needs that were gone."""
    needs = lines = skipped = 0
    sheet = csv.DictWriter(stream, COLUMNS)
    if form == "csv":
        sheet.writeheader()
    for answer in answers:
        skipped += answer.ranking is None
        needs += answer.ranking is not None
        for line in _lines(answer):
            lines += 1
            if form == "csv":
                sheet.writerow({**line, "reasons": "；".join(line["reasons"])})
            else:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return needs, lines, skipped


def _lines(answer: Answered) -> Iterator[dict[str, Any]]:
    from matcher.recommend.explain import sentences

    found = () if answer.ranking is None else answer.ranking.suggestions
    for rank, suggestion in enumerate(found, start=1):
        yield {
            "need_id": answer.need_id,
            "rank": rank,
            "enterprise_id": suggestion.identifier,
            "score": round(suggestion.score, 6),
            "reasons": list(sentences(suggestion.for_asker, language())),
        }


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or the file: written beside and renamed, so that nobody reads half of it."""
    if output is None:
        yield sys.stdout
        return
    beside = output.with_name(f".{output.name}-{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
