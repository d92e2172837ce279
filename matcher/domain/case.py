"""The ladder of an introduction: from introduced to paid, or declined with a reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from matcher.errors import Conflict, InvalidInput


class Outcome(StrEnum):
    """How far an introduction came; the order is that of the ladder, declined ends it."""

    INTRODUCED = "introduced"
    MET = "met"
    QUOTED = "quoted"
    SIGNED = "signed"
    PAID = "paid"
    DECLINED = "declined"


_O: Final = Outcome
# Rungs may be skipped (a price by telephone needs no meeting), none is climbed down.
MOVES: Final[Mapping[Outcome, frozenset[Outcome]]] = {
    _O.INTRODUCED: frozenset({_O.MET, _O.QUOTED, _O.SIGNED, _O.PAID, _O.DECLINED}),
    _O.MET: frozenset({_O.QUOTED, _O.SIGNED, _O.PAID, _O.DECLINED}),
    _O.QUOTED: frozenset({_O.SIGNED, _O.PAID, _O.DECLINED}),
    _O.SIGNED: frozenset({_O.PAID, _O.DECLINED}),
    _O.PAID: frozenset(),
    _O.DECLINED: frozenset(),
}
DEALS: Final = frozenset({Outcome.SIGNED, Outcome.PAID})
ENDS: Final = frozenset({Outcome.PAID, Outcome.DECLINED})


def check_move(before: Outcome, after: Outcome, evidence: str | None, reason: str | None) -> None:
    """Raise Conflict for a step the ladder does not have, InvalidInput for one without its ground.

    Signed and paid need evidence (a contract's or receipt's number), declined needs a reason.
    """
    if after not in MOVES[before]:
        allowed = ", ".join(step.value for step in Outcome if step in MOVES[before])
        raise Conflict("introductions.no_such_step", before=before.value, after=after.value, allowed=allowed)
    if after in DEALS and not _said(evidence):
        raise InvalidInput("introductions.evidence_needed", after=after.value)
    if after is Outcome.DECLINED and not _said(reason):
        raise InvalidInput("introductions.reason_needed")


def _said(text: str | None) -> bool:
    return text is not None and bool(text.strip())
