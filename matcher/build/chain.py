"""The strength of supply between divisions: the built-in table, and what the installation's own links say.

A link between two divisions takes the built-in one's place (weight 0: there is no supply). One between
finer industries or between products speaks of a part of their divisions: it can only strengthen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain import industry
from matcher.graph import industries
from matcher.graph.table import Array
from matcher.storage import chain
from matcher.storage.chain import ChainLink

DIGITS_OF_DIVISION: Final = 2


def supply_array(session: Session) -> Array:
    """float32 (DIVISIONS, DIVISIONS): direct strength [supplier, buyer], with the rows of chain_links."""
    direct = industries.supply_array()
    links = chain.every(session)
    for link in links:
        if _is_whole(link):
            direct[int(link.upstream), int(link.downstream)] = link.weight
    for supplier, buyer, weight in (*_finer(links), *_products(links)):
        if supplier != buyer:
            direct[int(supplier), int(buyer)] = max(direct[int(supplier), int(buyer)], weight)
    return direct


def _is_whole(link: ChainLink) -> bool:
    """Whether it speaks of two whole divisions."""
    sizes = {len(link.upstream), len(link.downstream)}
    return link.kind == "industry" and sizes == {DIGITS_OF_DIVISION}


def _finer(links: Sequence[ChainLink]) -> Iterator[tuple[str, str, float]]:
    for link in links:
        if link.kind == "industry" and not _is_whole(link):
            supplier, buyer = industry.division(link.upstream), industry.division(link.downstream)
            if supplier is not None and buyer is not None:
                yield supplier, buyer, link.weight


def _products(links: Sequence[ChainLink]) -> Iterator[tuple[str, str, float]]:
    """Between those who make the products; a word that nobody is known to make joins nothing."""
    told = [link for link in links if link.kind == "product"]
    if not told:
        return
    from matcher.text.trades.products import makers  # late: it learns its words first

    words = sorted({end for link in told for end in (link.upstream, link.downstream)})
    made_by = dict(zip(words, makers(words), strict=True))
    for link in told:
        supplier, buyer = made_by[link.upstream], made_by[link.downstream]
        if supplier is not None and buyer is not None:
            yield supplier, buyer, link.weight
