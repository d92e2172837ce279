"""The question over many firms is the question of each firm, added up."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.product import Product, ProductKind, parse_criteria
from matcher.recommend.firm_facts import FirmColumns, Numbers, Words
from matcher.recommend.loans import Wish, best_products, next_questions
from matcher.recommend.unlocking import ASKED, unlocked

TODAY = date(2026, 11, 22)
NUMBERS = ("revenue", "tax_paid", "employees")
GRADES = ("D", "C", "M", "B", "A")


class Few(FirmColumns):
    """Columns made by hand."""

    def __init__(self, firms: list[dict[str, object]]) -> None:
        self.today, self._made = TODAY, {}
        for name in NUMBERS:
            values = [np.nan if firm[name] is None else float(str(firm[name])) for firm in firms]
            self._made[name] = Numbers(np.asarray(values))
        grades = [np.nan if firm["tax_grade"] is None else GRADES.index(firm["tax_grade"]) for firm in firms]
        self._made["tax_grade"] = Numbers(np.asarray(grades, dtype=float))
        codes = [
            -1 if firm["industry"] is None else ("6210", "2611").index(firm["industry"]) for firm in firms
        ]
        self._made["industry"] = Words(np.asarray(codes), ("6210", "2611"))
        self._size = len(firms)

    def __len__(self) -> int:
        return self._size


firm = st.fixed_dictionaries(
    {name: st.one_of(st.none(), st.integers(0, 3)) for name in NUMBERS}
    | {"tax_grade": st.one_of(st.none(), st.sampled_from(GRADES))}
    | {"industry": st.one_of(st.none(), st.sampled_from(["6210", "2611"]))}
)
leaf = st.one_of(
    st.builds(
        lambda f, v: {"field": f, "operator": "at_least", "value": v},
        st.sampled_from(NUMBERS),
        st.integers(0, 3),
    ),
    st.builds(lambda v: {"field": "tax_grade", "operator": "at_least", "value": v}, st.sampled_from(GRADES)),
    st.just({"field": "industry", "operator": "within", "value": ["62"]}),
)
kinds = st.sampled_from(["any_of", "none_of", "all_of"])
group = st.builds(lambda kind, parts: {kind: parts}, kinds, st.lists(leaf, min_size=1, max_size=3))
node = st.one_of(leaf, group)


@settings(max_examples=60)
@given(
    st.lists(firm, min_size=1, max_size=5),
    st.lists(st.lists(node, min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_over_all_firms_it_counts_what_each_firm_s_own_questions_say(firms, asked):
    offered = [
        Product(
            f"P{place}", "b", "b", "t", ProductKind.LOAN, parse_criteria(one), amount_yuan=1e4 * (place + 1)
        )
        for place, one in enumerate(asked)
    ]
    found = unlocked(offered, Few(firms), np.arange(len(firms)))
    for place, facts in enumerate(firms):
        own = {one.field: one for one in next_questions(best_products(offered, facts, Wish(), TODAY))}
        for column, name in enumerate(ASKED):
            settles, helps = (own[name].settles, own[name].helps) if name in own else (0, 0)
            assert (found.settles[place, column], found.helps[place, column]) == (settles, helps)


def test_the_order_goes_by_products_or_by_yuan():
    firms = [dict.fromkeys((*NUMBERS, "tax_grade", "industry")) for _ in range(2)]
    firms[0]["tax_paid"], firms[1]["revenue"] = 1, 1
    asked = [[("revenue", 1.0)], [("revenue", 1.0)], [("tax_paid", 9e6)]]
    offered = [
        Product(f"P{place}", "b", "b", "t", ProductKind.LOAN,
                parse_criteria([{"field": name, "operator": "at_least", "value": 1}]), amount_yuan=yuan)
        for place, [(name, yuan)] in enumerate(asked)
    ]  # fmt: skip
    found = unlocked(offered, Few(firms), np.arange(2))
    assert found.order(by_yuan=False).tolist() == [0, 1]
    assert found.order(by_yuan=True).tolist() == [1, 0]
