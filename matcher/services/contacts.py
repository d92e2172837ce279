"""The two sides of an introduction: each answers, and once both accept they are in touch, by relay at first.

A number is read only where its owner said so with the answer (`direct`); else words pass through the relay,
with private numbers masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.case import MOVES, Outcome, check_move
from matcher.domain.field_access import Condition, Sight
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import case_notices, sight
from matcher.services.introductions import Step, as_json
from matcher.storage import contacts, enterprises, feedback
from matcher.storage import needs as need_rows
from matcher.storage.contacts import ASKER, CANDIDATE, RelayMessage, SideAnswer
from matcher.storage.enterprises import Enterprise
from matcher.storage.feedback import Introduction
from matcher.storage.journal import record
from matcher.storage.needs import Need
from matcher.text.masks import mask
from matcher.text.normalize import check

LONGEST = 1000


@dataclass(frozen=True)
class SideWord:
    """A side's answer. `proof` is the paper or call an officer answers on; a firm needs none.

    `direct` gives the own contact person and number to the other side; refusing needs a `reason`.
    """

    accepted: bool
    direct: bool = False
    reason: str | None = None
    proof: str | None = None
    side: str | None = None


@dataclass(frozen=True)
class Said:
    """A word that passed; `mine` if the reader's side sent it."""

    side: str
    mine: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class ContactView:
    """An introduction from one side, that of `own_id`. `rungs` are the next steps it may take.

    `open` once both accepted; `person` and `phone` are the other side's, None where it gave none. `asks` is
    what the need says to the reader: its title, if it may be read.
    """

    introduction_id: str
    version: int
    own_id: str
    need_id: str | None
    sides: Sequence[str]
    state: str
    other_id: str
    other: str
    asks: str | None
    kind: str | None
    mine: bool | None
    theirs: bool | None
    open: bool
    person: str | None
    phone: str | None
    messages: Sequence[Said]
    rungs: Sequence[str]
    made_at: datetime


def respond(
    session: Session, actor: Actor, introduction_id: str, word: SideWord, now: datetime
) -> ContactView:
    """Write down a side's answer; a refusal ends the introduction with its reason.

    Raises NotFound, Conflict (it has ended), InvalidInput (an officer without proof, no reason).
    """
    require(actor, "introductions.answer")
    found = _found(session, actor, introduction_id)
    side = _speaks_for(found, word.side)
    _check(actor, found.row, word)
    row = session.get(SideAnswer, (introduction_id, side))
    if row is None:
        row = SideAnswer(introduction_id=introduction_id, side=side)
        session.add(row)
    row.accepted, row.direct = word.accepted, word.accepted and word.direct
    row.reason, row.proof = word.reason, word.proof
    row.at, row.role, row.account_id = now, actor.role.value, actor.account_id
    if not word.accepted:
        _decline(found.row, word, actor, now)
    for firm in (found.asker, found.candidate):
        subject = ("introduction", introduction_id, firm.enterprise_id)
        record(session, actor, "introductions.answer", subject, now, side=side, accepted=word.accepted)
    session.flush()
    _tell(session, actor, found, side, word, now)
    return _view(session, actor, found)


def contact(session: Session, actor: Actor, introduction_id: str, now: datetime) -> ContactView:
    """How the two stand, as one of them or its station reads it; a number that is shown is written down."""
    require(actor, "introductions.answer")
    found = _found(session, actor, introduction_id)
    view = _view(session, actor, found)
    if view.phone is not None or view.person is not None:
        subject = ("introduction", introduction_id, view.other_id)
        fields = ["contact_name", "contact_phone"]
        record(session, actor, "disclosure", subject, now, fields=fields)
    return view


def send(session: Session, actor: Actor, introduction_id: str, text: str, now: datetime) -> ContactView:
    """Pass a word to the other side. Private numbers in it are masked unless the sender gave its own.

    Raises NotFound, Conflict while not both have accepted.
    """
    require(actor, "introductions.answer")
    found = _found(session, actor, introduction_id)
    side = _speaks_for(found, None)
    check(text, LONGEST)
    answers = _answers(session, introduction_id)
    if not _open(answers):
        raise Conflict("introductions.not_open", value=introduction_id)
    told = text if answers[side].direct else mask(text)
    session.add(
        RelayMessage(
            introduction_id=introduction_id, side=side, text=told, at=now, account_id=actor.account_id
        )
    )
    for firm in (found.asker, found.candidate):
        subject = ("introduction", introduction_id, firm.enterprise_id)
        record(session, actor, "introductions.message", subject, now, side=side)
    session.flush()
    here, there = _ends(found, side)
    case_notices.spoken(session, (there, here), introduction_id, now)
    return _view(session, actor, found)


def of_enterprise(session: Session, actor: Actor, enterprise_id: str) -> Sequence[ContactView]:
    """Every introduction of an own enterprise, on either side, newest first. Raises NotFound."""
    require(actor, "introductions.answer")
    own = enterprises.by_id(session, enterprise_id)
    if own is None or not sight.close(actor, own):
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    asked = [need.need_id for need in need_rows.needs_of(session, enterprise_id)]
    rows = [*feedback.of_needs(session, asked), *feedback.of_enterprise(session, enterprise_id)]
    newest = sorted(rows, key=lambda row: (row.created_at, row.introduction_id), reverse=True)
    return [_view(session, actor, _found(session, actor, row.introduction_id)) for row in newest]


