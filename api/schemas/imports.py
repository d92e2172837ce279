"""Shapes of imports over HTTP: the form, the report."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, WithJsonSchema
from werkzeug.datastructures import FileStorage

from api.schemas.base import Answer, Moment
from matcher.domain.imports import ImportState
from matcher.services.uploads import Pace
from matcher.storage.imports import Import

Uploaded = Annotated[InstanceOf[FileStorage], WithJsonSchema({"type": "string", "format": "binary"})]


class ImportForm(BaseModel):
    """A file (CSV, XLSX, JSON lines) of one kind of rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Uploaded
    map: Annotated[
        Uploaded | None, Field(description="TOML or JSON: which of its columns are which of ours")
    ] = None
    kind: Annotated[str | None, Field(max_length=40, description="Else told from the headings")] = None
    dry_run: bool = False
    partial: Annotated[bool, Field(description="Take the good rows although others are refused")] = False


class FileCounts(Answer):
    """Counts of rows of one file."""

    file: str
    kind: str | None
    rows: int
    new: int
    changed: int
    unchanged: int
    held: int
    refused: int


class RowProblem(Answer):
    """One thing that is wrong; `line` 0 is the whole file."""

    file: str
    line: int
    column: str
    value: str
    severity: str
    reason: str
    what: str
    remedy: str


class ImportOut(Answer):
    """How far an import is and, once it was checked, what it does.

    `done` of `total` rows are checked (state `checking`) or written (`promoting`).
    """

    import_id: str
    state: ImportState
    cancel_requested: bool
    received_at: Moment
    finished_at: Moment | None
    done: int
    total: int
    rows_a_second: float | None
    seconds_left: float | None
    applied: bool = False
    dry_run: bool
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    refused: int = 0
    files: list[FileCounts] = []
    problems: list[RowProblem] = []
    more_problems: int = 0

    @classmethod
    def of(cls, row: Import, pace: Pace, language: str) -> ImportOut:
        """From the row, its sentences in one language."""
        told: dict[str, Any] = {name: v for name, v in row.report.get(language, {}).items() if name != "late"}
        how_far = {
            "import_id": row.import_id,
            "state": ImportState(row.state),
            "cancel_requested": row.cancel_requested,
            "received_at": row.received_at,
            "finished_at": row.finished_at,
            "done": row.done,
            "total": row.total,
            "rows_a_second": pace.rows_a_second,
            "seconds_left": pace.seconds_left,
        }
        applied = row.state == ImportState.SUCCEEDED and not row.options["dry_run"]
        given = {"dry_run": row.options["dry_run"]} | told | {"applied": applied}
        return cls.model_validate(how_far | given)
