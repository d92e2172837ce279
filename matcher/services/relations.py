"""Rivals, disputes, owner groups: who entered them, from what, until when; contested, they are out of force.

A party's objection takes force at once: the mark stands for all who may see the fact, and nothing is kept
apart by it until the station has settled it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.enterprise import RelationKind, name_key
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import case_notices, sight
from matcher.services.asked import today
from matcher.services.partners import own_enterprise, shown
from matcher.storage import accounts, contests, enterprises
from matcher.storage.contests import REMOVED, UPHELD, Contest, ended
from matcher.storage.enterprises import Enterprise, Relation
from matcher.storage.journal import record
from matcher.text.normalize import check

LONGEST: Final = 500
LONGEST_TERM: Final = timedelta(days=731)  # nothing is held against anybody for ever unseen
SETTLE_WITHIN: Final = timedelta(days=1)
# What an enterprise may say of itself; who belongs to whom is read from the register by the station.
_FIRMS_OWN: Final = frozenset({RelationKind.RIVAL, RelationKind.DISPUTE, RelationKind.KEEP_APART})


@dataclass(frozen=True)
class NewRelation:
    """Between an own enterprise and another; `until` is the last day, None only for an owner group."""

    enterprise_id: str
    other_id: str
    kind: RelationKind
    source: str
    until: date | None = None


@dataclass(frozen=True)
class Objection:
    """An objection: of whom, why, since when, how it was settled."""

    contest_id: str
    party: str
    reason: str
    at: datetime
    settle_by: datetime
    settled_at: datetime | None
    outcome: str | None
    said: str | None


@dataclass(frozen=True)
class RelationView:
    """A relation as one of its parties or their stations read it. `entered_by` is a role, or the name that an
    import gave; `mine`: the reader's side entered it."""

    kind: str
    other_id: str
    other: str
    source: str | None
    entered_by: str | None
    until: date | None
    contested: bool
    in_force: bool
    mine: bool
    objections: Sequence[Objection]


def of_enterprise(
    session: Session, actor: Actor, enterprise_id: str, now: datetime
) -> Sequence[RelationView]:
    """All of an own enterprise's, ended ones too. Whom another wants to avoid is the office's to know."""
    require(actor, "relations.read")
    own_enterprise(session, actor, enterprise_id)
    rows = [row for row in contests.relations_of(session, enterprise_id) if _may_see(actor, row)]
    others = {row.b if row.a == enterprise_id else row.a for row in rows}
    known = enterprises.by_ids(session, others)
    told = _objections(session, enterprise_id)
    return [
        _view(session, actor, row, known[row.b if row.a == enterprise_id else row.a], told, today(now))
        for row in rows
    ]


def named(session: Session, actor: Actor, typed: str) -> str:
    """The id of the enterprise of this id or full name that the actor may know of. Raises NotFound."""
    plain = typed.strip()
    row = enterprises.by_id(session, plain)
    found = [] if row is None else [row]
    found += enterprises.by_name_key(session, name_key(plain))
    known = [one for one in found if shown(actor, one)]
    if len({one.enterprise_id for one in known}) != 1:
        raise NotFound("access.no_such_enterprise", value=plain)
    return known[0].enterprise_id


def enter(session: Session, actor: Actor, new: NewRelation, now: datetime) -> Relation:
    """Write a relation of an own enterprise down, or give one that has ended or is the own another term.

    Raises NotFound, InvalidInput (source, term), Conflict (somebody else's holds, or is contested).
    """
    require(actor, "relations.write")
    own_enterprise(session, actor, new.enterprise_id)
    other = enterprises.by_id(session, new.other_id)
    if other is None or new.other_id == new.enterprise_id or not shown(actor, other):
        raise NotFound("access.no_such_enterprise", value=new.other_id)
    _check(actor, new, today(now))
    row = contests.relation(session, new.enterprise_id, new.other_id, new.kind.value)
    if row is None:
        a, b = sorted((new.enterprise_id, new.other_id))
        row = Relation(a=a, b=b, kind=new.kind.value)
        session.add(row)
    elif row.contested or not (ended(row, today(now)) or row.entered_by == actor.account_id):
        raise Conflict("relations.there_already", value=new.other_id, kind=new.kind.value)
    row.source, row.entered_by, row.until = new.source, actor.account_id, new.until
    _journal(session, actor, "relations.enter", row, now)
    session.flush()
    return row


