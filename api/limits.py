"""How often something may go wrong in a minute: counted in this process, or by all hosts together.

Counted in the process, w workers on h hosts allow w x h times as many (the default).
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final, Protocol

from matcher.storage import attempts
from matcher.storage.attempts import WINDOW
from matcher.storage.transactions import Transactions

MOST_KEYS: Final = 10_000


class Limiter(Protocol):
    """Counts what goes wrong, by key."""

    def take(self, key: str, now: datetime) -> bool:
        """Count one; False, and nothing counted, where as many as allowed lie within the last minute."""

    def give_back(self, key: str, now: datetime) -> None:
        """Take back what was counted at `now`."""


class OwnLimiter:
    """Counts in this process, for at most ten thousand keys (oldest go first)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._moments: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> bool:
        """As Limiter."""
        with self._lock:
            recent = [moment for moment in self._moments.get(key, ()) if now - moment < WINDOW]
            if len(recent) >= self.limit:
                return False
            self._moments[key] = [*recent, now]
            self._moments.move_to_end(key)
            if len(self._moments) > MOST_KEYS:
                self._moments.popitem(last=False)
            return True

    def give_back(self, key: str, now: datetime) -> None:
        """As Limiter."""
        with self._lock:
            moments = self._moments.get(key, [])
            if now in moments:
                moments.remove(now)


class SharedLimiter:
    """Counts in the database, in a short transaction of its own, so that a refused request counts too.

    What was refused is remembered here until it is free again: a flood costs the database nothing.
    """

    def __init__(self, store: Transactions, name: str, limit: int) -> None:
        self.limit = limit
        self._store, self._name = store, name
        self._free_at: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> bool:
        """As Limiter."""
        digest = self._digest(key)
        with self._lock:
            if self._free_at.get(digest, now) > now:
                return False
        with self._store.writing.begin() as session:
            free_at = attempts.take(session, digest, self.limit, now)
        if free_at is None:
            return True
        with self._lock:
            self._free_at[digest] = free_at
            if len(self._free_at) > MOST_KEYS:
                self._free_at.popitem(last=False)
        return False

    def give_back(self, key: str, now: datetime) -> None:
        """As Limiter."""
        with self._store.writing.begin() as session:
            attempts.give_back(session, self._digest(key), now)

    def _digest(self, key: str) -> str:
        return sha256(f"{self._name} {key}".encode()).hexdigest()
