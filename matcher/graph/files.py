"""A snapshot's folder on disk: written beside and renamed, verified whole, opened mapped. No pickles."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from matcher.errors import SnapshotDamaged
from matcher.graph import schema
from matcher.graph.graph import Graph, Lists
from matcher.graph.table import Array, Csr, Strings, Table

MANIFEST: Final = "manifest.json"
FEW_BYTES: Final = 65_536
THREADS: Final = 4  # digests and disk writes leave Python's lock
WRITING: Final = ".writing-"  # prefix of a folder that a writer has not finished

Reached = Callable[[str], None]
Verify = Callable[[Path], object]


def unwatched(_point: str) -> None:
    """Fault tests pass a function that kills the process at a named point."""


def write(
    folder: Path,
    arrays: Mapping[str, Array],
    as_of: datetime,
    about: Mapping[str, Any],
    reached: Reached = unwatched,
) -> str:
    """Write `folder`/<snapshot id> whole or not at all, and return the id. Same input, same bytes, same id.

    `arrays` are named as in schema.files(); `about` goes into the manifest (counts, configuration digest).
    Every file, the folder and its parent are fsynced. An identical snapshot that exists is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder))
    try:
        checksums = _write_arrays(beside, arrays)
        reached("arrays_written")
        snapshot_id = write_manifest(beside, as_of, {**about, "files": checksums})
        sync_folder(beside)
        reached("folder_synced")
        put_in_place(beside, folder / snapshot_id, verify)
        reached("renamed")
        sync_folder(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    reached("parent_synced")
    return snapshot_id


def extended(
    folder: Path, snapshot_id: str, arrays: Mapping[str, Array], reached: Reached = unwatched
) -> str:
    """The same snapshot with some arrays in place of its own, under the id it then has; the old one goes.

    The files that stay are linked, not copied. Whole or not at all, as write.
    """
    before = folder / snapshot_id
    manifest = read_manifest(before)
    if not arrays:
        return snapshot_id
    beside = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder))
    try:
        for name in manifest["files"]:
            if name not in arrays:
                os.link(before / f"{name}.npy", beside / f"{name}.npy")
        fresh = {name: _write_array(beside, name, array) for name, array in arrays.items()}
        about = {
            key: value for key, value in manifest.items() if key not in ("snapshot_id", "as_of", "format")
        }
        as_of = datetime.fromisoformat(manifest["as_of"])
        found = write_manifest(beside, as_of, {**about, "files": {**manifest["files"], **fresh}})
        sync_folder(beside)
        reached("folder_synced")
        put_in_place(beside, folder / found, verify)
        reached("renamed")
        sync_folder(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    if found != snapshot_id:
        shutil.rmtree(before, ignore_errors=True)
    return found


def verify(folder: Path) -> dict[str, Any]:
    """Read every byte of one snapshot and return its manifest. Raises SnapshotDamaged saying what is wrong.

    Costs one pass over the files, several at a time: about half a second per gigabyte and core.
    """
    manifest = read_manifest(folder)
    paths = {name: folder / f"{name}.npy" for name in manifest["files"]}
    for path in paths.values():
        if not path.is_file():
            raise SnapshotDamaged("graph.file_missing", snapshot=folder.name, file=path.name)
    largest_first = sorted(paths, key=lambda name: -paths[name].stat().st_size)
    with ThreadPoolExecutor(THREADS) as threads:
        found = dict(zip(largest_first, threads.map(_digest, map(paths.get, largest_first)), strict=True))
    for name, expected in manifest["files"].items():
        if found[name] != expected:
            raise SnapshotDamaged("graph.file_damaged", snapshot=folder.name, file=paths[name].name)
    return manifest


def open_snapshot(folder: Path) -> Graph:
    """Map one snapshot. Reads headers only; call verify first where the bytes are not yet trusted."""
    manifest = read_manifest(folder)
    return graph_of({name: _load(folder, name, dtype) for name, dtype in schema.files().items()}, manifest)


def graph_of(arrays: Mapping[str, Array], manifest: Mapping[str, Any]) -> Graph:
    """The graph of the arrays that schema.files() names."""
    return Graph(
        snapshot_id=manifest["snapshot_id"],
        as_of=datetime.fromisoformat(manifest["as_of"]),
        manifest=manifest,
        tables={name: _table(arrays, name) for name in schema.TABLES},
        deals=_csr(arrays, "deals"),
        customers=_csr(arrays, "customers"),
        relations=_csr(arrays, "relations"),
        terms=arrays["terms"],
        idf=arrays["idf"],
        common=arrays["common"],
        common_rows=arrays["common_rows"],
        supply=arrays["supply"],
        chain=arrays["chain"],
        hop=arrays["hop"],
        past=arrays["past"],
        lists=Lists(*(arrays[name] for name in schema.LISTS)),
    )


def _write_arrays(folder: Path, arrays: Mapping[str, Array]) -> dict[str, str]:
    """Write every array, some at a time, for the disk's sake and the digests'. Gives the digests by name."""
    largest_first = sorted(schema.files(), key=lambda name: (-arrays[name].nbytes, name))
    with ThreadPoolExecutor(THREADS) as threads:
        written = threads.map(lambda name: _write_array(folder, name, arrays[name]), largest_first)
        found = dict(zip(largest_first, written, strict=True))
    return dict(sorted(found.items()))


def _write_array(folder: Path, name: str, array: Array) -> str:
    dtype = schema.files()[name]
    path = folder / f"{name}.npy"
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array, dtype=dtype), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return _digest(path)


