from __future__ import annotations

import pytest

from matcher.domain import industry
from matcher.domain.need import NeedKind
from matcher.messages import catalogue
from matcher.text.classify import _ASKED_PAIRS
from matcher.text.lexicon import find, lexicon


def topics_in(text: str) -> set[str]:
    return {topic for hit in find(text, lexicon()) for topic in hit.entry.topics}


def test_every_kind_has_topics_with_both_names() -> None:
    topics = lexicon().topics.values()
    assert {topic.kind for topic in topics} == set(NeedKind)
    assert all(topic.zh and topic.en for topic in topics)
    assert len(topics) >= 120


def test_every_industry_of_a_topic_is_in_the_standard() -> None:
    unknown = [
        (topic.name, code)
        for topic in lexicon().topics.values()
        for code in topic.industries
        if industry.get(code) is None
    ]
    assert unknown == []


def test_every_question_that_may_be_asked_has_its_words() -> None:
    for one, other in _ASKED_PAIRS:
        assert f"intake.ask.{one}_or_{other}" in catalogue("zh")


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ("门店前想装充电桩", "充电设施安装、充电设备运营"),
        ("几家企业想合办食堂", "食堂承包，营养配餐"),
        ("机器人公司缺自动化工程师", "机械工程专业硕士毕业生"),
        ("孩子暑假没人带", "托育服务、夏令营"),
        ("想找银行贷点流动资金", "普惠贷款、流动资金贷款业务"),
        ("需要纸箱两千个", "纸和纸板容器制造；包装材料及制品销售"),
        ("staff lunch for 30 people", "餐饮配送服务"),
    ],
)
def test_need_and_offer_in_different_words_meet_in_a_topic(need: str, offer: str) -> None:
    assert topics_in(need) & topics_in(offer)


def test_the_longest_phrase_wins_over_those_inside_it() -> None:
    assert [hit.words for hit in find("员工食堂", lexicon())] == ["员工食堂"]


def test_english_phrases_stop_at_word_ends() -> None:
    assert topics_in("lunches") == {"staff_meals"}
    assert topics_in("launcher mapping") == set()


def test_two_words_too_far_apart_are_no_pair() -> None:
    assert "noise" in topics_in("隔壁太吵")
    assert "child_care" not in topics_in("孩子" + "，我们公司主要做进出口和国际货运的事情，" + "照顾")


def test_charging_piles_take_several_parties() -> None:
    assert {"property", "power", "fire"} <= set(lexicon().topics["charging_supply"].parties)
