"""Titles of vacancies read as occupations: from the classification alone, and with what labels teach."""

import numpy as np
import pytest

from matcher.domain import occupation
from matcher.text.occupations.letters import bare, whole
from matcher.text.occupations.phrases import Known, shipped
from matcher.text.occupations.recogniser import learn, unlabelled

SMALL = (
    Known("6-18-02-04", ("焊工", "电焊工"), "使用焊机焊接金属工件"),
    Known("4-03-02-05", ("餐厅服务员", "传菜员"), "接待就餐宾客 上菜 结账"),
    Known("2-02-10-03", ("计算机软件工程技术人员", "Java"), "软件需求分析 编码 测试"),
)


def best(recogniser, title):
    (found,) = recogniser.ranked([title], 1)
    return occupation.get(found[0].code).name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("电焊工（包吃住，月休四天）", "焊工"),
        ("诚聘Java开发工程师", "计算机软件工程技术人员"),
        ("餐厅服务员/传菜员", "餐厅服务员"),
        ("急招叉车司机", "起重装卸机械操作工"),
        ("外贸业务员 双休", "国际商务专业人员"),
        ("出纳", "会计专业人员"),
        ("幼儿园老师", "幼儿园教师"),
    ],
)
def test_a_title_of_everyday_speech_is_read(title, name):
    assert best(unlabelled(), title) == name


def test_a_plain_name_is_told_and_a_promise_of_money_is_not():
    plain, promise = unlabelled().ranked(["保洁员", "合伙创业 月入过万"], 1)
    assert plain[0].confidence >= occupation.LEAST_CONFIDENCE > promise[0].confidence


def test_a_title_without_letters_is_nothing():
    assert [*unlabelled().ranked(["！！！", ""], 3)] == [[], []]


def test_what_stands_in_brackets_counts_only_where_nothing_else_does():
    assert bare("会计（双休+包住）") == "会计"
    assert bare("（会计）") == whole("（会计）") == "会计"
    assert bare("Ｊａｖａ工程师【急】") == "java工程师"


def test_labels_teach_what_the_classification_does_not_say():
    """A house's own word; without the labels it is read otherwise."""
    alone = learn(SMALL)
    titles = [f"小红帽{number}号" for number in range(60)]
    taught = alone.with_labels(titles, ["4-03-02-05"] * 60)
    ours = alone.codes.index("4-03-02-05")
    assert taught.shares(["小红帽"])[0, ours] > 0.5 > alone.shares(["小红帽"])[0, ours]


def test_few_labels_do_not_overrule_the_classification():
    taught = learn(SMALL).with_labels(["电焊工学徒"], ["2-02-10-03"])
    assert best(taught, "电焊工") == "焊工"


def test_labels_with_foreign_codes_and_empty_titles_teach_nothing():
    alone = learn(SMALL)
    assert alone.with_labels(["电焊工", "()"], ["0-00-00-00", "6-18-02-04"]) is alone


def test_same_titles_same_answers():
    titles = ["电焊工", "传菜", "软件测试"]
    one, other = learn(SMALL), learn(SMALL)
    assert np.array_equal(one.scores(titles), other.scores(titles))
    assert np.allclose(one.shares(titles).sum(axis=1), 1)


def test_every_title_that_is_shipped_belongs_to_one_occupation():
    titles = [title for one in shipped() for title in one.phrases[1:]]
    assert len(titles) > 500
    assert len(set(titles)) > len(titles) - 3  # a safety engineer is of plants or of computers
