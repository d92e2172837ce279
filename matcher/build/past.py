"""Past needs for the snapshot: what was asked, by whom and where, and who answered; with learned weights."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build.encode import Arrays
from matcher.domain.enterprise import DealStage
from matcher.domain.need import NeedKind
from matcher.recommend.past import learning
from matcher.recommend.past.memory import remember
from matcher.recommend.past.need import PastNeed
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Deal, Need
from matcher.text.speaker import without_speaker

MOST: Final = 2_000  # needs kept, the newest: a worker weighs them all when first asked
LEAST_LEARNED: Final = 200  # needs from which weights are learned instead of the plain ones

_WON: Final = frozenset({DealStage.SIGNED.value, DealStage.PAID.value})
_NOT_ANSWERED: Final = (NeedKind.FINANCING.value, NeedKind.CUSTOMERS.value)
_TRIED: Final = frozenset({DealStage.MET.value, DealStage.QUOTED.value})


def past_arrays(session: Session) -> Arrays:
    """The array ``past``: JSON in UTF-8, empty where no need was ever answered. One query."""
    needs = _needs(session.execute(_STATEMENT))
    if not needs:
        return nothing()
    told = {"needs": [vars_of(need) for need in needs], "weights": _weights(needs)}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return {"past": np.frombuffer(text, dtype=np.uint8)}


def nothing() -> Arrays:
    """No past."""
    return {"past": np.zeros(0, dtype=np.uint8)}


# That a firm looked for money is nobody else's business, and who looked for buyers was answered by buyers:
# such needs are left out, and deals without a day.
_STATEMENT: Final = (
    sa.select(
        Need.need_id,
        Need.enterprise_id,
        Need.title,
        Need.text,
        Need.kind,
        Enterprise.name,
        Enterprise.region_code,
        Deal.seller_id,
        Deal.stage,
        Deal.date,
    )
    .join(Deal, Deal.need_id == Need.need_id)
    .join(Enterprise, Enterprise.enterprise_id == Need.enterprise_id)
    .where(Deal.date.is_not(None), Deal.stage.in_(sorted(_WON | _TRIED)))
    .where(sa.or_(Need.kind.is_(None), Need.kind.not_in(_NOT_ANSWERED)))
    .order_by(Need.need_id, Deal.deal_id)
)


def _needs(rows: Iterable[Any]) -> list[PastNeed]:
    """The newest MOST, oldest first. A need's day is that of its first deal."""
    together: dict[str, list[Any]] = {}
    for row in rows:
        together.setdefault(row.need_id, []).append(row)
    needs = [_need(deals) for deals in together.values()]
    needs = [need for need in needs if need.winners or need.bidders]
    return sorted(needs, key=lambda need: (need.day, need.project))[-MOST:]


def _need(deals: list[Any]) -> PastNeed:
    first = deals[0]
    won = {deal.seller_id for deal in deals if deal.stage in _WON} - {first.enterprise_id}
    tried = {deal.seller_id for deal in deals} - won - {first.enterprise_id}
    return PastNeed(
        title=first.title or "",
        text=without_speaker(first.text),
        day=min(deal.date for deal in deals).toordinal(),
        buyer=first.name,
        place=first.region_code or "",
        project=first.need_id,
        winners=tuple(sorted(won)),
        bidders=tuple(sorted(tried)),
    )


def vars_of(need: PastNeed) -> dict[str, Any]:
    """A past need as JSON knows it."""
    return {name: value for name, value in vars(need).items() if value}


def _weights(needs: list[PastNeed]) -> dict[str, Any] | None:
    """Learned from the needs' own earlier part; None for the plain ones."""
    if len(needs) < LEAST_LEARNED:
        return None
    found = learning.learn(remember(needs), needs[-1].day)
    columns = {name: getattr(found, name).round(6).tolist() for name in ("mean", "scale", "weight")}
    return {"names": list(found.names), **columns}
