"""qianxian keys create, list, revoke, password."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import click
from sqlalchemy.orm import Session

from jobs.ledger import SYSTEM
from jobs.spoken import Spoken, SpokenGroup, language, tell
from jobs.wiring import wire
from matcher.domain.access import Role
from matcher.errors import Conflict
from matcher.messages import say


class KeyCommand(Spoken):
    """A command under `keys`."""

    @property
    def key(self) -> str:
        """``cli.keys.<command>``."""
        return f"cli.keys.{self.name}"


@click.group(cls=SpokenGroup)
def keys() -> None:
    """Access for people and programs."""


@keys.command("create", cls=KeyCommand)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--scope", default="", metavar="ID")
@click.option("--name", metavar="NAME")
@click.option("--days", type=click.IntRange(min=1), metavar="N")
def create(role: str, scope: str, name: str | None, days: int | None) -> None:
    """Make a key, and the account it belongs to if there is none of that name. It is shown once."""
    from matcher.services import access

    wiring = wire()
    now = wiring.clock()
    label = f"{role}-{scope}".rstrip("-") if name is None else name
    with wiring.transactions.begin() as session:
        account_id = _account(session, label, (Role(role), scope), now)
        expires = None if days is None else now + timedelta(days=days)
        made = access.create_key(session, SYSTEM, account_id, now, expires)
    tell("cli.keys.made", name=label, role=role, scope=scope, prefix=made.prefix)
    click.echo(made.token)


@keys.command("list", cls=KeyCommand)
def list_keys() -> None:
    """All keys, without their secrets."""
    from matcher.services import access

    wiring = wire()
    with wiring.views() as session:
        for key, account in access.list_keys(session, SYSTEM):
            tell(
                "cli.keys.line",
                prefix=key.prefix,
                name=account.name,
                role=account.role,
                scope=account.scope,
                created=_day(key.created_at),
                expires=_day(key.expires_at),
                revoked=_day(key.revoked_at),
            )


@keys.command("revoke", cls=KeyCommand)
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """End a key at once."""
    from matcher.services import access

    wiring = wire()
    with wiring.transactions.begin() as session:
        access.revoke_key(session, SYSTEM, prefix, wiring.clock())
    tell("cli.keys.revoked", prefix=prefix)


@keys.command("password", cls=KeyCommand)
@click.argument("name")
def password(name: str) -> None:
    """Give an account the password with which it enters the console; asked for, never an argument."""
    from matcher.services import access

    wiring = wire()
    with wiring.transactions.begin() as session:
        access.set_password(session, SYSTEM, name, _typed(), wiring.clock())
    tell("cli.keys.password_set", name=name)


def _typed() -> str:
    """Typed twice unseen at a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    ask, again = (say(f"cli.keys.password_{which}", language()) for which in ("ask", "again"))
    typed: str = click.prompt(ask, hide_input=True, confirmation_prompt=again)
    return typed


def _account(session: Session, name: str, rights: tuple[Role, str], now: datetime) -> str:
    """The account of this name, made if there is none. One with other rights is not silently reused."""
    from matcher.services.access import NewAccount, create_account
    from matcher.storage import accounts

    found = accounts.by_name(session, name)
    if found is None:
        return create_account(session, SYSTEM, NewAccount(name, *rights), now).account_id
    if (found.role, found.scope) != rights:
        raise Conflict("cli.account_differs", name=name, role=found.role, scope=found.scope)
    return found.account_id


def _day(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d}"
