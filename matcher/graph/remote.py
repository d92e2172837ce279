"""Where snapshots lie for all hosts: a folder that they share (file://) or a bucket (s3://), through fsspec.

The layout is that of a data folder: one folder a snapshot, its manifest last, and CURRENT, which is replaced
only if nobody has replaced it since it was read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from matcher.errors import Misconfigured, NotFound, Unavailable
from matcher.graph import retention
from matcher.graph.files import MANIFEST, sync_folder
from matcher.graph.pointer import CURRENT, Pointer, decode, encode

Tag = str | None  # names one state of CURRENT; None: there is none

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60
_LOCK: Final = ".CURRENT-lock"
_LOST_RACE: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409"})


class Remote(ABC):
    """What both kinds share. Every method raises Unavailable where the place cannot be reached."""

    def __init__(self, url: str, filesystem: Any, root: str, faults: tuple[type[Exception], ...]) -> None:
        self.url = url
        self._files, self._root, self._faults = filesystem, root.rstrip("/"), faults
        self._seen: tuple[Pointer | None, Tag] = (None, None)

    def names(self) -> set[str]:
        """The snapshots that are there, whole or not."""
        with self._reached():
            found = {self._last(entry) for entry in self._list(self._root) if entry["type"] == "directory"}
        return {name for name in found if retention.moment_of(name) is not None}

    def sizes(self, name: str) -> dict[str, int]:
        """The files of one snapshot and their bytes; empty where it is not there."""
        with self._reached():
            listed = self._list(f"{self._root}/{name}")
            return {self._last(entry): int(entry["size"]) for entry in listed if entry["type"] == "file"}

    def upload(self, folder: Path) -> None:
        """Copy a snapshot that was verified here, unless it is there whole. The manifest goes last.

        Raises Unavailable where afterwards not every byte has arrived.
        """
        here = {path.name: path.stat().st_size for path in folder.iterdir()}
        if self.sizes(folder.name) == here:
            return
        data = [name for name in sorted(here) if name != MANIFEST]
        with self._reached():
            self._put(folder, data)
            self._put(folder, [MANIFEST])
        if self.sizes(folder.name) != here:
            raise Unavailable("graph.remote_incomplete", url=self.url, snapshot=folder.name)

    def download(self, name: str, into: Path) -> None:
        """Copy the files of one snapshot into a folder that is there. They are not yet trusted."""
        with self._reached():
            files = sorted(self.sizes(name))
            there = [f"{self._root}/{name}/{file}" for file in files]
            self._files.get(there, [str(into / file) for file in files])

    def put_file(self, path: Path, name: str) -> None:
        """Copy one other file, say ``uploads/NAME``, whole or not at all as far as readers see."""
        with self._reached():
            self._files.put_file(str(path), f"{self._root}/{name}")

    def get_file(self, name: str, path: Path) -> None:
        """Copy one other file here. Raises NotFound."""
        with self._reached():
            try:
                self._files.get_file(f"{self._root}/{name}", str(path))
            except FileNotFoundError:
                raise NotFound("graph.remote_no_file", url=self.url, file=name) from None

    def remove_file(self, name: str) -> None:
        """Remove one other file; harmless where it is gone."""
        with self._reached(), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(f"{self._root}/{name}")

    def manifest(self, name: str) -> bytes:
        """The manifest of one snapshot; empty where there is none."""
        with self._reached():
            try:
                return bytes(self._files.cat_file(f"{self._root}/{name}/{MANIFEST}"))
            except FileNotFoundError:
                return b""

    def remove(self, name: str) -> None:
        """Remove one snapshot, the manifest first, so that a half removed one is none."""
        with self._reached(), contextlib.suppress(FileNotFoundError):
            with contextlib.suppress(FileNotFoundError):
                self._files.rm_file(f"{self._root}/{name}/{MANIFEST}")
            self._files.rm(f"{self._root}/{name}", recursive=True)

    def pointer(self) -> tuple[Pointer | None, Tag]:
        """What CURRENT says (None: missing or broken), and the tag of at latest that state."""
        with self._reached():
            try:
                tag = self._tag()  # first: text that is newer than its tag only costs a refused replacement
                if tag != self._seen[1]:
                    text = self._files.cat_file(self._current).decode("utf-8", "replace")
                    self._seen = decode(text), tag
                return self._seen
            except FileNotFoundError:
                return None, None

    def replace(self, pointer: Pointer, tag: Tag) -> bool:
        """Write CURRENT if it still is in the state `tag`. False where another was faster."""
        with self._reached():
            return self._replace(encode(pointer), tag)

    @property
    def _current(self) -> str:
        return f"{self._root}/{CURRENT}"

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._faults as error:
            detail = str(error) or type(error).__name__
            raise Unavailable("graph.remote_unreachable", url=self.url, detail=detail) from error

    def _list(self, path: str) -> list[dict[str, Any]]:
        try:
            return [one for one in self._files.ls(path, detail=True, refresh=True) if self._last(one)]
        except FileNotFoundError:
            return []

    @staticmethod
    def _last(entry: dict[str, Any]) -> str:
        return str(entry["name"]).rpartition("/")[2]

    @abstractmethod
    def _put(self, folder: Path, names: list[str]) -> None:
        """Copy these files of a snapshot's folder, in this order."""

    @abstractmethod
    def _tag(self) -> Tag:
        """The state of CURRENT now."""

    @abstractmethod
    def _replace(self, text: str, tag: Tag) -> bool:
        """Write CURRENT if it is still in the state of `tag`; whether it was."""


