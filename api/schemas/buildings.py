"""Shapes of merged buildings: pairs that may be one, merges with their evidence."""

from __future__ import annotations

from datetime import datetime

from api.schemas.base import Answer, Body, Identifier, Moment
from matcher.services.building_merges import Candidate
from matcher.storage.enterprises import BuildingMerge


class BuildingMergeBody(Body):
    """Two buildings that are one; `gone` becomes a name of `kept`."""

    kept: Identifier
    gone: Identifier


class BuildingMergeCandidate(Answer):
    """Two buildings that may be one, and what speaks for it: same_name, same_number."""

    kept_id: str
    kept: str
    gone_id: str
    gone: str
    evidence: list[str]

    @classmethod
    def of(cls, found: Candidate) -> BuildingMergeCandidate:
        """From the service's candidate."""
        return cls(
            kept_id=found.kept_id,
            kept=found.kept,
            gone_id=found.gone_id,
            gone=found.gone,
            evidence=list(found.evidence),
        )


class BuildingMergeOut(Answer):
    """A merge: what was moved, on what evidence; `undone_at` once it was taken back."""

    merge_id: str
    kept_id: str
    gone_id: str
    gone: str
    enterprises: int
    evidence: list[str]
    merged_at: Moment
    undone_at: Moment | None

    @classmethod
    def of(cls, row: BuildingMerge) -> BuildingMergeOut:
        """From the row."""
        undone: datetime | None = row.undone_at
        return cls(
            merge_id=row.merge_id,
            kept_id=row.kept_id,
            gone_id=row.gone_id,
            gone=str(row.gone["name"]),
            enterprises=len(row.moved.get("enterprises", [])),
            evidence=row.evidence,
            merged_at=row.merged_at,
            undone_at=undone,
        )


class BuildingMerges(Answer):
    """What may be merged, and what was."""

    candidates: list[BuildingMergeCandidate]
    items: list[BuildingMergeOut]
