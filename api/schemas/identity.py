"""Shapes of merges and splits."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Identifier, Moment
from matcher.services.identity import Evidence, Ground, NewFile
from matcher.storage.identities import IdentityChange

Said = Annotated[str, Field(min_length=2, max_length=500)]
Identifiers = Annotated[list[Identifier], Field(max_length=1_000)]


class MergeBody(Body):
    """Which file is joined to this one, and what shows that both are one enterprise."""

    other_id: Identifier
    evidence_kind: Evidence
    evidence: Annotated[
        Said, Field(description="Where it is to be found: number of the licence, day of the visit")
    ]

    def ground(self) -> Ground:
        """As the service takes it."""
        return Ground(self.evidence_kind, self.evidence)


class SplitBody(Body):
    """The enterprise that is parted off, and what goes with it."""

    name: Annotated[str, Field(min_length=2, max_length=200)]
    code: Annotated[str | None, Field(max_length=18)] = None
    offers: Identifiers = []
    needs: Identifiers = []
    deals: Identifiers = []
    openings: Identifiers = []
    evidence_kind: Evidence
    evidence: Said

    def new_file(self) -> NewFile:
        """As the service takes it."""
        takes = {kind: getattr(self, kind) for kind in ("offers", "needs", "deals", "openings")}
        return NewFile(self.name, self.code, takes)

    def ground(self) -> Ground:
        """As the service takes it."""
        return Ground(self.evidence_kind, self.evidence)


class IdentityChangeOut(Answer):
    """A merge or a split."""

    change_id: str
    kind: str
    kept_id: str
    other_id: str
    evidence: str
    moved: int
    made_at: Moment
    undone_at: Moment | None

    @classmethod
    def of(cls, row: IdentityChange) -> Self:
        """From the row."""
        return cls(
            change_id=row.change_id,
            kind=row.kind,
            kept_id=row.kept_id,
            other_id=row.other_id,
            evidence=row.evidence,
            moved=len(row.moved),
            made_at=row.made_at,
            undone_at=row.undone_at,
        )


class SameName(Answer):
    """Another own file under the same name: perhaps the same enterprise, perhaps not."""

    enterprise_id: str
    name: str
    code: str | None


class Identity(Answer):
    """What was merged into or split from an enterprise, newest first, and files under the same name."""

    changes: list[IdentityChangeOut]
    same_names: list[SameName]
