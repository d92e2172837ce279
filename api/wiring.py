"""What every request needs and is made once a process: one frozen object, kept with the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from flask import Flask, current_app
from structlog.typing import FilteringBoundLogger

from api.limits import Limiter, OwnLimiter, SharedLimiter
from api.logs import make_log
from api.metrics import Metrics
from matcher.graph.snapshot import Current
from matcher.settings import Settings
from matcher.storage.transactions import Transactions

if TYPE_CHECKING:
    from matcher.graph.graph import Graph

NAME: Final = "qianxian"
WRONG_KEYS_A_MINUTE: Final = 10
LOGINS_A_MINUTE: Final = 10


def utc_now() -> datetime:
    """The one clock of the process; everything below gets `now` as an argument."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Wiring:
    """Settings, database, snapshot, clock, log, figures, limits."""

    settings: Settings
    store: Transactions
    current: Current
    log: FilteringBoundLogger
    clock: Callable[[], datetime] = utc_now
    metrics: Metrics = field(default_factory=Metrics)
    wrong_keys: Limiter = field(default_factory=lambda: OwnLimiter(WRONG_KEYS_A_MINUTE))
    logins: Limiter = field(default_factory=lambda: OwnLimiter(LOGINS_A_MINUTE))

    @classmethod
    def of(cls, settings: Settings) -> Wiring:
        """The real parts."""
        store = Transactions.open(settings.database_url)

        def limiter(name: str, most: int) -> Limiter:
            return SharedLimiter(store, name, most) if settings.shared_limits else OwnLimiter(most)

        return cls(
            settings=settings,
            store=store,
            current=Current(settings.snapshots),
            log=make_log(settings.log_level),
            wrong_keys=limiter("wrong_keys", WRONG_KEYS_A_MINUTE),
            logins=limiter("logins", LOGINS_A_MINUTE),
        )

    def alarm(self) -> str | None:
        """Why the newest published snapshot is not the one in use here; None when all is well."""
        own = self.current.alarm
        if own is not None or self.settings.snapshots_url is None:
            return own
        from matcher.graph import mirror

        return mirror.alarm(self.settings.snapshots)

    def graph(self) -> Graph:
        """The graph as published now. Raises Unavailable before the first recomputation."""
        return self.current.get()


def install(app: Flask, wiring: Wiring) -> None:
    """Keep the parts with the application."""
    app.extensions[NAME] = wiring


def wired() -> Wiring:
    """The parts of the application that answers the present request."""
    return cast(Wiring, current_app.extensions[NAME])


def of_application(app: Flask) -> Wiring:
    """The parts of an application outside a request."""
    return cast(Wiring, app.extensions[NAME])
