"""Cells that cannot run: what a spreadsheet would take for a formula gets an apostrophe in front."""

from __future__ import annotations

import re
from typing import Any, Final

# Also text that already looks guarded, so that taking one apostrophe off gives the original back.
_TRIGGER: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def safe_cell(value: Any) -> Any:
    """Text that begins like a formula with ``'`` in front (the importer takes it off)."""
    return f"'{value}" if isinstance(value, str) and _TRIGGER.match(value) else value
