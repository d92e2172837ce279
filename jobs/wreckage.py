"""Where the traces of unforeseen errors go: a private file beside the data, never the screen."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "errors.log"


def keep(trace: str) -> Path | None:
    """Append `trace` to the file in QIANXIAN_HOME. None if there is no such folder to write to."""
    place = Path(os.environ.get("QIANXIAN_HOME", "var")).absolute() / FILE
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(trace + "\n")
    except OSError:
        return None
    return place
