"""What else stands in the demo's files: notes, documents, hand-overs, introductions, an objection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobs.demo.casework import OFFICER, step, words, working
from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.places import MAIN, SECOND
from matcher.domain.enterprise import RelationKind
from matcher.domain.need import NeedState
from matcher.domain.promise import CaseAct
from matcher.storage import contacts, handovers
from matcher.storage.case_notes import CaseNote
from matcher.storage.contacts import RelayMessage, SideAnswer
from matcher.storage.contests import Contest
from matcher.storage.db import Base
from matcher.storage.enterprises import Relation
from matcher.storage.feedback import Introduction
from matcher.storage.handovers import Handover
from matcher.storage.needs import WAITING, Deal, Need

NOTES: Final = 30
INTRODUCTIONS: Final = 18
_LADDER: Final = ("introduced", "met", "quoted")
_SIDES: Final = (contacts.ASKER, contacts.CANDIDATE)


@dataclass(frozen=True)
class Desk:
    """Chance, clock, and the firms that may be spoken of."""

    chance: Chance
    now: datetime
    firms: Sequence[Firm]


def files(
    desk: Desk, needs: Sequence[Need], relations: Sequence[Relation], sellers: Mapping[str, Sequence[Firm]]
) -> list[Base]:
    """All of it; some needs of the handed-over file get a line more. `sellers` are by need."""
    _limited(desk, relations)
    rows: list[Base] = [*_notes(desk), *_contests(desk, relations)]
    rows += _handed(desk, needs)
    rows += _introductions(desk, needs, sellers)
    return rows


def led_to(chance: Chance, needs: Sequence[Need], deals: Sequence[Deal]) -> list[Base]:
    """The introductions behind the deals that answered needs."""
    asked = {need.need_id: need for need in needs}
    rows: list[Base] = []
    for deal in deals:
        if deal.need_id in asked and deal.date is not None:
            need, key = asked[deal.need_id], f"demo-deal-{deal.need_id}"
            span = deal.updated_at - need.created_at
            told = [need.created_at + span * share for share in (0.15, 0.4, 0.7)]
            met = [*(max(need.created_at, working(moment)) for moment in told), deal.updated_at]
            steps = [_rung(state, at) for state, at in zip((*_LADDER, "signed"), met, strict=True)]
            steps[-1]["evidence"] = f"合同 {deal.date.year}-{chance.between(101, 989)}"
            rows.append(_introduction(key, need, deal.seller_id, (steps, met)))
            rows += [_answer(key, side, met[0], direct=False) for side in _SIDES]
    return rows


def _limited(desk: Desk, relations: Sequence[Relation]) -> None:
    """Nothing but an owner group is held against anybody without a last day."""
    for row in relations:
        if row.kind != RelationKind.OWNER_GROUP.value:
            row.until = desk.now.date() + timedelta(days=desk.chance.between(120, 600))


def _notes(desk: Desk) -> Iterator[Base]:
    told = words()["notes"]
    for firm in desk.chance.some(desk.firms, NOTES):
        number, year = desk.chance.between(3, 96), desk.now.year
        row = CaseNote(
            enterprise_id=firm.identifier,
            need_id=None,
            text=desk.chance.one(told["texts"]),
            reference=None,
            at=_before(desk, 60),
            account_id="officer",
            station_id=firm.row.station_id,
        )
        if desk.chance.happens(0.35):
            row.text, place = desk.chance.one(told["documents"])
            row.reference = place.format(n=number, year=year)
        yield row


def _handed(desk: Desk, needs: Sequence[Need]) -> Iterator[Base]:
    """One file taken, one offered, one refused."""
    grounds = words()["handovers"]
    owners = {need.enterprise_id for need in needs}
    alone = [firm for firm in desk.firms if firm.role is None and firm.is_open]
    moved = next(one for one in alone if one.row.station_id == SECOND and one.identifier in owners)
    taken = _offer(desk, moved, (MAIN, SECOND), grounds["moved"], 20)
    taken.state, taken.decided_by = handovers.ACCEPTED, "officer-liudu"
    taken.decided_at = taken.offered_at + timedelta(hours=5)
    yield taken
    for need in needs:
        if need.enterprise_id == moved.identifier and need.created_at < taken.decided_at:
            yield step(need, CaseAct.HANDED, taken.decided_at, OFFICER, said=grounds["moved"])
    main = [one for one in alone if one.row.station_id == MAIN and one.identifier in owners]
    yield _offer(desk, main[0], (MAIN, SECOND), grounds["wrong"], 1)
    refused = _offer(desk, main[1], (MAIN, SECOND), grounds["wrong"], 33)
    refused.state, refused.decided_by, refused.said = handovers.REFUSED, "officer-liudu", grounds["refused"]
    refused.decided_at = refused.offered_at + timedelta(hours=20)
    yield refused


def _offer(desk: Desk, firm: Firm, way: tuple[str, str], ground: str, days: int) -> Handover:
    at = desk.now - timedelta(days=days, hours=desk.chance.between(1, 5))
    return Handover(
        handover_id=f"HO{firm.identifier}",
        enterprise_id=firm.identifier,
        from_station=way[0],
        to_station=way[1],
        ground=ground,
        state=handovers.OFFERED,
        offered_by="officer",
        offered_at=at,
    )


def _contests(desk: Desk, relations: Sequence[Relation]) -> Iterator[Base]:
    for row in relations:
        if row.kind == RelationKind.DISPUTE.value and row.contested:
            yield Contest(
                contest_id=f"CT{row.a}",
                a=row.a,
                b=row.b,
                kind=row.kind,
                party=row.b,
                reason=words()["contests"]["reason"],
                at=_before(desk, 3),
                role="officer",
                account_id="officer",
            )


def _introductions(
    desk: Desk, needs: Sequence[Need], sellers: Mapping[str, Sequence[Firm]]
) -> Iterator[Base]:
    """Some waiting needs have been introduced to somebody of a trade that answers them."""
    waiting = [need for need in needs if need.state in WAITING and sellers.get(need.need_id)]
    for number, need in enumerate(desk.chance.some(waiting, INTRODUCTIONS), 1):
        seller = desk.chance.one(sellers[need.need_id])
        if seller.identifier != need.enterprise_id:
            need.state = NeedState.MATCHING.value
            yield from _introduced(desk, need, seller, f"demo-introduction-{number:02d}")


def _introduced(desk: Desk, need: Need, seller: Firm, key: str) -> Iterator[Base]:
    height = desk.chance.between(1, len(_LADDER))
    span = desk.now - need.created_at
    told = [need.created_at + span * (place + 1) / (height + 2) for place in range(height + 1)]
    moments = [max(need.created_at, working(moment)) for moment in told]
    steps = [_rung(state, at) for state, at in zip(_LADDER[:height], moments, strict=False)]
    yield _introduction(key, need, seller.identifier, (steps, moments))
    for side in _SIDES[: 2 if height > 1 else desk.chance.between(0, 2)]:
        yield _answer(key, side, moments[0] + timedelta(hours=1), direct=desk.chance.happens(0.3))
    if height > 1:
        for side in _SIDES:
            text = desk.chance.one(words()["messages"][side])
            at = moments[0] + timedelta(hours=2 if side == contacts.ASKER else 4)
            yield RelayMessage(introduction_id=key, side=side, text=text, at=at, account_id="firm")


def _introduction(
    key: str, need: Need, seller: str, told: tuple[list[dict[str, str | None]], Sequence[datetime]]
) -> Introduction:
    steps, moments = told
    return Introduction(
        introduction_id=key,
        need_id=need.need_id,
        enterprise_id=seller,
        snapshot_id=None,
        score=None,
        state=str(steps[-1]["state"]),
        steps=steps,
        reason=None,
        created_by="officer",
        created_at=moments[0],
        updated_at=moments[len(steps) - 1],
    )


def _rung(state: str, at: datetime) -> dict[str, str | None]:
    empty = dict.fromkeys(("evidence", "reason", "amount_fen", "on"))
    return {"state": state, "at": at.isoformat(), "by": "officer", **empty}


def _answer(key: str, side: str, at: datetime, *, direct: bool) -> SideAnswer:
    return SideAnswer(
        introduction_id=key,
        side=side,
        accepted=True,
        direct=direct,
        reason=None,
        proof=None,
        at=at,
        role="enterprise",
        account_id="firm",
    )


def _before(desk: Desk, days: int) -> datetime:
    return desk.now - timedelta(days=desk.chance.below(days), hours=desk.chance.between(2, 9))
