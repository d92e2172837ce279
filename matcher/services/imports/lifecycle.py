"""The steps of an import: received, checked beside the rows, promoted chunk by chunk; or cancelled, failed.

Each function is one or a few short transactions. After `check` said that the import is to be
promoted, `promote_next` is called until it has nothing left; whoever finds the import so later, after
a crash, does the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.imports import CANCELLABLE, ImportState
from matcher.errors import Conflict, NotFound
from matcher.messages import LANGUAGES
from matcher.services.imports.chunks import Chunk
from matcher.services.imports.importing import Importing, Options, Source
from matcher.services.imports.mapping import ColumnMap, as_plain, from_plain
from matcher.services.imports.problems import Problem
from matcher.services.imports.promoting import promote
from matcher.services.imports.report import Report
from matcher.services.imports.staging import CancelledError, Staging, still_mine
from matcher.services.imports.store import Store
from matcher.storage import imports, journal
from matcher.storage.imports import Import
from matcher.storage.transactions import is_away

# Where an import comes from: the files of a command are whoever's who gave it, the others are kept by us.
COMMAND: Final = "command"
UPLOAD: Final = "upload"
INBOX: Final = "inbox"
SWEPT_AT_ONCE: Final = 20
AT_ONCE: Final = timedelta()
COUNTS: Final = ("new", "changed", "unchanged", "held", "refused")


@dataclass(frozen=True)
class Hand:
    """Who works at an import: a name for others to see, and a clock."""

    name: str
    clock: Callable[[], datetime]


def receive(
    session: Session, actor: Actor, now: datetime, sources: Sequence[Source], options: Options, origin: str
) -> Import:
    """Take an import on; nothing is read yet. Raises Forbidden."""
    require(actor, "imports.write")
    row = Import(
        import_id=secrets.token_hex(16),
        origin=origin,
        account_id=actor.account_id,
        role=actor.role.value,
        scope=actor.scope,
        state=ImportState.RECEIVED.value,
        attempt=0,
        files=[{"path": str(one.path), "name": one.name, "kind": one.kind} for one in sources],
        options=_plain_options(options),
        done=0,
        total=0,
        report={},
        cancel_requested=False,
        received_at=now,
    )
    session.add(row)
    session.flush()
    return row


def check(store: Store, hand: Hand, import_id: str, options: Options) -> Report:
    """Read and check the files whole into the staging area. Afterwards the import is to be promoted,
    or it has ended: refused rows, a dry run, somebody cancelled it.

    `options` are those it was received with, with a progress. Raises Conflict if another hand has it.
    """
    actor, sources, attempt = _begin(store, hand, import_id)
    sweep_chunks(store, import_id)  # what an earlier attempt left
    report = Report(options.limit, options.dry_run)
    staging = Staging(store, import_id, attempt, hand.clock)
    try:
        Importing(store, actor, options, report, staging).run(sources)
        wanted = (options.takes_good_rows or report.refusals == 0) and not options.dry_run
        _checked(store, hand, (import_id, attempt), report, wanted)
    except CancelledError:
        report.cancelled = True
        _end(store, hand, (import_id, attempt), ImportState.CANCELLED, report)
    except BaseException as error:
        told = Report(options.limit, options.dry_run)
        told.add([Problem(", ".join(one.name for one in sources), 0, "", "", "check_broke_off")])
        _break_off(store, hand, (import_id, attempt), None if is_away(error) else told)
        raise
    return report


def _begin(store: Store, hand: Hand, import_id: str) -> tuple[Actor, list[Source], int]:
    with store.writing() as session:
        row = imports.locked(session, import_id)
        if row is None or row.state not in CANCELLABLE:
            raise Conflict("imports.taken_over", import_id=import_id)
        row.state = ImportState.CHECKING.value
        row.attempt += 1
        row.holder = hand.name
        row.done = row.total = 0
        row.stage_began_at = row.beat_at = hand.clock()
        sources = [Source(Path(one["path"]), one["name"], one["kind"]) for one in row.files]
        return actor_of(row), sources, row.attempt


def _checked(store: Store, hand: Hand, mine: tuple[str, int], report: Report, wanted: bool) -> None:
    """The last moment at which the import can still be cancelled or fail."""
    if not wanted:
        state = ImportState.SUCCEEDED if report.dry_run else ImportState.FAILED
        return _end(store, hand, mine, state, report)
    with store.writing() as session:
        row = still_mine(imports.locked(session, mine[0]), mine[1])
        row.state = ImportState.PROMOTING.value
        row.done, row.total = 0, imports.staged_lines(session, row.import_id)
        row.stage_began_at = row.beat_at = hand.clock()
        row.report = _both(report)
    report.applied = True
    return None


def _end(store: Store, hand: Hand, mine: tuple[str, int], state: ImportState, report: Report | None) -> None:
    with store.writing() as session:
        row = imports.locked(session, mine[0])
        if row is None or row.state != ImportState.CHECKING or row.attempt != mine[1]:
            return
        row.state = state.value
        row.finished_at = hand.clock()
        row.report = {} if report is None else _both(report)
    sweep_chunks(store, mine[0])


def _break_off(store: Store, hand: Hand, mine: tuple[str, int], told: Report | None) -> None:
    """The check broke off (a file that went away, Ctrl-C, a full disk): nothing of it stays but a report.

    No report: the database was to blame, so what can wait does. Where even that cannot be written,
    whoever finds the import later does it.
    """
    with suppress(DBAPIError):
        if told is None:
            recover(store, hand, mine[0])
        else:
            _end(store, hand, mine, ImportState.FAILED, told)


def recover(store: Store, hand: Hand, import_id: str) -> None:
    """Whoever checked this import is gone. A file that we keep waits again; a command's import has failed."""
    with store.writing() as session:
        row = imports.locked(session, import_id)
        if row is None or row.state not in CANCELLABLE:
            return
        if row.origin == COMMAND:
            row.state, row.finished_at = ImportState.FAILED.value, hand.clock()
        elif row.cancel_requested:
            row.state, row.finished_at = ImportState.CANCELLED.value, hand.clock()
        else:
            row.state = ImportState.RECEIVED.value
            return
    sweep_chunks(store, import_id)


