"""An officer types a need: a draft to confirm, then the need as a row with its journal line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from matcher.domain import industry
from matcher.domain.access import Actor, Role, require, require_enterprise
from matcher.domain.need import Draft, NeedKind, NeedState, Slot, TopicHit
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import case_steps
from matcher.services.learning import learned
from matcher.services.notices import About, AboutKind, Blank, Firm, Notice, To, notify
from matcher.storage import enterprises
from matcher.storage.journal import record
from matcher.storage.needs import Need, needs_of
from matcher.text.duplicates import CONTRADICTED, SAME, sameness
from matcher.text.intake import read
from matcher.text.lexicon import lexicon
from matcher.text.normalize import check, fold

NEARLY_EQUAL: Final = 88.0  # rapidfuzz ratio of two folded texts, 100 for the same
WAITING: Final = (NeedState.OPEN.value, NeedState.MATCHING.value)
_DONE: Final = (NeedState.SERVED.value, NeedState.CLOSED.value)
REPEATS: Final = 180  # days after an answer within which the same need says that it did not last
_MOST_COMPARED: Final = 200  # of an enterprise's needs, the newest
_CHINA: Final = timezone(timedelta(hours=8))  # days are counted on the officers' clock
_LARGEST: Final = 10**17  # fen; what the rows hold
_ENTERED: Final = 1.0  # what a person says is certain


@dataclass(frozen=True)
class NeedForm:
    """A need as handed in. None leaves what the reader understood; anything else corrects it.

    `industries` are GB/T 4754-2017 codes, `topics` names of the lexicon, `amount_fen` integer fen.
    """

    enterprise_id: str
    text: str
    kind: NeedKind | None = None
    title: str | None = None
    industries: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    amount_fen: int | None = None
    quantity: float | None = None
    deadline: date | None = None
    published: bool = False
    confirm_duplicate: bool = False


def draft(text: str, now: datetime, session: Session | None = None) -> Draft:
    """What a text is understood to say, against the day of `now` in China. Raises InvalidInput.

    With a session it is read by what corrections have taught; without one by the lexicon alone.
    """
    return read(text, today_of(now), learned=None if session is None else learned(session))


def create(session: Session, actor: Actor, form: NeedForm, now: datetime) -> Need:
    """Store a need with its journal line; one that was answered of late and comes again opens its case.

    Raises NotFound outside the actor's scope, InvalidInput for a text or correction that cannot be kept,
    Conflict (with the identifier of the other) where the enterprise has the same need open, in whatever words
    and whoever typed it.
    """
    require(actor, "needs.create")
    enterprise = enterprises.by_id(session, form.enterprise_id)
    if enterprise is None:
        raise NotFound("access.no_such_enterprise", value=form.enterprise_id)
    require_enterprise(actor, enterprise.enterprise_id, enterprise.station_id)
    read_draft = draft(form.text, now, session)
    understood = corrected(read_draft, form)
    earlier = needs_of(session, enterprise.enterprise_id)
    again = _answered_alike(understood.text, earlier, now)
    if not form.confirm_duplicate:
        _refuse_duplicate(understood.text, earlier)
        if again:
            case_steps.again(session, actor, again[0], form.text, now)
            session.flush()
            return again[0]
    need = _row(form, understood, actor, now)
    need.understood = as_json(understood, read_draft.kind)
    need.need_id = _identifier(form, len(earlier), now)
    session.add(need)
    session.flush()
    subject = ("need", need.need_id, need.enterprise_id)
    record(
        session, actor, "needs.create", subject, now, kind=need.kind, read_kind=need.understood["read_kind"]
    )
    case_steps.opened(session, actor, need, enterprise.station_id, now)
    case_steps.repeated(session, actor, need, again, now)
    if actor.role is Role.ENTERPRISE and enterprise.station_id is not None:
        _tell_station(session, need, enterprise.station_id, now)
    return need


def _tell_station(session: Session, need: Need, station_id: str, now: datetime) -> None:
    """A firm wrote itself: it was promised a call within the hour."""
    title = need.title if need.title is not None else need.text[:24]
    told: dict[str, Blank] = {"firm": Firm(need.enterprise_id), "title": title}
    about = About(AboutKind.NEED, need.need_id)
    notify(session, Notice("need_from_firm", To.station(station_id), about, told, urgent=True), now)


def today_of(now: datetime) -> date:
    """The day of a moment on the clock of China."""
    return now.astimezone(_CHINA).date()


def corrected(read_draft: Draft, form: NeedForm) -> Draft:
    """The draft with what a person corrected. Raises InvalidInput for codes and topics nobody knows."""
    changes: dict[str, Any] = {}
    if form.kind is not None:
        changes |= {"kind": form.kind, "confidence": _ENTERED, "ask_back": None}
    if form.title is not None:
        check(form.title, 200)
        changes["title"] = fold(form.title)
    if form.industries is not None:
        changes["industries"] = tuple(_known_industry(code) for code in form.industries)
    if form.topics is not None:
        changes["topics"] = tuple(_known_topic(topic) for topic in form.topics)
        changes["parties"] = _parties(form.topics)
    changes["slots"] = (*read_draft.slots, *_entered_slots(form))
    return replace(read_draft, **changes)


def quantity_of(understood: Draft) -> float | None:
    """How much: people for recruitment, square metres for space, pieces otherwise."""
    names = {NeedKind.RECRUITMENT: ("headcount", "quantity"), NeedKind.SPACE: ("area_m2", "quantity")}
    for name in names.get(understood.kind, ("quantity",)) if understood.kind is not None else ("quantity",):
        slot = understood.slot(name)
        if slot is not None and isinstance(slot.value, int | float):
            return float(slot.value)
    return None


def as_json(understood: Draft, read_kind: NeedKind | None) -> dict[str, Any]:
    """A draft as the row keeps it; `read_kind` is what the reader had said, to learn from corrections."""
    return {
        "kind": understood.kind,
        "read_kind": read_kind,
        "confidence": understood.confidence,
        "topics": [
            {"topic": hit.topic, "confidence": hit.confidence, "words": list(hit.words)}
            for hit in understood.topics
        ],
        "industries": list(understood.industries),
        "parties": list(understood.parties),
        "slots": [_slot_as_json(slot) for slot in understood.slots],
        "ask_back": understood.ask_back,
    }


def _row(form: NeedForm, understood: Draft, actor: Actor, now: datetime) -> Need:
    """The text is kept as given; everything read from it stands beside it."""
    amount, deadline = understood.slot("amount_fen"), understood.slot("deadline")
    return Need(
        enterprise_id=form.enterprise_id,
        text=form.text,
        title=understood.title,
        kind=None if understood.kind is None else understood.kind.value,
        industry_code=understood.industries[0] if understood.industries else None,
        amount_fen=None if amount is None else amount.value,
        quantity=quantity_of(understood),
        deadline=None if deadline is None else deadline.value,
        published=form.published,
        state=NeedState.OPEN.value,
        created_by=actor.account_id,
        created_at=now,
        updated_at=now,
    )


def _refuse_duplicate(text: str, earlier: Sequence[Need]) -> None:
    """Offer the likest need of the enterprise that is still open for merging."""
    waiting = [need for need in earlier[:_MOST_COMPARED] if need.state in WAITING]
    scored = [(likeness(text, need.text), need) for need in waiting]
    score, need = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if need is not None and score >= SAME:
        title = need.title if need.title is not None else need.need_id
        raise Conflict("intake.duplicate", need_id=need.need_id, title=title)


def alike(text: str, earlier: Sequence[Need], now: datetime) -> list[tuple[Need, float]]:
    """Needs that wait, or were answered within REPEATS days, and say the same; with how surely."""
    since = now - timedelta(days=REPEATS)
    recent = [
        need
        for need in earlier[:_MOST_COMPARED]
        if need.state in WAITING or (need.state in _DONE and need.updated_at >= since)
    ]
    scored = [(need, likeness(text, need.text)) for need in recent]
    return [(need, score) for need, score in scored if score >= SAME]


def _answered_alike(text: str, earlier: Sequence[Need], now: datetime) -> list[Need]:
    """Those of them that were called served or closed, newest first."""
    return [need for need, _ in alike(text, earlier, now) if need.state in _DONE]


def likeness(text: str, other: str) -> float:
    """How far two texts tell the same need, in [0, 1]; at least SAME for a few characters' difference."""
    told = sameness(text, other)
    nearly = fuzz.ratio(text, fold(other)) >= NEARLY_EQUAL
    return max(told, SAME) if nearly and told > CONTRADICTED else told


