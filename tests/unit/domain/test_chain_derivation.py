"""Promises about how the strength of a link follows from a use table, on tiny tables."""

from hypothesis import given
from hypothesis import strategies as st

from bench.provenance import chain

# Butter goes to bakers and dairies, paper to printers; the wholesaler sells the same to everybody.
VILLAGE = {
    ("14", "62"): 30.0,
    ("14", "61"): 10.0,
    ("22", "23"): 40.0,
    ("51", "62"): 30.0,
    ("51", "61"): 30.0,
    ("51", "23"): 30.0,
}
flows = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.floats(1, 1000), min_size=2
)


def test_one_who_sells_the_same_to_everybody_is_weaker_than_a_specialist_of_equal_flow():
    found = chain.links(VILLAGE)
    assert found["14", "62"][0] == found["51", "62"][0] == 0.5
    assert found["14", "62"][2] > found["51", "62"][2]


def test_the_shares_are_parts_of_all_bought_and_of_all_sold():
    input_share, sales_share, _ = chain.links(VILLAGE)["14", "62"]
    assert input_share == 30 / 60
    assert sales_share == 30 / 40


@given(flows)
def test_strength_lies_between_none_and_full_and_grows_with_either_share(found):
    links = chain.links(found)
    for pair, (a, b, strength) in links.items():
        assert 0 < strength < 1
        for other, (a2, b2, strength2) in links.items():
            same_buyer, same_supplier = pair[1] == other[1], pair[0] == other[0]
            if (same_buyer and a2 == a and b2 > b) or (same_supplier and b2 == b and a2 > a):
                assert strength2 >= strength - 1e-12


@given(flows, st.floats(0.001, 1000))
def test_the_currency_does_not_matter(found, rate):
    links = chain.links(found)
    changed = chain.links({pair: value * rate for pair, value in found.items()})
    assert all(abs(links[pair][2] - changed[pair][2]) < 1e-6 for pair in links)


def test_a_flow_between_split_codes_is_split_in_proportion():
    found = {}
    for pair in (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")):
        found[pair] = 0.0
    chain.spread(found, 100.0, [("a", 0.6), ("b", 0.4)], [("x", 0.5), ("y", 0.5)])
    assert found == {("a", "x"): 30.0, ("a", "y"): 30.0, ("b", "x"): 20.0, ("b", "y"): 20.0}
