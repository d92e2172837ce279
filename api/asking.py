"""One request's question: who asks, when, in which language, in which transaction, of which graph."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, cast

from flask import g

from api.wiring import Wiring
from matcher.domain.access import Actor
from matcher.errors import Unauthenticated
from matcher.storage.transactions import Session

if TYPE_CHECKING:
    from matcher.graph.graph import Graph


class Asking:
    """Opens its transaction when first asked for it, after the body has been read and checked.

    Leaving it commits, before the answer goes out; an error on the way undoes everything.
    """

    def __init__(self, wiring: Wiring, actor: Actor | None, writes: bool) -> None:
        self.wiring = wiring
        self.now: datetime = wiring.clock()
        self._actor = actor
        self._writes = writes
        self._stack = ExitStack()

    def __enter__(self) -> Asking:
        g.asking = self
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def actor(self) -> Actor:
        """Who asks. Raises Unauthenticated on a public route."""
        if self._actor is None:
            raise Unauthenticated("api.no_key")
        return self._actor

    @cached_property
    def session(self) -> Session:
        """The request's one transaction."""
        factory = self.wiring.store.writing if self._writes else self.wiring.store.reading
        return self._stack.enter_context(factory.begin())

    @cached_property
    def graph(self) -> Graph:
        """The published graph; a request in flight keeps the one it began with."""
        return self.wiring.graph()

    def graph_at(self, snapshot_id: str | None) -> Graph:
        """The graph of an earlier snapshot, to go on with a list of it; the present one where it is gone."""
        earlier = None if snapshot_id is None else self.wiring.current.at(snapshot_id)
        return self.graph if earlier is None else earlier


def asking() -> Asking:
    """The present request's question. Only inside a route with a policy."""
    return cast(Asking, g.asking)
