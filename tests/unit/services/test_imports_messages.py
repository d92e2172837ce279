"""Every reason the importer can give stands in both catalogues, with what is wrong and what to do."""

import re
from pathlib import Path

import pytest

from matcher.domain.enterprise import HELD, REFUSED
from matcher.messages import LANGUAGES, catalogue
from matcher.services import imports

FOLDER = Path(imports.__file__).parent
RAISED = re.compile(r'BadValueError\(\s*"([a-z_0-9]+)"')
NAMED = re.compile(
    r'"((?:ignored_column|column_(?!map")|identity_|money_without|unknown_industry|several_|no_such_)\w*)"'
)
REASONS = sorted(
    {
        reason
        for file in FOLDER.glob("*.py")
        for pattern in (RAISED, NAMED)
        for reason in pattern.findall(file.read_text(encoding="utf-8"))
    }
    | {f"code_{verdict.value}" for verdict in REFUSED | HELD}
)


def test_the_reasons_were_found():
    assert len(REASONS) > 50


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_says_what_is_wrong_and_what_to_do(reason, language):
    sentences = catalogue(language)
    assert sentences[f"imports.{reason}.what"]
    assert sentences[f"imports.{reason}.remedy"]


def test_both_languages_fill_the_same_blanks():
    blanks = [
        {
            key: set(re.findall(r"{(\w+)", text))
            for key, text in catalogue(language).items()
            if key.startswith("imports.")
        }
        for language in LANGUAGES
    ]
    by_entry = [{key.rpartition(".")[0]: set() for key in each} for each in blanks]
    for each, entries in zip(blanks, by_entry, strict=True):
        for key, found in each.items():
            entries[key.rpartition(".")[0]] |= found
    assert by_entry[0] == by_entry[1]
    assert blanks[0] == blanks[1]
