"""What an evaluation answers, for scripts and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.__main__ import outcome
from jobs.evaluation import catalog
from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report, as_json, as_table
from matcher.errors import InvalidInput

REPORT = Report(
    name="tenders",
    protocol="later awards are the test",
    counts={"cases": 3},
    metrics={"mrr": 0.5},
    baselines={"popularity": {"mrr": 0.1}},
    peer={"mrr": 0.3},
)


def test_the_json_object_holds_ours_the_baselines_and_the_peer() -> None:
    told = json.loads(as_json(REPORT, "abc", 1.23456))
    assert told["metrics"] == {"mrr": 0.5}
    assert told["baselines"]["popularity"] == {"mrr": 0.1}
    assert told["peer"] == {"mrr": 0.3}
    assert (told["settings_digest"], told["seconds"], told["seed"]) == ("abc", 1.235, 0)


def test_the_table_names_every_method_and_figure() -> None:
    table = as_table(REPORT)
    assert [
        word for word in ("qianxian", "popularity", "peer", "0.5000", "0.1000") if word not in table
    ] == []


def test_absent_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        needed(tmp_path, "awards.csv")
    assert refused.value.params["files"] == "awards.csv"


def test_the_command_prints_what_the_evaluation_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(catalog, "find", lambda name: lambda options: REPORT)
    assert outcome(["evaluate", "tenders", "--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == {"mrr": 0.5}


def test_an_unknown_evaluation_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["evaluate", "fortune"]) == 1
    assert "fortune" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(catalog.EVALUATIONS))
def test_every_evaluation_can_be_found_and_says_what_data_it_lacks(name: str) -> None:
    evaluator = catalog.find(name)
    if name not in ("market", "slots"):  # these two bring their own data
        with pytest.raises(InvalidInput):
            evaluator(Options(folder=None))


def test_the_folder_of_all_sets_serves_every_evaluation(tmp_path: Path) -> None:
    """A set is found in its own folder below; where two hold the same files, the one meant must be said."""
    for name in ("春", "秋"):
        (tmp_path / name).mkdir()
    (tmp_path / "春" / "awards.csv").touch()
    assert needed(tmp_path, "awards.csv") == [tmp_path / "春" / "awards.csv"]
    (tmp_path / "秋" / "awards.csv").touch()
    with pytest.raises(InvalidInput):
        needed(tmp_path, "awards.csv")
