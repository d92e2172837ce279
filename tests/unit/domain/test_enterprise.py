"""Promises about names, states and stages, and that the enterprise speaks all words of its trade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import messages
from matcher.domain import enterprise
from matcher.domain.enterprise import DealStage, EnterpriseStatus, name_hint, name_key, read_status


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安庆迎江（牵线）科技有限公司", "安庆迎江(牵线)科技有限公司"),
        ("安庆 牵线 科技有限公司", "安庆牵线科技有限公司"),
        ("安庆　牵线科技有限公司", "安庆牵线科技有限公司"),
        ("ＡＢ牵线科技有限公司", "AB牵线科技有限公司"),
        ("安庆〔牵线〕科技有限公司", "安庆(牵线)科技有限公司"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other)


def test_the_two_words_for_a_limited_company_are_only_a_hint():
    one, other = "安庆（牵线）科技有限责任公司", "安庆牵线科技有限公司"
    assert name_key(one) != name_key(other)
    assert name_hint(one) == name_hint(other)


@given(st.text())
def test_the_key_of_a_key_is_the_key(name):
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("active", EnterpriseStatus.ACTIVE),
        ("存续（在营、开业、在册）", EnterpriseStatus.ACTIVE),
        ("在业", EnterpriseStatus.ACTIVE),
        ("吊销，未注销", EnterpriseStatus.REVOKED),
        ("已注销", EnterpriseStatus.CLOSED),
        ("列入经营异常名录", EnterpriseStatus.ABNORMAL),
        ("非正常户", EnterpriseStatus.ABNORMAL),
        ("歇业", EnterpriseStatus.SUSPENDED),
        ("迁出", EnterpriseStatus.MOVED_OUT),
        ("不明", None),
        ("", None),
    ],
)
def test_the_wording_of_the_register_is_understood(text, status):
    assert read_status(text) is status


def test_the_ladder_of_a_deal_ends_in_payment_and_leaves_out_declined():
    assert enterprise.LADDER[0] is DealStage.INTRODUCED
    assert enterprise.LADDER[-1] is DealStage.PAID
    assert set(DealStage) - set(enterprise.LADDER) == {DealStage.DECLINED}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_word_of_the_trade_has_a_name_in_each_language(language):
    named = {
        "size": enterprise.SizeClass,
        "tax_grade": enterprise.TaxGrade,
        "status": enterprise.EnterpriseStatus,
        "relation": enterprise.RelationKind,
        "stage": enterprise.DealStage,
    }
    for table, words in named.items():
        assert all(messages.say(f"facts.{table}.{word}", language) for word in words)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_verdict_but_ok_says_what_is_wrong_and_what_to_do(language):
    for verdict in set(enterprise.CodeVerdict) - {enterprise.CodeVerdict.OK}:
        assert messages.say(f"facts.code_{verdict}.what", language, value="X")
        assert messages.say(f"facts.code_{verdict}.remedy", language)


def test_the_verdicts_are_accepted_held_or_refused_and_nothing_else():
    assert set(enterprise.CodeVerdict) == enterprise.ACCEPTED | enterprise.HELD | enterprise.REFUSED
    assert {enterprise.CodeVerdict.BAD_SHAPE, enterprise.CodeVerdict.DIGITS_LOST} == enterprise.REFUSED
