"""The browser files are those that vendor.json names, with their licences beside them."""

import json

from bench.provenance.vendor import FOLDER, MANIFEST, differences


def test_committed_files_are_as_vendor_json_says() -> None:
    assert differences() == []


def test_every_package_has_integrity_and_licence() -> None:
    for entry in json.loads(MANIFEST.read_text(encoding="utf-8")):
        assert entry["integrity"].startswith("sha512-")
        short = {"htmx.org": "htmx", "@tabler/core": "tabler", "swagger-ui-dist": "swagger-ui"}[entry["name"]]
        assert (FOLDER / f"{short}.LICENSE.txt").is_file()
