"""Reads the tables of facts that travel with the package (matcher/domain/facts)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib import resources


def rows(file: str) -> Iterator[list[str]]:
    """The rows of one table of facts without its heading, as text. Reads the file on every call."""
    text = resources.files("matcher.domain").joinpath("facts", file).read_text(encoding="utf-8")
    reader = csv.reader(io.StringIO(text))
    next(reader)
    yield from reader