def sweep_chunks(store: Store, import_id: str) -> None:
    """Empty the staging area of an import that has ended or begins anew, some chunks a transaction."""
    while True:
        with store.writing() as session:
            if not imports.forget_chunks(session, import_id, SWEPT_AT_ONCE):
                return
        store.rest()


def sweep(store: Store) -> None:
    """Empty the staging areas of imports that ended where there was no room to do it."""
    with store.reading() as session:
        ended = imports.ended_with_chunks(session)
    for import_id in ended:
        sweep_chunks(store, import_id)


def promote_next(
    store: Store, hand: Hand, import_id: str, then: Callable[[Session], None], within: timedelta = AT_ONCE
) -> bool:
    """Write the next chunk into the rows, and more of them until the time `within` is over, in one
    transaction. True while there is one; the last step ends the import.

    `then` is called in the last transaction if the import has changed any row.
    """
    with store.writing() as session:
        began = hand.clock()  # only now: to wait for others is not to hold them up
        row = imports.locked(session, import_id)
        if row is None or row.state != ImportState.PROMOTING:
            return False
        if not _promote_one(session, row, hand):
            _finish(session, row, hand.clock(), then)
            return False
        while hand.clock() - began < within and _promote_one(session, row, hand):
            pass
    return True


def _promote_one(session: Session, row: Import, hand: Hand) -> bool:
    staged = imports.first_chunk(session, row.import_id)
    if staged is None:
        return False
    chunk = Chunk.read(staged.payload)
    done = promote(session, chunk, actor_of(row), row.received_at)
    row.done += staged.lines
    row.holder, row.beat_at = hand.name, hand.clock()
    if done.late or done.unchanged:
        row.report = _with_late(row.report, chunk.file, done.late, done.unchanged)
    session.delete(staged)
    session.flush()
    return True


def _finish(session: Session, row: Import, now: datetime, then: Callable[[Session], None]) -> None:
    row.state = ImportState.SUCCEEDED.value
    row.finished_at = now
    told = row.report[LANGUAGES[0]]
    files = ", ".join(file["file"] for file in told["files"])
    subject = ("files", files, None)
    counts = {name: told[name] for name in COUNTS}
    journal.record(session, actor_of(row), "imports.write", subject, now, **counts)
    if told["new"] + told["changed"]:
        then(session)


def _with_late(report: Mapping[str, Any], file: str, late: Sequence[int], unchanged: int) -> dict[str, Any]:
    """The report after rows had to be held, or were found to be there, at the last moment."""
    told: dict[str, Any] = {}
    for language, said in report.items():
        files = [dict(one) for one in said["files"]]
        one = next(each for each in files if each["file"] == file)
        for counts in (one, said := dict(said)):
            _move(counts, "held", len(late))
            _move(counts, "unchanged", unchanged)
        told[language] = said | {"files": files, "late": [*said.get("late", ()), *late][:1_000]}
    return told


def _move(counts: dict[str, Any], to: str, number: int) -> None:
    """Rows counted as new or changed that became something else."""
    from_new = min(number, counts["new"])
    counts["new"] -= from_new
    counts["changed"] -= number - from_new
    counts[to] += number


def cancel(session: Session, actor: Actor, import_id: str, now: datetime) -> Import:
    """Ask for the end of an import. One that waits ends at once, one that is checked at its next chunk.

    Raises NotFound; Conflict once promotion has begun or the import has ended.
    """
    row = of_sender(session, actor, import_id)
    row = imports.locked(session, row.import_id) or row
    if row.state == ImportState.RECEIVED:
        row.state, row.finished_at = ImportState.CANCELLED.value, now
    elif row.state == ImportState.CHECKING:
        row.cancel_requested = True
    else:
        raise Conflict("imports.not_cancellable", import_id=import_id, state=row.state)
    session.flush()
    return row


def of_sender(session: Session, actor: Actor, import_id: str) -> Import:
    """An import. Raises NotFound for somebody else's and for none, alike."""
    require(actor, "imports.read")
    row = imports.by_id(session, import_id)
    # Nobody else's, the administrator's neither: a report quotes the cells it complains of.
    if row is None or row.account_id != actor.account_id:
        raise NotFound("api.no_such_import", value=import_id)
    return row


def actor_of(row: Import) -> Actor:
    """Whoever sent it: the rows are checked with the sender's rights."""
    return Actor(row.account_id, Role(row.role), row.scope)


def options_of(row: Import) -> Options:
    """The options it was received with."""
    given = dict(row.options)
    column_map = ColumnMap() if given["map"] is None else from_plain(given["map"])
    return Options(given["kind"], column_map, given["dry_run"], given["partial"], given["limit"])


def _plain_options(options: Options) -> dict[str, Any]:
    return {
        "kind": options.kind,
        "map": as_plain(options.column_map),
        "dry_run": options.dry_run,
        "partial": options.takes_good_rows,
        "limit": options.limit,
    }


def _both(report: Report) -> dict[str, Any]:
    return {language: report.as_dict(language) for language in LANGUAGES}
