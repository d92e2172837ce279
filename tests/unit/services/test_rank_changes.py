"""What is said to lift a firm does lift it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from sqlalchemy.orm import Session

from matcher.domain.need import NeedKind, Question
from matcher.recommend.partners import stand, suggest
from matcher.services.rank_changes import changes, told
from tests import worlds


def test_a_part_raised_as_far_as_is_told_passes_whoever_stands_before(
    session: Session, tmp_path: Path
) -> None:
    worlds.a_canteen_tower(session)
    graph = worlds.compiled(session, tmp_path)
    question = Question(text=worlds.LUNCH_TEXT, kind=NeedKind.SUPPLY, asker=worlds.ASKER)
    listed = suggest(graph, question, 10).suggestions
    assert len(listed) > 1
    for before, one in pairwise(listed):
        standing = stand(graph, question, one.identifier, 10)
        assert standing.ahead == before
        for change in changes(standing):
            raised = dict(one.parts) | {change.part: change.needed}
            assert sum(one.weights[name] * value for name, value in raised.items()) > before.score - 1e-4
            assert change.now < change.needed <= 1.0
        assert set(told(standing)) == {"zh", "en"}
    assert changes(stand(graph, question, listed[0].identifier, 10)) == ()


def test_english_needs_and_offers_go_the_same_way(session: Session, tmp_path: Path) -> None:
    """No word of any language is built into candidates, features, rank or reasons."""
    from matcher.recommend.explain import sentences
    from tests import factories as make

    asker = make.an_enterprise(session, name="Harbour Software Ltd", industry_code="6513").enterprise_id
    for number, title in enumerate(("metal stamping and welding", "translation of technical manuals")):
        firm = f"EN-{number}"
        make.an_enterprise(
            session, enterprise_id=firm, name=f"Firm {number}", scope=title, industry_code=None
        )
        make.an_offer(session, enterprise_id=firm, title=title, text=f"We do {title}.", industry_code=None)
    graph = worlds.compiled(session, tmp_path)
    text = "We need a translation of our technical manuals into Chinese"
    question = Question(text=text, kind=NeedKind.SUPPLY, asker=asker)
    found = suggest(graph, question, 5).suggestions
    assert [one.identifier for one in found] == ["EN-1"]
    assert any("translation" in sentence for sentence in sentences(found[0].for_asker, "en"))
