"""The documentation tells all there is, and nothing that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api import create_app
from jobs.__main__ import COMMANDS
from jobs.catalog import JOBS
from matcher import errors
from matcher.recommend.weights import WEIGHTS
from matcher.settings import Settings
from tests.test_messages import error_classes

DOCS = Path(__file__).parent.parent / "docs"
LINK = re.compile(r"\]\(([^)#]+)\)")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table_of_settings(tmp_path: Path) -> None:
    told = set(re.findall(r"^\| `(QIANXIAN_\w+)` \|", page("operations.md"), flags=re.MULTILINE))
    settings = Settings.from_env({"QIANXIAN_HOME": str(tmp_path)})
    assert told == {f"QIANXIAN_{name.upper()}" for name in settings.__dataclass_fields__}


def test_every_command_is_told() -> None:
    told = page("operations.md")
    assert [name for name in COMMANDS if f"`qianxian {name}" not in told] == []


def test_every_job_is_told() -> None:
    told = page("operations.md")
    assert [name for name in JOBS if f"| `{name}` |" not in told] == []


def test_every_error_code_is_told() -> None:
    told = page("api.md")
    codes = {kind.code for kind in error_classes() if kind is not errors.MatcherError}
    assert sorted(code for code in codes if not re.search(rf"\b{code}\b", told)) == []


def test_every_feature_of_the_score_is_told() -> None:
    told = page("architecture.md")
    assert [name for name in WEIGHTS if f"| {name} |" not in told] == []


def test_every_route_is_told(tmp_path: Path) -> None:
    app = create_app(Settings.from_env({"QIANXIAN_HOME": str(tmp_path), "QIANXIAN_SECRET_KEY": "x" * 32}))
    told = page("api.md")
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    missing = sorted(path for path in paths if path.startswith("/v1/") and _plain(path) not in _plain(told))
    assert missing == []


def _plain(text: str) -> str:
    """Path parameters may have other names in the page than in the code."""
    return re.sub(r"\{\w+\}", "{}", text)


@pytest.mark.parametrize("file", sorted(DOCS.rglob("*.md")), ids=lambda file: file.name)
def test_no_link_of_the_documentation_leads_nowhere(file: Path) -> None:
    links = [link for link in LINK.findall(file.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (file.parent / link).exists()] == []
