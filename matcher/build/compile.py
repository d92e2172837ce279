"""Rows -> snapshot. Same rows, same moment: the same bytes, whatever order the database gives them in."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher.build import read, words
from matcher.build.assemble import Compiled, compile_rows
from matcher.build.encode import Arrays
from matcher.build.frequencies import Frequencies
from matcher.build.read import Progress
from matcher.graph import schema
from matcher.graph.files import write
from matcher.graph.graph import Lists
from matcher.recommend import weight_table
from matcher.recommend.weight_table import SHIPPED, WeightTable
from matcher.recommend.weights import POLICY
from matcher.storage import weight_tables

_OFFICE = timezone(timedelta(hours=8))  # what "today" means to those who enter dates


def silent(_stage: str, _done: int, _total: int) -> None:
    """For callers that show no progress."""


def compile_snapshot(
    session: Session,
    folder: Path,
    now: datetime,
    progress: Progress = silent,
    run: words.Runner = words.in_order,
) -> str:
    """Compile all rows into `folder`/<snapshot id> and return the id; it is not yet the served one.

    `progress` is called with (stage, done, total) and cancels by raising; nothing is left behind then.
    `run` maps the counting of terms over partitions of texts. Reads every row once, in chunks; holds the
    packed columns and the counts of terms in memory (about 2 kB an enterprise).
    """
    expected = {table: read.count(session, table) for table in read.SOURCES if table in schema.TABLES}
    found = compile_rows(session, office_day(now), progress, run)
    arrays = found.arrays | _index(found, progress) | dict(zip(schema.LISTS, Lists.none(), strict=True))
    counts = {table: len(arrays[f"{table}.by_id"]) for table in schema.TABLES}
    table = weights_in_force(session)
    about: dict[str, Any] = {"counts": counts, "rows": expected, "configuration": configuration_digest(table)}
    about[weight_table.KEY] = table.as_json()
    progress("written", 0, 1)
    snapshot_id = write(folder, arrays, now, about)
    progress("written", 1, 1)
    return snapshot_id


def _index(found: Compiled, progress: Progress) -> Arrays:
    progress("words", 0, 1)
    rows_with, rows = words.counted_rows(found.corpora, len(found.vocabulary))
    known = Frequencies(found.vocabulary, rows_with, rows)
    common = known.common(rows_with)
    arrays = words.index(found.vocabulary, found.corpora, found.order, known)
    progress("words", 1, 1)
    return arrays | {"common": found.vocabulary[common], "common_rows": rows_with[common]}


def office_day(now: datetime) -> date:
    """The day of `now` on China's clock."""
    return now.astimezone(_OFFICE).date()


def weights_in_force(session: Session) -> WeightTable:
    """The table that a snapshot made now carries. One query."""
    row = weight_tables.in_force(session)
    if row is None:
        return SHIPPED
    return weight_table.read(
        {"version": row.version, "weights": row.weights, "slope": row.slope, "intercept": row.intercept}
    )


def configuration_digest(table: WeightTable = SHIPPED) -> str:
    """What beside the rows decides the answers: policy, facts, lexicon, schema and learned weights."""
    digest = hashlib.sha256(json.dumps(POLICY, sort_keys=True).encode())
    if table != SHIPPED:
        digest.update(json.dumps(table.as_json(), sort_keys=True).encode())
    digest.update(json.dumps(schema.files(), sort_keys=True).encode())
    for package, folder in (("matcher.domain", "facts"), ("matcher.text", "lexicon")):
        entries = resources.files(package).joinpath(folder).iterdir()
        for file in sorted(entries, key=lambda entry: entry.name):
            if file.name.endswith((".csv", ".toml")):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
