"""Past needs: who answered similar ones comes first, in any language, and no answer leaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.recommend.past import learning
from matcher.recommend.past.experience import experience
from matcher.recommend.past.memory import Memory, remember
from matcher.recommend.past.need import PastNeed

TRADES = {
    "zh": {
        "路通公路有限公司": ["县道沥青路面维修", "乡村公路拓宽改造工程", "公路沥青罩面"],
        "安居建设有限公司": ["小区外墙改造", "老旧小区屋面防水改造", "住宅楼外墙保温"],
        "清源水务有限公司": ["水厂管网改造", "供水管道安装工程", "污水管网清淤"],
    },
    "en": {
        "Highway Works Ltd": [
            "asphalt road repair",
            "widening of a country road",
            "road surface asphalt layer",
        ],
        "Homefront Builders": [
            "facade of a housing estate",
            "roof sealing of old houses",
            "insulation of house walls",
        ],
        "Clearwater Pipes": ["water mains renewal", "laying of water pipes", "sewer pipes cleaning"],
    },
}
ASKED = {"zh": ("沥青公路改造", "路通公路有限公司"), "en": ("asphalt layer for a road", "Highway Works Ltd")}


def a_memory(language: str, repeats: int = 1) -> Memory:
    needs = []
    for number in range(repeats):
        for winner, titles in TRADES[language].items():
            needs += [
                PastNeed(title, "", 5 * number + at, project=f"{number}-{title}", winners=(winner,))
                for at, title in enumerate(titles)
            ]
    return remember(needs)


def best(memory: Memory, question: PastNeed, until: int) -> str:
    weights = learning.learn(memory, until)
    values, names = learning.columns(learning.view(memory, [question], until))
    assert names == weights.names
    return memory.suppliers[int(np.argmax(weights.score(values)[0]))]


@pytest.mark.parametrize("language", sorted(TRADES))
def test_whoever_answered_similar_needs_comes_first(language: str) -> None:
    text, right = ASKED[language]
    assert best(a_memory(language), PastNeed(text, "", 50), 50) == right


@pytest.mark.parametrize("language", sorted(TRADES))
def test_learned_weights_find_it_too(language: str) -> None:
    """Months of needs, so that the memory is asked as of earlier days and weights come from that."""
    memory = a_memory(language, repeats=40)
    weights = learning.learn(memory, 210)
    assert not np.array_equal(weights.mean, np.zeros(len(weights.names)))
    text, right = ASKED[language]
    assert best(memory, PastNeed(text, "", 211), 210) == right


def test_a_later_need_is_not_read() -> None:
    memory = a_memory("zh")
    later = replace(memory.needs[0], day=99, winners=("清源水务有限公司",))
    both = remember([*memory.needs, later])
    question = PastNeed(later.title, "", 50)
    now, _ = learning.columns(learning.view(both, [question], 50))
    before, _ = learning.columns(learning.view(memory, [question], 50))
    order = [both.position[name] for name in memory.suppliers]
    assert now[:, order].argmax(axis=1).tolist() == before.argmax(axis=1).tolist()
    assert learning.view(both, [question], 50).rows.tolist() == list(range(len(memory.needs)))


def test_the_list_of_bidders_of_the_project_asked_for_is_not_read() -> None:
    """The unguarded view, which keeps it, gives the answer away."""
    told = PastNeed("社区食堂装修", "", 3, project="canteen", bidders=("安居建设有限公司",))
    memory = remember([*a_memory("zh").needs, told])
    asked = PastNeed("社区食堂装修", "", 50, project="canteen")
    assert len(memory.needs) - 1 not in learning.view(memory, [asked], 50, "won").rows
    assert len(memory.needs) - 1 in learning.view(memory, [replace(asked, project="")], 50, "won").rows


def test_nothing_is_needed_to_begin() -> None:
    memory = remember([PastNeed("修路", "", 1, winners=("路通公路有限公司",))])
    assert best(memory, PastNeed("公路", "", 2), 2) == "路通公路有限公司"


def test_experience_orders_the_questions_of_one_supplier() -> None:
    memory = a_memory("en")
    asked = [PastNeed("asphalt road surface", "", 9), PastNeed("music lessons", "", 9)]
    found = experience(learning.view(memory, asked, 9))
    road = memory.position["Highway Works Ltd"]
    assert found[0, road] > found[1, road]
