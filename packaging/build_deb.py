"""Makes the Debian package of the built folder."""

import gzip
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from build_icons import LINUX_SIZES
from build_needs import LOADED_LATER, glibc_of, needed_libraries, owner
from build_shared import replace_copies
from build_unneeded import delete_unneeded

from kvitto.receiver.systemd_unit import unit_of

_WHERE: Final = "usr/lib/kvitto"
_DOCUMENTS: Final = "usr/share/doc/kvitto"
_IS_LIBRARY: Final = re.compile(r"\.so(\.|$)")
_OURS: Final = re.compile(r"lib(Qt6|icu|python|pyside|shiboken)")
"""Libraries in our own folder that Debian has of another version or build."""
_SQLITE: Final = "libsqlite3-0 (>= 3.37)"
"""Why: packaging/build.py."""
_READ: Final = ("ca-certificates",)
"""What is no library, but read all the same."""
_CONTROL: Final = """\
Package: kvitto
Version: {version}
Architecture: {architecture}
Maintainer: the Kvitto authors <authors@kvitto.invalid>
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
    project: Path,
    built: Path,
    icons: Path,
    documents: Path,
    version: str,
    target: Path,
    *,
    is_quick: bool = False,
) -> Path:
    """Write the package of the folder `built`, and return it.

    Args:
        project: the project's folder.
        built: the folder with the two programs.
        icons: the folder with the icons as PNG.
        documents: the folder with the man pages and the shells' completion.
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
    shared = _leave_to_debian(root / _WHERE / "_internal")
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
    for page in (documents / "man").rglob("*.1"):
        target_page = root / "usr/share" / page.relative_to(documents)
        target_page.parent.mkdir(parents=True, exist_ok=True)
        _compressed(target_page.with_name(f"{page.name}.gz"), page.read_bytes())
    for shell in ("bash-completion", "zsh"):
        shutil.copytree(documents / shell, root / "usr/share" / shell)
    unit = root / "usr/lib/systemd/user/kvitto.service"
    unit.parent.mkdir(parents=True)
    unit.write_text(unit_of(["/usr/bin/kvitto-cli", "receive"], None), "utf-8")
    about = root / _DOCUMENTS
    about.mkdir(parents=True)
    _compressed(about / "changelog.gz", (project / "CHANGELOG.md").read_bytes())
    _compressed(about / "changelog.Debian.gz", _debian_changelog(version).encode())
    (about / "copyright").write_text(copyright_text(project), "utf-8")
    overrides = root / "usr/share/lintian/overrides/kvitto"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(project / "packaging/lintian-overrides", overrides)
    size = sum(file.stat().st_size for file in root.rglob("*") if not file.is_symlink())
    architecture = _output("dpkg", "--print-architecture").strip()
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        _CONTROL.format(
            version=version,
            architecture=architecture,
            size_kib=size // 1024,
            depends=", ".join(_dependencies(root / _WHERE, shared)),
        ),
        "utf-8",
    )
    for file in root.rglob("*"):
        if not file.is_symlink():
            is_program = os.access(file, os.X_OK) and not _IS_LIBRARY.search(file.name)
            file.chmod(0o755 if is_program or file.is_dir() else 0o644)
    date_all(root)
    package = target / f"kvitto_{version}_{architecture}.deb"
    level = "-z1" if is_quick else "-z6"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", level, "--build", root, package],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(root)
    return package


def date_all(root: Path) -> None:
    """Give all that lies in `root` the time of the commit.

    `dpkg-deb` does so with what is newer; what an earlier build has left is older.
    """
    built_at_s = int(os.environ["SOURCE_DATE_EPOCH"])
    for file in root.rglob("*"):
        os.utime(file, (built_at_s, built_at_s), follow_symlinks=False)


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
    text = text.replace("@DATE@", _built_at().date().isoformat())
    folder = root / "usr/share/metainfo"
    folder.mkdir(parents=True)
    (folder / "se.kvitto.Kvitto.metainfo.xml").write_text(text, "utf-8")


def _built_at() -> datetime:
    return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)


def _debian_changelog(version: str) -> str:
    """Return Debian's own changelog: what has changed stands in ours, beside it."""
    entry = f"kvitto ({version}) stable; urgency=medium\n\n  * See changelog.gz.\n\n"
    who = "the Kvitto authors <authors@kvitto.invalid>"
    return f"{entry} -- {who}  {format_datetime(_built_at())}\n"


def _leave_to_debian(internal: Path) -> set[str]:
    """Delete the libraries that Debian has and repairs, too; return their packages."""
    if replace_copies(internal, lambda name: _owner_or_none(name) is not None):
        delete_unneeded(internal)
    packages = set()
    for file in sorted(internal.glob("lib*.so*")):
        if _OURS.match(file.name) or file.is_symlink():
            continue
        package = _owner_or_none(file.name)
        if package is not None:
            file.unlink()
            packages.add(package)
    return packages


def _dependencies(folder: Path, shared: set[str]) -> list[str]:
    """Return the packages that have what the folder's files need and the folder has not.

    Args:
        folder: what is installed.
        shared: packages of libraries that were taken out of it, and that are needed therefore.
    """
    packages = {owner(name) for name in needed_libraries(folder)}
    packages |= {*LOADED_LATER, *_READ, *shared}
    packages -= {"libc6", "libsqlite3-0"}
    glibc = glibc_of(folder)
    return [f"libc6 (>= {glibc[0]}.{glibc[1]})", _SQLITE, *sorted(packages)]


def _owner_or_none(library: str) -> str | None:
    try:
        return owner(library)
    except RuntimeError:
        return None


def _put(folder: Path, file: Path, name: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / (name or file.name))


def _compressed(target: Path, text: bytes) -> None:
    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(text)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
