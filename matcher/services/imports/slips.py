"""Money that is probably in the wrong unit: ten thousand times the last value, or out of all proportion.

The usual mistake of such files is 元 for 万元. Three signs of it: the value known so far, what an
enterprise takes in for each of its staff, and a size class that jumps by two. Such rows are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matcher.domain.size_class import RANK, SizeClass, size_class
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.chunks import Key, key_of
from matcher.services.imports.problems import BadValueError, Severity

# A yuan taken for ten thousand, or the other way round, since last time.
_SLIP: Final = (5_000, 20_000)
# What an enterprise takes in a year for each of its staff, in fen.
_LEAST_A_HEAD: Final = 1_000 * 100
_MOST_A_HEAD: Final = 50_000_000 * 100
_SIZED_BY: Final = ("employees", "revenue_fen", "assets_fen")

SLIPS: Final = frozenset({"money_slip", "revenue_a_head", "size_jump"})

Values = Mapping[str, Any]


def blame_slips(reader: LineReader, rows: Sequence[Row], known: Mapping[Key, Values]) -> None:
    """Hold rows whose money looks like a slip of the unit. `known` are the rows as they stand."""
    fields = [feed.column.field for feed in reader.plan.feeds if feed.column.reads == "money"]
    firms = reader.plan.kind.name == "enterprises" and bool(fields)
    for row in rows:
        there = known.get(key_of(reader.plan.kind, row.values))
        if there is not None:
            _blame_jumps(reader, row, fields, there)
        if firms and row.severity is None:
            _blame_proportions(reader, row, there)


def _blame_jumps(reader: LineReader, row: Row, fields: Sequence[str], there: Values) -> None:
    for name in fields:
        now, before = row.values[name], there[name]
        if now and before and _SLIP[0] <= max(now / before, before / now) <= _SLIP[1]:
            bad = BadValueError("money_slip", Severity.HELD, before=before / 100, now=now / 100)
            reader.blame_field(row, name, bad)


def _blame_proportions(reader: LineReader, row: Row, there: Values | None) -> None:
    if not any(row.values.get(name) for name in _SIZED_BY):
        return
    now = _told(row.values, there)
    revenue, staff = now["revenue_fen"], now["employees"]
    if there is not None and all(there.get(name) == now[name] for name in _SIZED_BY):
        return  # nothing of it is new: whoever let it in has looked at it
    if revenue and staff and not _LEAST_A_HEAD <= revenue / staff <= _MOST_A_HEAD:
        bad = BadValueError("revenue_a_head", Severity.HELD, a_head=round(revenue / staff / 100))
        reader.blame_field(row, "revenue_fen", bad)
    elif there is not None and _is_jump(_class_of(there), _class_of(now)):
        before, after = _class_of(there), _class_of(now)
        bad = BadValueError("size_jump", Severity.HELD, before=before, now=after)
        reader.blame_field(row, _changed(row, there), bad)


def _told(values: Values, there: Values | None) -> dict[str, Any]:
    """The sizes as they will be: what the row says, else what is known."""
    names = (*_SIZED_BY, "industry_code")
    known = {} if there is None else there
    return {n: known.get(n) if values.get(n) is None else values[n] for n in names}


def _class_of(values: Values) -> SizeClass | None:
    code = values.get("industry_code")
    if code is None:
        return None
    revenue, assets = values.get("revenue_fen"), values.get("assets_fen")
    found = size_class(
        code,
        employees=values.get("employees"),
        revenue_yuan=None if revenue is None else revenue / 100,
        assets_yuan=None if assets is None else assets / 100,
    )
    return found.certain


def _is_jump(before: SizeClass | None, now: SizeClass | None) -> bool:
    return before is not None and now is not None and abs(RANK[before] - RANK[now]) >= 2


def _changed(row: Row, there: Values) -> str:
    given = [name for name in _SIZED_BY if row.values.get(name) not in (None, there.get(name))]
    return next((name for name in given if name.endswith("_fen")), given[0] if given else _SIZED_BY[0])
