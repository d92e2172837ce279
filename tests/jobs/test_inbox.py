"""The watched folder: what is put there is imported whole or refused with its report, and nothing is lost."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs import importing, inbox
from jobs.wiring import Wiring, wire
from matcher.settings import Settings
from matcher.storage.enterprises import Enterprise
from tests.factories import a_code

GOOD = ("enterprise_id,name,employees", "E1,湖心食堂,12", "E2,湖心保洁,３０人")
BAD = (*GOOD, "E3,湖心印务,很多")
REGISTER = ("代码,单位,从业", f"{a_code(1)},湖心百货有限公司,12", f"{a_code(2)},湖心餐饮有限公司,很多")
MAP = '[columns]\n"代码" = "code"\n"单位" = "name"\n"从业" = "employees"\n'


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Iterator[Wiring]:
    folder = tmp_path / "inbox"
    folder.mkdir()
    made = wire(replace(settings, inbox=folder), patient=False)
    yield made
    made.engine.dispose()


@pytest.fixture
def put(watched: Wiring) -> Callable[..., Path]:
    """Put a file there that nobody has written to for a minute."""

    def place(name: str, *lines: str) -> Path:
        path = folder_of(watched) / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        before = watched.clock().timestamp() - 60
        os.utime(path, (before, before))
        return path

    return place


def folder_of(wiring: Wiring) -> Path:
    assert wiring.settings.inbox is not None
    return wiring.settings.inbox


def names(wiring: Wiring, folder: str) -> list[str]:
    """What lies there, without the ids of imports before the names."""
    place = folder_of(wiring) / folder
    return sorted(path.name.partition("-")[2] for path in place.iterdir()) if place.is_dir() else []


def report(wiring: Wiring) -> str:
    (path,) = (folder_of(wiring) / inbox.REFUSED).glob("*.report.csv")
    return path.read_text(encoding="utf-8-sig")


def firms(wiring: Wiring) -> int:
    with wiring.views() as view:
        return view.scalar(sa.select(sa.func.count()).select_from(Enterprise)) or 0


def test_a_good_file_becomes_rows_and_lies_in_done_with_its_report(watched: Wiring, put) -> None:
    put("enterprises.csv", *GOOD)
    assert importing.carry_all(watched) == {"succeeded": 1}
    assert (firms(watched), names(watched, inbox.TAKEN)) == (2, [])
    assert names(watched, inbox.DONE) == ["enterprises.csv", "enterprises.csv.report.csv"]
    assert inbox.has_something(folder_of(watched), watched.clock()) is False


def test_of_a_bad_file_nothing_becomes_a_row_and_the_report_names_the_cell(watched: Wiring, put) -> None:
    put("enterprises.csv", *BAD)
    assert importing.carry_all(watched) == {"failed": 1}
    assert firms(watched) == 0
    assert names(watched, inbox.REFUSED) == ["enterprises.csv", "enterprises.csv.report.csv"]
    assert {"enterprises.csv", "4", "很多"} <= set(report(watched).replace("\n", ",").split(","))


def test_files_are_taken_in_the_order_of_what_refers_to_what(watched: Wiring, put) -> None:
    put("deals.csv", "buyer_id,seller_id,stage", "E1,E2,signed")
    put("enterprises.csv", *GOOD)
    assert importing.carry_all(watched) == {"succeeded": 2}


def test_a_map_beside_a_register_names_its_columns_and_lets_good_rows_in(watched: Wiring, put) -> None:
    (folder_of(watched) / "register.map.toml").write_text(
        f'kind = "enterprises"\npartial = true\n{MAP}', encoding="utf-8"
    )
    put("register.csv", *REGISTER)
    assert importing.carry_all(watched) == {"succeeded": 1}
    assert firms(watched) == 1
    done = folder_of(watched) / inbox.DONE
    (told,) = done.glob("*.report.csv")
    assert "很多" in told.read_text(encoding="utf-8-sig")
    put("register.csv", *REGISTER)  # next week's, with the map that still lies there
    assert importing.carry_all(watched) == {"succeeded": 1}


def test_a_wrong_map_is_told_beside_its_file_and_nothing_that_lies_there_is_replaced(
    watched: Wiring, put
) -> None:
    (folder_of(watched) / "register.map.toml").write_text(
        f'kind = "enterprises"\nparttial = true\n{MAP}', "utf-8"
    )
    for week in ("1", "2"):
        put("register.csv", *REGISTER, week)
        assert importing.carry_all(watched) == {}
    refused = folder_of(watched) / inbox.REFUSED
    assert sorted(path.name for path in refused.iterdir()) == [
        "2-register.csv", "2-register.csv.report.csv", "register.csv", "register.csv.report.csv",
    ]  # fmt: skip
    assert "parttial" in (refused / "register.csv.report.csv").read_text(encoding="utf-8-sig")
    assert "\n1\n" in (refused / "register.csv").read_text(encoding="utf-8")


def test_a_file_that_is_still_written_to_is_left_alone(watched: Wiring, put) -> None:
    os.utime(put("enterprises.csv", *GOOD))
    assert inbox.has_something(folder_of(watched), watched.clock()) is False
    assert importing.carry_all(watched) == {}


def test_a_file_taken_by_one_who_died_before_writing_it_down_comes_back_beside_a_newer_one(
    watched: Wiring, put
) -> None:
    taken = folder_of(watched) / inbox.TAKEN
    taken.mkdir()
    shutil.move(put("enterprises.csv", *GOOD), taken / f"{'0' * 32}.enterprises.csv")
    put("enterprises.csv", GOOD[0], "E9,湖心物业,8")
    assert inbox.has_something(folder_of(watched), watched.clock())
    assert importing.carry_all(watched) == {"succeeded": 2}
    assert firms(watched) == 3


def test_a_file_whose_import_ended_in_one_who_died_then_is_put_away(
    watched: Wiring, put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("enterprises.csv", *GOOD)
    with monkeypatch.context() as dying:
        dying.setattr(inbox, "tidy", lambda _wiring: None)
        importing.carry_all(watched)
    assert names(watched, inbox.DONE) == []
    assert inbox.has_something(folder_of(watched), watched.clock())
    assert importing.carry_all(watched) == {}
    assert names(watched, inbox.DONE) == ["enterprises.csv", "enterprises.csv.report.csv"]


def test_a_file_whose_check_broke_off_has_a_report_that_says_so(
    watched: Wiring, put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("enterprises.csv", *GOOD)

    def breaks(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("matcher.services.imports.importing.Importing.run", breaks)
    with pytest.raises(ZeroDivisionError):
        importing.carry_all(watched)
    assert importing.carry_all(watched) == {}
    assert firms(watched) == 0
    assert "核对中途中断" in report(watched)
