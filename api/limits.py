"""How often something may go wrong in a minute. Counted in this process: with w workers, w times as often."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

WINDOW: Final = timedelta(minutes=1)
MOST_KEYS: Final = 10_000


class Limiter:
    """Remembers the last `limit` moments of each key, for at most ten thousand keys (oldest go first)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def spent(self, key: str, now: datetime) -> bool:
        """Whether `limit` hits of this key lie within the last minute."""
        with self._lock:
            moments = self._moments.get(key)
            return moments is not None and len(moments) == self.limit and now - moments[0] < WINDOW

    def hit(self, key: str, now: datetime) -> None:
        """Count one."""
        with self._lock:
            moments = self._moments.setdefault(key, deque(maxlen=self.limit))
            moments.append(now)
            self._moments.move_to_end(key)
            if len(self._moments) > MOST_KEYS:
                self._moments.popitem(last=False)