def _identifier(form: NeedForm, earlier: int, now: datetime) -> str:
    """Made of what is told, not of chance: the same request at the same moment is the same need."""
    told = "\0".join((form.enterprise_id, form.text, now.isoformat(), str(earlier)))
    return f"N-{hashlib.blake2b(told.encode(), digest_size=10).hexdigest()}"


def _entered_slots(form: NeedForm) -> list[Slot]:
    """Corrections as slots surer than any that was read; they point at no words."""
    names = {NeedKind.RECRUITMENT: "headcount", NeedKind.SPACE: "area_m2"}
    quantity_name = "quantity" if form.kind is None else names.get(form.kind, "quantity")
    entered: Mapping[str, Any] = {
        "amount_fen": form.amount_fen,
        quantity_name: form.quantity,
        "deadline": form.deadline,
    }
    for name, value in entered.items():
        if isinstance(value, int | float) and not 0 <= value <= _LARGEST:  # nan is neither
            raise InvalidInput("intake.number_out_of_range", name=name, value=value, most=_LARGEST)
    return [Slot(name, value, _ENTERED, 0, 0) for name, value in entered.items() if value is not None]


def _known_industry(code: str) -> str:
    official = industry.normalize(code)
    if official is None:
        raise InvalidInput("intake.unknown_industry", value=code)
    return official


def _known_topic(topic: str) -> TopicHit:
    if topic not in lexicon().topics:
        raise InvalidInput("intake.unknown_topic", value=topic)
    return TopicHit(topic, _ENTERED, ())


def _parties(topics: tuple[str, ...]) -> tuple[str, ...]:
    known = lexicon().topics
    return next((known[topic].parties for topic in topics if known[topic].parties), ())


def _slot_as_json(slot: Slot) -> dict[str, Any]:
    value = slot.value.isoformat() if isinstance(slot.value, date) else slot.value
    return {
        "name": slot.name,
        "value": value,
        "confidence": slot.confidence,
        "start": slot.start,
        "end": slot.end,
        "low": slot.low,
    }
