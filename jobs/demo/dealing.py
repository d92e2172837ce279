"""Last year's deals along the chain of trades, and what firms are to each other beside trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.needing import Said
from jobs.demo.rounding import fen
from matcher.domain.enterprise import DealStage, RelationKind
from matcher.domain.need import NeedState
from matcher.storage.enterprises import Relation
from matcher.storage.needs import Deal, Need

DEALS: Final = 280
_CONCLUDED: Final = 0.35
_NEIGHBOUR: Final = 3.0  # How much likelier a seller of the same house is than one across the street.
_STAGES: Final = (DealStage.PAID, DealStage.SIGNED, DealStage.DECLINED)
_REASONS: Final = (
    "价格谈不拢", "工期对不上", "对方要账期太长", "已经跟别家签了", "量太小不肯接", "联系不上了",
    "资质不够", "试用后不满意",
)  # fmt: skip
_SOURCES: Final = ("走访得知", "企业自述", "公开登记信息")
_GROUPS: Final = ("GRP-1", "GRP-2", "GRP-3", "GRP-4")


def deals(chance: Chance, firms: Sequence[Firm], now: datetime) -> list[Deal]:
    """DEALS deals of the last twelve months between firms whose trades buy from one another."""
    sellers = _by_trade(firms)
    buyers = [firm for firm in firms if any(sellers.get(key) for key in firm.trade.buys)]
    rows: list[Deal] = []
    seen: set[tuple[str, str]] = set()
    while len(rows) < DEALS:
        buyer = chance.one(buyers)
        seller = _seller(chance, buyer, sellers)
        pair = (buyer.identifier, seller.identifier)
        # Some pairs trade again, most meet once.
        if buyer is seller or (pair in seen and not chance.happens(0.3)):
            continue
        seen.add(pair)
        rows.append(_deal(chance, buyer, seller, now))
    return rows


def concluded(chance: Chance, said: Sequence[Said], firms: Sequence[Firm], now: datetime) -> list[Deal]:
    """Deals that answered a need."""
    sellers = _by_trade([firm for firm in firms if firm.is_open])
    rows: list[Deal] = []
    for one in said:
        known = [firm for key in one.answered_by for firm in sellers.get(key, ())]
        if known and chance.happens(_CONCLUDED):
            rows.append(_answer(chance, one.row, chance.one(known), now))
    return rows


def answering(said: Sequence[Said], firms: Sequence[Firm]) -> dict[str, list[Firm]]:
    """By need, the open firms of the trades that answer it."""
    sellers = _by_trade([firm for firm in firms if firm.is_open])
    return {
        one.row.need_id: [firm for key in one.answered_by for firm in sellers.get(key, ())] for one in said
    }


def numbered(rows: Sequence[Deal]) -> list[Deal]:
    """The deals by date, with their numbers."""
    ordered = sorted(rows, key=lambda row: (row.date, row.buyer_id, row.seller_id))
    for number, row in enumerate(ordered, 1):
        row.deal_id = f"DL{number:05d}"
    return ordered


def _answer(chance: Chance, need: Need, seller: Firm, now: datetime) -> Deal:
    """The contract that closed `need`; sets the need's state."""
    paid = chance.happens(0.5)
    need.state = (NeedState.CLOSED if paid else NeedState.SERVED).value
    age = (now - need.created_at).days
    signed_at = now - timedelta(days=chance.between(0, max(0, age - 1)))
    need.updated_at = max(need.created_at, signed_at)
    amount = need.amount_fen
    if amount is None and chance.happens(0.7):
        amount = fen(chance.around(2.5, 0.9))
    return Deal(
        buyer_id=need.enterprise_id,
        seller_id=seller.identifier,
        date=need.updated_at.date(),
        amount_fen=amount,
        need_id=need.need_id,
        stage=(DealStage.PAID if paid else DealStage.SIGNED).value,
        updated_at=need.updated_at,
    )


def _by_trade(firms: Sequence[Firm]) -> dict[str, list[Firm]]:
    found: dict[str, list[Firm]] = defaultdict(list)
    for firm in firms:
        found[firm.trade.key].append(firm)
    return found


def _seller(chance: Chance, buyer: Firm, sellers: Mapping[str, list[Firm]]) -> Firm:
    key = chance.one([key for key in buyer.trade.buys if sellers.get(key)])
    known = sellers[key]
    return chance.weighted(known, [_NEIGHBOUR if firm.house == buyer.house else 1.0 for firm in known])


def _deal(chance: Chance, buyer: Firm, seller: Firm, now: datetime) -> Deal:
    days = chance.between(3, 365)
    stage = _stage(chance, days)
    priced = stage in (DealStage.PAID, DealStage.SIGNED, DealStage.QUOTED)
    day = (now - timedelta(days=days)).date()
    return Deal(
        buyer_id=buyer.identifier,
        seller_id=seller.identifier,
        date=day,
        amount_fen=_amount(chance, buyer, seller) if priced and chance.happens(0.85) else None,
        stage=stage.value,
        reason=chance.one(_REASONS) if stage is DealStage.DECLINED else None,
        updated_at=now - timedelta(days=max(0, days - 2)),
    )


def _stage(chance: Chance, days: int) -> DealStage:
    """Fresh deals are still on the ladder, old ones have come to an end."""
    if days < 45:
        return chance.one((DealStage.INTRODUCED, DealStage.MET, DealStage.QUOTED, DealStage.SIGNED))
    return chance.weighted(_STAGES, (55, 25, 20))


def _amount(chance: Chance, buyer: Firm, seller: Firm) -> int:
    """A slice of what the smaller of the two turns over, in fen."""
    turnover = min(firm.trade.people[0] * firm.trade.head for firm in (buyer, seller))
    return fen(max(0.1, turnover * chance.around(0.02, 0.8)))


def relations(chance: Chance, firms: Sequence[Firm]) -> list[Relation]:
    """Rivals in one house, owner groups (also set on the rows), one dispute, one pair to keep apart."""
    free = [firm for firm in firms if firm.role is None and firm.is_open and not firm.alone]
    rows = _rivals(chance, free)
    taken = {firm for row in rows for firm in (row.a, row.b)}
    rest = chance.shuffled([firm for firm in free if firm.identifier not in taken])
    for group in _GROUPS:
        members = [rest.pop() for _ in range(chance.between(2, 3))]
        for member in members:
            member.row.owner_group = group
        rows += [_relation(chance, a, b, RelationKind.OWNER_GROUP) for a, b in pairwise(members)]
    rows.append(_relation(chance, rest.pop(), rest.pop(), RelationKind.DISPUTE, contested=True))
    rows.append(_relation(chance, rest.pop(), rest.pop(), RelationKind.KEEP_APART))
    return rows


def _rivals(chance: Chance, firms: Sequence[Firm]) -> list[Relation]:
    rows: list[Relation] = []
    for members in _by_trade(chance.shuffled(firms)).values():
        if len(members) >= 4 and len(rows) < 12:
            rows.append(_relation(chance, members[0], members[1], RelationKind.RIVAL))
    return rows


def _relation(
    chance: Chance, one: Firm, other: Firm, kind: RelationKind, *, contested: bool = False
) -> Relation:
    a, b = sorted((one.identifier, other.identifier))
    return Relation(
        a=a,
        b=b,
        kind=kind.value,
        source=chance.one(_SOURCES),
        entered_by="officer",
        contested=contested,
    )
