"""Criteria from JSON and back. Every refusal names the place as a JSON pointer and what would be right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from matcher.domain.product.catalogue import Field, FieldKind, canonical
from matcher.domain.product.criteria import Criterion, Group, Node, Operator, Quantifier, Value
from matcher.errors import InvalidInput

_DEEPEST = 8

_ORDERED = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.EQUAL)
OPERATORS: Final[Mapping[FieldKind, tuple[Operator, ...]]] = {
    FieldKind.NUMBER: _ORDERED,
    FieldKind.DATE: _ORDERED,
    FieldKind.GRADE: (*_ORDERED, Operator.IN),
    FieldKind.CODE: (Operator.WITHIN, Operator.EQUAL, Operator.IN),
    FieldKind.WORD: (Operator.EQUAL, Operator.IN),
    FieldKind.WORDS: (Operator.HAS, Operator.HAS_ANY),
    FieldKind.FLAG: (Operator.EQUAL,),
}
_MANY: Final = (Operator.IN, Operator.WITHIN, Operator.HAS, Operator.HAS_ANY)
_KEYS: Final = frozenset({"field", "operator", "value", "valid_from", "valid_until", "source"})


def parse_criteria(document: object) -> tuple[Node, ...]:
    """The top-level criteria of a product: a JSON list (all must hold) or one group.

    Raises InvalidInput (``products.*``) with `at`, a JSON pointer into the document.
    """
    if isinstance(document, Mapping):
        node = _node(document, "", 0)
        together = isinstance(node, Group) and node.quantifier is Quantifier.ALL_OF
        return node.members if isinstance(node, Group) and together else (node,)
    return tuple(_node(item, f"/{place}", 0) for place, item in enumerate(_list(document, "")))


def to_json(nodes: Sequence[Node]) -> list[dict[str, object]]:
    """The inverse of parse_criteria, in canonical field names and units."""
    return [_to_json(node) for node in nodes]


def _to_json(node: Node) -> dict[str, object]:
    if isinstance(node, Group):
        return {node.quantifier.value: to_json(node.members)}
    plain: dict[str, object] = {"field": node.field, "operator": node.operator.value}
    plain["value"] = _plain(node.value)
    for name, moment in (("valid_from", node.valid_from), ("valid_until", node.valid_until)):
        if moment is not None:
            plain[name] = moment.isoformat()
    return plain | ({"source": node.source} if node.source else {})


def _plain(value: Value) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _list(document: object, at: str) -> Sequence[object]:
    if not isinstance(document, list | tuple):
        raise InvalidInput("products.not_a_list", at=at)
    return document


def _node(document: object, at: str, depth: int) -> Node:
    if not isinstance(document, Mapping):
        raise InvalidInput("products.not_a_criterion", at=at)
    if depth > _DEEPEST:
        raise InvalidInput("products.too_deep", at=at, most=_DEEPEST)
    for quantifier in Quantifier:
        if quantifier.value in document:
            return _group(quantifier, document, at, depth)
    return _criterion(document, at)


def _group(quantifier: Quantifier, document: Mapping[str, object], at: str, depth: int) -> Group:
    name = quantifier.value
    if len(document) != 1:
        raise InvalidInput("products.group_with_more", at=at, name=name)
    items = _list(document[name], f"{at}/{name}")
    if not items:
        raise InvalidInput("products.group_empty", at=at, name=name)
    members = [_node(item, f"{at}/{name}/{place}", depth + 1) for place, item in enumerate(items)]
    return Group(quantifier, tuple(members))


def _criterion(document: Mapping[str, object], at: str) -> Criterion:
    strange = sorted(str(key) for key in document if key not in _KEYS)
    lacking = [key for key in ("field", "operator", "value") if key not in document]
    if strange or lacking:
        raise InvalidInput("products.wrong_keys", at=at, lacking=lacking, strange=strange)
    asked, factor = canonical(str(document["field"]))
    operator = _operator(asked, document["operator"], at)
    start, end = (_date(document.get(key), f"{at}/{key}") for key in ("valid_from", "valid_until"))
    if start is not None and end is not None and end < start:
        raise InvalidInput("products.ends_before_start", at=at, start=start, end=end)
    value = _value(asked, operator, document["value"], factor, f"{at}/value")
    return Criterion(asked.name, operator, value, start, end, str(document.get("source") or ""))


def _operator(asked: Field, written: object, at: str) -> Operator:
    allowed = OPERATORS[asked.kind]
    for operator in allowed:
        if operator.value == written:
            return operator
    names = ", ".join(operator.value for operator in allowed)
    raise InvalidInput("products.wrong_operator", at=at, value=written, field=asked.name, allowed=names)


def _date(written: object, at: str) -> date | None:
    if written is None:
        return None
    if isinstance(written, date):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise InvalidInput("products.not_a_date", at=at, value=written) from None


# One reader for all shapes of a value: what the operator wants decides first, then the field's kind.
def _value(asked: Field, operator: Operator, written: object, factor: int, at: str) -> Value:
    if operator in _MANY:
        words = [written] if isinstance(written, str) else _list(written, at)
        if not words or not all(isinstance(word, str) and word for word in words):
            raise InvalidInput("products.not_words", at=at)
        return frozenset(_word(asked, str(word), at) for word in words)
    return _READERS[asked.kind](asked, written, at, factor)


def _word(asked: Field, word: str, at: str) -> str:
    if asked.grades and word not in asked.grades:
        raise InvalidInput("products.not_a_grade", at=at, value=word, allowed=", ".join(asked.grades))
    return word


def _number(asked: Field, written: object, at: str, factor: int) -> Value:
    number = isinstance(written, int | float) and not isinstance(written, bool)
    if not number or not math.isfinite(float(str(written))):
        raise InvalidInput("products.not_a_number", at=at, value=written, field=asked.name)
    return float(str(written)) * factor


def _day(_asked: Field, written: object, at: str, _factor: int) -> Value:
    day = _date(written, at)
    if day is None:
        raise InvalidInput("products.not_a_date", at=at, value=written)
    return day


def _text(asked: Field, written: object, at: str, _factor: int) -> Value:
    if not isinstance(written, str) or not written:
        raise InvalidInput("products.not_words", at=at)
    return _word(asked, written, at)


def _flag(asked: Field, written: object, at: str, _factor: int) -> Value:
    if not isinstance(written, bool):
        raise InvalidInput("products.not_a_flag", at=at, value=written, field=asked.name)
    return written


_READERS: Final[Mapping[FieldKind, Callable[[Field, object, str, int], Value]]] = {
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _day,
    FieldKind.GRADE: _text,
    FieldKind.CODE: _text,
    FieldKind.WORD: _text,
    FieldKind.WORDS: _text,
    FieldKind.FLAG: _flag,
}