def write_manifest(folder: Path, as_of: datetime, about: Mapping[str, Any]) -> str:
    """The id carries a digest of the manifest, so that no manifest fits another folder's data."""
    body = {**about, "format": schema.FORMAT, "as_of": as_of.isoformat()}
    snapshot_id = f"{as_of:%Y%m%dT%H%M%SZ}-{_fingerprint(body)}"
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump({**body, "snapshot_id": snapshot_id}, file, ensure_ascii=False, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return snapshot_id


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, if it is whole and belongs to this folder. Raises SnapshotDamaged."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        body = {key: value for key, value in manifest.items() if key != "snapshot_id"}
        snapshot_id = manifest["snapshot_id"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise SnapshotDamaged("graph.manifest_unreadable", snapshot=folder.name) from None
    if body.get("format") != schema.FORMAT:
        raise SnapshotDamaged("graph.other_format", snapshot=folder.name, value=body.get("format"))
    if snapshot_id != folder.name or not folder.name.endswith(_fingerprint(body)):
        raise SnapshotDamaged("graph.manifest_damaged", snapshot=folder.name)
    if "base" not in body and set(body.get("files", ())) != set(schema.files()):
        raise SnapshotDamaged("graph.manifest_damaged", snapshot=folder.name)
    return manifest


def _fingerprint(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _load(folder: Path, name: str, dtype: str) -> Array:
    """One array, mapped read-only; its dtype is the schema's, so no object, and no pickle, is ever read."""
    path = folder / f"{name}.npy"
    try:
        mapped = _mapped(path)
        length = int.from_bytes(mapped[8:10], "little")
        found, order, shape = _header(mapped[: 10 + length])
        if found != np.dtype(dtype) or order:
            raise ValueError(found)
        size = int(np.prod(shape))
        if len(mapped) != 10 + length + size * found.itemsize:
            raise ValueError(len(mapped))
        # A plain view: np.memmap costs microseconds a touch.
        return np.frombuffer(mapped, found, size, 10 + length).reshape(shape)
    except (OSError, ValueError, EOFError, SyntaxError, TypeError):
        raise SnapshotDamaged("graph.file_damaged", snapshot=folder.name, file=path.name) from None


def _mapped(path: Path) -> bytes | mmap.mmap:
    """The file's bytes: read where they are few, as a mapping keeps a file handle, else mapped."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= FEW_BYTES:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@lru_cache(maxsize=2_048)
def _header(head: bytes) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """What the first bytes of a .npy of version 1 say: dtype, Fortran order, shape."""
    reading = BytesIO(head)
    if np.lib.format.read_magic(reading) != (1, 0):
        raise ValueError(head[:8])
    shape, order, dtype = np.lib.format.read_array_header_1_0(reading)
    return dtype, order, shape


def _table(arrays: Mapping[str, Array], name: str) -> Table:
    columns: dict[str, Array | Strings] = {}
    for column, dtype in schema.TABLES[name].items():
        key = f"{name}.{column}"
        text = dtype == schema.TEXT
        columns[column] = Strings(arrays[f"{key}.blob"], arrays[f"{key}.offsets"]) if text else arrays[key]
    indexed = name in schema.INDEXED
    words = _csr(arrays, f"{name}.words") if indexed else None
    postings = _csr(arrays, f"{name}.postings") if indexed else None
    return Table(name, columns, arrays[f"{name}.by_id"], words, postings)


def _csr(arrays: Mapping[str, Array], name: str) -> Csr:
    return Csr(*(arrays[f"{name}.{part}"] for part in ("indptr", "indices", "data")))


def put_in_place(beside: Path, final: Path, whole: Callable[[Path], object]) -> None:
    """Give a finished folder its name. An identical one that is there and `whole` is kept."""
    if not final.exists():
        beside.rename(final)
        return
    try:
        whole(final)
    except SnapshotDamaged:
        final.rename(beside.with_name(beside.name + "-damaged"))
        beside.rename(final)


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable: without it a power cut brings the old ones back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
