"""Places: the regions of China by code and by name. The table is in regions.py, the reading of text here."""

from __future__ import annotations

from matcher.domain import place_names
from matcher.domain.regions import (
    CITY,
    DISTRICT,
    PLACEHOLDERS,
    PROVINCE,
    STREET,
    Region,
    ancestors,
    below,
    children,
    full_name,
    region,
    within,
)

__all__ = [
    "CITY",
    "DISTRICT",
    "PLACEHOLDERS",
    "PROVINCE",
    "STREET",
    "Region",
    "ancestors",
    "below",
    "children",
    "find",
    "full_name",
    "region",
    "within",
]


def find(text: str) -> Region | None:
    """The most precise region named in a Chinese address or text, or None.

    Suffixes may be missing ("安徽安庆迎江"); a name that several regions share counts only where the
    text names what lies above it, else the answer is what they have in common, if anything.
    """
    code = place_names.find_code(text)
    return None if code is None else region(code)
