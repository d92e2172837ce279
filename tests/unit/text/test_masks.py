from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.masks import is_credit_code, mask

CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")

DISGUISES = [
    lambda m: m,
    lambda m: f"{m[:3]} {m[3:7]} {m[7:]}",
    lambda m: f"{m[:3]}-{m[3:7]}-{m[7:]}",
    lambda m: ".".join(m),
    lambda m: m.translate(WIDE),
    lambda m: m.translate(CHINESE),
    lambda m: m.replace("1", "幺", 1),
    lambda m: m.translate(CIRCLED),
    lambda m: f"{m[:3]}({m[3:7]}){m[7:]}",
    lambda m: "\u200b".join(m),
    lambda m: f"+86 {m}",
    lambda m: f"微信同号{m}",
    lambda m: m.replace("0", "o").replace("1", "l", 1) if m.count("0") < 4 else m,
]

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda number: number.isascii())


@given(mobiles, st.sampled_from(DISGUISES), st.sampled_from(["请联系{}", "{},谢谢", "缺工人,电话{}找小李"]))
def test_a_mobile_number_is_masked_in_every_disguise(mobile: str, disguise: object, sentence: str) -> None:
    disguised = disguise(mobile)  # type: ignore[operator]
    told = mask(sentence.format(disguised))
    assert told != sentence.format(disguised)
    assert len(told) == len(sentence.format(disguised))
    assert sum(character.isdigit() for character in told.replace("86", "")) == 0


@pytest.mark.parametrize("number", ["340802199001011234", "34080219900101123X", "6222 0212 3456 7890 128"])
def test_identity_numbers_and_cards_are_masked(number: str) -> None:
    if number.startswith("6"):
        number = with_luhn(number.replace(" ", "")[:-1])
    assert not set(mask(f"号码{number}。")) & set("0123456789")


def with_luhn(body: str) -> str:
    digits = [int(digit) for digit in body]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[::-2]]
    return body + str(-(sum(doubled) + sum(digits[-2::-2])) % 10)


@given(
    st.sampled_from(["91", "92", "93", "51", "52"]),
    st.from_regex(r"[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True).filter(str.isascii),
)
def test_a_social_credit_code_is_never_masked(start: str, middle: str) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = start + middle
    total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    code = body + alphabet[-total % 31]
    assert is_credit_code(code)
    assert code in mask(f"统一社会信用代码{code}")


@pytest.mark.parametrize(
    "text",
    [
        "贷款15000000000元",
        "2026年12月1日前,500-800万元,30个人",
        "租300平米办公室,租金1.5元每平方每天",
        "ISO9001、GB/T 4754-2017",
        "需要一二三四楼的场地",
        "厂房2000平,层高8米,电压380伏",
    ],
)
def test_figures_of_a_need_stay(text: str) -> None:
    assert mask(text) == text


@given(st.text())
def test_masking_keeps_the_length_and_masks_once(text: str) -> None:
    told = mask(text)
    assert len(told) == len(text)
    assert mask(told) == told
