"""What is known of an occupation before anybody has labelled a title: its name, other titles, its tasks."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from matcher.domain import occupation


@dataclass(frozen=True)
class Known:
    """An occupation in words: `phrases` are its name and other titles, `tasks` a text of what is done."""

    code: str
    phrases: tuple[str, ...]
    tasks: str


@cache
def shipped() -> tuple[Known, ...]:
    """The classification of 2022 with the titles people use, in the order of the codes."""
    used = _titles()
    return tuple(
        Known(one.code, (one.name, *used.get(one.code, ())), " ".join(one.tasks))
        for one in occupation.table().values()
    )


def _titles() -> Mapping[str, tuple[str, ...]]:
    """Titles of vacancies by code, drawn up for this project (titles.csv)."""
    text = resources.files(__package__).joinpath("titles.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        meant = occupation.find(row["occupation"])
        if meant is None:
            raise ValueError(f"titles.csv names {row['occupation']}, which the classification does not know")
        found[meant.code] = tuple(row["titles"].split(";"))
    return found
