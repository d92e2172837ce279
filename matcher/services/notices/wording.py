"""A notice in words: its blanks filled with what this reader may see, at the moment of reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.notice import LOCAL
from matcher.messages import catalogue, say
from matcher.services import enterprises
from matcher.storage.notices import NoticeLine


def names(session: Session, reader: Actor, lines: Sequence[NoticeLine]) -> Mapping[str, str]:
    """The names of enterprises in these notices that the reader may read, by id. One query."""
    wanted = {
        value["firm"]
        for line in lines
        for value in line.blanks.values()
        if isinstance(value, dict) and "firm" in value
    }
    if not wanted:
        return {}
    return {key: card.name for key, card in enterprises.cards(session, reader, wanted).items()}


def worded(line: NoticeLine, known: Mapping[str, str], language: str) -> tuple[str, str]:
    """Title and sentence. A kind that this version does not know any more is named plainly."""
    if f"notices.kind.{line.kind}.title" not in catalogue(language):
        return say("notices.unknown", language), line.kind
    blanks = {name: _filled(value, known, language) for name, value in line.blanks.items()}
    title, text = (say(f"notices.kind.{line.kind}.{part}", language, **blanks) for part in ("title", "text"))
    return title, text


def _filled(value: Any, known: Mapping[str, str], language: str) -> Any:
    if not isinstance(value, dict):
        return value
    (form, told), *_ = value.items()
    if form == "firm":
        return known.get(told, say("notices.some_firm", language))
    if form == "word":
        return catalogue(language).get(told, told)
    if form == "moment":
        return datetime.fromisoformat(told).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    return date.fromisoformat(told).isoformat()
