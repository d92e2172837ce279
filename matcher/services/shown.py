"""Impressions become counts of how often each enterprise was shown.

Counted when a whole snapshot is made, never between: all lists of a snapshot go by the counts of one moment.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy.orm import Session

from matcher.storage import shown

AT_ONCE: Final = 2_000


def count_next(session: Session) -> int:
    """Count the next impressions; how many there were, 0 at the end. One transaction of the caller's."""
    waiting = shown.uncounted(session, AT_ONCE)
    if waiting:
        counts = Counter(name for listed in waiting.values() for name in listed)
        shown.add(session, counts, list(waiting))
    return len(waiting)
