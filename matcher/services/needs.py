"""Needs already stored: reading, listing and changing them within the actor's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matcher.domain.access import Actor, Role, require, require_enterprise
from matcher.domain.need import NeedKind, NeedState
from matcher.errors import InvalidInput, NotFound, VersionMismatch
from matcher.services import case_steps
from matcher.services.intake import NeedForm, as_json, corrected, draft, quantity_of
from matcher.storage import enterprises
from matcher.storage.journal import record
from matcher.storage.needs import Need, need_by_id, waiting_page

MOST_A_PAGE: Final = 200
_CORRECTIONS: Final = ("kind", "title", "industries", "topics", "amount_fen", "quantity", "deadline")
CHANGEABLE: Final = ("text", *_CORRECTIONS, "published", "state", "evidence")


def get(session: Session, actor: Actor, need_id: str) -> Need:
    """The need, if it lies in the actor's scope; else NotFound, which looks the same as not there."""
    require(actor, "needs.read")
    return _in_scope(session, actor, need_id)


def list_open(session: Session, actor: Actor, limit: int = 50, after: str = "") -> Sequence[Need]:
    """Needs of the actor's scope that still wait, by id from the one behind `after`; one query."""
    require(actor, "needs.read")
    if not 1 <= limit <= MOST_A_PAGE:
        raise InvalidInput("needs.bad_limit", value=limit, most=MOST_A_PAGE)
    owner = "enterprise_id" if actor.role is Role.ENTERPRISE else "station_id"
    return waiting_page(session, limit, after, **{owner: actor.scope})


def edit(
    session: Session, actor: Actor, need_id: str, version: int, changes: Mapping[str, Any], now: datetime
) -> Need:
    """Change fields of a need read as `version`, with a journal line. A new text is read anew.

    Closing needs `evidence`. Raises VersionMismatch if it was changed since, InvalidInput for a field or
    value that does not fit, Conflict for a state that cannot follow.
    """
    require(actor, "needs.edit")
    need = _in_scope(session, actor, need_id)
    if need.version != version:
        raise VersionMismatch("needs.changed_meanwhile", value=need_id, version=need.version)
    for name in changes:
        if name not in CHANGEABLE:
            raise InvalidInput("needs.unknown_field", value=name, allowed=", ".join(CHANGEABLE))
    _apply(session, need, changes, now)
    if "state" in changes:
        after, evidence = _state(changes["state"]), _fitting("evidence", changes.get("evidence"))
        case_steps.moved(session, actor, need, after, now, evidence)
    record(session, actor, "needs.edit", ("need", need_id, need.enterprise_id), now, fields=sorted(changes))
    try:
        session.flush()
    except StaleDataError as error:
        raise VersionMismatch("needs.changed_meanwhile", value=need_id, version=version + 1) from error
    return need


def _in_scope(session: Session, actor: Actor, need_id: str) -> Need:
    need = need_by_id(session, need_id)
    owner = None if need is None else enterprises.by_id(session, need.enterprise_id)
    if need is None or owner is None:
        raise NotFound("needs.no_such_need", value=need_id)
    try:
        require_enterprise(actor, owner.enterprise_id, owner.station_id)
    except NotFound as error:  # the enterprise's id would tell that the need exists
        raise NotFound("needs.no_such_need", value=need_id) from error
    return need


def _apply(session: Session, need: Need, changes: Mapping[str, Any], now: datetime) -> None:
    corrections = {name: _fitting(name, changes[name]) for name in _CORRECTIONS if name in changes}
    if "text" in changes or corrections:
        _read_anew(session, need, str(changes.get("text", need.text)), corrections, now)
    if "published" in changes:
        need.published = bool(_fitting("published", changes["published"]))
    need.updated_at = now


def _read_anew(session: Session, need: Need, text: str, corrections: dict[str, Any], now: datetime) -> None:
    """Read the text and lay the corrections, earlier ones included where the text stays, over it."""
    read_draft = draft(text, now, session)
    kept = {} if text != need.text else _earlier_corrections(need)
    form = NeedForm(need.enterprise_id, text, **(kept | corrections))
    understood = corrected(read_draft, form)
    amount, deadline = understood.slot("amount_fen"), understood.slot("deadline")
    need.text = text
    need.title = understood.title
    need.kind = None if understood.kind is None else understood.kind.value
    need.industry_code = understood.industries[0] if understood.industries else None
    need.amount_fen = _cleared("amount_fen", corrections, None if amount is None else amount.value)
    need.deadline = _cleared("deadline", corrections, None if deadline is None else deadline.value)
    need.quantity = _cleared("quantity", corrections, quantity_of(understood))
    need.understood = as_json(replace(understood), read_draft.kind)


def _cleared(name: str, corrections: Mapping[str, Any], value: Any) -> Any:
    """None where the change says None: somebody took a wrong reading out."""
    return None if name in corrections and corrections[name] is None else value


def _earlier_corrections(need: Need) -> dict[str, Any]:
    """What stands in the row now, so that a change of one field leaves the others."""
    return {
        "kind": None if need.kind is None else NeedKind(need.kind),
        "title": need.title,
        "industries": tuple(need.understood.get("industries", ())),
        "topics": tuple(hit["topic"] for hit in need.understood.get("topics", ())),
        "amount_fen": need.amount_fen,
        "quantity": need.quantity,
        "deadline": need.deadline,
    }


def _fitting(name: str, value: Any) -> Any:
    """The value in the shape NeedForm takes. Raises InvalidInput."""
    if name == "kind" and value is not None:
        return _kind(value)
    if name in ("industries", "topics") and value is not None:
        return tuple(_checked(name, item, str) for item in _checked(name, value, list | tuple))
    shapes: Mapping[str, Any] = {
        "title": str, "amount_fen": int, "quantity": int | float, "deadline": date, "published": bool,
        "evidence": str,
    }  # fmt: skip
    return value if value is None or name not in shapes else _checked(name, value, shapes[name])


def _checked(name: str, value: Any, shape: Any) -> Any:
    if not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        raise InvalidInput("needs.bad_value", name=name, value=value)
    return value


def _kind(value: Any) -> NeedKind:
    if value not in list(NeedKind):
        raise InvalidInput("intake.unknown_kind", value=value, allowed=", ".join(NeedKind))
    return NeedKind(value)


def _state(value: Any) -> NeedState:
    if value not in list(NeedState):
        raise InvalidInput("needs.unknown_state", value=value, allowed=", ".join(NeedState))
    return NeedState(value)
