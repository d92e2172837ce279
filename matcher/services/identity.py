"""One enterprise, one file: two files of one are merged, one file of two is split. Both can be undone.

Nothing is joined because names are alike: it takes evidence from a closed list, and two files whose codes
are both right are two enterprises. What an enterprise granted (consents) is never handed to another.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require, require_enterprise
from matcher.domain.enterprise import ACCEPTED, CodeVerdict, EnterpriseStatus, code_verdict, name_key
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.storage import identities, journal
from matcher.storage.enterprises import Enterprise, Relation
from matcher.storage.events import Attendance, Opening
from matcher.storage.feedback import Introduction
from matcher.storage.identities import IdentityChange
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import SpaceHold
from matcher.storage.tables import table_of
from matcher.storage.take_ups import TakeUp
from matcher.storage.visits import Visit

MERGE, SPLIT = "merge", "split"


class Evidence(StrEnum):
    """What shows that two files are one enterprise, or one file two. A name alone is not among them."""

    LICENCE = "licence"
    REGISTER = "register"
    CODE_CORRECTED = "code_corrected"
    VISIT = "visit"


@dataclass(frozen=True)
class Ground:
    """The evidence: its kind, and where it is to be found."""

    kind: Evidence
    words: str


@dataclass(frozen=True)
class NewFile:
    """The enterprise that is split off: its name, its own code, and the ids of what goes with it, by kind."""

    name: str
    code: str | None
    takes: Mapping[str, Sequence[str]]


# What belongs to an enterprise and moves with it: table and column.
_BELONGINGS: Final[tuple[tuple[Any, str], ...]] = (
    (Offer, "enterprise_id"),
    (Need, "enterprise_id"),
    (Deal, "buyer_id"),
    (Deal, "seller_id"),
    (Introduction, "enterprise_id"),
    (Opening, "enterprise_id"),
    (Attendance, "enterprise_id"),
    (SpaceHold, "enterprise_id"),
    (TakeUp, "enterprise_id"),
    (Visit, "enterprise_id"),
    (Relation, "a"),
    (Relation, "b"),
)
_TAKEN: Final[Mapping[str, Any]] = {"offers": Offer, "needs": Need, "deals": Deal, "openings": Opening}
# Facts that the kept file takes over where it has none. Names, scopes of others' rights and marks stay.
_FILLED: Final = (
    "code", "code_verdict", "industry_code", "scope", "region_code", "address", "building_id", "floor",
    "latitude", "longitude", "founded_on", "registered_capital_fen", "employees", "revenue_fen",
    "tax_paid_fen", "assets_fen", "tax_grade", "tax_grade_year", "owner_group", "contact_name",
    "contact_phone",
)  # fmt: skip


def merge(
    session: Session, actor: Actor, pair: tuple[str, str], ground: Ground, now: datetime
) -> IdentityChange:
    """Join the second file of `pair` to the first. Raises NotFound (not both the actor's), Conflict."""
    require(actor, "enterprises.identify")
    kept, other = _own(session, actor, pair[0]), _own(session, actor, pair[1])
    _refuse_two(kept, other)
    change = _change(MERGE, kept, other, ground, actor, now)
    change.moved = [move for place in _BELONGINGS for move in _move_all(session, place, other, kept)]
    change.before = {"filled": _fill(session, kept, other), "status": other.status}
    other.merged_into, other.status = kept.enterprise_id, EnterpriseStatus.CLOSED.value
    kept.updated_at = other.updated_at = now
    session.add(change)
    session.flush()
    _journal(session, actor, "enterprises.merge", change, now)
    return change


def split(
    session: Session, actor: Actor, enterprise_id: str, new: NewFile, ground: Ground, now: datetime
) -> IdentityChange:
    """Part an enterprise off one's file, with what belongs to it. Raises NotFound, Conflict, InvalidInput."""
    require(actor, "enterprises.identify")
    kept = _own(session, actor, enterprise_id)
    verdict = _verdict(session, new.code)
    identifier = new.code or f"ENT-{secrets.token_hex(8)}"
    if session.get(Enterprise, identifier) is not None:
        raise Conflict("identity.code_taken", value=new.code)
    other = Enterprise(
        enterprise_id=identifier,
        code=new.code,
        code_verdict=verdict,
        name=new.name,
        name_key=name_key(new.name),
        region_code=kept.region_code,
        station_id=kept.station_id,
        certificates=[],
        updated_at=now,
    )
    session.add(other)
    session.flush()
    change = _change(SPLIT, kept, other, ground, actor, now)
    change.moved = [
        move for kind, ids in new.takes.items() for move in _take(session, kind, ids, kept, other)
    ]
    session.add(change)
    session.flush()
    _journal(session, actor, "enterprises.split", change, now)
    return change


def undo(session: Session, actor: Actor, change_id: str, now: datetime) -> IdentityChange:
    """Take a merge or a split back: what was moved and has not gone elsewhere since returns.

    Raises NotFound; Conflict where it was undone already or one of the two files has been merged since.
    """
    require(actor, "enterprises.identify")
    change = identities.by_id(session, change_id)
    if change is None:
        raise NotFound("identity.no_such_change", value=change_id)
    kept, other = _file(session, actor, change.kept_id), _file(session, actor, change.other_id)
    _refuse_undo(change, kept, other)
    back_from, back_to = (kept, other) if change.kind == MERGE else (other, kept)
    for move in change.moved:
        _move_back(session, move, back_from.enterprise_id, back_to.enterprise_id)
    if change.kind == MERGE:
        _take_back(session, kept, other, change.before)
    else:
        other.merged_into, other.status = kept.enterprise_id, EnterpriseStatus.CLOSED.value
    change.undone_by, change.undone_at = actor.account_id, now
    kept.updated_at = other.updated_at = now
    session.flush()
    _journal(session, actor, "enterprises.undo", change, now)
    return change


def changes_of(session: Session, actor: Actor, enterprise_id: str) -> Sequence[IdentityChange]:
    """Merges and splits of one's enterprise, newest first. Raises NotFound."""
    require(actor, "enterprises.identify")
    _file(session, actor, enterprise_id)
    return identities.of_enterprise(session, enterprise_id)


def same_names(session: Session, actor: Actor, enterprise_id: str) -> Sequence[Enterprise]:
    """Own enterprises under the same name: a question to the officer, never an answer. Raises NotFound."""
    require(actor, "enterprises.identify")
    row = _file(session, actor, enterprise_id)
    alike = (Enterprise.name_key == row.name_key, Enterprise.enterprise_id != enterprise_id)
    mine = (Enterprise.station_id == actor.scope, Enterprise.merged_into.is_(None))
    return session.scalars(
        sa.select(Enterprise).where(*alike, *mine).order_by(Enterprise.enterprise_id)
    ).all()


def _file(session: Session, actor: Actor, enterprise_id: str) -> Enterprise:
    row = session.get(Enterprise, enterprise_id)
    require_enterprise(actor, enterprise_id, None if row is None else row.station_id)
    if row is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    return row


def _own(session: Session, actor: Actor, enterprise_id: str) -> Enterprise:
    row = _file(session, actor, enterprise_id)
    if row.merged_into is not None:
        raise Conflict("identity.merged_already", value=enterprise_id, into=row.merged_into)
    return row


def _refuse_two(kept: Enterprise, other: Enterprise) -> None:
    if kept.enterprise_id == other.enterprise_id:
        raise Conflict("identity.one_file", value=kept.enterprise_id)
    if kept.code_verdict == other.code_verdict == CodeVerdict.OK and kept.code != other.code:
        raise Conflict("identity.two_codes", one=kept.code, other=other.code)


def _refuse_undo(change: IdentityChange, kept: Enterprise, other: Enterprise) -> None:
    if change.undone_at is not None:
        raise Conflict("identity.undone_already", value=change.change_id)
    gone_on = kept.merged_into is not None or (change.kind == SPLIT and other.merged_into is not None)
    if gone_on:
        raise Conflict("identity.merged_since", value=change.change_id)


def _verdict(session: Session, code: str | None) -> str | None:
    if code is None:
        return None
    verdict = code_verdict(code)
    if verdict not in ACCEPTED:
        raise InvalidInput("identity.bad_code", value=code)
    if session.scalar(sa.select(Enterprise.enterprise_id).where(Enterprise.code == code)) is not None:
        raise Conflict("identity.code_taken", value=code)
    return verdict.value


def _change(
    kind: str, kept: Enterprise, other: Enterprise, ground: Ground, actor: Actor, now: datetime
) -> IdentityChange:
    return IdentityChange(
        change_id=secrets.token_hex(16),
        kind=kind,
        kept_id=kept.enterprise_id,
        other_id=other.enterprise_id,
        evidence=f"{ground.kind.value}: {ground.words}",
        moved=[],
        before={},
        made_by=actor.account_id,
        made_at=now,
    )


def _move_all(
    session: Session, place: tuple[Any, str], source: Enterprise, target: Enterprise
) -> list[dict[str, Any]]:
    """Turn every row of a table that names the source to the target, but for those that may not be."""
    mapped, column = place
    table = table_of(mapped)
    rows = session.execute(sa.select(table).where(table.c[column] == source.enterprise_id)).mappings().all()
    moves = [
        {"table": table.name, "column": column, "key": _key(table, row)}
        for row in rows
        if not _stays(session, mapped, column, row, target.enterprise_id)
    ]
    for move in moves:
        _turn(session, table, move, source.enterprise_id, target.enterprise_id)
    return moves


def _key(table: sa.Table, row: Any) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.primary_key.columns}


