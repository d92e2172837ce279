"""What officers correct teaches the reader, and only if it then reads better what it has not seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.need import NeedKind
from matcher.services.intake import NeedForm, create, draft
from matcher.services.learning import LEAST_EXAMPLES, learned, retrain, train
from matcher.storage.intake_models import IntakeModel
from matcher.text.learned import Learned
from tests.factories import an_enterprise

# Wording the lexicon does not know, in pairs: what officers said it was.
STAFF = ("午后想要盲盒墙进楼", "楼里想摆个盲盒墙点", "盲盒墙每周来一趟", "盼着盲盒墙老板上来")
SUPPLY = ("急着写标书", "标书没人会写", "帮忙写一份标书", "标书代写有没有")


def corrected(session: Session, officer: Actor, now: datetime, count: int) -> None:
    firm = an_enterprise(session)
    for number in range(count):
        kinds = ((STAFF, NeedKind.STAFF_SERVICES), (SUPPLY, NeedKind.SUPPLY))
        words, kind = kinds[number % 2]
        text = f"{words[number // 2 % len(words)]}，第{number}回"
        form = NeedForm(firm.enterprise_id, text, kind=kind, confirm_duplicate=True)
        create(session, officer, form, now + timedelta(minutes=number))


def test_corrections_teach_what_no_phrase_says(session: Session, officer: Actor, now: datetime) -> None:
    assert draft("想要盲盒墙", now, session).kind is None
    corrected(session, officer, now, LEAST_EXAMPLES + 10)
    told = retrain(session, now)
    assert told["published"]
    assert told["right_after"] > told["right_before"]
    assert draft("想要盲盒墙", now, session).kind is NeedKind.STAFF_SERVICES
    assert draft("要写标书", now, session).kind is NeedKind.SUPPLY
    assert draft("想找银行贷款300万", now, session).kind is NeedKind.FINANCING


def test_a_model_that_reads_no_better_is_not_published(
    session: Session, officer: Actor, now: datetime
) -> None:
    corrected(session, officer, now, LEAST_EXAMPLES + 10)
    assert retrain(session, now)["published"]
    again = retrain(session, now + timedelta(hours=1))
    assert not again["published"]
    kept = session.get(IntakeModel, 1) or session.query(IntakeModel).order_by(IntakeModel.model_id).first()
    model = learned(session)
    assert kept is not None
    assert model is not None
    assert model.model_id == kept.model_id


def test_a_few_corrections_teach_nothing_yet(session: Session, officer: Actor, now: datetime) -> None:
    corrected(session, officer, now, 6)
    assert retrain(session, now) == {"examples": 6, "needed": LEAST_EXAMPLES, "published": False}
    assert learned(session) is None


def test_what_a_row_keeps_is_the_model_and_no_word_of_a_single_need() -> None:
    model = train([("盲盒墙", "staff_services"), ("盲盒墙啊", "staff_services"), ("独一无二", "supply")])
    assert Learned.of(0, model.as_json()) == model
    assert "~无二" not in model.terms
    assert model.opinion("天外来客") == {}
    assert sum(model.opinion("盲盒墙").values()) == pytest.approx(1.0)
