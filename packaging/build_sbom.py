"""Writes down what the packaged program consists of, as CycloneDX: to look for known faults in it.

Source: the CycloneDX specification 1.6, and the package-url specification for `purl`.
"""

import json
import platform
import shutil
import sqlite3
import ssl
import subprocess
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from build_licences import distributions, licence_of

_SPACE: Final = uuid.UUID("6e0b3a52-6d0b-4c8e-9b57-3c1c5a1d8370")
"""From which a document's own number is made: the same build has the same."""

Component = dict[str, Any]


def sbom(version: str, built_at_s: int, internal: Path, archived: Path) -> str:
    """Return the document.

    Args:
        version: Kvitto's.
        built_at_s: when the commit was made, seconds since 1970.
        internal: the folder with what lies there as files.
        archived: a list of the modules that lie in the programs themselves.
    """
    components = [*_python_packages(internal, archived), *_runtimes(), *_debian(internal)]
    components.sort(key=lambda one: str(one["bom-ref"]))
    own = _component("Kvitto", version, f"pkg:generic/kvitto@{version}", "MIT", kind="application")
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(built_at_s, UTC).isoformat(),
            "component": own,
        },
        "components": components,
        "dependencies": [
            {"ref": own["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(told))}"
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _component(
    name: str, version: str, purl: str, licence: str = "", *, kind: str = "library"
) -> Component:
    made: Component = {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    if licence:
        made["licenses"] = [{"license": {"name": licence}}]
    return made


def _python_packages(internal: Path, archived: Path) -> list[Component]:
    found = distributions(internal, archived)
    return [part for one in found for part in (_python_package(one), *_brought_along(one))]


def _brought_along(one: metadata.Distribution) -> list[Component]:
    """Return the libraries that a package brings, as far as anything says which they are."""
    made = []
    if one.metadata["Name"] == "psycopg-binary":
        from psycopg import pq

        version = f"{pq.version() // 10_000}.{pq.version() % 10_000}"
        made.append(_component("libpq", version, f"pkg:generic/postgresql@{version}", "PostgreSQL"))
    for file in one.files or ():
        if file.match("*.dist-info/sboms/*.cdx.json"):
            told = json.loads(Path(str(one.locate_file(file))).read_text("utf-8"))
            made += [
                _component(part["name"], part["version"], part["purl"])
                for part in told["components"]
                if not part["purl"].startswith("pkg:pypi/")
            ]
    return made


def _python_package(one: metadata.Distribution) -> Component:
    name = one.metadata["Name"]
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{one.version}"
    return _component(name, one.version, purl, licence_of(one))


def _runtimes() -> list[Component]:
    openssl = ssl.OPENSSL_VERSION.removeprefix("OpenSSL ").partition(" ")[0]
    versions = {
        ("Python", "python", "PSF-2.0"): platform.python_version(),
        ("SQLite", "sqlite", "blessing"): sqlite3.sqlite_version,
        ("OpenSSL", "openssl", "Apache-2.0"): openssl,
    }
    return [
        _component(name, version, f"pkg:generic/{package}@{version}", licence)
        for (name, package, licence), version in versions.items()
    ]


def _debian(internal: Path) -> list[Component]:
    """Return the packages of the system whose libraries lie among ours."""
    if shutil.which("dpkg-query") is None:
        return []
    names = [
        f"*/{file.name}"
        for file in internal.glob("lib*.so*")
        # Python is told of above: it need not be the system's.
        if not file.is_symlink() and not file.name.startswith("libpython")
    ]
    owners = set()
    for name in names:
        told = _output("dpkg-query", "--search", name)
        owners |= {line.partition(":")[0] for line in told.splitlines()}
    made = []
    for owner in sorted(owners):
        version = _output("dpkg-query", "--show", "--showformat=${Version}\\n", owner)
        version = version.partition("\n")[0]
        made.append(_component(owner, version, f"pkg:deb/debian/{owner}@{version}"))
    return made


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
