"""Writes what belongs to a release beside the built packages; packaging/release.sh calls it.

    release.py --url https://… [--severity important]

Into `dist`: SHA256SUMS, what has changed (an excerpt of the changelog), and `latest.json`, which
announces the version to those who have asked to be told.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Final

from kvitto import __version__
from kvitto.updates.announcement import VersionSeverity, parse_announcement

PROJECT: Final = Path(__file__).resolve().parents[1]
DIST: Final = PROJECT / "dist"
ANNOUNCEMENT: Final = "latest.json"
SUMS: Final = "SHA256SUMS"
_GIVEN_AWAY: Final = re.compile(r"(?i)kvitto.*\.(deb|tar\.gz|exe|zip|dmg|whl|cdx\.json)")
_NOTES_LENGTH: Final = 1500


def main() -> int:
    """Write the files; return the exit code."""
    parser = argparse.ArgumentParser(prog="release", description="Writes what a release needs.")
    parser.add_argument("--url", required=True, help="where people read of it, and get it")
    parser.add_argument(
        "--severity",
        choices=[one.value for one in VersionSeverity],
        default=VersionSeverity.NORMAL.value,
    )
    options = parser.parse_args()
    try:
        day, changes = excerpt((PROJECT / "CHANGELOG.md").read_text("utf-8"), __version__)
        told = announcement(__version__, day, options.url, changes, options.severity)
        sums = checksums(DIST)
    except ValueError as error:
        sys.stderr.write(f"kvitto: {error}\n")
        return 1
    (DIST / f"changes-{__version__}.md").write_text(changes, "utf-8")
    (DIST / ANNOUNCEMENT).write_bytes(told)
    (DIST / SUMS).write_text(sums, "utf-8")
    sys.stderr.write(f"kvitto: Kvitto {__version__} of {day}:\n{sums}")
    return 0


def excerpt(changelog: str, version: str) -> tuple[str, str]:
    """Return the day of a version, ISO-8601, and what has changed in it.

    Raises:
        ValueError: the changelog does not have the version, with a day.
    """
    heading = re.compile(rf"^## \[{re.escape(version)}\] - (\d{{4}}-\d\d-\d\d)$", re.MULTILINE)
    found = heading.search(changelog)
    if found is None:
        msg = f"CHANGELOG.md has no heading '## [{version}] - YYYY-MM-DD'."
        raise ValueError(msg)
    rest = changelog[found.end() :]
    changes = re.split(r"^(?:## |\[[^\]]+\]: )", rest, maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not changes:
        raise ValueError("Nothing has changed in it, says CHANGELOG.md.")
    return found[1], changes + "\n"


def announcement(version: str, day: str, url: str, changes: str, severity: str) -> bytes:
    """Return the file that announces a version, as the program reads it.

    Raises:
        ValueError: the program would refuse it.
    """
    told = {
        "version": version,
        "date": day,
        "url": url,
        "notes": _notes(changes),
        "severity": severity,
    }
    made = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    try:
        parse_announcement(made)
    except Exception as error:
        msg = f"The program would refuse the announcement: {error}"
        raise ValueError(msg) from error
    return made


def checksums(folder: Path) -> str:
    """Return the lines of `sha256sum` for all that is given away.

    Raises:
        ValueError: there is nothing.
    """
    files = sorted(file for file in folder.iterdir() if _GIVEN_AWAY.fullmatch(file.name))
    if not files:
        raise ValueError("There is no package: packaging/build.sh makes them.")
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files
    )


def _notes(changes: str) -> str:
    """Return the first changes as plain text, whole lines of them."""
    plain = re.sub(r"[*`]|^#+ ", "", changes, flags=re.MULTILINE)
    if len(plain) <= _NOTES_LENGTH:
        return plain.strip()
    return plain[:_NOTES_LENGTH].rpartition("\n- ")[0].strip() + "\n…"


if __name__ == "__main__":
    sys.exit(main())
