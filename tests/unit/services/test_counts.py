"""Counts of firms that have not consented: an attacker who edits its product learns nobody's hidden fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from matcher.domain.product import parse_criteria, to_json
from matcher.domain.product.grid import GRID, snapped
from matcher.errors import TooManyRequests
from matcher.recommend.eligibility import judge
from matcher.recommend.firm_facts import firm_columns
from matcher.services import eligible_counts, finance
from matcher.services.asked import today
from matcher.services.eligible_lines import rounded
from matcher.storage.products import Product
from tests import factories as make
from tests import worlds

FIRMS = 90
BAD = {"field": "tax_grade", "operator": "equal", "value": "D"}
Told = Callable[[list[dict[str, object]]], int | None]


@pytest.fixture
def hidden() -> list[bool]:
    """Who has grade D: what the attacker wants to know."""
    return [bool(one) for one in np.random.default_rng(7).random(FIRMS) < 0.5]


@pytest.fixture
def graph(session, tmp_path, hidden):
    for number, bad in enumerate(hidden):
        building = make.a_building(session, building_id=f"BLD-{number:03}", name=f"湖心{number}号楼")
        make.an_enterprise(
            session,
            enterprise_id=f"ENT-{number:03}",
            tax_grade="D" if bad else "A",
            registered_capital_fen=(5_000_000 + 1_000 * number) * 100,
            building_id=building.building_id,
        )
    make.a_product(session, product_id="LOAN", criteria=[BAD])
    return worlds.compiled(session, tmp_path)


def guarded(session, graph, bank, now, days: bool = False) -> Told:
    """Each question is an edit of the product; with `days` the attacker waits a day after each."""
    waited = 0

    def ask(criteria: list[dict[str, object]]) -> int | None:
        nonlocal waited
        row = session.get(Product, "LOAN")
        if row.criteria != criteria:
            row.criteria = criteria
            session.flush()
        waited += days
        return finance.counts(session, graph, bank, "LOAN", now + timedelta(days=waited)).eligible

    return ask


def only_rounded(graph, now) -> Told:
    """Without the fences: any threshold, rounded to five."""

    def ask(criteria: list[dict[str, object]]) -> int | None:
        judged = judge(parse_criteria(criteria), firm_columns(graph, today(now)))
        return rounded(int(judged.mask.yes.sum()))

    return ask


def sliding(number: int) -> list[dict[str, object]]:
    """Lets in the grade-D firms from one capital on: the next step leaves out exactly one firm."""
    return [BAD, {"field": "capital", "operator": "at_least", "value": 5_000_000 + 1_000 * number}]


def house_by_house(number: int) -> list[dict[str, object]]:
    """Lets in the grade-D firms of the first houses: the next step lets in exactly one firm more."""
    houses = [f"BLD-{one:03}" for one in range(number + 1)]
    return [BAD, {"any_of": [{"field": "building", "operator": "in", "value": houses}]}]


def disclosed(told: Told, question: Callable[[int], list[dict[str, object]]]) -> list[int]:
    """A count that changes between two neighbours tells the one firm between them."""
    answers = [told(question(number)) for number in range(FIRMS)]
    return [place for place in range(1, FIRMS) if answers[place] != answers[place - 1]]


def test_rounding_alone_gives_firms_away(graph, now, hidden) -> None:
    for question, shift in ((sliding, 1), (house_by_house, 0)):
        found = disclosed(only_rounded(graph, now), question)
        assert len(found) >= 5
        assert all(hidden[place - shift] for place in found)


def test_a_threshold_slid_along_tells_nobody(session, graph, bank, now) -> None:
    assert disclosed(guarded(session, graph, bank, now), sliding) == []


def test_houses_added_one_by_one_tell_nobody_though_the_count_grows(
    session, graph, bank, now, hidden
) -> None:
    found = disclosed(guarded(session, graph, bank, now), house_by_house)
    # When a new count is told depends on the number of houses, never on who is in them.
    assert all(place % 10 == found[0] % 10 for place in found)
    assert len(found) < FIRMS / 10


def test_waiting_a_day_between_the_questions_does_not_help(session, graph, bank, now) -> None:
    assert disclosed(guarded(session, graph, bank, now, days=True), sliding) == []


def test_a_version_is_counted_once_a_day(session, graph, bank, now) -> None:
    first = finance.counts(session, graph, bank, "LOAN", now)
    make.an_enterprise(session, tax_grade="D")
    assert finance.counts(session, graph, bank, "LOAN", now + timedelta(hours=1)) == first


def test_only_so_many_new_counts_a_day(session, graph, bank, now, monkeypatch) -> None:
    monkeypatch.setattr(eligible_counts, "MOST_A_DAY", 2)
    ask = guarded(session, graph, bank, now)
    assert ask(sliding(1)) == ask(sliding(2))
    with pytest.raises(TooManyRequests):
        ask(sliding(3))


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        (("revenue_wan", "at_least", 288), ("revenue", "at_least", 3_000_000.0)),
        (("revenue_wan", "above", 300), ("revenue", "at_least", 3_000_000.0)),
        (("employees", "at_most", 299), ("employees", "below", 300.0)),
        (("age_months", "at_least", 25), ("age_months", "at_least", 24.0)),
        (("industry", "within", ["2611"]), ("industry", "within", ["26"])),
        (("region", "equal", "340802001"), ("region", "within", ["340802"])),
        (("founded_on", "at_least", "2024-05-06"), ("founded_on", "at_least", "2024-01-01")),
    ],
)
def test_what_is_counted_stands_on_the_published_grid(written, counted) -> None:
    names = ("field", "operator", "value")
    nodes = parse_criteria([dict(zip(names, written, strict=True))])
    assert to_json(snapped(nodes)) == [dict(zip(names, counted, strict=True))]


def test_every_number_of_the_catalogue_has_its_grid() -> None:
    from matcher.domain.product import FIELDS, FieldKind

    numbers = {name for name, one in FIELDS.items() if one.kind is FieldKind.NUMBER}
    assert numbers - GRID.keys() == {"tax_grade_year"}
