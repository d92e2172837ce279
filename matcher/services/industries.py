"""The industry of an enterprise where none was given: inferred from name and scope, marked as such.

A given industry is never touched. What an officer confirms or corrects is given from then on, and an
example to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import industry
from matcher.domain.access import Actor, require, require_enterprise
from matcher.errors import InvalidInput, NotFound, VersionMismatch
from matcher.storage.enterprises import Enterprise, version_after_inference
from matcher.storage.journal import record
from matcher.storage.tables import table_of

if TYPE_CHECKING:
    from matcher.text.trades.classifier import Inferred, Learned

CHUNK: Final = 2_000
FEWEST_EXAMPLES: Final = 500  # of given industries, before anything is learned from them
MOST_EXAMPLES: Final = 20_000
CANDIDATES: Final = 5
FOUND: Final = 20

Progress = Callable[[int], None]  # rows done


class Unread(NamedTuple):
    """An enterprise whose industry is to be read."""

    enterprise_id: str
    version: int
    name: str
    scope: str | None


@dataclass(frozen=True)
class Candidate:
    """An industry that may be meant, and how sure."""

    code: str
    name: str
    confidence: float


@dataclass(frozen=True)
class View:
    """The industry of one enterprise; `inferred`: nobody gave it; `candidates`: what else it may be."""

    code: str | None
    inferred: bool
    confidence: float | None
    version: int
    candidates: Sequence[Candidate]


def unread(session: Session) -> int:
    """How many enterprises have no given industry and were not read since name or scope changed."""
    return session.scalar(sa.select(sa.func.count()).select_from(Enterprise).where(*_unread())) or 0


def unread_after(session: Session, after: str = "", again: bool = False) -> list[Unread]:
    """The next chunk behind an enterprise's id; none at the end. `again`: those read before, too."""
    columns = [table_of(Enterprise).c[name] for name in Unread._fields]
    wanted = _not_given() if again else _unread()
    query = sa.select(*columns).where(*wanted, Enterprise.enterprise_id > after)
    rows = session.execute(query.order_by(Enterprise.enterprise_id).limit(CHUNK))
    return [Unread(*row) for row in rows]


