"""Weights of the partner recommender learned from outcomes: trained, compared, put in force, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.case import DEALS, ENDS, Outcome
from matcher.errors import Conflict
from matcher.recommend.weight_table import SHIPPED, WeightTable, read
from matcher.storage import weight_tables
from matcher.storage.feedback import Introduction
from matcher.storage.weight_tables import LearnedWeights

MOST_OUTCOMES: Final = 50_000  # the newest
SILENT: Final = timedelta(days=90)  # an introduction that nothing was heard of for so long came to nothing
SHOWN: Final = 20


@dataclass(frozen=True)
class Tables:
    """The shipped weights, the newest trainings, and the version in force (0: shipped)."""

    shipped: Mapping[str, float]
    in_force: int
    trained: Sequence[LearnedWeights]


def tables(session: Session, actor: Actor) -> Tables:
    """The tables there are, with their comparisons. They hold no fact of any enterprise."""
    require(actor, "operations.read")
    return Tables(SHIPPED.weights, in_force(session).version, weight_tables.newest(session, SHOWN))


def in_force(session: Session) -> WeightTable:
    """The table that the next snapshot carries."""
    row = weight_tables.in_force(session)
    if row is None:
        return SHIPPED
    return read({"version": row.version, "weights": row.weights})


def retrain(session: Session, now: datetime) -> dict[str, Any]:
    """Learn from the older outcomes; put in force only what is better on the newer ones.

    Returns the comparison for the run's record. With too few outcomes nothing is trained, no row is written,
    and the table in force stays. Writes one row otherwise, published or not.
    """
    from matcher.recommend import weight_trial as trial

    outcomes = ended(session, now)
    before = in_force(session)
    told = {"outcomes": len(outcomes), "deals": int(outcomes.won.sum()), "in_force": before.version}
    if not trial.enough(outcomes):
        needed = {"outcomes": trial.LEAST_OUTCOMES, "of_a_kind_a_period": trial.LEAST_OF_A_KIND}
        return {**told, "published": False, "too_few": True, "needed": needed}
    found = trial.tried(outcomes, before.weights)
    row = LearnedWeights(
        made_at=now,
        beside=before.version,
        weights=dict(found.weights),
        slope=found.line[0],
        intercept=found.line[1],
        comparison=dict(found.figures),
        published=found.better,
        withdrawn_at=None,
    )
    session.add(row)
    session.flush()
    done = {"published": found.better, "version": row.version, "weights": dict(found.weights)}
    return {**told, **done, "comparison": dict(found.figures), "in_force": in_force(session).version}


def withdraw(session: Session, now: datetime) -> dict[str, Any]:
    """Take the table in force back: the one before it is in force again, at last the shipped one.

    Raises Conflict where the shipped one is in force.
    """
    row = weight_tables.in_force(session)
    if row is None:
        raise Conflict("weights.nothing_learned")
    row.withdrawn_at = now
    session.flush()
    return {"withdrawn": row.version, "in_force": in_force(session).version}


def ended(session: Session, now: datetime) -> Any:
    """The introductions that came to an end, oldest first: a deal, or none.

    A deal called off is none, and so is what nobody moved for SILENT; what is still under way is left out.
    """
    from matcher.recommend.weight_learning import Outcomes, parts_of

    rows = [row for row in weight_tables.suggested(session, MOST_OUTCOMES) if _ended(row, now)]
    won = np.array([Outcome(row.state) in DEALS for row in rows], dtype=np.bool_)
    return Outcomes(parts_of([row.parts or {} for row in rows]), won)


def _ended(row: Introduction, now: datetime) -> bool:
    return Outcome(row.state) in ENDS | DEALS or row.updated_at <= now - SILENT
