"""The occupation of vacancies and of classes where none was given: read from titles, marked as such.

A given occupation is never touched. What the station or the firm confirms or corrects is given from then on,
and an example to learn from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import occupation
from matcher.domain.access import Actor, require, require_enterprise
from matcher.domain.occupation import LEAST_CONFIDENCE
from matcher.errors import InvalidInput, NotFound
from matcher.services.partners import own_enterprise
from matcher.storage import events
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Opening, Talent
from matcher.storage.journal import record

if TYPE_CHECKING:
    from matcher.text.occupations.recogniser import Recogniser

Read: TypeAlias = type[Opening] | type[Talent]

CANDIDATES: Final = 5
MOST_EXAMPLES: Final = 5_000
MOST_WISHES: Final = 5  # of a class, that are read
_APART: Final = str.maketrans(dict.fromkeys("；;、/|\n", "，") | {",": "，"})
_KEYS: Final[Mapping[Read, str]] = {Opening: "opening_id", Talent: "talent_id"}


@dataclass(frozen=True)
class Occupation:
    """What a vacancy or a class is, or leads to; `inferred`: nobody gave it, `confidence` tells how sure.

    `code` is None where what was given is no occupation of the classification.
    """

    code: str | None
    name: str
    inferred: bool
    confidence: float | None


@dataclass(frozen=True)
class Vacancy:
    """An opening of a firm with its occupation, and what else it may be."""

    row: Opening
    occupation: Occupation | None
    candidates: Sequence[Occupation]


def unread(session: Session) -> list[tuple[Read, str]]:
    """Vacancies and classes that were never read, or read when they said something else. Two statements."""
    return [
        (mapped, row.key)
        for mapped in _KEYS
        for row in session.execute(_asked_for(mapped))
        if row.occupation_read is None or row.occupation_read["text"] != _text(mapped, row)
    ]


def _asked_for(mapped: Read) -> sa.Select[Any]:
    key = getattr(mapped, _KEYS[mapped])
    told = (Opening.title,) if mapped is Opening else (Talent.major, Talent.wants)
    return sa.select(key.label("key"), mapped.occupation_read, *told).order_by(key)


def _text(mapped: Read, row: Any) -> str:
    """What is read of a row: a vacancy's title; a class's major and what it wants."""
    if mapped is Opening:
        return str(row.title)
    return "，".join(part for part in (row.major, row.wants) if part)


def read(
    session: Session,
    recogniser: Recogniser,
    waiting: Sequence[tuple[Read, str]],
) -> int:
    """Read these and keep what was found beside the text it was read from. Returns how many were told.

    One transaction of the caller's.
    """
    rows = [(mapped, cast(Opening | Talent | None, session.get(mapped, key))) for mapped, key in waiting]
    there = [(mapped, row, _text(mapped, row)) for mapped, row in rows if row is not None]
    found = dict(_found(recogniser, {(mapped is Opening, text) for mapped, _, text in there}))
    for mapped, row, text in there:
        row.occupation_read = {"text": text, "found": found[mapped is Opening, text]}
    session.flush()
    return sum(bool(occupation.codes(None, row.occupation_read)) for _, row, _ in there)


def _found(recogniser: Recogniser, asked: set[tuple[bool, str]]) -> Iterator[tuple[tuple[bool, str], Any]]:
    ordered = sorted(asked)
    parts = [[text] if title else _wishes(text) for title, text in ordered]
    told = recogniser.ranked([part for some in parts for part in some], CANDIDATES)
    for key, some in zip(ordered, parts, strict=True):
        ranked = [next(told) for _ in some]
        yield key, _pairs(ranked[0]) if key[0] else _best(ranked)


def _pairs(ranked: Sequence[Any]) -> list[list[Any]]:
    return [[one.code, one.confidence] for one in ranked]


def _best(ranked: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Of what each wish leads to the likeliest, the surest first."""
    best: dict[str, float] = {}
    for some in ranked:
        for one in some[:1]:
            best[one.code] = max(best.get(one.code, 0.0), one.confidence)
    return [[code, best[code]] for code in sorted(best, key=lambda code: (-best[code], code))]


