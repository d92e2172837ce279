# ruff: noqa: E501  a row of the document is a line
"""The table of fields against the document's own letters, cell by cell.

F full, B band, C with the firm's consent, Cb a band with it, O own objects, G counts, X its existence as a
count, R by relay, - nothing.
Words after @ are conditions. The columns are the document's: anonymous, own, other firm, own station, other
station, bank without and with consent, organizer, administrator.
"""

from __future__ import annotations

import pytest

from matcher.domain.field_access import table

COLUMNS = (
    "anonymous", "own", "other_firm", "own_station", "other_station", "bank", "bank_with_consent",
    "organizer", "administrator",
)  # fmt: skip
WORDS = {"F": "full", "B": "band", "C": "consent", "Cb": "consent_band", "O": "own", "G": "count",
         "X": "exists", "R": "relay", "-": "none"}  # fmt: skip

# (fields, holder): the document's row.
LETTERS = {
    ("name industry", "company"): "- | F | F@listed F@introduced | F | F@listed F@station_match | - | F | F@invitable F@registered | -",
    ("code address status founded_on capital", "company"): "- | F | F@listed F@introduced | F | - | - | F | F@registered | -",
    ("name code address industry status founded_on capital", "sole_trader"): "- | F | C | F | - | - | C | C | -",
    ("building floor", "any"): "- | F | B | F | - | - | C | C | -",
    ("legal_representative", "any"): "- | F | - | F | - | - | C | - | -",
    ("legal_representative_id", "any"): "- | - | - | - | - | - | - | - | -",
    ("contact_name contact_phone", "any"): "- | F | F@introduced | F | R | - | C | C R | -",
    ("employees", "any"): "- | F | B | F | - | G | Cb | B | -",
    ("revenue assets tax_paid", "any"): "- | F | - | F@given B | - | G | C | - | -",
    ("size_class", "any"): "- | F | F@listed | F | B | G | C | F@registered B@invitable | -",
    ("tax_grade", "any"): "- | F | F@published | F@given B | - | G | C | - | -",
    ("blacklist", "any"): "- | F | F | F | - | F@visible | F | - | -",
    ("loan_need_exists", "any"): "- | F | - | F | - | X | C | - | -",
    ("loan_need", "any"): "- | F | - | F | - | G | C | - | -",
    ("refusals", "any"): "- | O | - | B | - | O | O | - | -",
    ("bank_offer", "any"): "- | O | - | F@agreed | - | O | O | - | -",
    ("need_category", "any"): "- | F | F@published | F | B@station_match | - | - | F@registered | -",
    ("need_text", "any"): "- | F | F@published | F | - | - | C | - | -",
    ("visit_notes", "any"): "- | - | - | F | - | - | - | - | -",
    ("offers", "any"): "- | F | F@published | F | F@published | - | C | F@registered | -",
    ("vacancies", "any"): "F@published | F | F@published | F | F@published | - | - | F | -",
    ("people", "any"): "- | C | - | G | - | - | - | C | -",
    ("trade_edges", "any"): "- | O | - | F | - | - | C | - | -",
    ("suggestions", "any"): "- | F | - | F | - | - | C | B@registered | -",
    # To A a count; that B is shown A is B's own suggestion, the row above.
    ("suggested_to", "any"): "- | G | - | F | - | - | - | - | -",
    ("outcome", "any"): "- | O | - | F@agreed B | - | O | O | B | G",
    ("attendance", "any"): "- | O | - | F | - | - | - | O | G",
    ("consent_records", "any"): "- | O | - | F | - | O | O | O | F",
    ("audit_lines", "any"): "- | O | - | O | - | O | O | O | G",
    ("counts", "any"): "- | G | G | F | G | G | G | G | G",
    ("secrets", "any"): "- | O | - | O | - | O | O | O | B",
    ("runs", "any"): "- | B | - | B | - | B | B | B | F",
}  # fmt: skip
# Rows that the document does not name: further facts, kept as their nearest relations are.
OURS = {"certificates", "invoice_months", "contract_amount", "patents", "tax_grade_year"}
CELLS = [
    (name, holder, column, letters)
    for (names, holder), row in LETTERS.items()
    for name in names.split()
    for column, letters in zip(COLUMNS, row.split(" | "), strict=True)
]


def spelled(letters: str) -> str:
    """The cell in the words of the file."""
    parts = [cell.partition("@") for cell in letters.split()]
    return " ".join(WORDS[letter] + mark + condition for letter, mark, condition in parts)


@pytest.mark.parametrize(("name", "holder", "column", "letters"), CELLS)
def test_the_file_says_what_the_document_says(name: str, holder: str, column: str, letters: str) -> None:
    assert table()[name, holder, column] == spelled(letters)


def test_no_field_is_in_the_file_that_nobody_has_looked_up() -> None:
    looked_up = {name for name, _, _, _ in CELLS}
    assert {name for name, _, _ in table()} - looked_up == OURS
