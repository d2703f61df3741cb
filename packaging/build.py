"""Builds the packaged program: packaging/build.sh on Linux, this on Windows and macOS.

It makes `dist/kvitto`, lets the built program test itself, and packs it. Run it with the Python of
an environment that has the extra `build`: `python packaging/build.py --help`.
"""

import argparse
import gzip
import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from build_documents import write_documents
from build_icons import draw_icons
from build_icu import shrink_icu
from build_licences import write_licences
from build_needs import glibc_of, needs_text
from build_sbom import sbom
from build_shared import replace_copies
from build_unneeded import delete_unneeded
from PySide6.QtCore import qVersion

from kvitto.versions import version_line

PROJECT: Final = Path(__file__).resolve().parents[1]
WORK: Final = PROJECT / "build"
DIST: Final = PROJECT / "dist"
BUILT: Final = DIST / "kvitto"
ICONS: Final = WORK / "icons"
DOCUMENTS: Final = WORK / "share"
NEEDS: Final = WORK / "NEEDS.txt"
ARCHIVED: Final = WORK / "kvitto/archived-modules.txt"
IS_WINDOWS: Final = sys.platform == "win32"
_SELFTEST_S: Final = 600
_OLDEST_SQLITE: Final = (3, 37, 0)
_SQLITE_REASON: Final = "3.37 is what the oldest system has that Kvitto is tried on."
_EVERYWHERE: Final = ("libstdc++.so.6", "libgcc_s.so.1")
"""What every Linux has: ours would ask for a newer libc than the rest does."""
_VERSION_FILE: Final = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('FileDescription', 'Kvitto'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('ProductName', 'Kvitto'),
      StringStruct('ProductVersion', '{version}'),
      StringStruct('OriginalFilename', 'kvitto.exe')])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])
  ]
)
"""


def main() -> int:
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(prog="build", description="Builds the packaged program.")
    parser.add_argument(
        "--revision",
        type=int,
        default=1,
        metavar="N",
        help="the number of this build (%(default)s)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="pack quickly instead of small: to try it, not to give"
    )
    options = parser.parse_args()
    version = _version()
    # One commit makes one program, byte for byte: dpkg-deb and PyInstaller read these.
    os.environ.setdefault("SOURCE_DATE_EPOCH", _commit_time())
    os.environ["PYTHONHASHSEED"] = "0"
    _say(f"building Kvitto {version} with {version_line(qVersion())} …")
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        _say(f"SQLite {sqlite3.sqlite_version} is too old: {_SQLITE_REASON}")
        return 1
    draw_icons(PROJECT / "resources/icons/kvitto.svg", ICONS)
    numbers = (*map(int, version.split(".")), options.revision)
    (ICONS / "version.txt").write_text(
        _VERSION_FILE.format(numbers=numbers, version=version), "utf-8"
    )
    _freeze()
    _tell_size(BUILT)
    if not _passes_selftest():
        _say("the built program failed its self-test.")
        return 1
    _pack(version, options.revision, is_quick=options.quick)
    parts = sbom(version, int(os.environ["SOURCE_DATE_EPOCH"]), BUILT / "_internal", ARCHIVED)
    (DIST / f"kvitto-{version}-{sys.platform}.cdx.json").write_text(parts, "utf-8")
    return 0


def _version() -> str:
    text = (PROJECT / "app/kvitto/__init__.py").read_text("utf-8")
    found = re.search(r'__version__ = "(.+)"', text)
    if found is None:
        msg = "app/kvitto/__init__.py names no version"
        raise RuntimeError(msg)
    return found[1]


def _commit_time() -> str:
    """Return when the commit was made that is built, in seconds; outside of git, now."""
    asked = ["git", "-C", str(PROJECT), "log", "-1", "--format=%ct"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        told = ""
    return told or str(int(time.time()))


def _commit_day() -> date:
    return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).date()


def _freeze() -> None:
    """Make the folder: PyInstaller's part, the second name, smaller libraries, the licences."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--distpath", str(DIST), "--workpath", str(WORK)]
    # No code says in which columns of its source it stood: without the source, nobody can be shown.
    environment = {**os.environ, "KVITTO_ICONS": str(ICONS), "PYTHONNODEBUGRANGES": "1"}
    subprocess.run(
        [*command, *folders, str(PROJECT / "packaging/kvitto.spec")],
        check=True,
        cwd=PROJECT,
        env=environment,
    )
    if not IS_WINDOWS:
        (BUILT / "kvitto-cli").symlink_to("kvitto")
    if sys.platform == "linux":
        for name in _EVERYWHERE:
            (BUILT / "_internal" / name).unlink(missing_ok=True)
        replace_copies(BUILT / "_internal", lambda name: (BUILT / "_internal" / name).exists())
        unneeded = delete_unneeded(BUILT / "_internal")
        _say(f"nothing needs these, and they stay out: {', '.join(unneeded)}.")
        for library in (BUILT / "_internal/PySide6/Qt/lib").glob("libicudata.so.*"):
            shrink_icu(library)
        _strip(BUILT / "_internal")
    shipped = write_licences(BUILT / "licences", BUILT / "_internal", ARCHIVED)
    if sys.platform == "darwin":
        bundled = DIST / "Kvitto.app/Contents/Resources/licences"
        shutil.copytree(BUILT / "licences", bundled, dirs_exist_ok=True)
    _say(f"licences of {len(shipped)} packages are in.")


