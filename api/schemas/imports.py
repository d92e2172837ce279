"""Shapes of imports over HTTP: the form, the report."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, WithJsonSchema
from werkzeug.datastructures import FileStorage

from api.schemas.base import Answer, Moment
from matcher.domain.job import RunState
from matcher.storage.leases import Run

Uploaded = Annotated[InstanceOf[FileStorage], WithJsonSchema({"type": "string", "format": "binary"})]


class ImportForm(BaseModel):
    """A file (CSV, XLSX, JSON lines) of one kind of rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Uploaded
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
    """What an import did."""

    import_id: str
    state: RunState
    finished_at: Moment | None
    applied: bool
    dry_run: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    held: int
    refused: int
    files: list[FileCounts]
    problems: list[RowProblem]
    more_problems: int

    @classmethod
    def of(cls, run: Run, language: str) -> ImportOut:
        """From the kept run, its sentences in one language."""
        told: dict[str, Any] = dict(run.outcome[language])
        return cls.model_validate(
            {**told, "import_id": run.run_id, "state": RunState(run.state), "finished_at": run.finished_at}
        )
