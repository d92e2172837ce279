"""The full figures in rounds: stopped at their time, gone on with, and told as what they bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import release


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(release, "FOLDER", tmp_path / "figures")
    monkeypatch.setattr(release, "SECONDS", 300.0)
    monkeypatch.delenv("QIANXIAN_RELEASE_SECONDS", raising=False)
    return tmp_path / "figures"


def test_what_was_stopped_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    first = release.rounds("kills", 5)
    assert [next(first), next(first), next(first)] == [0, 1, 2]
    first.close()  # stopped within the third: it does not count
    monkeypatch.setattr(release, "SECONDS", 0.0)
    assert list(release.rounds("kills", 5)) == []
    monkeypatch.setattr(release, "SECONDS", 300.0)
    assert list(release.rounds("kills", 5)) == [2, 3, 4]
    assert list(release.rounds("kills", 5)) == []


def test_a_round_that_fails_is_the_first_of_the_next_time() -> None:
    def third_fails() -> None:
        for number in release.rounds("damage", 4):
            assert number < 2

    with pytest.raises(AssertionError):
        third_fails()
    assert next(release.rounds("damage", 4)) == 2


def test_the_report_tells_how_far_each_figure_has_come_and_what_it_bounds(folder: Path) -> None:
    assert list(release.rounds("cuts", 4, each=10)) == [0, 1, 2, 3]
    half = release.rounds("kills", 8)
    assert [next(half) for _ in range(5)] == [0, 1, 2, 3, 4]
    half.close()
    assert release.summary() == [
        "cuts: 40 of 40 (100%), no failure; rate below 7.50% with 95 % confidence",
        "kills: 4 of 8 (50%), no failure; rate below 75.00% with 95 % confidence",
        f"1 of 2 figures whole, 75% of all rounds done ({folder})",
    ]
    assert "cuts: 40 of 40" in (folder / "report.txt").read_text(encoding="utf-8")


def test_an_hour_of_two_processes_is_shared_out_among_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    release.share(40, 2)
    assert release.SECONDS == 180.0
    monkeypatch.setenv("QIANXIAN_RELEASE_SECONDS", "7")
    release.share(1, 1)
    assert release.SECONDS == 180.0, "who names a time has it"