def _stays(session: Session, mapped: Any, column: str, row: Any, target: str) -> bool:
    """Rows between the two themselves, and those the kept file already has its own of."""
    sides = {"a", "b", "buyer_id", "seller_id"} & row.keys()
    if any(row[side] == target for side in sides):
        return True
    table = table_of(mapped)
    if column not in table.primary_key.columns:
        return False
    turned = _key(table, row) | {column: target}
    if mapped is Relation:
        turned["a"], turned["b"] = sorted((turned["a"], turned["b"]))
    there = [table.c[name] == value for name, value in turned.items()]
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*there)) != 0


def _turn(session: Session, table: sa.Table, move: dict[str, Any], source: str, target: str) -> None:
    """Let one row name the target; `move` keeps the key it has afterwards, for the way back."""
    key = move["key"]
    here = [table.c[name] == value for name, value in key.items()]
    new: dict[str, Any] = {move["column"]: target}
    if table is table_of(Relation):
        a, b = sorted((target if value == source else value) for value in (key["a"], key["b"]))
        new = {"a": a, "b": b}
    if "version" in table.c:
        new["version"] = table.c.version + 1
    session.execute(sa.update(table).where(*here).values(new))
    move["key"] = {name: new.get(name, value) for name, value in key.items()}
    session.expire_all()


