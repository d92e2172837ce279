"""Fetch the browser files that the console ships, from the npm registry, and check what is committed.

python bench/provenance/vendor.py            fetch, check against vendor.json, unpack
python bench/provenance/vendor.py --pin      the same, and write what was fetched into vendor.json
python bench/provenance/vendor.py --check    only compare the committed files with vendor.json
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "api" / "console" / "static" / "vendor"
MANIFEST = FOLDER / "vendor.json"


def sha512(content: bytes) -> str:
    """As npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def read_manifest() -> list[dict[str, Any]]:
    """One entry a package: name, version, integrity, licence, and the files taken from it."""
    entries: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return entries


def differences() -> list[str]:
    """Committed files that are missing, changed, or named by no entry."""
    named = {file["name"]: file["sha512"] for entry in read_manifest() for file in entry["files"]}
    found = {
        path.name: sha512(path.read_bytes())
        for path in FOLDER.iterdir()
        if path != MANIFEST and not path.name.endswith(".LICENSE.txt")
    }
    return sorted(name for name in named.keys() | found.keys() if named.get(name) != found.get(name))


def fetch(entry: dict[str, Any], *, pin: bool) -> None:
    """Download one package with npm, check it, take its files."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "npm",
            "pack",
            f"{entry['name']}@{entry['version']}",
            "--json",
            "--pack-destination",
            folder,
        ]
        subprocess.run(command, check=True, capture_output=True)
        archive = next(Path(folder).glob("*.tgz"))
        integrity = sha512(archive.read_bytes())
        if pin:
            entry["integrity"] = integrity
        if integrity != entry["integrity"]:
            raise SystemExit(f"{entry['name']}: {integrity} is not {entry['integrity']}")
        with tarfile.open(archive) as package:
            for file in entry["files"]:
                take(package, file, pin=pin)


def take(package: tarfile.TarFile, file: dict[str, str], *, pin: bool) -> None:
    """Unpack one file, without the pointer to a source map that we do not ship."""
    member = package.extractfile(f"package/{file['source']}")
    assert member is not None, file["source"]
    lines = member.read().splitlines(keepends=True)
    content = b"".join(line for line in lines if b"sourceMappingURL" not in line or len(line) > 200)
    if pin:
        file["sha512"] = sha512(content)
    (FOLDER / file["name"]).write_bytes(content)


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    entries = read_manifest()
    if not options.check:
        for entry in entries:
            fetch(entry, pin=options.pin)
        MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    wrong = differences()
    print("\n".join(wrong) if wrong else "all files are as vendor.json says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
