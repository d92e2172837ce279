"""Partner suggestions in bulk: for the open needs of the snapshot, or for the needs of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from jobs.progress import Progress
from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.domain.ranking import Ranking
from matcher.errors import NotFound
from matcher.graph.graph import Graph
from matcher.services import partners
from matcher.services.asked import question_of, today
from matcher.storage import enterprises
from matcher.storage.needs import Need

ACCOUNT: Final = "command"
# So many answers are one transaction: nobody else waits long for the write lock that their journal takes.
TOGETHER: Final = 20

Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Answered:
    """A need and its ranking; None for one that was closed or withdrawn since the snapshot."""

    need_id: str
    ranking: Ranking | None


@dataclass(frozen=True)
class Asking:
    """What every question of one command has in common: the graph and the length of a list."""

    wiring: Wiring
    graph: Graph
    n: int
    progress: Progress

    def open_needs(self) -> Iterator[Answered]:
        """Rank for every need of the snapshot, in the name of the station that looks after its enterprise."""
        needs, firms = self.graph.needs, self.graph.firms
        owners = (firms.ids[int(firm)] for firm in needs.numbers("firm"))
        return self._in_batches(list(zip(needs.ids, owners, strict=True)), self._stored)

    def needs(self, needs: Sequence[Need]) -> Iterator[Answered]:
        """Rank for needs that are not stored."""
        return self._in_batches(needs, self._unstored)

    def _in_batches(
        self, asked: Sequence[Asked], answer: Callable[[Session, Asked], Answered]
    ) -> Iterator[Answered]:
        for start in range(0, len(asked), TOGETHER):
            with self.wiring.transactions.begin() as session:
                answers = [answer(session, each) for each in asked[start : start + TOGETHER]]
            self.progress("suggest", start + len(answers), len(asked))
            yield from answers

    def _stored(self, session: Session, asked: tuple[str, str]) -> Answered:
        need_id, enterprise_id = asked
        actor, now = actor_for(session, enterprise_id), self.wiring.clock()
        try:
            return Answered(need_id, partners.for_need(session, self.graph, actor, need_id, self.n, now))
        except NotFound:
            return Answered(need_id, None)

    def _unstored(self, session: Session, need: Need) -> Answered:
        now = self.wiring.clock()
        question = question_of(need, today(now))
        actor = actor_for(session, need.enterprise_id)
        try:
            found = partners.for_question(session, self.graph, actor, question, self.n, now)
        except NotFound:
            return Answered(need.need_id, None)
        return Answered(need.need_id, found)


def actor_for(session: Session, enterprise_id: str) -> Actor:
    """The station that looks after the enterprise; the enterprise itself where none does."""
    row = enterprises.by_id(session, enterprise_id)
    if row is not None and row.station_id is not None:
        return Actor(ACCOUNT, Role.OFFICER, row.station_id)
    return Actor(ACCOUNT, Role.ENTERPRISE, enterprise_id)
