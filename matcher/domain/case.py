"""Allowed moves: of an introduction from introduced to paid or declined, of a need to its end. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from matcher.domain.need import NeedState
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

_N: Final = NeedState
# Forward by any step; back only to open (or to matching from served): a case is re-opened, never un-closed.
NEED_MOVES: Final[Mapping[NeedState, frozenset[NeedState]]] = {
    _N.OPEN: frozenset({_N.MATCHING, _N.SERVED, _N.CLOSED, _N.WITHDRAWN}),
    _N.MATCHING: frozenset({_N.OPEN, _N.SERVED, _N.CLOSED, _N.WITHDRAWN}),
    _N.SERVED: frozenset({_N.OPEN, _N.MATCHING, _N.CLOSED, _N.WITHDRAWN}),
    _N.CLOSED: frozenset({_N.OPEN}),
    _N.WITHDRAWN: frozenset({_N.OPEN}),
}
DONE: Final = frozenset({NeedState.SERVED, NeedState.CLOSED})


def check_need_move(before: NeedState, after: NeedState, evidence: str | None, by_firm: bool) -> None:
    """Raise Conflict for a step a need does not take, InvalidInput for an end without its ground.

    Closing needs evidence whoever closes; withdrawing needs none of the firm itself, whose need it is, and
    the firm's word (a call, a letter) of anybody else. Staying where it is is no step.
    """
    if before is after:
        return
    if after not in NEED_MOVES[before]:
        allowed = ", ".join(state.value for state in NeedState if state in NEED_MOVES[before])
        raise Conflict("needs.no_such_step", before=before.value, after=after.value, allowed=allowed)
    ends = after is NeedState.CLOSED or (after is NeedState.WITHDRAWN and not by_firm)
    if ends and not _said(evidence):
        raise InvalidInput("needs.evidence_needed", after=after.value)


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
