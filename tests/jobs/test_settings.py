"""Settings: handed to children whole, and every one of them documented."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from matcher.errors import Misconfigured
from matcher.graph.snapshot import LEAST_KEPT
from matcher.settings import Settings

TABLE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_a_child_gets_exactly_the_settings_of_its_parent(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        database_url="sqlite://",
        secret_key="k" * 32,
        workers=3,
        lease_seconds=0.25,
        job_memory_mib=512,
        secure_cookies=True,
        language="en",
        check_cron=" ",
        policies_cron=" ",
        learn_risk_cron=" ",
        take_ups_cron=" ",
        remind_cron=" ",
    )
    assert Settings.from_env(settings.to_env()) == settings
    plain = dataclasses.replace(settings, job_memory_mib=None, secure_cookies=False)
    assert Settings.from_env(plain.to_env()) == plain


def test_every_setting_stands_in_the_table() -> None:
    text = TABLE.read_text(encoding="utf-8")
    missing = [
        field.name for field in dataclasses.fields(Settings) if f"`QIANXIAN_{field.name.upper()}`" not in text
    ]
    assert missing == []


def test_too_few_kept_snapshots_are_refused_before_anything_starts() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_env({"QIANXIAN_KEEP_SNAPSHOTS": "2"})
    assert refused.value.params == {"name": "QIANXIAN_KEEP_SNAPSHOTS", "value": 2, "least": LEAST_KEPT}
    assert Settings.from_env({}).keep_snapshots >= LEAST_KEPT
