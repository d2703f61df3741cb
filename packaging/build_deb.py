"""Makes the Debian package of the built folder."""

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from build_icons import LINUX_SIZES

_WHERE: Final = "usr/lib/kvitto"
_DOCUMENTS: Final = "usr/share/doc/kvitto"
_NEEDED: Final = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_GLIBC: Final = re.compile(r"GLIBC_(\d+)\.(\d+)")
_MAGIC: Final = b"\x7fELF"
_LOADED_LATER: Final = ("libx11-6", "libxcb1", "libegl1", "libgl1")
"""What Qt's plugins load by name only."""
_READ: Final = ("ca-certificates",)
"""What is no library, but read all the same."""
_CONTROL: Final = """\
Package: kvitto
Version: {version}
Architecture: {architecture}
Maintainer: Kvitto <kvitto@localhost>
Installed-Size: {size_kib}
Depends: {depends}
Recommends: xdg-desktop-portal, fonts-dejavu-core | fonts-liberation
Section: net
Priority: optional
Description: see what becomes of the SMS that you send in batches
 Kvitto receives the delivery reports of SMS that are sent in batches through
 iP.1, and loses none of them. Its window shows where every message stands and
 what each batch has cost.
 .
 kvitto opens the window; kvitto-cli receives, exports and checks without one.
"""


_COPYRIGHT: Final = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Kvitto
Comment:
 The package brings libraries of others, each under its own licence: the file
 /usr/lib/kvitto/licences/README.txt names them, and their texts lie beside it.
 Qt and Qt for Python are used under the LGPL, version 3: see
 /usr/share/common-licenses/LGPL-3.

Files: *
Copyright: {holder}
License: Expat

Files: usr/lib/kvitto/_internal/resources/fonts/*
Copyright: Pictogrammers, Google
License: Apache-2.0
 On Debian systems, the text of this licence is in
 /usr/share/common-licenses/Apache-2.0.

License: Expat
{licence}
"""


def make_deb(
    project: Path, built: Path, icons: Path, version: str, target: Path, *, is_quick: bool = False
) -> Path:
    """Write the package of the folder `built`, and return it.

    Args:
        project: the project's folder.
        built: the folder with the two programs.
        icons: the folder with the icons as PNG.
        version: the package's version.
        target: the folder to write into.
        is_quick: pack quickly instead of small.

    Raises:
        RuntimeError: no package has a library that is needed.
    """
    root = target / "deb"
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(built, root / _WHERE, symlinks=True)
    (root / "usr/bin").mkdir()
    for name in ("kvitto", "kvitto-cli"):
        (root / "usr/bin" / name).symlink_to(f"../lib/kvitto/{name}")
    _put(root / "usr/share/applications", project / "resources/desktop/kvitto.desktop")
    _metainfo(root, project, version)
    for size in LINUX_SIZES:
        folder = root / f"usr/share/icons/hicolor/{size}x{size}/apps"
        _put(folder, icons / f"kvitto-{size}.png", "kvitto.png")
    scalable = root / "usr/share/icons/hicolor/scalable/apps"
    _put(scalable, project / "resources/icons/kvitto.svg")
    documents = root / _DOCUMENTS
    documents.mkdir(parents=True)
    _compressed(documents / "changelog.gz", project / "CHANGELOG.md")
    (documents / "copyright").write_text(copyright_text(project), "utf-8")
    size = sum(file.stat().st_size for file in root.rglob("*") if not file.is_symlink())
    architecture = _output("dpkg", "--print-architecture").strip()
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        _CONTROL.format(
            version=version,
            architecture=architecture,
            size_kib=size // 1024,
            depends=", ".join(_dependencies(root / _WHERE)),
        ),
        "utf-8",
    )
    for file in root.rglob("*"):
        if not file.is_symlink():
            is_program = file.is_dir() or os.access(file, os.X_OK)
            file.chmod(0o755 if is_program else 0o644)
    package = target / f"kvitto_{version}_{architecture}.deb"
    level = "-z1" if is_quick else "-z6"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", level, "--build", root, package],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(root)
    return package


def copyright_text(project: Path) -> str:
    """Return what Debian wants to know of the licences, in its form.

    Source: Debian, "Machine-readable debian/copyright file", 1.0.
    """
    holder, _, text = (
        (project / "LICENSE").read_text("utf-8").partition("Copyright ")[2].partition("\n")
    )
    lines = [f" {line}" if line else " ." for line in text.strip().splitlines()]
    return _COPYRIGHT.format(holder=holder, licence="\n".join(lines))


def _metainfo(root: Path, project: Path, version: str) -> None:
    text = (project / "resources/desktop/se.kvitto.Kvitto.metainfo.xml").read_text("utf-8")
    upstream = version.rpartition("-")[0] or version
    text = text.replace("@VERSION@", upstream)
    text = text.replace("@DATE@", datetime.now(UTC).date().isoformat())
    folder = root / "usr/share/metainfo"
    folder.mkdir(parents=True)
    (folder / "se.kvitto.Kvitto.metainfo.xml").write_text(text, "utf-8")


def _dependencies(folder: Path) -> list[str]:
    """Return the packages that have what the folder's files need and the folder has not."""
    needed: set[str] = set()
    glibc = (0, 0)
    for file in _elf_files(folder):
        told = _output("objdump", "--private-headers", str(file))
        needed.update(_NEEDED.findall(told))
        versions = [(int(a), int(b)) for a, b in _GLIBC.findall(told)]
        glibc = max([glibc, *versions])
    present = {file.name for file in folder.rglob("*")}
    packages = {_owner(name) for name in needed - present} | {*_LOADED_LATER, *_READ}
    packages.discard("libc6")
    return [f"libc6 (>= {glibc[0]}.{glibc[1]})", *sorted(packages)]


def _elf_files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == _MAGIC:
                    yield file


def _owner(library: str) -> str:
    """Return the package of this system that has a library."""
    found = subprocess.run(
        ["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=False
    )
    packages = {line.partition(":")[0] for line in found.stdout.splitlines()}
    if len(packages) != 1:
        msg = f"{library} is needed, and lies in {sorted(packages) or 'no package'}"
        raise RuntimeError(msg)
    return packages.pop()


def _put(folder: Path, file: Path, name: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / (name or file.name))


def _compressed(target: Path, file: Path) -> None:
    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(file.read_bytes())


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
