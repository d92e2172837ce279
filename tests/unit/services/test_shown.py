"""Impressions counted: each once, whoever was in several lists as often as in lists."""

from sqlalchemy.orm import Session

from matcher.services import shown
from matcher.storage.impressions import Impression
from matcher.storage.shown import Shown
from tests.factories import an_impression


def counted(session: Session) -> dict[str, int]:
    session.expire_all()
    return {row.enterprise_id: row.times for row in session.query(Shown)}


def test_each_impression_counts_once_however_often_it_is_asked_for(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(shown, "AT_ONCE", 2)
    for listed in (["ENT-A", "ENT-B"], ["ENT-A"], [], ["ENT-C", "ENT-A"]):
        an_impression(session, listed)
    assert [shown.count_next(session) for _ in range(3)] == [2, 2, 0]
    assert counted(session) == {"ENT-A": 3, "ENT-B": 1, "ENT-C": 1}
    an_impression(session, ["ENT-B"])
    assert shown.count_next(session) == 1
    assert counted(session) == {"ENT-A": 3, "ENT-B": 2, "ENT-C": 1}
    assert session.query(Impression).filter(Impression.counted.is_(False)).count() == 0