class SharedFolder(Remote):
    """A folder that all hosts mount, say over NFS: what is written is synced, and a lock guards CURRENT."""

    @classmethod
    def at(cls, url: str) -> SharedFolder:
        """The folder of ``file:///PATH``."""
        from fsspec.implementations.local import LocalFileSystem

        return cls(url, LocalFileSystem(), url.removeprefix("file://"), (OSError,))

    def put_file(self, path: Path, name: str) -> None:
        """As in a bucket: under its name once it is whole."""
        there = Path(self._root) / name
        beside = there.with_name(f".{there.name}")
        with self._reached():
            there.parent.mkdir(parents=True, exist_ok=True)
            self._files.put_file(str(path), str(beside))
            sync_folder(beside)
            beside.replace(there)
            sync_folder(there.parent)

    def _put(self, folder: Path, names: list[str]) -> None:
        there = Path(self._root) / folder.name
        there.mkdir(parents=True, exist_ok=True)
        self._files.put([str(folder / name) for name in names], [str(there / name) for name in names])
        for name in names:
            sync_folder(there / name)
        sync_folder(there)
        sync_folder(there.parent)

    def _list(self, path: str) -> list[dict[str, Any]]:
        return [entry for entry in super()._list(path) if not self._last(entry).startswith(".")]

    def _tag(self) -> Tag:
        return hashlib.sha256(self._files.cat_file(self._current)).hexdigest()

    def _replace(self, text: str, tag: Tag) -> bool:
        root = Path(self._root)
        root.mkdir(parents=True, exist_ok=True)
        with (root / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                present = self._tag()
            except FileNotFoundError:
                present = None
            if present != tag:
                return False
            beside = root / f".{CURRENT}-beside"
            with beside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._current)
            sync_folder(root)
        return True


class Bucket(Remote):
    """A bucket of an S3-compatible server: CURRENT is put with If-Match or If-None-Match.

    Keys, region and address come from where every S3 client looks for them (AWS_... variables and files).
    """

    @classmethod
    def at(cls, url: str) -> Bucket:
        """The place of ``s3://BUCKET/PREFIX``. Raises Misconfigured where s3fs is not installed."""
        try:
            from botocore.exceptions import BotoCoreError
            from s3fs import S3FileSystem
        except ImportError:
            raise Misconfigured("graph.s3_not_installed") from None
        for name in ("aiobotocore", "botocore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # where a key was found belongs into no log
        patience = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
        files = S3FileSystem(use_listings_cache=False, skip_instance_cache=True, config_kwargs=patience)
        return cls(url, files, url.removeprefix("s3://"), (OSError, BotoCoreError))

    def _put(self, folder: Path, names: list[str]) -> None:
        there = f"{self._root}/{folder.name}"
        self._files.put([str(folder / name) for name in names], [f"{there}/{name}" for name in names])

    def _tag(self) -> Tag:
        return str(self._files.info(self._current, refresh=True)["ETag"])

    def _replace(self, text: str, tag: Tag) -> bool:
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        try:
            self._files.pipe_file(self._current, text.encode(), **condition)
        except OSError as error:
            if _code(error) in _LOST_RACE:
                return False
            raise
        return True


def _code(error: BaseException) -> str:
    answer = getattr(error.__cause__, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


@cache
def remote(url: str) -> Remote:
    """The place of an address, which Settings has checked: one a process, as an S3 client is dear to make.

    Opens nothing yet; raises Misconfigured.
    """
    return Bucket.at(url) if url.startswith("s3://") else SharedFolder.at(url)
