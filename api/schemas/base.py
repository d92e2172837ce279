"""The parents of all wire shapes, and values of fixed form: moments, money, counts in queries."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Protocol, Self

from flask import Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

LONGEST_NEED: Final = 4_000
IDENTIFIER: Final = r"^[^\x00-\x1f\x7f]{1,100}$"


class Body(BaseModel):
    """A JSON body: unknown members are refused, and no value is read as another kind's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """A query string: unknown names are refused; values come as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A JSON answer: every member is always there, null where unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _plain_digits(value: Any) -> Any:
    """Python reads "1_000" and full-width digits as numbers; we do not."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) is None:
        raise ValueError("not a plain number")
    return value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _has_words(value: str) -> str:
    if not value.strip():
        raise ValueError("only spaces")
    return value


Count = Annotated[int, BeforeValidator(_plain_digits)]
Moment = Annotated[
    datetime,
    PlainSerializer(_moment, return_type=str, when_used="json"),
    Field(json_schema_extra={"format": "date-time"}),
]
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_NEED), AfterValidator(_has_words)]
Yuan = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,13}(\.[0-9]{1,2})?$",
        description="Yuan as text, e.g. 300000.00",
        examples=["300000.00"],
    ),
]


def fen(yuan: str | None) -> int | None:
    """Yuan as text to whole fen."""
    return None if yuan is None else int(Decimal(yuan) * 100)


def yuan(amount_fen: int | None) -> str | None:
    """Whole fen to yuan as text with two digits."""
    return None if amount_fen is None else f"{Decimal(amount_fen) / 100:.2f}"


class Stamped(Answer):
    """An answer read from the graph says which snapshot it is from and how fresh that is."""

    snapshot_id: str
    as_of: Moment


class View(Protocol):
    """A service's frozen value whose fields are those of the wire."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Shown(Answer):
    """A part of an answer that has the shape of a service's view; the command line prints the same."""

    @classmethod
    def of(cls, view: View) -> Self:
        """From the view."""
        return cls.model_validate(asdict(view))


class StampedShown(Stamped):
    """An answer from the graph that has the shape of a service's view."""

    @classmethod
    def of(cls, view: View) -> Self:
        """From the view."""
        return cls.model_validate(asdict(view))


def answer(model: BaseModel, status: int = 200, **headers: str) -> Response:
    """Write an answer once, without checking it a second time."""
    response = Response(model.model_dump_json(), status, mimetype="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
