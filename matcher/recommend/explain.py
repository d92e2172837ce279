"""Reasons -> sentences in Chinese and English. Codes and topics become names here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from matcher.domain import industry
from matcher.domain.ranking import Reason
from matcher.messages import catalogue, say
from matcher.text.tokenize import readable

_COMMA: Final = {"zh": "、", "en": ", "}


def sentence(reason: Reason, language: str) -> str:
    """One reason for a person. Raises KeyError for a key the catalogue does not have."""
    named = {name: _name(name, value, language) for name, value in reason.params.items()}
    return say(reason.key, language, **named)


def sentences(reasons: Sequence[Reason], language: str) -> tuple[str, ...]:
    """Each sentence once, in order."""
    return tuple(dict.fromkeys(sentence(reason, language) for reason in reasons))


def industry_name(code: str, language: str) -> str:
    """The standard's name in Chinese; in English that of the division."""
    found = industry.get(code)
    if language == "zh":
        return code if found is None else found.name
    division = industry.division(code)
    key = f"graph.division.{division}"
    return say(key, language) if key in catalogue(language) else f"GB/T 4754 {code}"


def _way(value: Any, language: str) -> str:
    return " → ".join(industry_name(code, language) for code in value)


def _terms(value: Any, language: str) -> str:
    shown = (readable(term, language) for term in value)
    return _COMMA[language].join(dict.fromkeys(name for name in shown if name is not None))


def _kind(value: Any, language: str) -> str:
    return say(f"reasons.kind.{value}", language)


_NAMES: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "industry": industry_name,
    "asker_industry": industry_name,
    "seller": industry_name,
    "buyer": industry_name,
    "way": _way,
    "terms": _terms,
    "kind": _kind,
}


def _name(blank: str, value: object, language: str) -> str:
    return _NAMES[blank](value, language) if blank in _NAMES else str(value)
