"""Plans as they are shown: with the guests' names and what could not be kept in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.messages import LANGUAGES, say
from matcher.services.salons import PlanView
from matcher.storage import enterprises

Told = Mapping[str, Sequence[str]]  # language -> sentences


@dataclass(frozen=True)
class ShownPlan:
    """A plan with its event, its snapshot, names of all guests, problems in words, and what a replan moved."""

    event_id: str
    kind: str
    title: str
    names: Mapping[str, str]
    plan: Mapping[str, Any]
    problems: Told
    changes: Sequence[Mapping[str, Any]]
    snapshot_id: str
    as_of: datetime


def shown(session: Session, view: PlanView) -> ShownPlan:
    """For a plan that a service let this actor read; each guest was disclosed by name when it was made."""
    plan = dict(view.plan)
    guests = [*plan.get("guests", ()), *(one["enterprise_id"] for one in plan.get("booths", ()))]
    names = {identifier: row.name for identifier, row in enterprises.by_ids(session, guests).items()}
    problems = {language: _problems(plan, names, language) for language in LANGUAGES}
    return ShownPlan(
        event_id=view.event_id,
        kind=view.kind,
        title=view.title,
        names=names,
        plan=plan,
        problems=problems,
        changes=view.changes,
        snapshot_id=plan["snapshot_id"],
        as_of=datetime.fromisoformat(plan["as_of"]),
    )


def _problems(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[str]:
    found = []
    for one in plan.get("violations", ()):
        who = "、".join(names.get(guest, guest) for guest in one["who"])
        words = {"who": who, "turn": one["turn"], "table": one["table"]}
        found.append(say(f"events.label.{one['label']}", language, **words))
    return found
