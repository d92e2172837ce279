"""A bank's own past decisions order its own lists: off until it says so, its own data alone, with reasons.

Nothing learned is told to anybody else; no score is sold, and no bank's decisions reach another's model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.errors import Conflict, InvalidInput
from matcher.messages import LANGUAGES, say
from matcher.recommend.risk.figures import FIGURES, checked
from matcher.recommend.risk.learner import Learned, learn
from matcher.storage import decisions, journal
from matcher.storage.decisions import BankDecision, BankLearning

MOST: Final = 50_000
BINS: Final = 5


@dataclass(frozen=True)
class Decision:
    """How one past loan ended. `figures` are of recommend.risk.figures, money in yuan."""

    decision_id: str
    figures: Mapping[str, object]
    bad: bool


@dataclass(frozen=True)
class RiskReason:
    """A figure and how it moves the risk, on the scale of log odds."""

    figure: str
    weight: float
    sentence: Mapping[str, str]


@dataclass(frozen=True)
class RiskStanding:
    """The bank's switch, its decisions, and how well what was learned holds on decisions left out.

    `calibration` are fifths by risk: foretold, came, how many.
    """

    switched_on: bool
    good: int
    bad: int
    learned_at: datetime | None
    auc: float | None
    brier: float | None
    calibration: Sequence[Mapping[str, float]]
    weights: Mapping[str, float]
    figures: Sequence[str]


def record(session: Session, actor: Actor, told: Sequence[Decision], now: datetime) -> int:
    """Add past decisions of the actor's bank; one sent again replaces itself. How many it has now."""
    require(actor, "risk.own")
    for one in told:
        figures: dict[str, Any] = dict(checked(one.figures))
        row = session.get(BankDecision, (actor.scope, one.decision_id))
        if row is None:
            row = BankDecision(owner=actor.scope, decision_id=one.decision_id, figures={}, bad=False, at=now)
            session.add(row)
        row.figures, row.bad, row.at = figures, one.bad, now
    session.flush()
    count = session.scalar(sa.select(sa.func.count()).where(BankDecision.owner == actor.scope)) or 0
    if count > MOST:
        raise InvalidInput("risk.too_many", found=count, most=MOST)
    journal.record(session, actor, "risk.record", ("bank", actor.scope, None), now, decisions=len(told))
    return count


def forget(session: Session, actor: Actor, now: datetime) -> int:
    """Delete all decisions of the bank and what was learned from them."""
    require(actor, "risk.own")
    count = decisions.forget(session, actor.scope)
    row = decisions.learning(session, actor.scope)
    if row is not None:
        row.model, row.learned_at, row.switched_on, row.changed_at = None, None, False, now
    journal.record(session, actor, "risk.forget", ("bank", actor.scope, None), now, decisions=count)
    return count


def switch(session: Session, actor: Actor, on: bool, now: datetime) -> RiskStanding:
    """Let the bank's decisions order its lists, or no longer. It is off until the bank says so."""
    require(actor, "risk.own")
    row = decisions.learning(session, actor.scope)
    if row is None:
        row = BankLearning(owner=actor.scope, switched_on=on, model=None, learned_at=None, changed_at=now)
        session.add(row)
    row.switched_on, row.changed_at = on, now
    session.flush()
    journal.record(session, actor, "risk.switch", ("bank", actor.scope, None), now, on=on)
    return standing(session, actor)


def standing(session: Session, actor: Actor) -> RiskStanding:
    """The switch, the counts, and the honest figures of the last learning."""
    require(actor, "risk.own")
    row = decisions.learning(session, actor.scope)
    counted = sa.select(BankDecision.bad, sa.func.count()).where(BankDecision.owner == actor.scope)
    counts = {one[0]: one[1] for one in session.execute(counted.group_by(BankDecision.bad))}
    told: Mapping[str, Any] = {} if row is None or row.model is None else row.model
    model = told.get("model", {})
    return RiskStanding(
        switched_on=row is not None and row.switched_on,
        good=counts.get(False, 0),
        bad=counts.get(True, 0),
        learned_at=None if row is None else row.learned_at,
        auc=told.get("auc"),
        brier=told.get("brier"),
        calibration=told.get("calibration", []),
        weights=dict(zip(model.get("names", ()), model.get("weights", ()), strict=True)),
        figures=FIGURES,
    )