def _strip(internal: Path) -> None:
    """Take out what only debuggers read; libraries that wheels brought along do not bear it."""
    libraries = [
        file
        for file in internal.rglob("*.so*")
        if not file.is_symlink()
        and file.parent.suffix != ".libs"
        and not {"PySide6", "psycopg_binary"} & set(file.parts)
    ]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)
    for library in libraries:
        told = subprocess.run(
            ["objdump", "--private-headers", str(library)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if re.search(r"R(UN)?PATH\s+/", told):
            subprocess.run(["chrpath", "--delete", str(library)], check=True, capture_output=True)


def _passes_selftest() -> bool:
    """Run the built program as on a computer that has nothing of ours."""
    program = BUILT / ("kvitto.exe" if IS_WINDOWS else "kvitto")
    kept = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
    with tempfile.TemporaryDirectory() as home:
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {"HOME": home, "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        try:
            ended = subprocess.run(
                [program, "--selftest"], env=environment, timeout=_SELFTEST_S, check=False
            )
        except subprocess.TimeoutExpired:
            _say(f"the self-test took longer than {_SELFTEST_S} s.")
            return False
    return ended.returncode == 0


def _pack(version: str, revision: int, *, is_quick: bool) -> None:
    if sys.platform == "linux":
        name = f"kvitto-{version}-linux-{platform.machine()}"
        write_documents(DOCUMENTS, _commit_day())
        if shutil.which("dpkg-query") is not None:
            NEEDS.write_text(needs_text(BUILT), "utf-8")
        archive = DIST / f"{name}.tar.gz"
        _pack_archive(archive, name, level=1 if is_quick else 9)
        _tell_size(archive)
        _say(f"it needs glibc {_glibc()} or newer.")
        if shutil.which("dpkg-deb") is not None:
            from build_deb import make_deb

            name = f"{version}-{revision}"
            folders = (PROJECT, BUILT, ICONS, DOCUMENTS)
            _tell_size(make_deb(*folders, name, DIST, is_quick=is_quick))
    elif IS_WINDOWS:
        compiler = shutil.which("iscc")
        if compiler is None:
            _say("Inno Setup's iscc is not on the PATH: no installer. dist/kvitto works as it is.")
            return
        script = PROJECT / "packaging/kvitto.iss"
        subprocess.run([compiler, f"/DVersion={version}", str(script)], check=True)
    else:
        archive = DIST / f"Kvitto-{version}.zip"
        command = ["ditto", "-c", "-k", "--keepParent", str(DIST / "Kvitto.app"), str(archive)]
        subprocess.run(command, check=True)
        _tell_size(archive)


def _pack_archive(archive: Path, name: str, *, level: int) -> None:
    """Write the .tar.gz: the program, a script that installs it for one user, and what it needs."""
    share = f"{name}/share"
    desktop = PROJECT / "resources/desktop/kvitto.desktop"
    icon = PROJECT / "resources/icons/kvitto.svg"
    added = {
        name: BUILT,
        f"{name}/install.sh": PROJECT / "packaging/install.sh",
        share: DOCUMENTS,
        f"{share}/applications/kvitto.desktop": desktop,
        f"{share}/icons/hicolor/scalable/apps/kvitto.svg": icon,
    }
    if NEEDS.exists():
        added[f"{name}/NEEDS.txt"] = NEEDS
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", level, raw, mtime=int(os.environ["SOURCE_DATE_EPOCH"])) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for where, what in added.items():
            tar.add(what, where, filter=_reproducible)


def _reproducible(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take out whose the files are, and when they were built."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _glibc() -> str:
    return ".".join(map(str, glibc_of(BUILT)))


def _tell_size(path: Path) -> None:
    files = [path] if path.is_file() else path.rglob("*")
    size = sum(file.stat().st_size for file in files if not file.is_symlink())
    _say(f"{path.relative_to(PROJECT)}: {size / 1e6:.0f} MB")


def _say(line: str) -> None:
    print(f"kvitto: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
