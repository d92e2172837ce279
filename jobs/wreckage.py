"""Where the traces of unforeseen errors go: a private file beside the data, never the screen."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FILE = "errors.log"


def keep(trace: str) -> Path | None:
    """Append `trace` to the file in QIANXIAN_HOME, or in the system's temporary folder if there is none.

    None if neither can be written to.
    """
    home = Path(os.environ.get("QIANXIAN_HOME", "var")).absolute()
    place = home / FILE if home.is_dir() else Path(tempfile.gettempdir()) / f"qianxian-{os.getuid()}-{FILE}"
    try:
        with os.fdopen(
            os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600), "a"
        ) as file:
            file.write(trace + "\n")
    except OSError:
        return None
    return place
