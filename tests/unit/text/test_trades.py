"""The trade of an enterprise as a person who reads its name and scope would say it."""

from __future__ import annotations

import pytest

from matcher.domain import industry
from matcher.text.trades import examples, phrases
from matcher.text.trades.classifier import DIVISIONS, Told, infer, ranked, shares
from matcher.text.trades.learned import OverDivisions, learn
from matcher.text.trades.naming import divisions_named
from matcher.text.trades.scope import MADE, RETAILED, SAID, SOLD, items

BOILERPLATE = "(依法须经批准的项目，经相关部门批准后方可开展经营活动)"


def told(name: str, scope: str) -> str | None:
    verdict = infer([Told(name, scope)])[0]
    return None if verdict is None else verdict.code


@pytest.mark.parametrize(
    ("name", "scope", "division"),
    [
        ("安庆湖心软件有限公司", "软件开发；信息系统集成服务；计算机维修", "65"),
        ("安庆迎江第三建筑工程有限公司", "房屋建筑工程施工；市政公用工程施工。" + BOILERPLATE, "47"),
        ("湖心农村信用合作社菱湖分社", "吸收公众存款；发放贷款；办理结算", "66"),
        ("安庆通达物流有限公司", "普通货运；货物专用运输（集装箱）", "54"),
        ("湖心家常菜馆", "中餐制售；烟零售", "62"),
        ("安庆皖江塑料制品厂", "塑料袋、塑料薄膜制造、销售", "29"),
        ("安庆安居物业管理有限公司", "一般项目：物业管理；保洁服务；停车场服务", "70"),
    ],
)
def test_a_plain_scope_gives_its_division(name: str, scope: str, division: str) -> None:
    assert told(name, scope) == division


def test_the_same_things_are_made_by_a_works_and_sold_by_a_trader() -> None:
    assert told("安庆湖心轴承制造有限公司", "轴承、齿轮制造") == "34"
    assert told("安庆湖心轴承贸易有限公司", "轴承、齿轮销售") == "51"
    assert told("安庆湖心五金商店", "轴承、齿轮、五金零售") == "52"


def test_what_a_scope_excludes_and_its_standing_sentences_say_nothing() -> None:
    listed = items("许可项目：餐饮服务（不含快餐）。一般项目：会议服务，除烟花爆竹。" + BOILERPLATE)
    assert [thing.text for thing in listed] == ["餐饮", "会议"] or [t.whole for t in listed] == [
        "餐饮服务",
        "会议服务",
    ]


def test_a_verb_holds_for_its_whole_clause() -> None:
    listed = items("生产：钢管、法兰；销售钢材、木材；五金零售。设计广告")
    assert [thing.done for thing in listed] == [MADE, MADE, SOLD, SOLD, RETAILED, SAID]


def test_a_scope_that_says_nothing_gets_no_answer() -> None:
    assert told("安庆恒发实业有限公司", "以章程载明的为准") is None
    assert told("", "") is None


def test_what_is_more_doubtful_is_said_with_less_confidence() -> None:
    sure, doubtful = infer(
        [
            Told("安庆湖心软件有限公司", "软件开发"),
            Told("安庆恒发科技有限公司", "技术开发；软件开发；办公用品销售"),
        ]
    )
    assert sure is not None
    assert doubtful is None or doubtful.confidence < sure.confidence


def test_an_officer_gets_the_likeliest_divisions_best_first() -> None:
    found = ranked(Told("安庆湖心广告有限公司", "广告设计、制作；包装装潢印刷品印刷"), 3)
    assert found[0].code == "72"
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_many_at_once_are_answered_as_one_by_one() -> None:
    firms = [Told("安庆湖心软件有限公司", "软件开发"), Told("菱湖药店", "药品零售"), Told("某某", "")]
    assert infer(firms) == [infer([firm])[0] for firm in firms]
    assert shares(firms).shape == (3, len(DIVISIONS))


def test_the_phrases_name_industries_of_the_standard() -> None:
    assert [code for code in phrases.phrases() if industry.get(code) is None] == []
    divisions = {code for codes in phrases.name_words().values() for code in codes}
    assert divisions <= set(DIVISIONS)


def test_a_branch_bears_the_trade_of_its_house() -> None:
    assert "68" in divisions_named("某某人寿保险股份有限公司安庆支公司迎江营销服务部")


def test_labelled_rows_teach_what_no_phrase_says() -> None:
    """A district where 星桥 firms keep bees: the phrases cannot know it, forty examples can."""
    bees = [Told(f"安庆星桥{n}号有限公司", "星桥业务") for n in range(40)]
    inns = [Told(f"安庆云栖{n}号有限公司", "云栖业务") for n in range(40)]
    codes = ["03"] * 40 + ["61"] * 40
    learned = examples.better_than_phrases([*bees, *inns], codes)
    assert learned is not None
    assert infer([Told("安庆星桥老店有限公司", "星桥业务")])[0] is None
    answer = infer([Told("安庆星桥老店有限公司", "星桥业务")], learned)[0]
    assert answer is not None
    assert answer.code == "03"


def test_examples_that_teach_nothing_are_not_learned_from() -> None:
    firms = [Told(f"安庆湖心{n}软件有限公司", "软件开发") for n in range(20)]
    assert examples.better_than_phrases(firms, ["65"] * 20) is None


def test_a_learned_model_answers_in_shares() -> None:
    model = OverDivisions(learn([Told("甲软件", "软件开发"), Told("乙药店", "药品零售")], ["65", "52"]))
    rows = model.shares([Told("丙软件", "软件开发")])
    assert rows.sum() == pytest.approx(1.0)
    assert DIVISIONS[int(rows[0].argmax())] == "65"
