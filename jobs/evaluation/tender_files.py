"""Notices of tenders as past needs: awards with their winners, lists of candidates with their bidders."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from jobs.evaluation.folder import needed
from matcher.recommend.past.need import PastNeed

_AGAIN: Final = re.compile(r"[(（]?\s*第?\s*[0-9一二三四五六]+\s*次\s*(招标|公示|公告|采购)?\s*[)）]?|\s")
_ROLE: Final = re.compile(r"联合体|[(（](牵头人|牵头单位|联合体牵头人|成员|成员单位|主|成)[)）]")


@dataclass(frozen=True)
class Tenders:
    """Awards in their order, lists of candidates (one a project and day), and the `keys` of each award."""

    awards: tuple[PastNeed, ...]
    lists: tuple[PastNeed, ...]
    keys: tuple[frozenset[str], ...]


def read(folder: Path | None) -> Tenders:
    """Both files of a folder. Raises InvalidInput naming what is missing."""
    awards, candidates = needed(folder, "awards.csv", "candidates.csv")
    rows = _rows(awards)
    keys = tuple(frozenset({project(row["title"]), project(row["lot"])}) for row in rows)
    return Tenders(tuple(map(_award, rows)), tuple(_lists(_rows(candidates))), keys)


def question(need: PastNeed) -> PastNeed:
    """What is known before anybody answers: the text, who asks, where and when."""
    return PastNeed(need.title, need.text, need.day, need.buyer, need.place, need.project)


def project(title: str) -> str:
    """What joins the notices of one purchase: its title without spaces and without "second tender"."""
    return _AGAIN.sub("", title).lower()


def parties(names: str) -> tuple[str, ...]:
    """The members of a consortium, the marks of their roles taken off."""
    found = (_ROLE.sub("", name).strip() for name in names.split("、"))
    return tuple(dict.fromkeys(name for name in found if name))


def without(lists: Collection[PastNeed], projects: Collection[str]) -> list[PastNeed]:
    """Those whose project is not among `projects`, whatever their day."""
    return [need for need in lists if need.project not in projects]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: value or "" for name, value in row.items()} for row in csv.DictReader(file)]


def _award(row: Mapping[str, str]) -> PastNeed:
    lot = "" if row["lot"] == row["title"] else row["lot"]
    return PastNeed(
        title=row["title"],
        text=f"{lot} {row['scope']}".strip(),
        day=_day(row["date"]),
        buyer=row["buyer"],
        place=row["place"],
        project=project(row["title"]),
        winners=parties(row["winner"]),
        credentials=row.get("winner_qualification", ""),
    )


def _lists(rows: Collection[Mapping[str, str]]) -> list[PastNeed]:
    together: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        together.setdefault((row["project"], row["date"]), []).extend(parties(row["bidder"]))
    return [
        PastNeed(title, "", _day(day), project=project(title), bidders=tuple(dict.fromkeys(names)))
        for (title, day), names in together.items()
    ]


def _day(text: str) -> int:
    return date.fromisoformat(text[:10]).toordinal()
