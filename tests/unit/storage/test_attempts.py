"""What hosts count together holds exactly, however many try at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.storage import attempts
from matcher.storage.attempts import Attempt
from matcher.storage.db import sessions
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def test_ten_in_a_minute_and_the_next_when_the_first_is_a_minute_old(session: Session) -> None:
    assert [attempts.take(session, "k", 10, NOW + n * SECOND) for n in range(10)] == [None] * 10
    assert attempts.take(session, "k", 10, NOW + 30 * SECOND) == NOW + 60 * SECOND
    assert attempts.take(session, "other", 10, NOW + 30 * SECOND) is None
    assert attempts.take(session, "k", 10, NOW + 60 * SECOND) is None
    assert attempts.take(session, "k", 10, NOW + 60 * SECOND) == NOW + 61 * SECOND


def test_what_turned_out_right_is_given_back(session: Session) -> None:
    for n in range(10):
        attempts.take(session, "k", 10, NOW + n * SECOND)
    attempts.give_back(session, "k", NOW + 3 * SECOND)
    attempts.give_back(session, "k", NOW + 40 * SECOND)  # was not counted
    assert attempts.take(session, "k", 10, NOW + 10 * SECOND) is None
    assert attempts.take(session, "k", 10, NOW + 10 * SECOND) is not None


def test_keys_of_long_ago_are_forgotten(session: Session) -> None:
    attempts.take(session, "old", 10, NOW)
    attempts.take(session, "new", 10, NOW + timedelta(hours=2))
    assert list(session.scalars(sa.select(Attempt.key))) == ["new"]


def test_of_twenty_that_try_at_once_exactly_ten_are_counted(engine: sa.Engine) -> None:
    factory, together = sessions(engine), threading.Barrier(20)
    taken: list[bool] = []

    def one() -> None:
        together.wait()
        with factory.begin() as session:
            counted = attempts.take(session, "k", 10, NOW) is None
        taken.append(counted)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 10 + [True] * 10
