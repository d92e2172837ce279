"""Short settings and a tiny district for the fault tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.wiring import Wiring, wire
from matcher.settings import Settings
from tests.factories import a_need, a_product, a_talent, an_enterprise, an_event, an_offer, an_opening


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Short times: a lease of two seconds, looks five times a second."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        secret_key="s" * 32,
        recompute_cron=" ",
        refresh_cron=" ",
        check_cron=" ",
        policies_cron=" ",
        learn_risk_cron=" ",
        take_ups_cron=" ",
        remind_cron=" ",
        retrain_intake_cron=" ",
        retrain_cron=" ",
        watch_seconds=0.2,
        retry_seconds=0.5,
        lease_seconds=2.0,
        job_seconds=60.0,
    )


@pytest.fixture
def wiring(settings: Settings) -> Iterator[Wiring]:
    made = wire(settings, patient=False)
    yield made
    made.engine.dispose()


@pytest.fixture
def district(wiring: Wiring) -> None:
    """Two enterprises that offer and need, and one row of each other kind: enough for a snapshot."""
    with wiring.transactions.begin() as session:
        for title in ("食堂配餐", "办公室保洁"):
            firm = an_enterprise(session).enterprise_id
            an_offer(session, enterprise_id=firm, title=title)
            a_need(session, enterprise_id=firm)
        for one_more in (a_product, an_opening, a_talent, an_event):
            one_more(session)


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Works wait until this file exists."""
    path = tmp_path / "gate"
    monkeypatch.setenv("GATE", str(path))
    return path


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Works write a line here."""
    path = tmp_path / "notes"
    path.touch()
    monkeypatch.setenv("NOTES", str(path))
    return path
