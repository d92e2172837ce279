"""A consent withdrawn while a bank reads on and on: no read after the acknowledgement names the firm."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.services import consents, finance
from matcher.services.consents import ConsentForm
from matcher.storage.db import sessions
from tests import factories as make
from tests.factories import BANK, FIRM, NOW
from tests.faults.support import until
from tests.release import note, rounds

# One file has one writer, and each read leaves a line in the journal.
PAUSE = 0.01
READERS = {"sqlite": 1, "postgresql": 3}
bank, firm = Actor("b", Role.BANK, BANK), Actor("f", Role.ENTERPRISE, FIRM)


@dataclass
class District:
    """One firm, one bank that reads, and the graph of before; what was read within one epoch counts.

    Odd epochs begin when a withdrawal was acknowledged and end before the next grant.
    """

    transactions: sessionmaker[Session]
    graph: Graph
    epoch: int = 0
    seen: list[tuple[int, bool]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def dialect(self) -> str:
        with self.transactions() as session:
            return session.get_bind().dialect.name

    def read_on(self) -> None:
        while not self.over.wait(PAUSE):  # a file's lock goes to nobody in turn
            before = self.epoch
            with self.transactions.begin() as session:
                shown = is_shown(session, self.graph)
            if self.epoch == before:
                self.seen.append((before, shown))

    def wait_for(self, shown: bool) -> None:
        until(lambda: (self.epoch, shown) in self.seen[-20:], f"a read that finds it shown: {shown}")


def is_shown(session: Session, graph: Graph) -> bool:
    page = finance.eligible_firms(session, graph, bank, "LOAN", 5, None, NOW)
    return FIRM in [line.enterprise_id for line in page.firms]


def granted(transactions: sessionmaker[Session]) -> str:
    form = ConsentForm(FIRM, BANK, "financing", ("revenue",))
    with transactions.begin() as session:
        return consents.grant(session, firm, form, NOW).consent_id


@pytest.fixture
def district(engine: sa.Engine, tmp_path: Path) -> District:
    transactions = sessions(engine)
    with transactions.begin() as session:
        make.a_product(session, product_id="LOAN", criteria=[])
        make.an_enterprise(session, enterprise_id=FIRM)
    with transactions() as session:
        return District(transactions, open_snapshot(tmp_path / compile_snapshot(session, tmp_path, NOW)))


@contextmanager
def readers(district: District) -> Iterator[None]:
    threads = [threading.Thread(target=district.read_on) for _ in range(READERS[district.dialect])]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        district.over.set()
        for thread in threads:
            thread.join()
        district.over.clear()


def withdrawals(district: District, count: int) -> int:
    """Grant, be read, withdraw, be read, `count` times: how many reads found what they had to."""
    district.seen.clear()
    with readers(district):
        for _ in range(count):
            consent_id = granted(district.transactions)
            district.wait_for(shown=True)
            with district.transactions.begin() as session:
                consents.withdraw(session, firm, consent_id, NOW)
            district.epoch += 1
            district.wait_for(shown=False)
            district.epoch += 1
    after = [shown for epoch, shown in district.seen if epoch % 2]
    assert not any(after)
    return len(after)


def test_a_withdrawal_is_seen_by_every_read_that_begins_after_it(district: District) -> None:
    assert withdrawals(district, 2) >= 2


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_a_session_that_is_kept_from_read_to_read_still_shows_it(district: District) -> None:
    """What a program without a transaction a request does: the test above bites."""
    consent_id = granted(district.transactions)
    with district.transactions() as kept:
        kept.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert is_shown(kept, district.graph)
        with district.transactions.begin() as session:
            consents.withdraw(session, firm, consent_id, NOW)
        assert is_shown(kept, district.graph)


@pytest.mark.release
def test_ten_thousand_withdrawals_are_seen_at_once(district: District) -> None:
    reads = 0
    for _ in rounds(f"withdrawals-{district.dialect}", 500, each=20):
        reads += withdrawals(district, 20)
    note(f"withdrawals: {reads} reads after an acknowledgement this time, none showed the firm")
