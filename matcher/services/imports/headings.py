"""Which column of a file fills which of ours: by our heading, a Chinese one, or the map."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Final

from matcher.services.imports.kinds import KINDS, Column, Kind
from matcher.services.imports.mapping import ColumnMap, Rule
from matcher.services.imports.money import split_unit
from matcher.services.imports.problems import BadValueError, Problem, Severity

_DECORATION: Final = re.compile(r"[\s*＊]+|[(]必填[)]")


@dataclass(frozen=True)
class Feed:
    """One of our columns and where its cells stand in the file (several are joined)."""

    column: Column
    positions: tuple[int, ...]
    heading: str
    unit: str | None = None
    lenient: bool = False


@dataclass(frozen=True)
class Plan:
    """How to read a file's lines as rows of a kind."""

    kind: Kind
    headings: tuple[str, ...]
    feeds: tuple[Feed, ...]

    def feed(self, name: str) -> Feed | None:
        """The feed of our column of that name, or None."""
        return next((feed for feed in self.feeds if feed.column.name == name), None)


def plain_heading(heading: str) -> str:
    """A heading as it is compared: half-width, small, without blanks and stars."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading)).lower()


@cache
def _names(kind: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in KINDS[kind].columns:
        for heading in (column.name, *column.zh):
            found.setdefault(plain_heading(heading), column)
    return found


def find_column(kind: Kind, heading: str) -> tuple[Column, str | None] | None:
    """Our column under this heading, and the unit the heading names."""
    plain = plain_heading(heading)
    names = _names(kind.name)
    if plain in names:
        return names[plain], None
    bare, unit = split_unit(plain)
    column = names.get(bare)
    return (column, unit) if column is not None and column.reads == "money" else None


def knows(heading: str, kind: Kind | None, column_map: ColumnMap) -> bool:
    """Whether a heading is one of ours (of any kind while none is chosen) or of the map."""
    if any(heading in rule.sources for rule in column_map.rules):
        return True
    kinds = KINDS.values() if kind is None else (kind,)
    return any(find_column(each, heading) is not None for each in kinds)


def kind_of_name(name: str) -> Kind | None:
    """The kind that a file's name begins with: ``enterprises-2026.csv``, ``企业名单.xlsx``."""
    stem = plain_heading(PurePath(name).stem)
    fitting = [kind for kind in KINDS.values() if stem.startswith((kind.name, *kind.zh))]
    return max(fitting, key=lambda kind: len(kind.name), default=None)


def kind_of_headings(headings: Sequence[str]) -> Kind | None:
    """The kind all of whose required columns are there and that knows most of the headings."""

    def known(kind: Kind) -> set[str]:
        return {found[0].name for found in (find_column(kind, each) for each in headings) if found}

    complete = [k for k in KINDS.values() if {c.name for c in k.columns if c.required} <= known(k)]
    return max(complete, key=lambda kind: len(known(kind)), default=None)


def make_plan(
    kind: Kind, headings: tuple[str, ...], column_map: ColumnMap, file: str
) -> tuple[Plan, list[Problem]]:
    """The plan, and what is wrong with the headings as a whole."""
    feeds: dict[str, Feed] = {}
    problems: list[Problem] = []
    for rule in column_map.rules:
        try:
            feeds[rule.to] = _mapped(kind, headings, rule)
        except BadValueError as bad:
            problems.append(Problem(file, 1, rule.to, "", bad.reason, bad.severity, bad.params))
    used = {position for feed in feeds.values() for position in feed.positions}
    for position, heading in enumerate(headings):
        if position not in used and heading not in column_map.ignored and heading.strip():
            problem = _take(kind, heading, position, feeds, file)
            problems += [] if problem is None else [problem]
    plan = Plan(kind, headings, tuple(feeds.values()))
    return plan, problems + _missing(plan, file)


def _mapped(kind: Kind, headings: tuple[str, ...], rule: Rule) -> Feed:
    column = kind.column(rule.to)
    if column is None:
        raise BadValueError("map_names_no_column", kind=kind.name)
    absent = [source for source in rule.sources if source not in headings]
    if absent:
        raise BadValueError("map_column_absent", absent=", ".join(absent))
    positions = tuple(headings.index(source) for source in rule.sources)
    unit = rule.unit
    if column.reads == "money" and unit is None:
        unit = split_unit(plain_heading(rule.sources[0]))[1]
        if unit is None:
            raise BadValueError("money_without_unit", heading=rule.sources[0])
    return Feed(column, positions, "+".join(rule.sources), unit, rule.lenient)


def _take(kind: Kind, heading: str, position: int, feeds: dict[str, Feed], file: str) -> Problem | None:
    found = find_column(kind, heading)
    if found is None:
        near = difflib.get_close_matches(plain_heading(heading), list(_names(kind.name)), 1, 0.6)
        reason = "ignored_column_near" if near else "ignored_column"
        return Problem(file, 1, heading, "", reason, Severity.NOTED, {"near": "".join(near)})
    column, unit = found
    if column.name in feeds:
        other = feeds[column.name].heading
        return Problem(file, 1, heading, "", "column_twice", Severity.REFUSED, {"other": other})
    if column.reads == "money" and unit is None:
        return Problem(file, 1, heading, "", "money_without_unit", Severity.REFUSED, {"heading": heading})
    feeds[column.name] = Feed(column, (position,), heading, unit)
    return None


def _missing(plan: Plan, file: str) -> list[Problem]:
    absent = [c for c in plan.kind.columns if c.required and plan.feed(c.name) is None]
    problems = [
        Problem(file, 1, column.name, "", "column_missing", params={"zh": column.zh[0]}) for column in absent
    ]
    groups = plan.kind.identity
    if groups and not any(plan.feed(group[0]) is not None for group in groups):
        either = " / ".join(group[0] for group in groups)
        problems.append(Problem(file, 1, either, "", "identity_missing"))
    return problems
