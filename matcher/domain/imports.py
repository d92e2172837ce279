"""How far an import is."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ImportState(StrEnum):
    """Received, checked beside the rows, then promoted into them; or one of the other ends.

    Nothing of an import is among the rows before PROMOTING; from there on it always goes through.
    """

    RECEIVED = "received"
    CHECKING = "checking"
    PROMOTING = "promoting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


CANCELLABLE: Final = frozenset({ImportState.RECEIVED, ImportState.CHECKING})
UNDER_WAY: Final = CANCELLABLE | {ImportState.PROMOTING}