def _take(
    session: Session, kind: str, ids: Sequence[str], source: Enterprise, target: Enterprise
) -> list[dict[str, Any]]:
    """Move the named rows of a kind. Raises InvalidInput for one that is not the source's."""
    table = table_of(_TAKEN[kind])
    (key,) = (column.name for column in table.primary_key.columns)
    sides = [column for mapped, column in _BELONGINGS if mapped is _TAKEN[kind]]
    moves = []
    for identifier in ids:
        row = session.execute(sa.select(table).where(table.c[key] == identifier)).mappings().first()
        side = next((side for side in sides if row is not None and row[side] == source.enterprise_id), None)
        if side is None:
            raise InvalidInput("identity.not_of_file", value=identifier, kind=kind)
        move = {"table": table.name, "column": side, "key": {key: identifier}}
        _turn(session, table, move, source.enterprise_id, target.enterprise_id)
        moves.append(move)
    return moves


def _move_back(session: Session, move: Mapping[str, Any], source: str, target: str) -> None:
    table = next(table_of(mapped) for mapped, _ in _BELONGINGS if table_of(mapped).name == move["table"])
    here = [table.c[name] == value for name, value in move["key"].items()]
    row = session.execute(sa.select(table).where(*here)).mappings().first()
    if row is not None and source in (row[move["column"]], row.get("a"), row.get("b")):
        _turn(session, table, dict(move), source, target)


def _fill(session: Session, kept: Enterprise, other: Enterprise) -> dict[str, Any]:
    """Facts that only the other file has; a code moves, since no two files may have it."""
    there = {name: getattr(other, name) for name in _FILLED if getattr(kept, name) is None}
    filled = {name: value for name, value in there.items() if value is not None}
    if "industry_code" in filled:
        filled["industry_inferred"] = other.industry_inferred
        filled["industry_confidence"] = other.industry_confidence
    if other.place_inferred and {"region_code", "building_id", "floor"} & filled.keys():
        filled["place_inferred"] = True
    if "code" in filled:
        other.code = None
        session.flush()
    for name, value in filled.items():
        setattr(kept, name, value)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in filled.items()}


def _take_back(session: Session, kept: Enterprise, other: Enterprise, before: Mapping[str, Any]) -> None:
    """What was filled in and still stands so goes; the code goes home."""
    for name, value in before["filled"].items():
        now = getattr(kept, name)
        if (now.isoformat() if isinstance(now, date) else now) == value:
            setattr(kept, name, False if name in ("industry_inferred", "place_inferred") else None)
    session.flush()
    if "code" in before["filled"] and kept.code is None:
        other.code = before["filled"]["code"]
    other.merged_into, other.status = None, before["status"]


def _journal(session: Session, actor: Actor, action: str, change: IdentityChange, now: datetime) -> None:
    for concerned in (change.kept_id, change.other_id):
        subject = ("identity_change", change.change_id, concerned)
        detail = {"kind": change.kind, "evidence": change.evidence, "moved": len(change.moved)}
        journal.record(session, actor, action, subject, now, **detail)
