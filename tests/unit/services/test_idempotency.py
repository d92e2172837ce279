"""One key, one effect."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.errors import Conflict, InvalidInput
from matcher.services import idempotency
from matcher.services.idempotency import Answer, Attempt
from tests.factories import NOW

FIRST = Attempt("甲", "POST /v1/needs", "k-1", "aa")


def test_the_first_answer_is_given_again(session: Session) -> None:
    assert idempotency.claim(session, FIRST, NOW) is None
    idempotency.keep(session, FIRST, Answer(201, '{"need_id":"1"}'))
    assert idempotency.claim(session, FIRST, NOW) == Answer(201, '{"need_id":"1"}')


def test_another_body_under_the_same_key_is_refused(session: Session) -> None:
    idempotency.claim(session, FIRST, NOW)
    with pytest.raises(InvalidInput, match="other_body"):
        idempotency.claim(session, Attempt("甲", "POST /v1/needs", "k-1", "bb"), NOW)


def test_a_key_whose_first_try_still_runs_is_a_conflict(session: Session) -> None:
    idempotency.claim(session, FIRST, NOW)
    with pytest.raises(Conflict):
        idempotency.claim(session, FIRST, NOW)


@pytest.mark.parametrize(
    "other", [Attempt("乙", "POST /v1/needs", "k-1", "aa"), Attempt("甲", "POST /v1/imports", "k-1", "aa")]
)
def test_another_account_or_route_never_meets_the_answer(session: Session, other: Attempt) -> None:
    idempotency.claim(session, FIRST, NOW)
    idempotency.keep(session, FIRST, Answer(201, "秘密"))
    assert idempotency.claim(session, other, NOW) is None


def test_old_keys_are_forgotten(session: Session) -> None:
    idempotency.claim(session, FIRST, NOW)
    assert idempotency.forget(session, NOW) == 0
    assert idempotency.forget(session, NOW + timedelta(seconds=1)) == 1
