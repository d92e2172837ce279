"""How many firms fit a product, for those that have not consented: a count that gives nobody away.

Four fences, each against one way to subtract: thresholds on a published grid, one count a product version and
day, a question that hardly differs from an earlier one gets that one's answer, and so many a day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.product import Node, in_force, parse_criteria, to_json
from matcher.domain.product.grid import snapped
from matcher.errors import TooManyRequests
from matcher.graph.graph import Graph
from matcher.recommend.counting import Counting, counting
from matcher.recommend.firm_facts import firm_columns
from matcher.services.asked import today
from matcher.services.eligible import own_product
from matcher.services.eligible_lines import LEAST_COUNT, RoundedCounts, rounded
from matcher.storage import journal, told_counts
from matcher.storage.told_counts import ToldCount

MOST_A_DAY: Final = 200  # new counts an owner
_COMPARED: Final = 500  # earlier questions a new one is held against


def counts(session: Session, graph: Graph, actor: Actor, product_id: str, now: datetime) -> RoundedCounts:
    """How many firms fit, without names: the only thing told of those that have not consented.

    The first answer of a day for a product's version is kept and told again. Raises TooManyRequests past
    MOST_A_DAY new ones. A new one costs one count on the board and a look at each earlier question.
    """
    require(actor, "products.counts")
    product, version = own_product(session, actor, product_id)
    journal.record(session, actor, "products.counts", ("product", product_id, None), now)
    row = told_counts.told(session, product_id, version, today(now))
    if row is None:
        nodes = [node for node in product.criteria if in_force(node, today(now))]
        row = _counted(
            session, graph, actor, ToldCount(product_id=product_id, product_version=version), nodes, now
        )
    return RoundedCounts(
        product_id, version, row.eligible, row.open, row.near_miss, row.criteria, row.snapshot_id, row.as_of
    )


def _counted(
    session: Session, graph: Graph, actor: Actor, row: ToldCount, nodes: list[Node], now: datetime
) -> ToldCount:
    if told_counts.told_on(session, actor.scope, today(now)) >= MOST_A_DAY:
        raise TooManyRequests("products.too_many_counts", most=MOST_A_DAY)
    board = counting(graph, firm_columns(graph, today(now)))
    asked = snapped(nodes)
    answered = _earlier(session, board, actor, asked)
    counted = asked if answered is None else answered
    row.eligible, row.open, row.near_miss = (rounded(number) for number in board.counts(counted))
    row.owner, row.day, row.own = actor.scope, today(now), answered is None
    row.criteria = to_json(asked)
    row.snapshot_id, row.as_of, row.told_at = graph.snapshot_id, graph.as_of, now
    session.add(row)
    session.flush()
    return row


def _earlier(
    session: Session, board: Counting, actor: Actor, asked: tuple[Node, ...]
) -> tuple[Node, ...] | None:
    """The earlier question that this one is answered as; None where it is far enough from all."""
    for row in told_counts.counted(session, actor.scope, _COMPARED):
        earlier = parse_criteria(row.criteria)
        if board.too_near(asked, earlier, LEAST_COUNT):
            return earlier
    return None
