"""A firm's products: what it can have, what nearly, what is missing; best first, with pros and cons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matcher.domain.product import Product, Repair, Truth, Verdict, cheapest_repair, evaluate
from matcher.domain.product.room import Room
from matcher.domain.ranking import Reason

_STANDING = {Truth.YES: 0.7, Truth.UNKNOWN: 0.4}
_NEAR, _FAR = 0.2, 0.05
_FIT = 0.3  # the part of the score that price and size decide
_CHEAPNESS = 0.6  # of which price


@dataclass(frozen=True)
class Wish:
    """What the firm asks for, as far as it has said: None is unsaid. `rent_yuan` is the most it pays a
    square metre and month, `by` the day it wants to move in."""

    amount_yuan: float | None = None
    area_m2: float | None = None
    rent_yuan: float | None = None
    by: date | None = None


@dataclass(frozen=True)
class ProductFit:
    """One product for one firm. `cost_yuan` is the interest on the amount over the term, where known;
    `repair` what would turn a no into a yes, None where nothing fails; `room` what of a space is offered.
    """

    product: Product
    verdict: Verdict
    score: float
    cost_yuan: float | None
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]
    repair: Repair | None = None
    room: Room | None = None


@dataclass(frozen=True)
class OpenQuestion:
    """A missing fact: how many products it alone would settle, how many it helps, and the yuan behind."""

    field: str
    settles: int
    helps: int
    amount_yuan: float


def best_products(
    products: Sequence[Product], facts: Mapping[str, object], wish: Wish, today: date
) -> list[ProductFit]:
    """All products, best first: those it can have, then those with open facts, near misses, the rest.

    Within each, by price and by how far the limit covers what is wanted. Ties by product id.
    """
    rates = [product.rate for product in products if product.rate is not None]
    lowest = min(rates, default=None)
    fits = [
        replace(
            _fit(product, evaluate(product.criteria, facts, today), wish, lowest),
            repair=_repair(product, facts, today),
        )
        for product in products
    ]
    return sorted(fits, key=lambda fit: (-fit.score, fit.product.product_id))


def _repair(product: Product, facts: Mapping[str, object], today: date) -> Repair | None:
    found = cheapest_repair(product.criteria, facts, today)
    return None if found == Repair(today) else found


def standing(verdict: Verdict) -> float:
    """The part of a score that eligibility decides, in [0, 0.7]."""
    if verdict.truth is Truth.NO:
        return _NEAR if verdict.near_miss else _FAR
    return _STANDING[verdict.truth]


def _fit(product: Product, verdict: Verdict, wish: Wish, lowest: float | None) -> ProductFit:
    cheap = 0.5 if product.rate is None or lowest is None else (lowest + 0.01) / (product.rate + 0.01)
    covered = _covered(product, wish)
    fit = _CHEAPNESS * min(1.0, cheap) + (1 - _CHEAPNESS) * covered
    return ProductFit(
        product=product,
        verdict=verdict,
        score=round(standing(verdict) + _FIT * fit, 6),
        cost_yuan=_cost(product, wish),
        pros=tuple(_pros(product, wish)),
        cons=tuple(_cons(product, verdict, wish, lowest)),
    )


def _covered(product: Product, wish: Wish) -> float:
    if wish.amount_yuan is None or product.amount_yuan is None or wish.amount_yuan <= 0:
        return 0.5
    return min(1.0, product.amount_yuan / wish.amount_yuan)


def _cost(product: Product, wish: Wish) -> float | None:
    amount = product.amount_yuan if wish.amount_yuan is None else wish.amount_yuan
    if amount is None or product.rate is None or product.term_months is None:
        return None
    return round(amount * product.rate * product.term_months / 12, 2)


def _pros(product: Product, wish: Wish) -> list[Reason]:
    pros = []
    if product.rate is not None:
        pros.append(Reason("products.pro_rate", {"rate": f"{product.rate:.2%}"}))
    if wish.amount_yuan is not None and _covered(product, wish) >= 1.0:
        pros.append(Reason("products.pro_amount", {"amount": round(wish.amount_yuan)}))
    if product.term_months is not None:
        pros.append(Reason("products.pro_term", {"months": product.term_months}))
    return pros


def _cons(product: Product, verdict: Verdict, wish: Wish, lowest: float | None) -> list[Reason]:
    cons = []
    if wish.amount_yuan is not None and product.amount_yuan is not None and _covered(product, wish) < 1.0:
        shown = {"limit": round(product.amount_yuan), "amount": round(wish.amount_yuan)}
        cons.append(Reason("products.con_amount", shown))
    if product.rate is not None and lowest is not None and product.rate > lowest:
        cons.append(Reason("products.con_rate", {"best": f"{lowest:.2%}"}))
    missing = {finding.criterion.field for finding in verdict.missing}
    if missing:
        cons.append(Reason("products.con_missing", {"count": len(missing)}))
    if product.valid_until is not None:
        cons.append(Reason("products.con_ending", {"day": product.valid_until.isoformat()}))
    return cons


def next_questions(fits: Sequence[ProductFit]) -> list[OpenQuestion]:
    """The missing facts of one firm, the one that settles most products first; ties by name."""
    settles: Counter[str] = Counter()
    helps: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for fit in fits:
        if fit.verdict.truth is not Truth.UNKNOWN:
            continue
        missing = {finding.criterion.field for finding in fit.verdict.missing}
        for name in missing:
            helps[name] += 1
            settles[name] += len(missing) == 1
            amounts[name] += round(fit.product.amount_yuan) if fit.product.amount_yuan is not None else 0
    questions = [OpenQuestion(name, settles[name], helps[name], float(amounts[name])) for name in helps]
    return sorted(questions, key=lambda one: (-one.settles, -one.helps, -one.amount_yuan, one.field))
