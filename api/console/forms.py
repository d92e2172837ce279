"""What the console's forms send: text fields, of which an empty one means nothing was said."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas.base import Identifier, Words, Yuan
from matcher.domain.need import NeedKind
from matcher.messages import LANGUAGES


class Form(BaseModel):
    """A form; the token against forged requests is checked before and left aside here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _said(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def without_commas(value: Any) -> Any:
    """People write 300,000 and 300 000."""
    if not isinstance(value, str):
        return value
    plain = value.strip().replace(",", "").replace("，", "").replace(" ", "")
    return plain if plain else None


Said = BeforeValidator(_said)


class LoginForm(Form):
    """Name and password."""

    name: Annotated[str, Field(max_length=100)]
    password: Annotated[str, Field(max_length=1000)]
    after: Annotated[str, Field(max_length=1000)] = ""


class LanguageForm(Form):
    """The language to switch to."""

    language: Annotated[str, Field(pattern="^(" + "|".join(LANGUAGES) + ")$")]
    after: Annotated[str, Field(max_length=1000)] = ""


class DraftForm(Form):
    """A need as typed."""

    text: Words
    enterprise_id: Annotated[Identifier | None, Said] = None


class NeedForm(Form):
    """A draft as corrected."""

    enterprise_id: Annotated[Identifier | None, Said] = None
    text: Words
    title: Annotated[Annotated[str, Field(max_length=200)] | None, Said] = None
    kind: Annotated[NeedKind | None, Said] = None
    amount_yuan: Annotated[Yuan | None, BeforeValidator(without_commas)] = None
    quantity: Annotated[Annotated[float, Field(ge=0, le=1e12)] | None, BeforeValidator(without_commas)] = None
    deadline: Annotated[date | None, Said] = None
    published: bool = False
    confirm_duplicate: bool = False
