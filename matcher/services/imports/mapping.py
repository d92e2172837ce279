"""The map of a foreign file (`--map`): which of its columns fill which of ours, in which unit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from matcher.errors import InvalidInput
from matcher.services.imports.money import FEN_PER, IN_VALUE

_RULE_KEYS: Final = frozenset({"to", "from", "unit", "lenient"})


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
    """All rules of a map, the kind it is for, and foreign columns left out on purpose."""

    rules: tuple[Rule, ...] = ()
    kind: str | None = None
    ignored: frozenset[str] = field(default=frozenset())


def read_map(path: Path) -> ColumnMap:
    """Read a map from TOML or JSON. Raises InvalidInput ``imports.bad_map``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, OSError) as error:
        raise InvalidInput("imports.bad_map", file=path.name, detail=str(error)) from None
    return parse_map(content, path.name)


def parse_map(content: Mapping[str, Any], name: str = "map") -> ColumnMap:
    """A map from its object: kind, columns (theirs -> ours), joined (ours <- theirs), ignored."""
    columns, joined = content.get("columns", {}), content.get("joined", {})
    if not isinstance(columns, Mapping) or not isinstance(joined, Mapping):
        raise InvalidInput("imports.bad_map", file=name, detail="columns, joined")
    rules = [_rule({"from": [theirs], **_table(ours)}, theirs, name) for theirs, ours in columns.items()]
    rules += [_rule({"to": ours, **table}, ours, name) for ours, table in joined.items()]
    return ColumnMap(tuple(rules), content.get("kind"), frozenset(content.get("ignored", ())))


def _table(ours: object) -> dict[str, Any]:
    return dict(ours) if isinstance(ours, Mapping) else {"to": ours}


def _rule(table: Mapping[str, Any], where: str, name: str) -> Rule:
    unknown = set(table) - _RULE_KEYS
    unit = table.get("unit")
    if unknown or not isinstance(table.get("to"), str) or not isinstance(table.get("from"), list):
        raise InvalidInput("imports.bad_map", file=name, detail=f"{where}: {', '.join(sorted(unknown))}")
    if unit is not None and unit not in FEN_PER and unit != IN_VALUE:
        raise InvalidInput("imports.bad_map", file=name, detail=f"{where}: unit {unit}")
    return Rule(table["to"], tuple(table["from"]), unit, bool(table.get("lenient", False)))


def as_plain(column_map: ColumnMap) -> dict[str, Any]:
    """The map as JSON would hold it; `from_plain` reads it back."""
    rules = [vars(rule) | {"sources": list(rule.sources)} for rule in column_map.rules]
    return {"rules": rules, "kind": column_map.kind, "ignored": sorted(column_map.ignored)}


def from_plain(plain: Mapping[str, Any]) -> ColumnMap:
    """The counterpart of `as_plain`."""
    rules = tuple(Rule(**{**rule, "sources": tuple(rule["sources"])}) for rule in plain["rules"])
    return ColumnMap(rules, plain["kind"], frozenset(plain["ignored"]))
