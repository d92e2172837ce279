"""The promises on files: encodings, bombs, units, formulas. The full figures are marked release."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from matcher.services.exports import write_kind
from matcher.services.imports import Options, find_sources, import_files
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.reading import read_table
from matcher.storage.enterprises import Enterprise
from tests.factories import a_code, a_station, an_enterprise

RARE = "㛃䶮𠮷𬭎"  # GBK has none of them, GB18030 all
WORDS = [
    "湖心", "江岸", "百货", "餐饮", "有限公司", "䶮记", "模具厂", "ABC", "（集团）", "Ⅲ类",
    "·", "　", "—", *RARE,
]  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom")
RELEASE = pytest.mark.release


def a_text(chance: random.Random) -> str:
    lines = [
        f"{''.join(chance.choices(WORDS, k=chance.randint(1, 12)))},{chance.randint(1, 999)}"
        for _ in range(chance.randint(1, 30))
    ]
    return "\n".join(["企业名称,员工人数", *lines]) + "\n"


def encoded(text: str, encoding: str) -> bytes:
    if encoding == "utf-16-le-bom":
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode(encoding)


def read(path: Path) -> str:
    """The table as text again; raises BadValueError."""
    table = read_table(path, lambda heading: heading in ("企业名称", "员工人数"))
    lines = [",".join(map(str, cells)) for _, cells in table.rows()]
    if "企业名称" not in table.headings:
        raise BadValueError("column_missing")  # what the importer says of such a file
    return "\n".join([",".join(table.headings), *lines]) + "\n"


def outcome(path: Path, content: bytes, text: str) -> str:
    path.write_bytes(content)
    try:
        return "right" if read(path) == text else "wrong"
    except BadValueError:
        return "refused"


@pytest.mark.parametrize("files", [15, pytest.param(300, marks=RELEASE)])
def test_a_file_in_one_encoding_is_read_rightly(tmp_path: Path, files: int) -> None:
    chance = random.Random(files)
    for _ in range(files):
        text = a_text(chance)
        for encoding in ENCODINGS:
            assert outcome(tmp_path / "f.csv", encoded(text, encoding), text) == "right", (encoding, text)


@pytest.mark.parametrize("files", [15, pytest.param(300, marks=RELEASE)])
def test_a_file_of_two_encodings_or_cut_in_a_character_is_never_read_as_nonsense(
    tmp_path: Path, files: int
) -> None:
    chance, refused = random.Random(files), 0
    for _ in range(files):
        text = a_text(chance) + "湖心百货有限公司,1\n"
        lines = text.splitlines(keepends=True)
        for one, other in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
            mixed = "".join(lines[:-1]).encode(one) + lines[-1].encode(other)
            assert outcome(tmp_path / "f.csv", mixed, text) != "wrong", (one, text)
            refused += outcome(tmp_path / "f.csv", mixed, text) == "refused"
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            cut = encoded(text.rstrip("\n,1"), encoding)[:-1]
            assert outcome(tmp_path / "f.csv", cut, text) == "refused", (encoding, text)
    assert refused == 2 * files


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};&a{n - 1};&a{n - 1};'>" for n in range(1, 16))
)
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'ha' * 50_000}'>]>"


def a_sheet(rows: str, before: str = "", dimension: str = "A1:B2") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def a_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{a_cell("A1", "企业名称")}</row>'
BOMBS = {
    "a sheet of 496 MB": lambda: {SHEET: b"<row/>" * (496 << 20 >> 3)},
    "billion laughs": lambda: {
        SHEET: a_sheet(HEAD + f'<row r="2">{a_cell("A2", "&a15;")}</row>', LAUGHS).encode()
    },
    "quadratic": lambda: {
        SHEET: a_sheet(HEAD + f'<row r="2">{a_cell("A2", "&a;" * 10_000)}</row>', QUADRATIC).encode()
    },
    "a hundred thousand parts": lambda: {f"xl/worksheets/sheet{n}.xml": b"" for n in range(2, 3_000)},
    "a zip inside": lambda: {"xl/inner.zip": b"PK\x03\x04"},
    "a path that climbs": lambda: {"../../evil.xml": b"x"},
    "macros": lambda: {"xl/vbaProject.bin": b"x"},
    "a cell in the last column": lambda: {
        SHEET: a_sheet(HEAD + f'<row r="2">{a_cell("XFD2", "x")}</row>', "", "A1:XFD1048576").encode()
    },
}


def a_workbook(path: Path, parts: dict[str, bytes]) -> Path:
    """A plain workbook with these parts put in or added."""
    plain = path.with_name("plain.xlsx")
    book = openpyxl.Workbook()
    book.active["A1"] = "企业名称"
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            if item.filename not in parts:
                target.writestr(item.filename, source.read(item.filename))
        for name, content in parts.items():
            target.writestr(name, content)
    plain.unlink()
    return path


READ_IT = """
import resource, sys
from pathlib import Path
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.reading import read_table
limit = 2 << 30
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    list(read_table(Path(sys.argv[1]), lambda heading: True).rows())
except BadValueError as bad:
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(bad.reason, int(peak.split()[1]) // 1024)
"""


@pytest.mark.parametrize("name", [n for n in BOMBS if n != "a sheet of 496 MB"])
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    path = a_workbook(tmp_path / "企业.xlsx", BOMBS[name]())
    with pytest.raises(BadValueError):
        list(read_table(path, lambda _: True).rows())


@RELEASE
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_little_memory(tmp_path: Path, name: str) -> None:
    path = a_workbook(tmp_path / "企业.xlsx", BOMBS[name]())
    done = subprocess.run(
        [sys.executable, "-c", READ_IT, str(path)], capture_output=True, text=True, check=True
    )
    reason, mebibytes = done.stdout.split()
    assert reason
    assert int(mebibytes) <= 200


def test_a_sheet_that_claims_a_million_empty_rows_is_read_by_what_is_in_it(tmp_path: Path) -> None:
    sheet = a_sheet(HEAD + f'<row r="2">{a_cell("A2", "湖心百货")}</row>', "", "A1:XFD1048576")
    path = a_workbook(tmp_path / "企业.xlsx", {SHEET: sheet.encode()})
    assert list(read_table(path, lambda _: True).rows()) == [(2, ("湖心百货",))]


def test_a_link_to_another_file_is_not_followed_from_the_inbox(tmp_path: Path, now) -> None:
    from jobs import inbox

    secret = tmp_path / "secret.csv"
    secret.write_text("enterprise_id,name\nE1,x\n", encoding="utf-8")
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "enterprises.csv").symlink_to(secret)
    assert inbox.has_something(folder, now) is False


@pytest.fixture
def firms(session, officer, now, tmp_path):
    """Twenty firms with honest figures, and a function that imports lines about them."""
    a_station(session)
    for number in range(20):
        an_enterprise(
            session,
            enterprise_id=f"E{number}",
            code=None,
            industry_code="6210",
            employees=10 + number,
            revenue_fen=(10 + number) * 20_000_000,
            registered_capital_fen=100_000_000,
            assets_fen=None,
        )

    def bring(*lines: str):
        (tmp_path / "enterprises.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return import_files(session, officer, now, find_sources([tmp_path]), Options())

    return bring


def test_every_slip_of_ten_thousand_is_held_and_honest_changes_pass(firms) -> None:
    slips = [f"E{n},商行{n},{(10 + n) * 20 * 10_000}" for n in range(20)]
    report = firms("enterprise_id,name,revenue_wan", *slips)
    assert (report.total("held"), report.total("changed")) == (20, 0)
    chance = random.Random(3)
    honest = [f"E{n},商行{n},{(10 + n) * 20 * chance.uniform(0.3, 3):.1f}" for n in range(20)]
    report = firms("enterprise_id,name,revenue_wan", *honest)
    assert (report.total("held"), report.total("changed")) == (0, 20)


def test_a_slip_without_a_last_value_shows_by_the_revenue_of_each_of_the_staff(firms) -> None:
    report = firms("enterprise_id,name,employees,revenue_yuan", "N1,新店,12,240", "N2,新店二,12,2400000")
    assert (report.total("held"), report.total("new")) == (1, 1)
    assert [problem.reason for problem in report.problems] == ["revenue_a_head"]


def test_a_size_that_jumps_by_two_classes_is_held(firms) -> None:
    report = firms("enterprise_id,name,employees,revenue_wan", "E1,商行1,400,30000", "E2,商行2,14,260")
    assert [problem.reason for problem in report.problems] == ["size_jump"]


TRIGGERS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
)
FIELDS = ("name", "scope", "address", "floor", "owner_group", "contact_name")


@pytest.mark.parametrize("cells", [150, pytest.param(10_000, marks=RELEASE)])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_nothing_in_an_export_runs_and_everything_comes_back(
    session, officer, now, tmp_path, form: str, cells: int
) -> None:
    a_station(session)
    chance = random.Random(cells)
    for number in range(cells // len(FIELDS)):
        told = {name: f"{chance.choice(TRIGGERS)}{number}" for name in FIELDS}
        an_enterprise(session, enterprise_id=f"E{number}", code=a_code(number), building_id=None, **told)
    path = tmp_path / f"enterprises.{form}"
    write_kind(session, now, "enterprises", path)
    if form == "xlsx":
        book = openpyxl.load_workbook(path)
        kinds = {cell.data_type for line in book.active.iter_rows() for cell in line}
        assert "f" not in kinds
    else:
        text = path.read_text(encoding="utf-8-sig")
        assert not [
            cell
            for line in text.split("\r\n")
            for cell in line.split(",")
            if cell[:1] in "=+-@＝＋－＠" and cell
        ]
    before = _texts(session)
    report = import_files(session, officer, now, find_sources([path]), Options())
    assert report.refusals == 0
    assert _texts(session) == before


def _texts(session) -> list[tuple[str, ...]]:
    """What people wrote, without blanks at the ends: those the importer takes off."""
    session.expire_all()
    rows = session.scalars(sa.select(Enterprise).order_by(Enterprise.enterprise_id))
    return [tuple(getattr(row, name).strip() for name in FIELDS) for row in rows]
