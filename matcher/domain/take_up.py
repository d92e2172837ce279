"""A loan need offered to banks one after the other (抢单): its states; reasons for a refusal, dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from matcher.domain.tables import rows
from matcher.errors import InvalidInput

MINUTES: Final = 3 * 24 * 60  # three days, where a product says nothing else
LEAST_MINUTES, MOST_MINUTES = 10, 30 * 24 * 60


class TakeUpState(StrEnum):
    """A place waits, is offered, and then: taken up in time or lapsed; approved or refused; or closed,
    because another bank's offer was approved or the firm withdrew."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


ALIVE: Final = frozenset({TakeUpState.WAITING, TakeUpState.OFFERED, TakeUpState.TAKEN})
# What a bank may make of a place that it was offered.
FOLLOWS: Final = {
    TakeUpState.OFFERED: frozenset({TakeUpState.TAKEN, TakeUpState.REFUSED}),
    TakeUpState.TAKEN: frozenset({TakeUpState.APPROVED, TakeUpState.REFUSED}),
}


@dataclass(frozen=True)
class RefusalReason:
    """Why a bank says no. `fields` are the facts it speaks of, () where it is the bank's own affair."""

    code: str
    fields: tuple[str, ...]
    valid_from: date
    valid_until: date | None

    def in_force(self, today: date) -> bool:
        """Whether it may be given on that day."""
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)


@cache
def refusal_reasons() -> tuple[RefusalReason, ...]:
    """The list, in its order; those that have ended stay for the refusals given under them."""
    return tuple(
        RefusalReason(
            code,
            tuple(fields.split()),
            date.fromisoformat(start),
            date.fromisoformat(end) if end else None,
        )
        for code, fields, start, end in rows("refusal_reasons.csv")
    )


def refusal_reason(code: str | None, today: date) -> RefusalReason:
    """The reason of that code. Raises InvalidInput naming those in force on `today`."""
    known = {one.code: one for one in refusal_reasons() if one.in_force(today)}
    if code is None or code not in known:
        raise InvalidInput("take_ups.no_such_reason", value=code, known=", ".join(known))
    return known[code]