def read(rows: Sequence[Unread], learned: Learned | None = None) -> list[dict[str, Any]]:
    """The industry of each by name and scope. Needs no database: any process may do it."""
    from matcher.text.trades.classifier import Told, infer

    verdicts = infer([Told(row.name, row.scope or "") for row in rows], learned)
    return [_change(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]


def write(session: Session, changes: Sequence[dict[str, Any]], now: datetime) -> int:
    """Write them down in one short transaction of the caller's; how many have an industry."""
    session.execute(_update(now), changes)
    return sum(change["new_inferred"] for change in changes)


# Read, and too unsure to say: not read again until name or scope change.
UNSURE: Final = -1.0


def _change(row: Unread, verdict: Inferred | None) -> dict[str, Any]:
    return {
        "this_id": row.enterprise_id,
        "seen_version": row.version,
        "new_code": None if verdict is None else verdict.code,
        "new_sure": UNSURE if verdict is None else verdict.confidence,
        "new_inferred": verdict is not None,
    }


def _not_given() -> list[sa.ColumnElement[bool]]:
    return [sa.or_(Enterprise.industry_code.is_(None), Enterprise.industry_inferred.is_(True))]


def _unread() -> list[sa.ColumnElement[bool]]:
    sure = Enterprise.industry_confidence
    return [*_not_given(), sa.or_(sure.is_(None), sure == 0.0)]


def _update(now: datetime) -> sa.Update:
    """Only where the row is still as it was read: an officer who was faster wins."""
    table: Any = Enterprise.__table__
    here = (table.c.enterprise_id == sa.bindparam("this_id"), table.c.version == sa.bindparam("seen_version"))
    return (
        sa.update(table)
        .where(*here)
        .values(
            industry_code=sa.bindparam("new_code"),
            industry_confidence=sa.bindparam("new_sure"),
            industry_inferred=sa.bindparam("new_inferred"),
            **version_after_inference(),
            updated_at=now,
        )
    )


def learned_from_rows(session: Session) -> tuple[Learned | None, int]:
    """A model of the given industries, where there are enough and it beats the phrases on unseen rows.

    Returns it, or None, and the number of examples. Half a minute of one core for 20,000 examples.
    """
    from matcher.text.trades.examples import better_than_phrases

    pairs = list(_examples(session))
    if len(pairs) < FEWEST_EXAMPLES:
        return None, len(pairs)
    return better_than_phrases([told for told, _ in pairs], [code for _, code in pairs]), len(pairs)


def _examples(session: Session) -> Iterator[tuple[Any, str]]:
    from matcher.text.trades.classifier import Told

    given = (
        Enterprise.industry_code.is_not(None),
        Enterprise.industry_inferred.is_(False),
        Enterprise.scope.is_not(None),
    )
    columns = (Enterprise.name, Enterprise.scope, Enterprise.industry_code)
    query = sa.select(*columns).where(*given).order_by(Enterprise.updated_at.desc(), Enterprise.enterprise_id)
    for name, scope, code in session.execute(query.limit(MOST_EXAMPLES)):
        official = None if code is None else industry.normalize(code)
        division = None if official is None else industry.division(official)
        if division is not None:
            yield Told(name, scope or ""), division


def of_enterprise(session: Session, actor: Actor, enterprise_id: str) -> View:
    """The industry of an enterprise in scope, and what its name and scope speak for. Raises NotFound."""
    require(actor, "enterprises.read")
    row = _own(session, actor, enterprise_id)
    sure = (row.industry_confidence or None) if row.industry_inferred else None
    return View(row.industry_code, row.industry_inferred, sure, row.version, _candidates(row))


def confirm(
    session: Session, actor: Actor, enterprise_id: str, version: int | None, code: str, now: datetime
) -> View:
    """Take `code` as given by the station, with a journal line. An example to learn from.

    `version` is the one that was read, None for whatever it is. Raises InvalidInput for a code that
    GB/T 4754-2017 does not know, VersionMismatch, NotFound.
    """
    require(actor, "industries.write")
    row = _own(session, actor, enterprise_id)
    if version is not None and row.version != version:
        raise VersionMismatch("industries.changed_meanwhile", value=enterprise_id, version=row.version)
    official = industry.normalize(code)
    if official is None:
        raise InvalidInput("intake.unknown_industry", value=code)
    subject = ("enterprise", enterprise_id, enterprise_id)
    record(session, actor, "industries.write", subject, now, before=row.industry_code, after=official)
    row.industry_code, row.industry_inferred, row.industry_confidence = official, False, None
    row.updated_at = now
    session.flush()
    return View(official, False, None, row.version, ())


def code_of(text: str) -> str:
    """The code meant by a code or a name of the standard. Raises InvalidInput naming what comes nearest."""
    code = industry.normalize(text) or industry.by_name(text)
    if code is None:
        near = ", ".join(f"{one.code} {one.name}" for one in search(text)[:CANDIDATES])
        raise InvalidInput("industries.unknown", value=text, near=near)
    return code


def search(text: str) -> Sequence[Candidate]:
    """Industries of GB/T 4754-2017 whose names resemble `text` (a code: that one), best first."""
    official = industry.normalize(text)
    exact = None if official is None else industry.get(official)
    if exact is not None:
        return [Candidate(exact.code, exact.name, 1.0)]
    return [
        Candidate(hit.industry.code, hit.industry.name, round(hit.score, 3))
        for hit in industry.search(text, FOUND)
    ]


def _candidates(row: Enterprise) -> list[Candidate]:
    from matcher.text.trades.classifier import Told, ranked

    if not row.industry_inferred and row.industry_code is not None:
        return []
    found = ranked(Told(row.name, row.scope or ""), CANDIDATES)
    named = ((one, industry.get(one.code)) for one in found)
    return [Candidate(one.code, entry.name, one.confidence) for one, entry in named if entry is not None]


def _own(session: Session, actor: Actor, enterprise_id: str) -> Enterprise:
    row = session.get(Enterprise, enterprise_id)
    require_enterprise(actor, enterprise_id, None if row is None else row.station_id)
    if row is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    return row
