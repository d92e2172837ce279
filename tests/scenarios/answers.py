"""The stories and who answers them: each asked of the service behind its route."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from matcher.services import finance, groups, parties, partners, recruitment
from tests.factories import NOW
from tests.scenarios.stage import OFFICER, Stage

FIRST = 3
Story = Mapping[str, Any]
Found = Mapping[str, Sequence[str]]


@cache
def stories() -> dict[str, Story]:
    """All of stories.yaml by name."""
    text = Path(__file__).with_name("stories.yaml").read_text(encoding="utf-8")
    return {story["story"]: story for story in yaml.safe_load(text)}


def cast_of(story: Story) -> dict[str, str]:
    """Who must answer: role in the demo -> seat at the table; one seat "" where there is no table."""
    if "parties" in story:
        return {one["role"]: one["party"] for one in story["parties"]}
    return dict.fromkeys(story["answer"].get("members", [story["answer"]["role"]]), "")


def answered(stage: Stage, story: Story, need_id: str | None = None) -> set[str]:
    """The roles that are found where they belong, for a need; None: the one that stands in the demo."""
    asked = stage.needs[story["asker"]] if need_id is None else need_id
    found = _FIND[story["service"]](stage, story, asked)
    return {role for role, seat in cast_of(story).items() if stage.roles[role] in found.get(seat, ())}


def _partners(stage: Stage, _story: Story, need_id: str) -> Found:
    ranking = partners.for_need(stage.session, stage.graph, OFFICER, need_id, FIRST, NOW)
    return {"": [one.identifier for one in ranking.suggestions]}


def _parties(stage: Stage, _story: Story, need_id: str) -> Found:
    table = parties.parties_for(stage.session, stage.graph, OFFICER, need_id, FIRST, NOW)
    return {seat.role: [one.identifier for one in seat.candidates] for seat in table.seats}


def _loans(stage: Stage, story: Story, _need_id: str) -> Found:
    asker = stage.roles[story["asker"]]
    loans = finance.loans_for(stage.session, stage.graph, OFFICER, asker, NOW)
    return {"": [fit.product.product_id for fit in loans.fits[:FIRST]]}


def _classes(stage: Stage, _story: Story, need_id: str) -> Found:
    found = recruitment.classes_for(stage.session, stage.graph, OFFICER, need_id, FIRST, NOW)
    return {"": [one.talent_id for one in found.classes]}


def _groups(stage: Stage, _story: Story, need_id: str) -> Found:
    """The firms of the first group that holds this need, if it is among the first."""
    pooled = groups.groups(stage.session, stage.graph, OFFICER, FIRST, NOW).groups[:FIRST]
    return {"": next((one.group.firms for one in pooled if _holds(one.group, need_id)), ())}


def _holds(group: Any, need_id: str) -> bool:
    return any(need.need_id == need_id for need in group.needs)


_FIND: Mapping[str, Callable[[Stage, Story, str], Found]] = {
    "partners": _partners,
    "parties": _parties,
    "loans": _loans,
    "recruitment": _classes,
    "groups": _groups,
}
