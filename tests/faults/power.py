"""A disk that loses power: what a writer has made durable is kept apart from what only seems to be there.

While `recording`, every fsync, rename and mkdir below a folder is noted. A file's bytes survive a cut once
the file was fsynced; its name once its folder was. Whatever else was done may survive or not, by itself.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Cut = Callable[[str], None]


@dataclass
class Disk:
    """`files`: durable bytes by inode; `names`: durable entries by the inode of their folder."""

    root: Path
    files: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Disk:
        """All that is below `root` now is durable."""
        disk = cls(root)
        for folder, _, inside in os.walk(root):
            disk.sync(Path(folder))
            for name in inside:
                disk.sync(Path(folder) / name)
        return disk

    def sync(self, path: Path) -> None:
        """The file's bytes or the folder's names are durable from now on."""
        inode = path.stat().st_ino
        if path.is_dir():
            self.names[inode] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self.files[inode] = path.read_bytes()

    def after_cut(self, target: Path, chance: random.Random | None) -> None:
        """What is found after a cut now: with no `chance` the least, else anything that may be."""
        seen = {path.stat().st_ino: path for path in self.root.rglob("*")}
        self._folder(self.root.stat().st_ino, target, seen | {self.root.stat().st_ino: self.root}, chance)

    def _folder(self, inode: int, target: Path, seen: dict[int, Path], chance: random.Random | None) -> None:
        target.mkdir()
        kept = self.names.get(inode, {})
        if inode in seen and _spared(chance):
            kept = {entry.name: entry.inode() for entry in os.scandir(seen[inode])}
        for name, inner in kept.items():
            if inner in self.names or (inner in seen and seen[inner].is_dir()):
                self._folder(inner, target / name, seen, chance)
            else:
                (target / name).write_bytes(self._bytes(inner, seen, chance))

    def _bytes(self, inode: int, seen: dict[int, Path], chance: random.Random | None) -> bytes:
        durable = self.files.get(inode, b"")
        if inode not in seen or not _spared(chance):
            return durable
        return seen[inode].read_bytes()


def _spared(chance: random.Random | None) -> bool:
    return chance is not None and chance.random() < 0.5


@contextmanager
def recording(disk: Disk, cut: Cut) -> Iterator[None]:
    """Every fsync of this process goes to `disk`; `cut` is called after each step that may matter."""
    lock = threading.RLock()

    def followed(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            with lock:
                done = real(*arguments, **named)
                if name == "fsync":
                    path = Path(f"/proc/self/fd/{arguments[0]}").resolve()
                    if path.is_relative_to(disk.root):
                        disk.sync(path)
                cut(name)
                return done

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "rename", "replace", "mkdir"):
            patch.setattr(os, name, followed(name, getattr(os, name)))
        yield
