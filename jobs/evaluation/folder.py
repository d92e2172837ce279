"""The folder of outside data: what an evaluation needs from it, said by name where it is absent."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import InvalidInput


def needed(folder: Path | None, *names: str) -> list[Path]:
    """The named files: of the folder, or of the one folder directly in it that holds them all, so that the
    folder of all sets serves every evaluation. Raises InvalidInput telling which are not there."""
    if folder is None:
        raise InvalidInput("evaluation.no_folder", files=", ".join(names))
    holders = _holders(folder, names)
    if len(holders) == 1:
        return [holders[0] / name for name in names]
    missing = [name for name in names if not (folder / name).is_file()]
    raise InvalidInput("evaluation.missing_files", folder=str(folder), files=", ".join(missing))


def _holders(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The folder itself where it has all the files, else its folders that do."""
    if _holds(folder, names):
        return [folder]
    return [inner for inner in sorted(folder.glob("*/")) if _holds(inner, names)]


def _holds(folder: Path, names: tuple[str, ...]) -> bool:
    return all((folder / name).is_file() for name in names)
