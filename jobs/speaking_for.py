"""Commands in the name of a role: who `--as ROLE:SCOPE` is, and answers as JSON in the shape of HTTP."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

import click

from jobs.spoken import language
from matcher.domain.access import Actor, Role
from matcher.errors import InvalidInput
from matcher.messages import say

ACCOUNT: Final = "command"
_UNSCOPED: Final = (Role.ADMINISTRATOR, Role.AUDITOR)


class Speaker(click.ParamType[Actor]):
    """``bank:BANK-01``: the role and the scope under whose policy the command runs."""

    name = "ROLE:SCOPE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Actor:
        """The actor. Fails as a wrong command line for an unknown role or a missing scope."""
        role, _, scope = str(value).partition(":")
        if role not in list(Role) or (not scope and Role(role) not in _UNSCOPED):
            known = ", ".join(f"{one.value}:ID" for one in Role if one not in _UNSCOPED)
            self.fail(say("cli.usage.one_of", language(), known=known), param, ctx)
        return Actor(ACCOUNT, Role(role), scope, language())


def read_document(path: Path) -> dict[str, Any]:
    """The JSON object of a file. Raises InvalidInput for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise InvalidInput("cli.not_json", file=str(path), detail=str(error)) from None
    if not isinstance(document, dict):
        raise InvalidInput("cli.not_json", file=str(path), detail=type(document).__name__)
    return document


def as_json(view: Any) -> str:
    """A service's view as HTTP would answer it."""
    return json.dumps(dataclasses.asdict(view), ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot be written as JSON: {value!r}")
