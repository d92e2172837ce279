from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.domain.chain import supplies
from matcher.domain.product import (
    FIELDS,
    FieldKind,
    Product,
    ProductKind,
    Space,
    Truth,
    evaluate,
    parse_criteria,
)
from matcher.domain.product.parsing import OPERATORS
from matcher.graph.graph import Graph
from matcher.recommend.eligibility import judge
from matcher.recommend.firm_facts import facts_of, firm_columns
from matcher.recommend.loans import Wish, best_products, next_questions
from matcher.recommend.spaces import Letting, Seeker, best_spaces, neighbours
from matcher.storage.db import connect, sessions
from matcher.storage.migrations import migrate
from tests import factories as make
from tests import worlds

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Sixty firms with every fact here known and there not, on one day of the month and another."""
    folder = tmp_path_factory.mktemp("firms")
    engine = connect(f"sqlite:///{folder / 'rows.db'}")
    migrate(engine)
    rng = np.random.default_rng(4)

    def maybe(value: object) -> object:
        return value if rng.random() < 0.7 else None

    with sessions(engine)() as session:
        make.a_building(session, building_id=worlds.TOWER, region_code=worlds.STREET)
        for number in range(60):
            employees, money = int(rng.integers(1, 400)), [int(rng.integers(1, 5 * 10**10)) for _ in range(4)]
            make.an_enterprise(
                session,
                enterprise_id=f"ENT-F{number:03}",
                name=f"湖心第{number}号企业",
                industry_code=maybe(str(rng.choice(["6210", "2319", "7010", "6513", "33"]))),
                region_code=maybe(str(rng.choice([worlds.STREET, worlds.FAR]))),
                building_id=maybe(worlds.TOWER),
                founded_on=maybe(
                    date(2020 + int(rng.integers(0, 6)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
                ),
                employees=maybe(employees),
                revenue_fen=maybe(money[0]),
                tax_paid_fen=maybe(money[1] // 50),
                assets_fen=maybe(money[2]),
                registered_capital_fen=maybe(money[3]),
                tax_grade=maybe(str(rng.choice(list("ABMCD")))),
                certificates=[
                    str(one)
                    for one in rng.choice(["高新技术企业", "专精特新"], int(rng.integers(0, 3)), False)
                ],
                status=str(rng.choice(["active", "active", "closed"])),
            )
        compiled = worlds.compiled(session, folder / "snapshots")
    engine.dispose()
    return compiled


VALUES = {
    "age_months": st.integers(0, 80),
    "founded_on": st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(date.isoformat),
    "tax_grade_year": st.integers(2023, 2026),
    "patents": st.integers(0, 3),
    "invoice_months": st.integers(0, 24),
    "employees": st.integers(0, 400),
    "industry": st.sampled_from(["62", "6210", "C", "K", "33", "65"]),
    "region": st.sampled_from(["34", "340802", worlds.STREET]),
    "street": st.sampled_from([worlds.STREET, worlds.FAR]),
    "building": st.sampled_from([worlds.TOWER, "BLD-NONE"]),
    "status": st.sampled_from(["active", "inactive"]),
    "certificates": st.sampled_from(["高新技术企业", "专精特新"]),
    "sole_trader": st.booleans(),
}  # fmt: skip


@st.composite
def atoms(draw: st.DrawFn) -> dict[str, object]:
    field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    values = VALUES.get(field.name, st.integers(0, 500_000_000))
    if field.grades:
        values = st.sampled_from(field.grades)
    if operator.value in ("in", "within", "has", "has_any"):
        values = st.lists(values, min_size=1, max_size=3, unique=True)
    elif field.kind is FieldKind.NUMBER:
        values = values.map(float)
    return {"field": field.name, "operator": operator.value, "value": draw(values)}


NODES = st.recursive(
    atoms(),
    lambda inner: st.builds(
        lambda name, members: {name: members},
        st.sampled_from(["all_of", "any_of", "none_of"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(NODES, min_size=1, max_size=4), data=st.data())
def test_all_firms_at_once_and_firm_by_firm_give_the_same_answers(graph, written, data):
    criteria = parse_criteria(written)
    hidden = data.draw(st.sampled_from(sorted(FIELDS)))
    shown = {hidden: np.arange(len(graph.firms)) % 2 == 0}
    judged = judge(criteria, firm_columns(graph, TODAY), shown=shown)
    for position in range(len(graph.firms)):
        facts = facts_of(graph, position, TODAY)
        if position % 2:
            facts[hidden] = None
        verdict = evaluate(criteria, facts, TODAY)
        assert judged.mask.yes[position] == (verdict.truth is Truth.YES)
        assert judged.mask.no[position] == (verdict.truth is Truth.NO)
        assert judged.near_miss[position] == verdict.near_miss


def test_some_firms_judged_are_those_firms_of_all_judged(graph):
    criteria = parse_criteria([{"field": "employees", "operator": "at_least", "value": 100}])
    rows = np.asarray([3, 8, 40])
    some, every = (
        judge(criteria, firm_columns(graph, TODAY), rows),
        judge(criteria, firm_columns(graph, TODAY)),
    )
    assert some.mask.yes.tolist() == every.mask.yes[rows].tolist()


def loan(identifier: str, rate: float, criteria: list[dict[str, object]], **over: object) -> Product:
    plain: dict[str, object] = {"amount_yuan": 3_000_000.0, "term_months": 12}
    return Product(identifier, "bank", "湖心村镇银行", identifier, ProductKind.LOAN, parse_criteria(criteria),
                   rate=rate, **(plain | over))  # fmt: skip


AGE = {"field": "age_months", "operator": "at_least", "value": 24}
STAFF = {"field": "employees", "operator": "at_least", "value": 10}
GRADE = {"field": "tax_grade", "operator": "at_least", "value": "B"}


def test_what_a_firm_can_have_comes_before_what_is_open_and_that_before_what_it_cannot_have():
    products = [loan("近", 0.03, [AGE]), loan("可", 0.06, [STAFF]), loan("缺", 0.03, [GRADE])]
    fits = best_products(products, {"age_months": 20, "employees": 30}, Wish(), TODAY)
    assert [fit.product.product_id for fit in fits] == ["可", "缺", "近"]


def test_of_two_loans_the_cheaper_one_comes_first_and_the_dear_one_says_so():
    products = [loan("贵", 0.06, [STAFF]), loan("廉", 0.035, [STAFF])]
    first, second = best_products(products, {"employees": 30}, Wish(2_000_000.0), TODAY)
    assert first.product.product_id == "廉"
    assert first.cost_yuan == 70_000.0
    assert [reason.key for reason in second.cons] == ["products.con_rate"]


def test_a_limit_below_the_need_is_a_con():
    (fit,) = best_products([loan("小", 0.04, [STAFF])], {"employees": 30}, Wish(7_800_000.0), TODAY)
    assert "products.con_amount" in [reason.key for reason in fit.cons]


def test_the_next_question_is_the_fact_that_settles_most_products():
    products = [loan("一", 0.04, [GRADE]), loan("二", 0.04, [GRADE]), loan("三", 0.04, [GRADE, AGE])]
    questions = next_questions(best_products(products, {}, Wish(), TODAY))
    assert [(one.field, one.settles, one.helps) for one in questions] == [
        ("tax_grade", 2, 3),
        ("age_months", 0, 1),
    ]


def test_a_space_of_the_right_size_beside_its_chain_comes_first(tmp_path, session):
    worlds.a_canteen_tower(session)
    graph = worlds.compiled(session, tmp_path)
    position = graph.firms.position(worlds.PRINTER)
    assert position is not None

    def space(identifier: str, building: str, area: float) -> Product:
        return Product(
            identifier, "o", "物业", identifier, ProductKind.SPACE, (), space=Space(building, "3", area, 60.0)
        )

    spaces = [space("大", worlds.TOWER, 900.0), space("合适", worlds.TOWER, 210.0)]
    fits = best_spaces(graph, Letting(spaces, (), TODAY), Seeker("ENT", position, {}, Wish(area_m2=200.0)))
    assert [fit.product.product_id for fit in fits] == ["合适", "大"]
    assert "products.pro_area" in [reason.key for reason in fits[0].pros]
    chain = supplies()
    linked = [
        other
        for other in ("65", "62", "62")  # the software firm, the caterer and the rival caterer of the tower
        if max(chain[pair].strength if pair in chain else 0.0 for pair in ((other, "23"), ("23", other)))
        >= 0.1
    ]
    assert neighbours(graph, position, worlds.TOWER) == len(linked)


def test_a_refused_firm_is_told_the_day_and_what_to_take_meanwhile() -> None:
    from matcher.services.repair_view import best_now, repair

    facts = {"founded_on": date(2025, 2, 14), "age_months": 21, "tax_paid": 80_000.0}
    products = [
        loan("成立满两年贷", 0.03, [{"field": "age_months", "operator": "at_least", "value": 24}]),
        loan("纳税贷", 0.04, [{"field": "tax_paid_wan", "operator": "at_least", "value": 20}]),
        loan("普惠贷", 0.05, []),
    ]
    fits = best_products(products, facts, Wish(), TODAY)
    told = {fit.product.title: repair(fit, best_now(fits)) for fit in fits}
    assert told["普惠贷"] is None
    assert told["成立满两年贷"].sentences["zh"] == (
        "到 2027-02-14 即符合条件，无需其他变化",
        "现在可选：普惠贷",
    )
    assert told["纳税贷"].sentences["en"][0] == "Short by 120,000 yuan: tax paid a year"
