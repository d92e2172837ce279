"""The way from no to yes in words: until when to wait, what to work on, what to take instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.domain.product import Finding, Repair, Truth
from matcher.messages import LANGUAGES, catalogue, say
from matcher.recommend.loans import ProductFit


@dataclass(frozen=True)
class RepairView:
    """`day` is the earliest as far as waiting decides; `changes` and `blocked` are fields; `instead` is the
    id of the best product that can be had now. `sentences` by language.
    """

    day: date
    waiting_suffices: bool
    changes: Sequence[str]
    blocked: Sequence[str]
    instead: str | None
    sentences: Mapping[str, Sequence[str]]


def best_now(fits: Sequence[ProductFit]) -> ProductFit | None:
    """The first of the list that the firm can have at once."""
    return next((fit for fit in fits if fit.verdict.truth is Truth.YES), None)


def repair(fit: ProductFit, instead: ProductFit | None) -> RepairView | None:
    """None where nothing fails."""
    found = fit.repair
    if found is None:
        return None
    title = None if instead is None else instead.product.title
    return RepairView(
        day=found.day,
        waiting_suffices=found.waiting_suffices,
        changes=tuple(dict.fromkeys(one.criterion.field for one in found.changes)),
        blocked=tuple(dict.fromkeys(one.criterion.field for one in found.blocked)),
        instead=None if instead is None else instead.product.product_id,
        sentences={language: tuple(_sentences(found, title, language)) for language in LANGUAGES},
    )


def _sentences(found: Repair, title: str | None, language: str) -> Iterator[str]:
    if found.waiting_suffices:
        yield say("products.repair.wait", language, day=found.day.isoformat())
    for one in found.changes:
        yield _change(one, language)
    if found.blocked:
        names = {say(f"products.field.{one.criterion.field}", language): None for one in found.blocked}
        yield say(
            "products.repair.blocked", language, fields=say("products.repair.comma", language).join(names)
        )
    if title is not None:
        yield say("products.repair.instead", language, title=title)


def _change(one: Finding, language: str) -> str:
    named = say(f"products.field.{one.criterion.field}", language)
    if one.distance is None or one.unit == "grades":
        return say("products.repair.meet", language, field=named)
    key = f"products.unit.{one.unit}"
    unit = say(key, language) if key in catalogue(language) else one.unit
    return say("products.repair.change", language, field=named, distance=f"{one.distance:,.15g}", unit=unit)
