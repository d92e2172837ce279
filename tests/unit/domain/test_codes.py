"""Promises about the unified social credit code."""

import random

import pytest
from stdnum.cn import uscc

from matcher.domain.codes import (
    ALPHABET,
    CodeVerdict,
    check_character,
    clean_code,
    code_verdict,
    district_of,
    inner_check_character,
    is_sole_trader,
    make_code,
    suggest_code,
)
from matcher.errors import InvalidInput

# Published codes of large companies; only the codes matter here.
PUBLISHED = [
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91110000802100433B",
    "91110108717743469K",
    "91110108551385082Q",
    "91100000100003962T",
    "911100001000044477",
    "911100001000054748",
    "911000001000013428",
    "91110000710925462X",
    "91110000710926094P",
    "91440400192548256N",
    "91370200264574251E",
    "91440300192317458F",
    "91440300192181490G",
    "91440606722473344C",
    "91440300100012316L",
    "9144030010001686XA",
    "914403003296132911",
    "91350900587527783P",
    "91110000600037341L",
]
TRUE_YET_FAILING = ["91350211M0000XUF46", "91350100M0001TGQXM"]


def generated(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [
        make_code(
            f"{rng.randrange(110000, 660000)}",
            "".join(rng.choices(ALPHABET, k=8)),
            department=rng.choice("123456789ANY"),
            kind=rng.choice("1239"),
        )
        for _ in range(count)
    ]


def test_the_worked_example_of_the_standard_ends_in_3():
    assert check_character("91350100M000100Y4") == "3"
    assert code_verdict("91350100M000100Y43") is CodeVerdict.OK


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_pass_both_checks(code):
    assert code_verdict(code) is CodeVerdict.OK
    assert inner_check_character(code[8:16]) == code[16]


@pytest.mark.parametrize("code", TRUE_YET_FAILING)
def test_true_codes_whose_last_check_fails_are_kept_and_flagged(code):
    assert code_verdict(code) is CodeVerdict.CHECK_FAILED_INNER_OK


def test_twenty_thousand_generated_codes_are_accepted():
    assert {code_verdict(code) for code in generated(20_000, seed=1)} == {CodeVerdict.OK}


def test_generated_codes_agree_with_an_independent_library():
    # The library takes only digits in the first eight places, so A, N and Y codes stay out.
    codes = [code for code in generated(2_000, seed=2) if code[:8].isdigit()]
    assert len(codes) > 1_000
    assert all(uscc.is_valid(code) for code in codes)


@pytest.mark.parametrize("department", "ANY")
def test_codes_of_army_farming_and_other_bodies_are_accepted(department):
    code = make_code("340802", "MA2ABC12", department=department)
    assert code_verdict(code) is CodeVerdict.OK
    assert not uscc.is_valid(code)


def test_sixty_thousand_substitutions_are_flagged():
    rng = random.Random(3)
    for code in generated(3_000, seed=4):
        for place in rng.choices(range(18), k=20):
            other = rng.choice([sign for sign in ALPHABET if sign != code[place]])
            assert code_verdict(code[:place] + other + code[place + 1 :]) is not CodeVerdict.OK


def test_forty_eight_thousand_neighbour_swaps_are_flagged():
    swaps = 0
    for code in generated(3_600, seed=5):
        for place in range(17):
            if code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                assert code_verdict(swapped) is not CodeVerdict.OK
                swaps += 1
    assert swaps > 48_000


@pytest.mark.parametrize(
    "text",
    [
        "9135 0100 M000 100Y 43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100m000100y43",
        "'91350100M000100Y43",
    ],
)
def test_spaces_width_case_and_apostrophes_do_not_matter(text):
    assert code_verdict(text) is CodeVerdict.OK
    assert clean_code(text) == "91350100M000100Y43"


def test_a_wrong_check_is_held():
    assert code_verdict("91340802MA2ABC135T") is CodeVerdict.CHECK_FAILED


@pytest.mark.parametrize(
    "text", ["", "没有", "9135", "91350100M000100Y4", "9I350100M000100Y43", "9135A100M000100Y43"]
)
def test_what_is_no_code_at_all_is_refused(text):
    assert code_verdict(text) is CodeVerdict.BAD_SHAPE


@pytest.mark.parametrize(
    "value", ["9.111E+17", "911100001000044000", 9.111e17, 911100001000044000, "911100001000044000.0"]
)
def test_digits_lost_in_a_spreadsheet_are_named_as_such(value):
    assert code_verdict(value) is CodeVerdict.DIGITS_LOST


def test_a_whole_number_that_lost_nothing_is_accepted():
    assert code_verdict(911100001000044477) is CodeVerdict.OK


@pytest.mark.parametrize(
    "value", ["340800000012345", 340800000012345, 340800000012345.0, "71526726-X", "71526726X"]
)
def test_old_numbers_are_recognised(value):
    assert code_verdict(value) is CodeVerdict.OLD_15_DIGIT


def test_lookalike_letters_are_only_suggested():
    typed = "9135OIOOM000100Y43"
    assert code_verdict(typed) is CodeVerdict.BAD_SHAPE
    assert suggest_code(typed) == "91350100M000100Y43"


def test_nothing_is_suggested_for_right_or_hopeless_codes():
    assert suggest_code("91350100M000100Y43") is None
    assert suggest_code("OOOOOOOOOOOOOOOOOO1") is None


def test_sole_traders_are_told_from_companies():
    assert is_sole_trader(make_code("340802", "MA2XYW12", kind="2"))
    assert not is_sole_trader("91350100M000100Y43")
    assert is_sole_trader("340802600012345")
    assert not is_sole_trader("340802000012345")


def test_the_district_of_registration_is_read_off():
    assert district_of("91350100M000100Y43") == "350100"
    assert district_of("71526726-X") is None


@pytest.mark.parametrize(
    ("district", "serial"), [("3408", "MA2ABC12"), ("340802", "MA2ABCI2"), ("340802", "MA2")]
)
def test_a_code_cannot_be_made_of_wrong_parts(district, serial):
    with pytest.raises(InvalidInput, match=r"facts\.code_parts"):
        make_code(district, serial)
