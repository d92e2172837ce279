"""The sentences in the field's own wording: the reader keeps to what it has reached."""

from __future__ import annotations

from pathlib import Path

from jobs.evaluation.report import Options
from jobs.evaluation.slots import evaluate

REACHED = 0.97


def test_the_facts_of_the_fields_sentences_are_read_exactly() -> None:
    report = evaluate(Options(None))
    assert report.counts["sentences"] >= 300
    assert report.metrics["exact_slots"] >= REACHED
    assert all(
        figures["exact_slots"] < report.metrics["exact_slots"] for figures in report.baselines.values()
    )


def test_each_error_is_told_with_label_and_reading(tmp_path: Path) -> None:
    (tmp_path / "slots_own.tsv").write_text("想贷300万\tfinancing\tamount=5\n", encoding="utf-8")
    report = evaluate(Options(tmp_path))
    assert report.counts["errors"] == ["想贷300万 | amount: label 5, read 3000000"]
