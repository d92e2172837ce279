"""qianxian needs draft TEXT."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from enum import Enum

import click

from jobs.spoken import Spoken, SpokenGroup
from jobs.wiring import utc_now


class NeedCommand(Spoken):
    """A command under `needs`."""

    @property
    def key(self) -> str:
        """``cli.needs.<command>``."""
        return f"cli.needs.{self.name}"


@click.group(cls=SpokenGroup)
def needs() -> None:
    """Needs in the officer's words."""


@needs.command("draft", cls=NeedCommand)
@click.argument("text")
def draft(text: str) -> None:
    """Read a text as a need and print what was understood, as JSON. Nothing is stored."""
    from matcher.services.intake import draft as read_draft

    understood = dataclasses.asdict(read_draft(text, utc_now()))
    click.echo(json.dumps(understood, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot be written as JSON: {value!r}")
