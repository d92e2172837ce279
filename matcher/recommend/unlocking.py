"""The next best question over many firms at once: which missing fact settles most products, or most yuan.

A product is settled by a fact where nothing fails and nothing else is missing. `loans.next_questions` is the
same question of one firm, fact by fact, and the oracle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import FIELDS, Criterion, Node, Product, in_force
from matcher.recommend.eligibility import Bools, Floats, View, mask_in
from matcher.recommend.firm_facts import FirmColumns

ASKED: Final = tuple(FIELDS)
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Unlocked:
    """Per firm and fact, both (firms, ASKED): products settled, products helped, yuan of those settled."""

    rows: Ints
    settles: Ints
    helps: Ints
    yuan: Floats

    def order(self, by_yuan: bool) -> Ints:
        """Firms with a question worth asking, the best of each deciding; ties by place in the snapshot."""
        best, value = self.settles.max(axis=1), self.yuan.max(axis=1)
        first, second = (value, best) if by_yuan else (best, value)
        order = np.lexsort((self.rows, -second, -first))
        return np.asarray(order[best[order] > 0], dtype=np.int64)


def unlocked(
    products: Sequence[Product], columns: FirmColumns, rows: Ints, shown: Mapping[str, Bools] | None = None
) -> Unlocked:
    """For `rows`, positions in the snapshot. `shown` hides facts by field, as in `eligibility.judge`.

    About ten array passes a condition.
    """
    shape = (len(rows), len(ASKED))
    found = Unlocked(rows, np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape))
    view = View(columns, rows, {} if shown is None else shown)
    for product in products:
        missing = _missing(product.criteria, view)
        alone = missing & (missing.sum(axis=1) == 1)[:, None]
        found.helps[:] += missing
        found.settles[:] += alone
        found.yuan[:] += alone * (product.amount_yuan or 0.0)
    return found


def _missing(criteria: Sequence[Node], view: View) -> Bools:
    """(firms, ASKED): the facts a product waits for; none where it is open or refused for good."""
    missing = np.zeros((view.size, len(ASKED)), dtype=np.bool_)
    refused = np.zeros(view.size, dtype=np.bool_)
    for node in criteria:
        if not in_force(node, view.columns.today):
            continue
        top = mask_in(node, view)
        refused |= top.no
        for leaf in _leaves(node):
            if leaf.in_force(view.columns.today):
                mask = mask_in(leaf, view)
                missing[:, ASKED.index(leaf.field)] |= ~(mask.yes | mask.no | top.yes)
    missing[refused] = False
    return missing


def _leaves(node: Node) -> Iterator[Criterion]:
    if isinstance(node, Criterion):
        yield node
    else:
        for member in node.members:
            yield from _leaves(member)
