"""What went wrong, as RFC 9457 has it, with our own members beside."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class FieldProblem(BaseModel):
    """One wrong value: a JSON pointer into the body, query or form."""

    model_config = ConfigDict(extra="forbid")

    location: str
    pointer: str
    code: str
    detail: str


class Titles(BaseModel):
    """The title in both languages."""

    model_config = ConfigDict(extra="forbid")

    zh: str
    en: str


class Problem(BaseModel):
    """The body of every error (application/problem+json)."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[str, Field(description="A stable address under /v1/problems that explains the code")]
    title: str
    titles: Titles
    status: int
    code: str
    reason: Annotated[str, Field(description="A finer, stable name of what went wrong")]
    detail: str
    remedy: str
    request_id: str
    errors: Annotated[list[FieldProblem] | None, Field(description="Single fields that are wrong")] = None
