"""Stories as people write them: YAML in the trade's words, Chinese or English, read and played."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from matcher.domain.product import FIELDS, FieldKind, Node, Truth, canonical
from matcher.domain.product.catalogue import Field
from matcher.domain.product.stories import Played, Story, play
from matcher.errors import InvalidInput
from matcher.messages import LANGUAGES, catalogue, say

MOST: Final = 50
_KEYS: Final[Mapping[str, str]] = {
    "故事": "story", "日期": "day", "企业": "firm", "结论": "result",
    "不符合": "failing", "缺资料": "missing",
}  # fmt: skip
_RESULTS: Final[Mapping[str, Truth]] = {
    "可办": Truth.YES, "不可办": Truth.NO, "待补": Truth.UNKNOWN,
    "eligible": Truth.YES, "refused": Truth.NO, "open": Truth.UNKNOWN,
}  # fmt: skip
_AMOUNT: Final = re.compile(r"^(-?[\d,]+(?:\.\d+)?)\s*(亿|万|百万)?\s*(元|人|个月|月|年|项|件|级)?$")
_SCALE: Final = {None: 1, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}


@dataclass(frozen=True)
class StoryView:
    """One story played: what was told, what the criteria say, and the difference as a sentence."""

    title: str
    agrees: bool
    told: str
    found: str
    failing: Sequence[str]
    missing: Sequence[str]
    sentence: Mapping[str, str]


def run(criteria: Sequence[Node], text: str | None, today: date) -> tuple[StoryView, ...]:
    """Play every story of a text. Raises InvalidInput (``products.story_*``) where one cannot be read."""
    return run_all(criteria, read(text), today)


def run_all(criteria: Sequence[Node], told: Sequence[Story], today: date) -> tuple[StoryView, ...]:
    """The same of stories that were read already."""
    return tuple(_view(play(criteria, story, today)) for story in told)


def check(criteria: Sequence[Node], text: str | None, today: date) -> None:
    """Raise InvalidInput, naming each story that no longer comes so, before a change of criteria counts."""
    failed = [one for one in run(criteria, text, today) if not one.agrees]
    if failed:
        names = "；".join(f"{one.title}: {one.told} ≠ {one.found}" for one in failed)
        raise InvalidInput("products.stories_failed", count=len(failed), stories=names)


def read(text: str | None) -> tuple[Story, ...]:
    """The stories of a text; () for none. Anchors are refused, more than MOST as well."""
    import yaml

    if text is None or not text.strip():
        return ()
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise InvalidInput("products.stories_unreadable", detail="*")
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput("products.stories_unreadable", detail=str(error)[:300]) from None
    if not isinstance(document, list) or not 1 <= len(document) <= MOST:
        raise InvalidInput("products.stories_no_list", most=MOST)
    return stories(document)


def stories(document: Sequence[object]) -> tuple[Story, ...]:
    """The same of a list that was read already."""
    return tuple(_story(entry, place) for place, entry in enumerate(document, 1))


def _story(entry: object, place: int) -> Story:
    if not isinstance(entry, Mapping):
        raise InvalidInput("products.story_wrong", place=place, what="story, firm, result")
    told = {_KEYS.get(str(key), str(key)): value for key, value in entry.items()}
    strange = sorted(set(told) - set(_KEYS.values()))
    lacking = [key for key in ("firm", "result") if key not in told]
    if strange or lacking or not isinstance(told["firm"], Mapping):
        raise InvalidInput(
            "products.story_wrong", place=place, what=", ".join(strange or lacking or ["firm"])
        )
    day = told.get("day")
    if day is not None and not isinstance(day, date):
        raise InvalidInput("products.story_wrong", place=place, what=f"day: {day}")
    return Story(
        title=str(told.get("story", place)),
        facts=dict(_facts(told["firm"], place)),
        truth=_truth(told["result"], place),
        failing=_fields(told.get("failing"), place),
        missing=_fields(told.get("missing"), place),
        day=day,
    )


def _facts(firm: Mapping[Any, Any], place: int) -> list[tuple[str, object]]:
    found = []
    for written, value in firm.items():
        asked, factor = _field(str(written), place)
        found.append((asked.name, None if value is None else _value(asked, factor, value, place)))
    return found


def _field(written: str, place: int) -> tuple[Field, int]:
    if written in _names():
        return FIELDS[_names()[written]], 1
    try:
        return canonical(written)
    except InvalidInput:
        known = ", ".join(say(f"products.field.{name}", "zh") for name in FIELDS)
        raise InvalidInput("products.story_field", place=place, value=written, known=known) from None


@cache
def _names() -> Mapping[str, str]:
    """What people call a fact, in either language -> its name."""
    return {say(f"products.field.{name}", language): name for language in LANGUAGES for name in FIELDS}


def _value(asked: Field, factor: int, written: object, place: int) -> object:
    wrong = InvalidInput("products.story_value", place=place, field=asked.name, value=str(written)[:100])
    if asked.kind is FieldKind.NUMBER:
        number = _number(written, asked.unit)
        if number is None:
            raise wrong
        return number * factor
    if asked.kind is FieldKind.DATE:
        if not isinstance(written, date):
            raise wrong
        return written
    if asked.kind is FieldKind.FLAG:
        return written if isinstance(written, bool) else str(written) in ("是", "yes")
    if asked.kind is FieldKind.WORDS:
        return tuple(str(one) for one in (written if isinstance(written, list) else [written]))
    if isinstance(written, list | Mapping):
        raise wrong
    return _graded(asked, str(written), wrong) if asked.grades else str(written)


def _number(written: object, unit: str) -> float | None:
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return float(written)
    found = _AMOUNT.match(str(written).strip())
    if found is None:
        return None
    years = 12 if unit == "months" and found[3] == "年" else 1
    return float(found[1].replace(",", "")) * _SCALE[found[2]] * years


def _graded(asked: Field, written: str, wrong: InvalidInput) -> str:
    table = {"tax_grade": "facts.tax_grade", "size_class": "facts.size"}[asked.name]
    for grade in asked.grades:
        words = {catalogue(language).get(f"{table}.{grade}", grade) for language in LANGUAGES}
        if written == grade or written in words or written == f"{grade}级":
            return grade
    if written in ("none", "无"):
        return "none"
    raise wrong


def _truth(written: object, place: int) -> Truth:
    words = {say(f"products.truth.{one.value}", language): one for language in LANGUAGES for one in Truth}
    # YAML reads a bare yes or no as a truth value.
    plain = {True: Truth.YES, False: Truth.NO}
    found = plain[written] if isinstance(written, bool) else (words | dict(_RESULTS)).get(str(written))
    if found is None:
        raise InvalidInput("products.story_result", place=place, value=written, known=", ".join(_RESULTS))
    return found


def _fields(written: object, place: int) -> frozenset[str] | None:
    if written is None:
        return None
    many = written if isinstance(written, list) else [written]
    return frozenset(_field(str(one), place)[0].name for one in many)


def _view(played: Played) -> StoryView:
    return StoryView(
        title=played.story.title,
        agrees=played.agrees,
        told=played.story.truth.value,
        found=played.truth.value,
        failing=sorted(played.failing),
        missing=sorted(played.missing),
        sentence={language: _sentence(played, language) for language in LANGUAGES},
    )


def _sentence(played: Played, language: str) -> str:
    comma = say("products.repair.comma", language)
    none = say("products.story.nothing", language)

    def named(fields: frozenset[str] | None) -> str:
        return comma.join(say(f"products.field.{one}", language) for one in sorted(fields or ())) or none

    key = "products.story.agrees" if played.agrees else "products.story.differs"
    return say(
        key,
        language,
        title=played.story.title,
        told=say(f"products.truth.{played.story.truth.value}", language),
        found=say(f"products.truth.{played.truth.value}", language),
        failing=named(played.failing),
        missing=named(played.missing),
    )