def contest(
    session: Session,
    actor: Actor,
    enterprise_id: str,
    other_id: str,
    kind: RelationKind,
    reason: str,
    now: datetime,
) -> Contest:
    """Object to a relation of an own enterprise: marked and out of force from this moment.

    Raises NotFound, InvalidInput without a reason, Conflict while an objection waits.
    """
    require(actor, "relations.write")
    own_enterprise(session, actor, enterprise_id)
    row = contests.relation(session, enterprise_id, other_id, kind.value)
    if row is None or not _may_see(actor, row):
        raise NotFound("relations.no_such_relation", value=other_id)
    if contests.open_contest(session, row.a, row.b, row.kind) is not None:
        raise Conflict("relations.contested_already", value=other_id)
    _checked(reason, "relations.reason_needed")
    made = Contest(
        contest_id=secrets.token_hex(12),
        a=row.a,
        b=row.b,
        kind=row.kind,
        party=enterprise_id,
        reason=reason,
        at=now,
        role=actor.role.value,
        account_id=actor.account_id,
    )
    session.add(made)
    row.contested = True
    _journal(session, actor, "relations.contest", row, now)
    session.flush()
    firms = enterprises.by_ids(session, {row.a, row.b})
    other = firms[row.b if row.a == enterprise_id else row.a]
    case_notices.contested(session, firms[enterprise_id], other, reason, now)
    return made


def settle(
    session: Session, actor: Actor, contest_id: str, upheld: bool, said: str, now: datetime
) -> Contest:
    """The station of a party settles an objection: the relation holds again, or ends. Raises NotFound,
    Conflict (settled already), InvalidInput without a ground."""
    require(actor, "relations.settle")
    row = session.get(Contest, contest_id)
    firms = {} if row is None else enterprises.by_ids(session, {row.a, row.b})
    if row is None or not any(sight.close(actor, firm) for firm in firms.values()):
        raise NotFound("relations.no_such_contest", value=contest_id)
    if row.settled_at is not None:
        raise Conflict("relations.settled_already", value=contest_id)
    _checked(said, "relations.reason_needed")
    row.settled_at, row.settled_by, row.said = now, actor.account_id, said
    row.outcome = UPHELD if upheld else REMOVED
    held = contests.relation(session, row.a, row.b, row.kind)
    if held is not None:
        held.contested = False
        if not upheld:
            held.until = today(now) - timedelta(days=1)
        _journal(session, actor, "relations.settle", held, now)
    session.flush()
    if row.kind != RelationKind.KEEP_APART.value:
        one, two = firms[row.a], firms[row.b]
        case_notices.settled(session, one, two, upheld, now)
        case_notices.settled(session, two, one, upheld, now)
    return row


def own_party(session: Session, actor: Actor, row: Contest) -> str:
    """Of the two of an objection the one that is the actor's."""
    firms = enterprises.by_ids(session, {row.a, row.b})
    return next(key for key, firm in sorted(firms.items()) if sight.close(actor, firm))


def _may_see(actor: Actor, row: Relation) -> bool:
    """Both parties and their stations; who asks to be kept apart tells that to the office alone."""
    if actor.role is Role.OFFICER or row.kind != RelationKind.KEEP_APART.value:
        return True
    return row.entered_by == actor.account_id


def _view(
    session: Session,
    actor: Actor,
    row: Relation,
    other: Enterprise,
    told: Mapping[tuple[str, str, str], Sequence[Objection]],
    day: date,
) -> RelationView:
    known = None if row.entered_by is None else accounts.by_id(session, row.entered_by)
    return RelationView(
        kind=row.kind,
        other_id=other.enterprise_id,
        other=sight.name_of(actor, other),
        source=row.source,
        entered_by=row.entered_by if known is None else known.role,
        until=row.until,
        contested=row.contested,
        in_force=not row.contested and not ended(row, day),
        mine=row.entered_by == actor.account_id
        or (known is not None and (known.role, known.scope) == (actor.role.value, actor.scope)),
        objections=told.get((row.a, row.b, row.kind), ()),
    )


def _objections(session: Session, enterprise_id: str) -> Mapping[tuple[str, str, str], Sequence[Objection]]:
    found: dict[tuple[str, str, str], list[Objection]] = {}
    for row in contests.contests_of(session, [enterprise_id]):
        told = Objection(
            row.contest_id,
            row.party,
            row.reason,
            row.at,
            row.at + SETTLE_WITHIN,
            row.settled_at,
            row.outcome,
            row.said,
        )
        found.setdefault((row.a, row.b, row.kind), []).append(told)
    return found


def _check(actor: Actor, new: NewRelation, day: date) -> None:
    _checked(new.source, "relations.source_needed")
    if actor.role is Role.ENTERPRISE and new.kind not in _FIRMS_OWN:
        raise InvalidInput("relations.not_yours_to_say", kind=new.kind.value)
    endless = new.until is None and new.kind is not RelationKind.OWNER_GROUP
    if endless or (new.until is not None and not day <= new.until <= day + LONGEST_TERM):
        raise InvalidInput(
            "relations.bad_until", first=day.isoformat(), last=(day + LONGEST_TERM).isoformat()
        )


def _checked(text: str, reason: str) -> None:
    if not text.strip():
        raise InvalidInput(reason)
    check(text, LONGEST)


def _journal(session: Session, actor: Actor, action: str, row: Relation, now: datetime) -> None:
    """A line for each party, unless it is the office's alone."""
    for firm in (row.a, row.b):
        subject = (
            "relation",
            f"{row.a} {row.b}",
            None if row.kind == RelationKind.KEEP_APART.value else firm,
        )
        record(session, actor, action, subject, now, kind=row.kind)
