"""The map of a foreign file (`--map`): which of its columns fill which of ours, in which unit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from matcher.errors import InvalidInput
from matcher.services.imports.money import FEN_PER, IN_VALUE

_RULE_KEYS: Final = frozenset({"to", "from", "unit", "lenient"})


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_MAP_KEYS: Final[Mapping[str, Callable[[object], bool]]] = {
    "kind": lambda value: value is None or isinstance(value, str),
    "columns": lambda value: isinstance(value, Mapping),
    "joined": lambda value: isinstance(value, Mapping),
    "ignored": _are_words,
    "partial": lambda value: isinstance(value, bool),
}


@dataclass(frozen=True)
class Rule:
    """Our column `to` is filled from the foreign columns `sources`, one after the other.

    `unit` is the unit of money (``in_value``: each value says its own). A `lenient` column's
    unreadable values are left unknown and noted, where otherwise the row is refused.
    """

    to: str
    sources: tuple[str, ...]
    unit: str | None = None
    lenient: bool = False


@dataclass(frozen=True)
class ColumnMap:
    """All rules of a map, the kind it is for, and foreign columns left out on purpose.

    `partial`: good rows are to be taken although others are refused (see `Options`).
    """

    rules: tuple[Rule, ...] = ()
    kind: str | None = None
    ignored: frozenset[str] = field(default=frozenset())
    partial: bool = False


def read_map(path: Path) -> ColumnMap:
    """Read a map from TOML or JSON. Raises InvalidInput ``imports.bad_map``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput("imports.bad_map", file=path.name, detail=str(error)) from None
    return map_of(content, path.name)


def map_of(content: bytes, name: str) -> ColumnMap:
    """The same from the bytes of a file of this name. Raises InvalidInput ``imports.bad_map``."""
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text) if name.lower().endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("imports.bad_map", file=name, detail=str(error)) from None
    return parse_map(found, name)


def parse_map(content: Mapping[str, Any], name: str = "map") -> ColumnMap:
    """A map from its object: kind, columns (theirs -> ours), joined (ours <- theirs), ignored, partial."""
    _refuse_unknown(content, name)
    columns, joined = content.get("columns", {}), content.get("joined", {})
    rules = [_rule({"from": [theirs], **_table(ours)}, theirs, name) for theirs, ours in columns.items()]
    rules += [_rule({"to": ours, **_joined(table)}, ours, name) for ours, table in joined.items()]
    ignored, partial = frozenset(content.get("ignored", ())), content.get("partial", False)
    return ColumnMap(tuple(rules), content.get("kind"), ignored, partial)


def _refuse_unknown(content: object, name: str) -> None:
    """A word written wrongly must not pass as if it were not there."""
    if not isinstance(content, Mapping):
        raise InvalidInput("imports.bad_map", file=name, detail=", ".join(_MAP_KEYS))
    wrong = [key for key in content if key not in _MAP_KEYS or not _MAP_KEYS[key](content[key])]
    if wrong:
        raise InvalidInput("imports.bad_map", file=name, detail=", ".join(map(str, wrong)))


def _joined(table: object) -> Mapping[str, Any]:
    return table if isinstance(table, Mapping) else {"from": table}


def _table(ours: object) -> dict[str, Any]:
    return dict(ours) if isinstance(ours, Mapping) else {"to": ours}


def _rule(table: Mapping[str, Any], where: str, name: str) -> Rule:
    unit, lenient = table.get("unit"), table.get("lenient", False)
    wrong = sorted(set(table) - _RULE_KEYS)
    wrong += ["to"] * (not isinstance(table.get("to"), str))
    wrong += ["from"] * (not table.get("from") or not _are_words(table["from"]))
    wrong += ["lenient"] * (not isinstance(lenient, bool))
    if unit is not None and (not isinstance(unit, str) or (unit not in FEN_PER and unit != IN_VALUE)):
        wrong.append(f"unit {unit}")
    if wrong:
        raise InvalidInput("imports.bad_map", file=name, detail=f"{where}: {', '.join(wrong)}")
    return Rule(table["to"], tuple(table["from"]), unit, lenient)


def as_plain(column_map: ColumnMap) -> dict[str, Any]:
    """What rows are read by, as JSON would hold it; `from_plain` reads it back. How many of them are to
    be taken (`partial`) is the import's affair.
    """
    rules = [vars(rule) | {"sources": list(rule.sources)} for rule in column_map.rules]
    return {"rules": rules, "kind": column_map.kind, "ignored": sorted(column_map.ignored)}


def from_plain(plain: Mapping[str, Any]) -> ColumnMap:
    """The counterpart of `as_plain`."""
    rules = tuple(Rule(**{**rule, "sources": tuple(rule["sources"])}) for rule in plain["rules"])
    return ColumnMap(rules, plain["kind"], frozenset(plain["ignored"]))
