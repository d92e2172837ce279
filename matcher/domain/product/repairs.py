"""What a product repairs in a firm: a grant adds to a fact, a certificate comes to its words, a guarantee
stands in for a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.domain.product.catalogue import FieldKind, canonical
from matcher.errors import InvalidInput

_WORKED_ON = (FieldKind.NUMBER, FieldKind.WORDS)


@dataclass(frozen=True)
class Gift:
    """One fact that a product moves. `value` is what it adds (a number, or words); None: it stands in for
    any condition on that fact, as a guarantee does."""

    field: str
    value: float | tuple[str, ...] | None = None

    def to_json(self) -> dict[str, object]:
        """As rows keep it."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"field": self.field} if value is None else {"field": self.field, "value": value}


def parse_repairs(document: object) -> tuple[Gift, ...]:
    """From JSON: ``[{"field": "certificates", "value": ["专精特新"]}, {"field": "assets"}]``.

    Raises InvalidInput with `at`, a JSON pointer.
    """
    if not isinstance(document, Sequence) or isinstance(document, str):
        raise InvalidInput("products.not_a_list", at="/repairs")
    return tuple(_gift(one, f"/repairs/{place}") for place, one in enumerate(document))


def _gift(one: object, at: str) -> Gift:
    if not isinstance(one, Mapping) or not set(one) <= {"field", "value"} or "field" not in one:
        raise InvalidInput("products.not_a_repair", at=at)
    asked, factor = canonical(str(one["field"]))
    value = one.get("value")
    if value is None:
        return Gift(asked.name)
    if asked.kind is FieldKind.WORDS:
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise InvalidInput("products.not_a_repair", at=at)
        return Gift(asked.name, tuple(words))
    number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    if asked.kind not in _WORKED_ON or not number:
        raise InvalidInput("products.not_a_repair", at=at)
    return Gift(asked.name, float(str(value)) * factor)
