"""How a bank's loans of the last years ended, invented: what its page of own experience learns from.

A loan goes bad the likelier the younger the firm, the worse its tax grade and the less it turns over a head;
much of it is chance, as it is in life.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.demo.chance import Chance
from matcher.domain.access import Actor, Role
from matcher.services import own_risk
from matcher.services.own_risk import Decision
from matcher.storage.accounts import Account

DECISIONS: Final = 240
_GRADES: Final = ("D", "C", "M", "B", "A")
_GRADE_WEIGHTS: Final = (1.0, 2.0, 3.0, 6.0, 5.0)


def lend(session: Session, seed: int, now: datetime) -> None:
    """Write every bank's past decisions, switch its own experience on and let it learn."""
    banks = sa.select(Account).where(Account.role == Role.BANK.value).order_by(Account.scope)
    for place, row in enumerate(session.scalars(banks).all()):
        bank, chance = Actor(row.account_id, Role.BANK, row.scope, row.language), Chance(seed + place)
        own_risk.record(session, bank, [_decision(number, chance) for number in range(1, DECISIONS + 1)], now)
        own_risk.switch(session, bank, True, now)
    own_risk.learn_waiting(session, now)


def _decision(number: int, chance: Chance) -> Decision:
    age, grade = chance.between(6, 180), chance.weighted(_GRADES, _GRADE_WEIGHTS)
    employees = max(2, round(chance.around(25, 0.9)))
    revenue = round(employees * chance.around(400_000, 0.7), -4)
    figures: dict[str, object] = {
        "age_months": age,
        "tax_grade": grade,
        "employees": employees,
        "revenue": revenue,
        "tax_paid": round(revenue * chance.around(0.025, 0.5), -2) if chance.happens(0.8) else None,
    }
    strain = 1.2 - age / 60 - 0.55 * _GRADES.index(grade) - 0.6 * math.log(revenue / employees / 400_000)
    return Decision(f"DEMO-{number:04}", figures, chance.happens(1 / (1 + math.exp(-strain))))
