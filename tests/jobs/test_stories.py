"""The stories that ship with the demo's products come out as told, whichever year it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobs.demo.chance import Chance
from jobs.demo.products import products
from matcher.domain.product import parse_criteria, parse_repairs
from matcher.services import product_stories


@pytest.mark.parametrize("year", [2026, 2031])
def test_every_shipped_story_agrees_with_its_product(year: int) -> None:
    now = datetime(year, 11, 22, tzinfo=UTC)
    rows, _ = products(Chance(1), now)
    told = [row for row in rows if row.stories]
    assert len(told) >= 2
    for row in told:
        views = product_stories.run(parse_criteria(row.criteria), row.stories, now.date())
        assert [view.sentence["zh"] for view in views if not view.agrees] == []
    assert any(parse_repairs(row.repairs) for row in rows if row.repairs)


FILE = """
criteria:
- {field: age_months, operator: at_least, value: 24}
stories:
- 故事: 老店
  企业: {成立时长: 3年}
  结论: 可办
- 故事: 新店
  企业: {成立时长: 5个月}
  结论: %s
"""


@pytest.mark.parametrize(("result", "code"), [("不可办", 0), ("可办", 1)])
def test_a_clerk_s_file_is_played_at_the_terminal(result, code, tmp_path, monkeypatch, capsys):
    from jobs.__main__ import outcome

    monkeypatch.setenv("QIANXIAN_HOME", str(tmp_path))
    path = tmp_path / "stories.yaml"
    path.write_text(FILE % result, encoding="utf-8")
    assert outcome(["migrate"]) == 0
    assert outcome(["stories", str(path)]) == code
    told = capsys.readouterr().out
    assert "✓ 老店" in told
    assert ("✗ 新店" in told) == bool(code)
