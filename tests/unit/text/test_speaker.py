"""Who asks is not what is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain.need import NeedKind
from matcher.text.intake import read
from matcher.text.speaker import without_speaker

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11楼那家做阀门的想找车队往省外发货", "阀门"),
        ("街上开饭店的要续房租，差十万", "饭店"),
        ("青禾（开饭店的）缺两个服务员", "饭店"),
        ("我们是做模具的，想找仓库", "模具"),
        ("五楼律所想给员工办健身卡", "律所"),
        ("街上牙科诊所新开的，缺人气", "牙科"),
        ("印刷厂需要采购胶印纸和油墨", "印刷"),
        ("楼下超市想装监控", "超市"),
        ("晨光模具厂急需一批钢材", "模具"),
        ("我们公司主营五金批发，想找间办公室", "五金"),
        ("We are a small software company looking for an accountant", "software"),
    ],
)
def test_the_words_by_which_somebody_is_told_apart_are_left_out(text: str, said: str) -> None:
    assert said not in without_speaker(text)
    assert len(without_speaker(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "想找做软件的公司",
        "3楼会议室要装修",
        "想找楼下饭店订工作餐",
        "找一家做管理软件的",
        "找印刷厂要便宜的",
        "想找一家印刷厂，要离得近",
        "需要软件公司，要能上门",
        "去年做装修的师傅跑了，要找人返工",
    ],
)
def test_what_is_looked_for_stays(text: str) -> None:
    assert without_speaker(text) == text


def test_the_trade_of_the_asker_is_no_topic() -> None:
    draft = read("16楼那家做软件的商标被人抢注了，急着问怎么办", TODAY)
    assert draft.kind is NeedKind.LEGAL
    assert [hit.topic for hit in draft.topics] == ["trademark"]
    assert "那家做软件的" in draft.text


def test_a_seller_is_not_sent_to_those_who_sell_the_same() -> None:
    draft = read("我们的管理软件做出来了，想找客户", TODAY)
    assert draft.kind is NeedKind.CUSTOMERS
    assert "6513" not in draft.industries


def test_the_customers_a_seller_names_are_wanted() -> None:
    draft = read("今年订单少了，想找做化工原料的客户", TODAY)
    assert "5169" in draft.industries