@dataclass(frozen=True)
class _Found:
    row: Introduction
    need: Need
    asker: Enterprise
    candidate: Enterprise
    sides: tuple[str, ...]


def _found(session: Session, actor: Actor, introduction_id: str) -> _Found:
    row = feedback.by_id(session, introduction_id)
    need = None if row is None else need_rows.need_by_id(session, row.need_id)
    if row is None or need is None:
        raise NotFound("introductions.no_such_introduction", value=introduction_id)
    firms = enterprises.by_ids(session, {need.enterprise_id, row.enterprise_id})
    asker, candidate = firms[need.enterprise_id], firms[row.enterprise_id]
    sides = tuple(side for side, firm in ((ASKER, asker), (CANDIDATE, candidate)) if sight.close(actor, firm))
    if not sides:
        raise NotFound("introductions.no_such_introduction", value=introduction_id)
    return _Found(row, need, asker, candidate, sides)


def _speaks_for(found: _Found, wanted: str | None) -> str:
    """The side the actor speaks for; an officer of both has to say which."""
    if wanted is None and len(found.sides) == 1:
        return found.sides[0]
    if wanted not in found.sides:
        raise InvalidInput("introductions.which_side", value=found.row.introduction_id)
    return str(wanted)


def _check(actor: Actor, row: Introduction, word: SideWord) -> None:
    if row.state == Outcome.DECLINED.value:
        raise Conflict("introductions.ended", value=row.introduction_id)
    if actor.role is Role.OFFICER and not (word.proof and word.proof.strip()):
        raise InvalidInput("introductions.proof_needed")
    if not word.accepted:
        check_move(Outcome(row.state), Outcome.DECLINED, None, word.reason)


def _ends(found: _Found, side: str) -> tuple[Enterprise, Enterprise]:
    """The firm of this side, and the other."""
    return (found.asker, found.candidate) if side == ASKER else (found.candidate, found.asker)


def _tell(session: Session, actor: Actor, found: _Found, side: str, word: SideWord, now: datetime) -> None:
    here, there = _ends(found, side)
    case_notices.answered(session, (there, here), found.row.introduction_id, word.accepted, now)
    if actor.role is Role.OFFICER:
        case_notices.proven(session, here, found.row.introduction_id, word.accepted, now)


def _decline(row: Introduction, word: SideWord, actor: Actor, now: datetime) -> None:
    step = Step(Outcome.DECLINED, reason=word.reason)
    row.state, row.reason, row.updated_at = Outcome.DECLINED.value, word.reason, now
    row.steps = [*row.steps, as_json(step, actor, now)]


def _answers(session: Session, introduction_id: str) -> dict[str, SideAnswer]:
    return {row.side: row for row in contacts.answers_of(session, [introduction_id])}


def _open(answers: dict[str, SideAnswer]) -> bool:
    return len(answers) == 2 and all(row.accepted for row in answers.values())


def _view(session: Session, actor: Actor, found: _Found) -> ContactView:
    """From the first side the actor stands on."""
    mine = found.sides[0]
    other = found.candidate if mine == ASKER else found.asker
    answers = _answers(session, found.row.introduction_id)
    theirs = answers.get(CANDIDATE if mine == ASKER else ASKER)
    is_open = _open(answers)
    direct = is_open and theirs is not None and theirs.direct
    said = contacts.messages_of(session, found.row.introduction_id) if is_open else ()
    person, phone = _numbers(actor, other) if direct else (None, None)
    return ContactView(
        introduction_id=found.row.introduction_id,
        version=found.row.version,
        own_id=(found.asker if mine == ASKER else found.candidate).enterprise_id,
        need_id=found.need.need_id if ASKER in found.sides else None,
        sides=found.sides,
        state=found.row.state,
        other_id=other.enterprise_id,
        other=_name(actor, other, is_open),
        asks=_asks(found, is_open),
        kind=found.need.kind,
        mine=None if mine not in answers else answers[mine].accepted,
        theirs=None if theirs is None else theirs.accepted,
        open=is_open,
        person=person,
        phone=phone,
        messages=[Said(row.side, row.side in found.sides, row.text, row.at) for row in said],
        rungs=_rungs(found),
        made_at=found.row.created_at,
    )


def _rungs(found: _Found) -> list[str]:
    """The next rungs, to the side whose need it is."""
    if ASKER not in found.sides:
        return []
    return [step.value for step in Outcome if step in MOVES[Outcome(found.row.state)]]


def _name(actor: Actor, other: Enterprise, is_open: bool) -> str:
    more = frozenset({Condition.INTRODUCED}) if is_open else sight.NOTHING_MORE
    return sight.name_of(actor, other, more)


def _asks(found: _Found, is_open: bool) -> str | None:
    """The need's title to its own side; to the other where it is published or both have accepted."""
    if ASKER in found.sides or found.need.published or is_open:
        title = found.need.title if found.need.title is not None else found.need.text[:24]
        return title if ASKER in found.sides else mask(title)
    return None


def _numbers(actor: Actor, other: Enterprise) -> tuple[str | None, str | None]:
    more = frozenset({Condition.INTRODUCED})
    person = sight.sees(actor, other, "contact_name", more) is Sight.FULL
    phone = sight.sees(actor, other, "contact_phone", more) is Sight.FULL
    return other.contact_name if person else None, other.contact_phone if phone else None
