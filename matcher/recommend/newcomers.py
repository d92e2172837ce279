"""A stated share of each list for firms that nobody has been shown yet: who is never shown has no past.

Who was shown is counted when a whole snapshot is made (graph.schema), so that a list is the same whenever it
is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcher.graph.table import Array
from matcher.recommend.asking import Asking
from matcher.recommend.weights import NEWCOMER_NEAR, NEWCOMER_SHARE


def newcomers(asking: Asking) -> Array:
    """bool (firms,): nobody has been shown it, by the counts of this snapshot."""
    found: Array = asking.graph.firms.numbers("shown") == 0
    return found


def with_share(
    asking: Asking, order: Sequence[int], chosen: Sequence[int], score: Array, n: int
) -> list[int]:
    """`chosen` with its weakest known firms giving way to the best newcomers of `order`, up to their share.

    A newcomer must come near the firm whose place it takes: a share is no reason for a bad suggestion. One
    place an owner group still holds. Lists of fewer than 1 / NEWCOMER_SHARE places have no share.
    """
    fresh = newcomers(asking)
    missing = int(NEWCOMER_SHARE * n) - int(fresh[list(chosen)].sum())
    if missing <= 0 or len(chosen) < n:
        return list(chosen)
    groups = asking.graph.firms.numbers("owner_group")
    listed, taken = set(chosen), {int(groups[firm]) for firm in chosen} - {-1}
    waiting = (
        firm for firm in order if fresh[firm] and firm not in listed and int(groups[firm]) not in taken
    )
    leaving = [firm for firm in reversed(chosen) if not fresh[firm]][:missing]
    kept, came = list(chosen), []
    for old, new in zip(leaving, waiting, strict=False):
        if score[new] < NEWCOMER_NEAR * score[old] or int(groups[new]) in taken:
            break
        kept.remove(old)
        came.append(new)
        taken |= {int(groups[new])} - {-1}
    return kept + came