def _wishes(text: str) -> list[str]:
    parts = (part.strip() for part in text.translate(_APART).split("，"))
    return [part for part in parts if part][: MOST_WISHES + 1]


def learned_from_rows(session: Session) -> tuple[Recogniser, int]:
    """The recogniser with what given occupations teach it, and the number of examples, the newest first."""
    from matcher.text.occupations.recogniser import unlabelled

    query = sa.select(Opening.title, Opening.occupation).where(Opening.occupation.is_not(None))
    query = query.order_by(Opening.updated_at.desc(), Opening.opening_id).limit(4 * MOST_EXAMPLES)
    pairs = ((title, occupation.find(given)) for title, given in session.execute(query) if given)
    known = dict.fromkeys((title, found.code) for title, found in pairs if found is not None)
    examples = list(known)[:MOST_EXAMPLES]
    titles, codes = [title for title, _ in examples], [code for _, code in examples]
    return unlabelled().with_labels(titles, codes), len(examples)


def of_opening(row: Opening) -> Occupation | None:
    """The occupation of a vacancy as it is shown: given, else read surely enough, else None."""
    if row.occupation:
        known = occupation.find(row.occupation)
        code, name = (None, row.occupation) if known is None else (known.code, known.name)
        return Occupation(code, name, False, None)
    return next((one for one in _read(row) if (one.confidence or 0) >= LEAST_CONFIDENCE), None)


def of_talent(row: Talent) -> Occupation | None:
    """What a class leads to, read from its major and wishes; None where it cannot be told."""
    return next((one for one in _read(row) if (one.confidence or 0) >= LEAST_CONFIDENCE), None)


def _read(row: Opening | Talent) -> list[Occupation]:
    found = [] if row.occupation_read is None else row.occupation_read["found"]
    known = ((occupation.get(code), confidence) for code, confidence in found)
    return [Occupation(one.code, one.name, True, sure) for one, sure in known if one is not None]


def vacancies(session: Session, actor: Actor, enterprise_id: str) -> list[Vacancy]:
    """A firm's openings with their occupations, by id. Raises NotFound out of scope."""
    require(actor, "openings.read")
    own_enterprise(session, actor, enterprise_id)
    return [_vacancy(row) for row in events.openings_of(session, [enterprise_id])]


def confirm(session: Session, actor: Actor, opening_id: str, code: str, now: datetime) -> Vacancy:
    """Take `code` (or a name of the classification) as given, with a journal line.

    Raises InvalidInput for what the classification does not know, NotFound.
    """
    require(actor, "openings.write")
    row = session.get(Opening, opening_id)
    owner = None if row is None else session.get(Enterprise, row.enterprise_id)
    if row is None or owner is None:
        raise NotFound("occupations.no_such_opening", value=opening_id)
    require_enterprise(actor, owner.enterprise_id, owner.station_id)
    meant = occupation.find(code)
    if meant is None:
        raise InvalidInput("occupations.unknown", value=code, near=_near(code))
    subject = ("opening", opening_id, owner.enterprise_id)
    record(session, actor, "openings.write", subject, now, before=row.occupation, after=meant.code)
    row.occupation, row.updated_at = meant.name, now
    session.flush()
    return _vacancy(row)


def _near(text: str) -> str:
    return ", ".join(f"{one.code} {one.name}" for one in search(text)[:CANDIDATES])


def search(text: str) -> list[Occupation]:
    """The occupations that a code, a name or a title of everyday speech may mean, best first.

    The first question of a process takes a second of one core.
    """
    from matcher.text.occupations.recogniser import unlabelled

    exact = occupation.find(text)
    ranked = next(unlabelled().ranked([text], 4 * CANDIDATES))
    found = [Occupation(exact.code, exact.name, False, 1.0)] if exact is not None else []
    for one in ranked:
        known = occupation.get(one.code)
        if known is not None and known != exact:
            found.append(Occupation(known.code, known.name, False, one.confidence))
    return found


def _vacancy(row: Opening) -> Vacancy:
    told = of_opening(row)
    return Vacancy(row, told, () if told is not None and not told.inferred else _read(row))
