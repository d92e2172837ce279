"""What populate has done: counts, who plays which part, and the accounts that the caller should make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.domain.access import Role


@dataclass(frozen=True)
class DemoAccount:
    """An account to create; the caller draws its password. `scope` as in domain.access.Actor."""

    name: str
    role: Role
    scope: str


@dataclass(frozen=True)
class Summary:
    """`counts`: rows by table. `roles`: part in a story -> identifier of the enterprise, product or class.

    `needs`: role of the one who needs -> need_id.
    """

    counts: Mapping[str, int]
    roles: Mapping[str, str]
    needs: Mapping[str, str]
    accounts: tuple[DemoAccount, ...]
