"""The commands of banks and organizers: the same answers, policy and journal as over HTTP."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from api.schemas.fair_plans import FairPlanBody
from api.schemas.plans import MeetingsBody, SalonBody
from jobs.__main__ import outcome
from matcher.build.compile import compile_snapshot
from matcher.graph.snapshot import publish
from matcher.storage import journal
from matcher.storage.db import connect, sessions
from tests.district import FAIR, GUESTS, YES, a_district
from tests.factories import FIRM, NOW

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"
Read = Callable[[Session], Any]


@pytest.fixture
def rows(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Read], Any]:
    """A home with the tiny district, compiled and published; call it to read its rows."""
    for name in [name for name in os.environ if name.startswith("QIANXIAN_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(sqlite_template, home / "qianxian.db")
    monkeypatch.setenv("QIANXIAN_HOME", str(home))
    engine = connect(f"sqlite:///{home / 'qianxian.db'}")
    with sessions(engine).begin() as session:
        a_district(session)
    with sessions(engine)() as session:
        publish(home / "snapshots", compile_snapshot(session, home / "snapshots", NOW), 1)
    engine.dispose()

    def read(question: Read) -> Any:
        engine = connect(f"sqlite:///{home / 'qianxian.db'}")
        with sessions(engine)() as session:
            found = question(session)
        engine.dispose()
        return found

    return read


def written(tmp_path: Path, document: dict[str, object]) -> str:
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


SALON = {
    "title": "湖心沙龙",
    "starts_at": "2026-12-02T14:00:00+08:00",
    "tables": 3,
    "seats": 3,
    "guests": GUESTS,
}


def test_a_bank_reads_its_firms_and_each_disclosure_is_written_down(rows, capsys) -> None:
    assert outcome(["eligible", "LOAN", "--as", "bank:BANK-01"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert YES in [firm["enterprise_id"] for firm in page["items"]]
    assert page["as_of"] == "2026-11-22T01:00:00Z"
    lines = rows(lambda session: [line.action for line in journal.about(session, YES)])
    assert lines == ["disclosure"]


@pytest.mark.parametrize(
    "line",
    [
        ["eligible", "LOAN", "--as", "bank:BANK-02"],
        ["eligible", "LOAN", "--as", "officer:ST-01"],
        ["loans", FIRM, "--as", "officer:ST-09"],
        ["loans", FIRM, "--as", "bank:BANK-01"],
    ],
)
def test_the_policy_is_that_of_http(rows, capsys, line: list[str]) -> None:
    assert outcome(line) == 1
    assert capsys.readouterr().out == ""


def test_a_firm_reads_its_loans(rows, capsys) -> None:
    assert outcome(["loans", FIRM, "--as", f"enterprise:{FIRM}"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["product_id"] for one in found["items"]} == {"LOAN", "FOREIGN"}


@pytest.mark.parametrize("speaker", ["king:1", "bank", "bank:"])
def test_a_wrong_speaker_is_a_wrong_command_line(rows, capsys, speaker: str) -> None:
    assert outcome(["loans", FIRM, "--as", speaker]) == 2


def test_a_salon_from_a_file_leaves_as_json_workbook_and_calendar(rows, tmp_path, capsys) -> None:
    asked = written(tmp_path, SALON)
    assert outcome(["plan", "salon", asked]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["plan"]["violations"] == []
    assert plan["names"].keys() == set(GUESTS)
    speaker = ["--as", "organizer:ORG-01"]
    assert outcome(["plan", "salon", asked, *speaker, "-o", str(tmp_path / "plan.xlsx")]) == 0
    book = load_workbook(io.BytesIO((tmp_path / "plan.xlsx").read_bytes()))
    assert len(book.sheetnames) == 5  # plan, agendas with reasons, guests, list for the door, table cards
    assert outcome(["plan", "salon", asked, *speaker, "-o", str(tmp_path / "plan.ics")]) == 0
    assert list(Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT"))
    assert outcome(["plan", "salon", asked, "-o", str(tmp_path / "plan.pdf")]) == 2


def test_a_fair_is_planned_in_the_name_of_its_organizer(rows, tmp_path, capsys) -> None:
    assert outcome(["plan", "fair", written(tmp_path, {"event_id": FAIR, "n": 10})]) == 0
    assert json.loads(capsys.readouterr().out)["booths"] == [{"number": 1, "enterprise_id": FIRM}]


def test_meetings_from_a_file_are_proven_best(rows, tmp_path, capsys) -> None:
    document = {"title": "对接会", "buyers": GUESTS[:2], "sellers": GUESTS[2:4], "slots": 2, "tables": 2}
    document["scores"] = [{"buyer": a, "seller": b, "score": 1} for a in GUESTS[:2] for b in GUESTS[2:4]]
    assert outcome(["plan", "meetings", written(tmp_path, document)]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert (len(plan["meetings"]), plan["proven"]) == (4, True)


@pytest.mark.parametrize("text", ["[1]", "{", '{"title": "对接会", "tabels": 3}'])
def test_a_file_that_cannot_be_read_is_told_in_words(rows, tmp_path, capsys, text: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    assert outcome(["plan", "salon", str(path)]) == 1
    assert "docs/examples" in (said := capsys.readouterr().err) or "tabels" in said


@pytest.mark.parametrize(
    ("kind", "body"), [("salon", SalonBody), ("meetings", MeetingsBody), ("fair", FairPlanBody)]
)
def test_the_documented_examples_are_bodies_of_http(kind: str, body) -> None:
    text = (EXAMPLES / f"plan-{kind}.json").read_text(encoding="utf-8")
    assert body.model_validate_json(text)
