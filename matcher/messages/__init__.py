"""The catalogues: every sentence a person reads, once in Chinese and once in English.

A key is ``file.table.name``; an entry is a sentence with ``{blanks}``, or for an error a table
``{what, remedy}``. Tests hold both languages to the same keys and the same blanks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from matcher.errors import MatcherError

LANGUAGES: Final = ("zh", "en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of one language by full key. Reads the files once a process."""
    folder = resources.files(__name__).joinpath(language)
    sentences: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
            sentences.update(_flatten(file.name.removesuffix(".toml"), tables))
    return sentences


def say(key: str, language: str, /, **params: object) -> str:
    """The sentence of `key` in `language`, its blanks filled. Raises KeyError for an unknown key."""
    return catalogue(language)[key].format_map(params)


def explain(error: MatcherError, language: str) -> tuple[str, str]:
    """What went wrong and what to do about it, for a person."""
    sentences = catalogue(language)
    what = sentences.get(f"{error.reason}.what", sentences[f"errors.{error.code}.what"])
    remedy = sentences.get(f"{error.reason}.remedy", sentences[f"errors.{error.code}.remedy"])
    return what.format_map(error.params), remedy.format_map(error.params)


def _flatten(prefix: str, tables: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tables.items():
        key = f"{prefix}.{name}"
        flat.update(_flatten(key, value) if isinstance(value, dict) else {key: str(value)})
    return flat
