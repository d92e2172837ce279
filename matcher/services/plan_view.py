"""Plans as they are shown: with the guests' names and what could not be kept in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.messages import LANGUAGES
from matcher.services import event_words
from matcher.services.guest_names import plan_names
from matcher.services.salons import PlanView

_SCORES: Final = frozenset({"value", "bound", "wishes", "exhibitors"})
Told = Mapping[str, Sequence[str]]  # language -> sentences


@dataclass(frozen=True)
class ShownPlan:
    """A plan with its event and snapshot, names of all guests, problems in words, what a replan moved.

    `conflict` are wishes of which not all can be kept, `concessions` the least that would do. `bound`
    says how far the plan is from a proven upper bound.
    """

    event_id: str
    kind: str
    title: str
    names: Mapping[str, str]
    plan: Mapping[str, Any]
    problems: Told
    conflict: Told
    concessions: Told
    bound: Told
    changes: Sequence[Mapping[str, Any]]
    snapshot_id: str
    as_of: datetime


def shown(session: Session, actor: Actor, view: PlanView) -> ShownPlan:
    """For a plan that a service let this actor read; guests by name as far as the actor may read it now."""
    plan = _without_scores(actor, _without_quarrels(actor, dict(view.plan)))
    names = plan_names(session, actor, view.event_id, plan)
    problems = {language: event_words.broken(plan, names, language) for language in LANGUAGES}
    why = {language: event_words.told(plan, names, language) for language in LANGUAGES}
    return ShownPlan(
        event_id=view.event_id,
        kind=view.kind,
        title=view.title,
        names=names,
        plan=plan,
        problems=problems,
        conflict={language: one.conflict for language, one in why.items()},
        concessions={language: one.concessions for language, one in why.items()},
        bound={language: event_words.bound_told(view.plan, language) for language in LANGUAGES},
        changes=view.changes,
        snapshot_id=plan["snapshot_id"],
        as_of=datetime.fromisoformat(plan["as_of"]),
    )


def _without_quarrels(actor: Actor, plan: dict[str, Any]) -> dict[str, Any]:
    """To an organizer two guests are kept apart; that they are rivals or at law is the station's to know."""
    if actor.role is Role.ORGANIZER and "apart" in plan:
        plan["apart"] = [[*one[:2], "keep_apart"] for one in plan["apart"]]
    return plan


def _without_scores(actor: Actor, plan: dict[str, Any]) -> dict[str, Any]:
    """An organizer is told who meets whom, not how well two fit, unless it gave the scores itself.

    `share` is how much of the proven bound the plan reaches: it says how good the plan is, and of no pair.
    """
    if plan.get("bound") is not None:
        plan["share"] = round(plan["value"] / plan["bound"], 2) if plan["bound"] else 1.0
    if actor.role is not Role.ORGANIZER or plan.get("scores"):
        return plan
    for lines in ("meetings", "placements"):
        if lines in plan:
            plan[lines] = [{name: one[name] for name in one if name != "score"} for one in plan[lines]]
    return {name: value for name, value in plan.items() if name not in _SCORES}
