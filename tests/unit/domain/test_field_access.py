from __future__ import annotations

import csv
from pathlib import Path

import pytest

from matcher.domain import field_access
from matcher.domain.field_access import Audience, Case, Condition, Sight, band, consentable, redact, view

TABLE = Path(field_access.__file__).with_name("facts").joinpath("fields.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
COLUMNS = [name for name in ROWS[0] if name not in ("field", "holder")]
CELLS = [(row["field"], row["holder"], column, row[column]) for row in ROWS for column in COLUMNS]
EVERYTHING = frozenset(Condition)


def audience(column: str) -> Audience:
    return Audience.BANK if column == "bank_with_consent" else Audience(column)


def case(column: str, holder: str, conditions: frozenset[Condition], consented: frozenset[str]) -> Case:
    bank_without = column == "bank"
    return Case(conditions, None if bank_without else consented, sole_trader=holder == "sole_trader")


@pytest.mark.parametrize(("field", "holder", "column", "cell"), CELLS)
def test_each_cell_of_the_table_is_what_the_code_does(field, holder, column, cell):
    unconditional = [word for word in cell.split() if "@" not in word and not word.startswith("consent")]
    base = Sight(unconditional[0]) if unconditional else Sight.NONE
    assert view(field, audience(column), case(column, holder, frozenset(), frozenset())) is base
    for word in cell.split():
        name, _, condition = word.partition("@")
        wanted = {"consent": Sight.FULL, "consent_band": Sight.BAND}.get(name) or Sight(name)
        conditions = frozenset({Condition(condition)}) if condition else frozenset()
        consented = frozenset({field}) if name.startswith("consent") else frozenset()
        assert view(field, audience(column), case(column, holder, conditions, consented)) is wanted
    if cell == "none":
        every = case(column, holder, EVERYTHING, consentable())
        assert view(field, audience(column), every) is Sight.NONE


@pytest.mark.parametrize(("field", "holder", "column", "cell"), CELLS)
def test_a_value_is_told_only_where_the_cell_says_full(field, holder, column, cell):
    shown = redact({field: 23_456_789}, audience(column), case(column, holder, frozenset(), frozenset()))
    told = shown.get(field) == 23_456_789
    assert told == (cell.split()[-1] == "full" or cell == "full")


def test_a_consent_for_one_field_shows_no_other():
    facts = {"revenue": 5_000_000.0, "tax_paid": 90_000.0, "name": "晴川饰品店"}
    shown = redact(facts, Audience.BANK, Case(consented=frozenset({"revenue"}), sole_trader=True))
    assert shown == {"revenue": 5_000_000.0}


def test_a_bank_without_consent_reads_nothing_of_a_firm():
    facts = dict.fromkeys(field_access.fields(), 1)
    facts.pop("counts")
    assert set(redact(facts, Audience.BANK)) <= {"runs"}


def test_a_field_nobody_entered_in_the_table_is_shown_to_nobody():
    assert all(view("salary", one, Case(EVERYTHING, frozenset({"salary"}))) is Sight.NONE for one in Audience)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("employees", 9, "0-9"),
        ("employees", 10, "10-49"),
        ("employees", 1000, "1000+"),
        ("employees", None, None),
        ("tax_grade", "A", "A"),
        ("tax_grade", "M", "not_A"),
        ("revenue", 2_999_999.0, "500000-2999999"),
        ("contact_phone", "13800000000", None),
    ],
)
def test_bands_are_broad(field, value, expected):
    assert band(field, value) == expected


def test_same_building_is_told_as_yes_or_no_only():
    facts = {"building": "望江大厦", "floor": "12"}
    assert redact(facts, Audience.OTHER_FIRM, Case(same_building=True)) == {"building": True, "floor": True}
