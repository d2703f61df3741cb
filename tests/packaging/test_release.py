"""What is written for a release, and what is refused."""

import hashlib
import json
from pathlib import Path

import psycopg
import pytest

from kvitto.updates.announcement import parse_announcement
from tests.packaging.scripts import PROJECT, build_module

release = build_module("release")

CHANGELOG = """\
# Changelog

## [Unreleased]

- Not out yet.

## [1.2.0] - 2026-11-29

### Added

- *Tools* can `count`.

## [1.1.0] - 2026-10-01

- Older.

[1.2.0]: https://kvitto.example/
"""


def test_the_changes_of_one_version_are_taken_out() -> None:
    assert release.excerpt(CHANGELOG, "1.2.0") == (
        "2026-11-29",
        "### Added\n\n- *Tools* can `count`.\n",
    )
    assert release.excerpt(CHANGELOG, "1.1.0")[1] == "- Older.\n"
    with pytest.raises(ValueError, match=r"no heading '## \[1\.3\.0\]"):
        release.excerpt(CHANGELOG, "1.3.0")
    with pytest.raises(ValueError, match="Nothing has changed"):
        release.excerpt("## [1.2.0] - 2026-11-29\n\n## [1.1.0] - 2026-10-01\n", "1.2.0")


def test_what_is_announced_is_what_the_program_reads() -> None:
    _day, changes = release.excerpt(CHANGELOG, "1.2.0")
    made = release.announcement("1.2.0", "2026-11-29", "https://kvitto.example/", changes, "normal")
    told = parse_announcement(made)
    assert told.is_newer_than("1.1.9")
    assert told.notes == "Added\n\n- Tools can count."
    long = "".join(f"- Change number {number}.\n" for number in range(1000))
    made = release.announcement("1.2.0", "2026-11-29", "https://kvitto.example/", long, "normal")
    assert parse_announcement(made).notes.endswith(".\n…")
    with pytest.raises(ValueError, match="would refuse"):
        release.announcement("1.2.0", "2026-11-29", "http://kvitto.example/", changes, "normal")


def test_the_sums_are_of_what_is_given_away(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no package"):
        release.checksums(tmp_path)
    for name in ("kvitto_1.2.0-1_amd64.deb", "kvitto-1.2.0-linux.cdx.json", "notes.txt"):
        (tmp_path / name).write_text(name)
    one = hashlib.sha256(b"kvitto-1.2.0-linux.cdx.json").hexdigest()
    assert release.checksums(tmp_path).splitlines()[0] == f"{one}  kvitto-1.2.0-linux.cdx.json"
    assert len(release.checksums(tmp_path).splitlines()) == 2


def test_the_list_of_parts_names_each_with_its_version(tmp_path: Path) -> None:
    module = build_module("build_sbom")
    (tmp_path / "internal/msgspec").mkdir(parents=True)
    (tmp_path / "modules.txt").write_text("aiohttp.client\nkvitto.cli\nsqlalchemy")
    made = [
        module.sbom("1.2.0", 1764400000, tmp_path / "internal", tmp_path / "modules.txt")
        for _ in range(2)
    ]
    assert made[0] == made[1], "the same build has the same list"
    told = json.loads(made[0])
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["version"] == "1.2.0"
    names = {one["name"] for one in told["components"]}
    assert {"aiohttp", "msgspec", "SQLAlchemy", "Python", "SQLite", "OpenSSL"} == names
    assert all(one["version"] in one["purl"] for one in told["components"])
    references = [one["bom-ref"] for one in told["components"]]
    assert told["dependencies"][0]["dependsOn"] == references


def test_the_list_of_parts_names_the_libraries_that_the_driver_brings(tmp_path: Path) -> None:
    (tmp_path / "internal/psycopg_binary").mkdir(parents=True)
    (tmp_path / "modules.txt").write_text("")
    told = json.loads(
        build_module("build_sbom").sbom(
            "1.2.0", 1764400000, tmp_path / "internal", tmp_path / "modules.txt"
        )
    )
    libpq = psycopg.pq.version()
    versions = {one["name"]: one["version"] for one in told["components"]}
    assert versions["libpq"] == f"{libpq // 10_000}.{libpq % 10_000}"
    assert versions["psycopg-binary"] == psycopg.__version__


def test_the_public_key_and_the_address_are_there_together() -> None:
    source = (PROJECT / "app/kvitto/updates/source.py").read_text("utf-8")
    assert ('ADDRESS: Final = ""' in source) == ('PUBLIC_KEY: Final = ""' in source)
