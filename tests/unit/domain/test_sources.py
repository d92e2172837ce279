"""Promises about the tables of facts: each says where it comes from, and says it truly."""

import tomllib
from importlib import resources
from pathlib import Path

from matcher.domain import tables

FOLDER = resources.files("matcher.domain").joinpath("facts")
SOURCES = tomllib.loads(FOLDER.joinpath("sources.toml").read_text(encoding="utf-8"))
REQUIRED = {"file", "what", "source", "edition", "country", "licence", "derived", "rows"}


def test_every_table_names_its_source_edition_and_country():
    files = {entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".csv")}
    assert {entry["file"] for entry in SOURCES.values()} == files
    assert all(set(entry) == REQUIRED for entry in SOURCES.values())


def test_the_row_counts_are_those_of_the_tables():
    for entry in SOURCES.values():
        assert len(list(tables.rows(entry["file"]))) == entry["rows"], entry["file"]


def test_every_derivation_names_a_script_that_is_there_or_says_that_it_was_typed():
    root = Path(__file__).parents[3]
    for entry in SOURCES.values():
        script = entry["derived"].split(":")[0].split()[0]
        assert script in {"typed", "by"} or (root / script).is_file(), entry["file"]
