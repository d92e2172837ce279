"""Parquet: read like the same rows of a text file; broken or packed too tightly, refused in words."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.services.imports import Options, find_sources, import_files
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.reading import read_table
from matcher.storage import enterprises
from tests.factories import REGION, a_code, a_station

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
ROWS = {
    "code": [a_code(1), a_code(2)],
    "name": ["湖心百货有限公司", "湖心餐饮有限公司"],
    "region_code": [int(REGION), int(REGION)],
    "employees": [12, None],
    "registered_capital_wan": [Decimal("500.50"), None],
    "founded_on": [date(2015, 3, 1), None],
    "certificates": pyarrow.array([["高新", "专精特新"], None]),
}


def write(path: Path, columns: dict[str, Any], **how: Any) -> Path:
    parquet.write_table(pyarrow.table(columns), path, **how)
    return path


def read(path: Path) -> Iterator[tuple[int, Any]]:
    return read_table(path, lambda _: True).rows()


def test_rows_come_in_with_their_kinds_of_values_and_a_repeat_changes_nothing(
    session, officer, now, tmp_path
):
    a_station(session)
    path = write(tmp_path / "enterprises.parquet", ROWS)
    reports = [import_files(session, officer, now, find_sources([path]), Options()) for _ in range(2)]
    assert [report.problems for report in reports] == [[], []]
    assert [(report.total("new"), report.total("unchanged")) for report in reports] == [(2, 0), (0, 2)]
    firm, other = (enterprises.by_code(session, a_code(n)) for n in (1, 2))
    assert (firm.name, firm.region_code, firm.employees) == ("湖心百货有限公司", REGION, 12)
    assert (firm.registered_capital_fen, firm.founded_on) == (500_500_000, date(2015, 3, 1))
    assert firm.certificates == ["高新", "专精特新"]
    assert (other.employees, other.registered_capital_fen, other.founded_on) == (None, None, None)


def test_a_code_kept_as_a_number_is_refused(session, officer, now, tmp_path):
    a_station(session)
    path = write(tmp_path / "enterprises.parquet", {"code": [914403001922038216], "name": ["湖心百货"]})
    (problem,) = import_files(session, officer, now, find_sources([path]), Options()).problems
    assert (problem.line, problem.column, problem.reason) == (1, "code", "code_digits_lost")


@pytest.mark.parametrize("dictionary", [True, False])
def test_lines_are_the_same_however_texts_are_packed(tmp_path, dictionary):
    texts = ["湖心", None, "", "湖心", "=1+1", *map(str, range(20_000))]
    days = [datetime(2026, 11, 26, 9)] * len(texts)
    path = write(tmp_path / "f.parquet", {"name": texts, "at": days}, use_dictionary=dictionary)
    assert list(read(path)) == [(n, (text, days[0])) for n, text in enumerate(texts, 1)]


def test_what_is_no_parquet_or_breaks_in_a_page_is_refused(tmp_path):
    path = tmp_path / "f.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(BadValueError, match="broken_parquet"):
        read(path)
    write(path, {"name": [f"湖心{n}" for n in range(5_000)]}, compression="zstd")
    content = bytearray(path.read_bytes())
    content[100:1_100] = bytes(1_000)
    path.write_bytes(content)
    with pytest.raises(BadValueError, match="broken_parquet"):
        list(read(path))


def test_one_long_text_a_hundred_thousand_times_over_stays_one_text(tmp_path):
    path = write(tmp_path / "f.parquet", {"name": ["湖" * 100_000] * 20_000}, compression="zstd")
    assert path.stat().st_size < 1_000_000
    texts = {id(cells[0]) for _, cells in read(path)}
    assert len(texts) <= 3  # one a batch: 6 GB if each line had its own


def test_what_would_unpack_to_far_more_than_it_weighs_is_refused(tmp_path, monkeypatch):
    how = {"compression": "zstd", "use_dictionary": False}
    path = write(tmp_path / "f.parquet", {"name": ["湖心" * 500 + str(n) for n in range(2_000)]}, **how)
    assert len(list(read(path))) == 2_000
    monkeypatch.setattr("matcher.services.imports.parquet.MOST_BYTES", 1 << 20)
    with pytest.raises(BadValueError, match="parquet_too_big"):
        read(path)


def test_without_what_reads_it_the_remedy_is_told(tmp_path, monkeypatch):
    path = write(tmp_path / "f.parquet", {"name": ["湖心"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadValueError, match="parquet_not_installed"):
        read(path)
