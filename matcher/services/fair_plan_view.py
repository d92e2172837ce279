"""A fair's plan as it is shown over HTTP and by the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.services import plan_view
from matcher.services.plan_view import Told
from matcher.services.salons import PlanView

_BOOTH = ("number", "hall", "row", "column", "size", "power", "zones")


@dataclass(frozen=True)
class ShownFair:
    """The floor, who could hire whom, interviews; names, problems and changes in words."""

    event_id: str
    title: str
    names: Mapping[str, str]
    floor: Sequence[Mapping[str, Any]]
    lost: Sequence[int]
    booths: Sequence[Mapping[str, Any]]
    placements: Sequence[Mapping[str, Any]]
    stable: bool
    windows: int
    interviews: Sequence[Mapping[str, Any]]
    share: float
    interviews_share: float
    interviews_proven: bool
    problems: Told
    conflict: Told
    concessions: Told
    bound: Told
    changes: Sequence[Mapping[str, Any]]
    snapshot_id: str
    as_of: datetime


def shown(session: Session, actor: Actor, view: PlanView) -> ShownFair:
    """For a plan that a service let this actor read."""
    told = plan_view.shown(session, actor, view)
    plan = told.plan
    return ShownFair(
        event_id=told.event_id,
        title=told.title,
        names=told.names,
        floor=[{name: one[name] for name in _BOOTH} for one in plan["floor"]],
        lost=plan["lost"],
        booths=plan["booths"],
        placements=[{"score": None} | one for one in plan["placements"]],
        stable=plan["stable"],
        windows=plan["windows"],
        interviews=plan["interviews"],
        share=plan["share"],
        interviews_share=plan["interviews_share"],
        interviews_proven=plan["interviews_proven"],
        problems=told.problems,
        conflict=told.conflict,
        concessions=told.concessions,
        bound=told.bound,
        changes=told.changes,
        snapshot_id=told.snapshot_id,
        as_of=told.as_of,
    )
