"""One holder at a time, a fence that only grows, and no publication by a stale holder."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.errors import LeaseLost
from matcher.storage import leases
from matcher.storage.leases import Holding

MINUTE = 60.0


def later(now, seconds):
    return now + timedelta(seconds=seconds)


def test_a_lease_is_held_by_one_until_it_expires(session, now):
    assert leases.acquire(session, "recompute", "one", now, MINUTE).fence == 1
    assert leases.acquire(session, "recompute", "other", later(now, 59), MINUTE) is None
    taken = leases.acquire(session, "recompute", "other", later(now, 60), MINUTE)
    assert (taken.holder, taken.fence) == ("other", 2)


def test_two_leases_do_not_know_each_other(session, now):
    assert leases.acquire(session, "recompute", "one", now, MINUTE) is not None
    assert leases.acquire(session, "prune", "one", now, MINUTE) is not None


def test_renewing_holds_it_longer_without_a_new_number(session, now):
    lease = leases.acquire(session, "recompute", "one", now, MINUTE)
    assert leases.renew(session, "recompute", lease.fence, later(now, 50), MINUTE) == later(now, 110)
    assert leases.acquire(session, "recompute", "other", later(now, 70), MINUTE) is None
    leases.check_fence(session, "recompute", 1)


def test_a_released_lease_is_free_at_once_and_its_number_goes_on_growing(session, now):
    for fence in (1, 2, 3):
        assert leases.acquire(session, "recompute", "one", now, MINUTE).fence == fence
        leases.release(session, "recompute", fence, now)


def test_a_holder_whose_lease_was_taken_can_neither_renew_nor_release_nor_publish(session, now):
    leases.acquire(session, "recompute", "stale", now, MINUTE)
    leases.acquire(session, "recompute", "new", later(now, 61), MINUTE)
    with pytest.raises(LeaseLost):
        leases.renew(session, "recompute", 1, later(now, 62), MINUTE)
    leases.release(session, "recompute", 1, later(now, 62))
    leases.check_fence(session, "recompute", 2)
    stale = Holding("recompute", "stale", 1, later(now, MINUTE))
    with pytest.raises(LeaseLost):
        leases.publish(session, stale, "snapshot-of-the-stale", (now, now))
    assert leases.current_publication(session) is None


def test_the_newest_publication_is_the_current_one_also_after_going_back(session, now):
    lease = leases.acquire(session, "recompute", "one", now, MINUTE)
    first = leases.publish(session, lease, "A", (now, now), counts={"firms": 3})
    second = leases.publish(session, lease, "B", (now, now))
    again = leases.publish(session, lease, "A", (now, later(now, 5)))
    assert first.generation < second.generation < again.generation
    assert leases.current_publication(session).snapshot_id == "A"
    assert [row.snapshot_id for row in leases.publications(session, limit=2)] == ["A", "B"]


def test_a_generation_is_never_given_out_twice(session, now):
    lease = leases.acquire(session, "recompute", "one", now, MINUTE)
    gone = leases.publish(session, lease, "A", (now, now)).generation
    session.delete(leases.current_publication(session))
    session.flush()
    assert leases.publish(session, lease, "B", (now, now)).generation > gone


@pytest.mark.parametrize("held_before", [False, True], ids=["free", "expired"])
def test_of_two_that_try_at_once_exactly_one_gets_the_lease(engine, now, held_before):
    if held_before:
        with Session(engine) as session:
            leases.acquire(session, "recompute", "old", now, MINUTE)
            session.commit()
    barrier, won = threading.Barrier(2), []

    def contend(holder):
        with Session(engine) as session:
            barrier.wait()
            lease = leases.acquire(session, "recompute", holder, later(now, 100), MINUTE)
            won.append(lease is not None)
            session.commit()

    threads = [threading.Thread(target=contend, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, True]


def test_nobody_takes_a_lease_between_the_check_and_the_publication(engine, now):
    """The publishing transaction is open while another, whose clock says expired, reaches for it."""
    with Session(engine) as session:
        lease = leases.acquire(session, "recompute", "one", now, MINUTE)
        session.commit()
    order = []

    def reach():
        with Session(engine) as other:
            leases.acquire(other, "recompute", "other", later(now, 100), MINUTE)
            order.append("taken")
            other.commit()

    with Session(engine) as session:
        leases.publish(session, lease, "A", (now, now))
        thread = threading.Thread(target=reach)
        thread.start()
        order.append("published")
        session.commit()
    thread.join()
    assert order == ["published", "taken"]
