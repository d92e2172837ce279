"""A taxonomy's phrases are read without labels; texts without labels and corrections make it better."""

from __future__ import annotations

from matcher.text.taxonomy import learn

TAXONOMY = {"交通": ["公共汽车", "出租车 运价", "道路 拥堵"], "教育": ["招生 录取", "学生 负担", "教师 工资"]}
UNLABELLED = [
    "公共汽车总是晚点，司机甩站",
    "公共汽车司机甩站不停",
    "出租车司机拒载",
    "招生录取名额不公，班主任收礼",
    "学生负担重，班主任布置作业太多",
    "教师工资拖欠，班主任没有津贴",
] * 2


def test_leaves_alone_tell_the_class() -> None:
    assert learn(TAXONOMY, ()).predict(["出租车不打表", "学生作业负担"]) == ["交通", "教育"]


def test_texts_without_labels_teach_what_else_people_say() -> None:
    taught = learn(TAXONOMY, UNLABELLED)
    assert taught.predict(["班主任天天拖堂", "司机甩站"]) == ["教育", "交通"]


def test_corrections_are_a_further_opinion() -> None:
    fresh = learn(TAXONOMY, UNLABELLED)
    texts = ["班主任开车", "班主任甩站", "学生 作业", "教师 工资"]
    corrected = fresh.with_labels(texts, ["交通", "交通", "教育", "教育"])
    place = corrected.classes.index("交通")
    assert corrected.scores(["班主任"])[0, place] > fresh.scores(["班主任"])[0, place]
    assert fresh.with_labels(["班主任"], ["交通"]) is fresh
