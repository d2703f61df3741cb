"""Builds the packaged program: packaging/build.sh on Linux, this on Windows and macOS.

It makes `dist/kvitto`, lets the built program test itself, and packs it. Run it with the Python of
an environment that has the extra `build`: `python packaging/build.py --help`.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from build_icons import draw_icons
from build_licences import write_licences

PROJECT: Final = Path(__file__).resolve().parents[1]
WORK: Final = PROJECT / "build"
DIST: Final = PROJECT / "dist"
BUILT: Final = DIST / "kvitto"
ICONS: Final = WORK / "icons"
IS_WINDOWS: Final = sys.platform == "win32"
_SELFTEST_S: Final = 120
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
    _say(f"building Kvitto {version} …")
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
    return 0


def _version() -> str:
    text = (PROJECT / "app/kvitto/__init__.py").read_text("utf-8")
    found = re.search(r'__version__ = "(.+)"', text)
    if found is None:
        msg = "app/kvitto/__init__.py names no version"
        raise RuntimeError(msg)
    return found[1]


def _freeze() -> None:
    """Make the folder: PyInstaller's part, the second name, smaller libraries, the licences."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--distpath", str(DIST), "--workpath", str(WORK)]
    environment = {**os.environ, "KVITTO_ICONS": str(ICONS)}
    subprocess.run(
        [*command, *folders, str(PROJECT / "packaging/kvitto.spec")],
        check=True,
        cwd=PROJECT,
        env=environment,
    )
    if not IS_WINDOWS:
        (BUILT / "kvitto-cli").symlink_to("kvitto")
    if sys.platform == "linux":
        _strip(BUILT / "_internal")
    shipped = write_licences(
        BUILT / "licences", BUILT / "_internal", WORK / "kvitto/archived-modules.txt"
    )
    if sys.platform == "darwin":
        bundled = DIST / "Kvitto.app/Contents/Resources/licences"
        shutil.copytree(BUILT / "licences", bundled, dirs_exist_ok=True)
    _say(f"licences of {len(shipped)} packages are in.")


def _strip(internal: Path) -> None:
    """Take out what only debuggers read; numpy's own libraries do not bear it."""
    libraries = [
        file
        for file in internal.rglob("*.so*")
        if not file.is_symlink() and "numpy.libs" not in file.parts and "PySide6" not in file.parts
    ]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)


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
        archive = DIST / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1 if is_quick else 9) as packed:
            packed.add(BUILT, name, filter=_as_root)
        _tell_size(archive)
        if shutil.which("dpkg-deb") is not None:
            from build_deb import make_deb

            name = f"{version}-{revision}"
            _tell_size(make_deb(PROJECT, BUILT, ICONS, name, DIST, is_quick=is_quick))
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


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _tell_size(path: Path) -> None:
    files = [path] if path.is_file() else path.rglob("*")
    size = sum(file.stat().st_size for file in files if not file.is_symlink())
    _say(f"{path.relative_to(PROJECT)}: {size / 1e6:.0f} MB")


def _say(line: str) -> None:
    print(f"kvitto: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