def learned(session: Session, actor: Actor) -> tuple[Learned, datetime]:
    """The bank's model and when it was learned. Raises Conflict while it is off or nothing is learned."""
    row = decisions.learning(session, actor.scope)
    if row is None or not row.switched_on:
        raise Conflict("risk.off")
    if row.model is None or row.learned_at is None:
        raise Conflict("risk.not_learned")
    return Learned.from_json(row.model["model"]), row.learned_at


def waiting(session: Session) -> Sequence[BankLearning]:
    """Banks that switched it on and have decisions, or a switch, newer than what was learned."""
    newest = (
        sa.select(sa.func.max(BankDecision.at))
        .where(BankDecision.owner == BankLearning.owner)
        .scalar_subquery()
    )
    stale = sa.or_(BankLearning.learned_at.is_(None), BankLearning.learned_at < newest)
    on = sa.select(BankLearning).where(BankLearning.switched_on.is_(True), newest.is_not(None), stale)
    return session.scalars(on.order_by(BankLearning.owner)).all()


def learn_waiting(session: Session, now: datetime) -> dict[str, int]:
    """Learn each waiting bank's decisions anew, from its own alone. Too few leave it as it was."""
    count = 0
    for row in waiting(session):
        told = _learned(decisions.of_owner(session, row.owner))
        row.model, row.learned_at = told, now
        count += told is not None
    session.flush()
    return {"banks": count}


def _learned(rows: Sequence[BankDecision]) -> dict[str, Any] | None:
    cases = [{name: _number(row.figures.get(name)) for name in FIGURES} for row in rows]
    bad = np.asarray([row.bad for row in rows], dtype=np.bool_)
    try:
        model = learn(cases, bad)
    except InvalidInput:
        return None  # too few of either outcome; the page says how many are needed
    left_out = _left_out(cases, bad)
    return {"model": model.to_json(), **_figures(left_out, bad)}


def _left_out(cases: Sequence[Mapping[str, float]], bad: np.ndarray) -> np.ndarray:
    """Each decision's risk by a model that never saw it."""
    from sklearn.model_selection import StratifiedKFold

    risks = np.zeros(len(bad))
    for train, test in StratifiedKFold(BINS, shuffle=True, random_state=0).split(bad, bad):
        try:
            model = learn([cases[at] for at in train], bad[train])
        except InvalidInput:
            return np.full(len(bad), bad.mean())
        risks[test] = model.risk([cases[at] for at in test])
    return risks


def _figures(risks: np.ndarray, bad: np.ndarray) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    fifths = np.array_split(np.argsort(risks, kind="stable"), BINS)
    return {
        "auc": round(float(roc_auc_score(bad, risks)), 4),
        "brier": round(float(np.square(risks - bad).mean()), 4),
        "calibration": [
            {"foretold": round(float(risks[rows].mean()), 4), "came": round(float(bad[rows].mean()), 4),
             "decisions": len(rows)}
            for rows in fifths
        ],
    }  # fmt: skip


def _number(value: object) -> float:
    return float(str(value)) if isinstance(value, int | float) else float("nan")


def reasons(model: Learned, figures: Mapping[str, float]) -> tuple[RiskReason, ...]:
    """The figures that move one firm most, in words."""
    return tuple(
        RiskReason(
            one.name,
            round(one.weight, 4),
            {
                language: say(
                    "risk.raises" if one.weight > 0 else "risk.lowers",
                    language,
                    figure=say(f"products.field.{one.name}", language),
                )
                for language in LANGUAGES
            },
        )
        for one in model.reasons(figures)
    )
