"""The folder of outside data: what an evaluation needs from it, said by name where it is absent."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import InvalidInput


def needed(folder: Path | None, *names: str) -> list[Path]:
    """The named files. Raises InvalidInput telling which are not there."""
    if folder is None:
        raise InvalidInput("evaluation.no_folder", files=", ".join(names))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise InvalidInput("evaluation.missing_files", folder=str(folder), files=", ".join(missing))
    return [folder / name for name in names]
