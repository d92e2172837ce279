"""Facts, criteria and findings in words: the same for a page, a file and a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from matcher.domain import industry, place
from matcher.domain.product import FIELDS, Criterion, Finding, Group, Node
from matcher.messages import catalogue, say
from matcher.recommend.explain import industry_name
from matcher.services.eligible_lines import FindingLine

_WAN: Final = 10_000
_YI: Final = 100_000_000
_MILLION: Final = 1_000_000
_NO_NAMES: Final[Mapping[str, str]] = {}
_TABLES: Final = {"tax_grade": "facts.tax_grade", "size_class": "facts.size", "status": "facts.status"}


@dataclass(frozen=True)
class Told:
    """One condition for a person: what is asked, what is known, how far it is (None: no distance)."""

    field: str
    wanted: str
    truth: str
    seen: str | None
    distance: str | None


def fact(name: str, value: object, language: str, names: Mapping[str, str] = _NO_NAMES) -> str:
    """A fact with its unit: 780 万元, 36 个月, A 级. `names` are names of buildings by id.

    Bands keep their edges. Several words are joined.
    """
    if isinstance(value, list | tuple | set | frozenset):
        return _comma(language).join(fact(name, one, language, names) for one in value)
    if isinstance(value, bool):
        return say("console.value.yes" if value else "console.value.no", language)
    if isinstance(value, int | float):
        return _number(name, float(value), language)
    if isinstance(value, date):
        return value.isoformat()
    return _word(name, str(value), language, names)


def sentence(node: Node, language: str, names: Mapping[str, str] = _NO_NAMES) -> str:
    """A criterion as a sentence; a group names how many of its members must hold."""
    if isinstance(node, Group):
        inner = say("console.value.semicolon", language).join(
            sentence(one, language, names) for one in node.members
        )
        kind = say(f"products.group.{node.quantifier.value}", language)
        return say("console.value.group", language, kind=kind, members=inner)
    dated = ""
    if node.valid_from is not None or node.valid_until is not None:
        start = "" if node.valid_from is None else node.valid_from.isoformat()
        end = "" if node.valid_until is None else node.valid_until.isoformat()
        dated = say("console.value.dated", language, start=start, end=end)
    return wanted(node, language, names) + dated


def wanted(criterion: Criterion, language: str, names: Mapping[str, str] = _NO_NAMES) -> str:
    """``年营业收入 不低于 3,000 万元``."""
    value = criterion.value
    listed = sorted(value) if isinstance(value, frozenset) else value
    return _wanted(criterion.field, criterion.operator.value, listed, language, names)


def told(finding: Finding | FindingLine, language: str, names: Mapping[str, str] = _NO_NAMES) -> Told:
    """A finding in words, of a firm's own or as a bank may read it."""
    if isinstance(finding, Finding):
        asked, truth = finding.criterion.field, finding.truth.value
        what = wanted(finding.criterion, language, names)
        if finding.forbidden:
            what = say("console.value.forbidden", language, wanted=what)
    else:
        asked, truth = finding.field, finding.truth
        what = _wanted(asked, finding.operator, finding.value, language, names)
    seen = None if finding.seen is None else fact(asked, finding.seen, language, names)
    return Told(asked, what, truth, seen, _distance(asked, finding.distance, truth, language))


def all_told(
    findings: Iterable[Finding | FindingLine], language: str, names: Mapping[str, str] = _NO_NAMES
) -> list[Told]:
    """Each in words."""
    return [told(one, language, names) for one in findings]


def field_name(name: str, language: str) -> str:
    """What people call a fact; its own name where the catalogues have none."""
    known = catalogue(language)
    return known.get(f"products.field.{name}", known.get(f"consents.field.{name}", name))


def _wanted(name: str, operator: str, value: object, language: str, names: Mapping[str, str]) -> str:
    return say(
        "console.value.criterion",
        language,
        field=field_name(name, language),
        operator=say(f"products.operator.{operator}", language),
        value=fact(name, value, language, names),
    )


def _distance(name: str, distance: float | None, truth: str, language: str) -> str | None:
    if distance is None or truth != "no":
        return None
    unit = FIELDS[name].unit
    how_far = money(distance, language) if unit == "yuan" else _with_unit(distance, unit, language)
    return say("console.value.distance", language, distance=how_far)


def _number(name: str, value: float, language: str) -> str:
    unit = FIELDS[name].unit if name in FIELDS else ""
    if unit == "yuan":
        return money(value, language)
    # A year is no count: 2025, not 2,025.
    return f"{value:.15g}" if name == "tax_grade_year" else _with_unit(value, unit, language)


def money(yuan: float, language: str) -> str:
    """Yuan in the steps that people think in: 780 万元, 1.2 亿元; 7.8 million yuan."""
    steps = ((_YI, "yi"), (_WAN, "wan")) if language == "zh" else ((_MILLION, "million"),)
    for step, word in steps:
        if abs(yuan) >= step:
            return say(f"console.value.{word}", language, amount=f"{yuan / step:,.6g}")
    return say("console.value.yuan", language, amount=f"{yuan:,.15g}")


def _with_unit(value: float, unit: str, language: str) -> str:
    written = f"{value:,.15g}"
    if not unit:
        return written
    return say("console.value.measure", language, amount=written, unit=say(f"products.unit.{unit}", language))


def _word(name: str, word: str, language: str, names: Mapping[str, str]) -> str:
    if name == "industry" and f"console.section.{word}" in catalogue(language):
        return say(f"console.section.{word}", language)
    if name == "industry":
        return industry_name(word, language) if industry.get(word) is not None else word
    if name in ("region", "street"):
        known = place.region(word)
        return word if known is None else known.name
    if name == "building":
        return names.get(word, word)
    if name in _TABLES:
        known_words = catalogue(language)
        key = f"{_TABLES[name]}.{word}"
        return known_words.get(key, known_words.get(f"console.value.{word}", word))
    unit = FIELDS[name].unit if name in FIELDS and FIELDS[name].kind.value == "number" else ""
    return word if not unit else f"{word} {say(f'products.unit.{unit}', language)}"


def _comma(language: str) -> str:
    return "、" if language == "zh" else ", "
