"""Puts the licences of all that is shipped into the folder that is shipped."""

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
_TEXTS: Final = PROJECT / "packaging/licences"
"""What is not in the packages themselves: a system without Debian's has it nowhere."""
_GPL_FILES: Final = re.compile(
    r"lib(readline|history|gdbm\w*)[-.0-9]|(^|[/.])(readline|rlcompleter|_gdbm|_dbm)(\.|$)"
    r"|Qt6?(Charts|CoAP|DataVisualization|Graphs|Lottie\w*|Mqtt|NetworkAuth|Quick3D\w*|QuickTimeline"
    r"|ShaderTools|VirtualKeyboard|WaylandCompositor)\b"
)
"""Names of libraries and modules that only the GPL, and no other licence, lets one pass on."""
_IS_GPL: Final = re.compile(r"\bA?GPL", re.IGNORECASE)
_IS_OTHERWISE: Final = re.compile(r"LGPL|\sOR\s|exception", re.IGNORECASE)
_IS_LICENCE: Final = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_PYINSTALLER: Final = "GPL-2.0-or-later with an exception for what its bootloader starts"
_QT: Final = """\
Qt {version} and Qt for Python {version} are used under the GNU Lesser General Public License,
version 3.

The libraries lie in the program's folder as files of their own and can be replaced by other builds
of the same version. The Qt Company offers their source at
https://download.qt.io/official_releases/. The texts of the LGPL and of the GPL that it extends are
beside this file, and so is a list of what others have written of it.
"""


def write_licences(folder: Path, internal: Path, archived: Path) -> list[str]:
    """Write `folder`, with a subfolder for each package that is shipped.

    Args:
        folder: where to; it is made anew.
        internal: the folder with what lies there as files.
        archived: a list of the modules that lie in the programs themselves.

    Returns:
        The names and versions of what is shipped.

    Raises:
        RuntimeError: nothing says under which licence a package is, or only the GPL lets it be
            passed on.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    refuse_gpl(
        [str(file.relative_to(internal)) for file in internal.rglob("*")],
        archived.read_text("utf-8").split(),
    )
    _put(folder / "Kvitto", PROJECT / "LICENSE")
    _put(folder / "Kvitto", PROJECT / "resources/fonts/LICENSE-Apache-2.0.txt")
    shipped = ["Kvitto: MIT", "Material Design Icons, in resources/fonts: Apache-2.0"]
    for one in distributions(internal, archived):
        name, version = one.metadata["Name"], one.version
        licence = licence_of(one)
        files = _licence_files(one)
        if not licence and not files:
            msg = f"nothing says under which licence {name} is"
            raise RuntimeError(msg)
        if is_gpl_only(licence):
            msg = f"{name} is under the {licence}, which Kvitto is not"
            raise RuntimeError(msg)
        shipped.append(f"{name} {version}: {licence or 'see ' + name}")
        for file in files:
            _put(folder / name, file)
        if name.lower().startswith(("pyside6", "shiboken6")):
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "README.txt").write_text(_QT.format(version=version), "utf-8")
            _put_texts(folder / name, "Qt")
        elif "LGPL" in licence:
            _put_texts(folder / name, name.partition("-")[0])
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if not python.exists():
        python = Path("/usr/share/doc") / f"python{sysconfig.get_python_version()}" / "copyright"
    if python.exists():
        _put(folder / "Python", python)
    shipped.append(f"Python {sysconfig.get_config_var('py_version')}: PSF-2.0")
    shipped.append(f"PyInstaller {metadata.version('pyinstaller')}: {_PYINSTALLER}")
    shipped += _system_libraries(folder, internal)
    text = "Kvitto is shipped with these, each under its own licence:\n\n" + "\n".join(shipped)
    (folder / "README.txt").write_text(text + "\n", "utf-8")
    return shipped


def refuse_gpl(files: Sequence[str], modules: Sequence[str]) -> None:
    """Refuse what only the GPL lets one pass on: Kvitto as a whole would have to be under it.

    Args:
        files: the paths of what is shipped.
        modules: the names of the modules that lie in the programs themselves.

    Raises:
        RuntimeError: something of it is there; says what.
    """
    found = sorted(name for name in {*files, *modules} if _GPL_FILES.search(name))
    if found:
        msg = f"only the GPL lets these be passed on: {', '.join(found)}"
        raise RuntimeError(msg)


def is_gpl_only(licence: str) -> bool:
    """Tell whether an expression names the GPL, and no other choice or exception."""
    return bool(_IS_GPL.search(licence)) and not _IS_OTHERWISE.search(licence)


def distributions(internal: Path, archived: Path) -> list[metadata.Distribution]:
    """Return the packages of this environment of which something is shipped."""
    present = {name.split(".")[0] for name in archived.read_text("utf-8").split()}
    present |= {file.name.split(".")[0] for file in internal.iterdir()}
    by_module = metadata.packages_distributions()
    names = sorted({name for module in present for name in by_module.get(module, ())})
    return [metadata.distribution(name) for name in names if name.lower() != "kvitto"]


def licence_of(one: metadata.Distribution) -> str:
    """Return what a package says of its licence; "" for nothing."""
    said = one.metadata.get("License-Expression") or one.metadata.get("License") or ""
    first = said.strip().splitlines()[0] if said.strip() else ""
    if first and len(first) < 80:
        return first
    classifiers = one.metadata.get_all("Classifier") or []
    found = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License")]
    return ", ".join(found)


def _licence_files(one: metadata.Distribution) -> list[Path]:
    return [
        Path(str(one.locate_file(file)))
        for file in one.files or ()
        if _IS_LICENCE.search(file.name) and ".dist-info" in str(file) and file.suffix != ".py"
    ]


def _system_libraries(folder: Path, internal: Path) -> list[str]:
    """Copy what Debian says of the libraries that were taken from the system."""
    if shutil.which("dpkg-query") is None:
        return []
    told = set()
    for library in internal.glob("lib*.so*"):
        if library.is_symlink():
            continue
        found = subprocess.run(
            ["dpkg-query", "--search", f"*/{library.name}"],
            capture_output=True,
            text=True,
            check=False,
        )
        package = found.stdout.partition(":")[0]
        text = Path("/usr/share/doc") / package / "copyright"
        if package and package not in told and text.exists():
            told.add(package)
            _put(folder / package, text)
    return [f"{package}: see its folder" for package in sorted(told)]


def _put_texts(folder: Path, whose: str) -> None:
    """Copy the texts of the LGPL and the GPL, and what is told of a package's third parties."""
    for text in sorted(_TEXTS.iterdir()):
        if text.stem.endswith("GPL-3") or text.name == f"{whose}-third-parties.txt":
            _put(folder, text)


def _put(folder: Path, file: Path) -> None:
    folder.mkdir(exist_ok=True)
    name = file.name
    # A package may have several of the same name in different folders.
    number = 1
    while (folder / name).exists():
        number += 1
        name = f"{file.stem}-{number}{file.suffix}"
    shutil.copyfile(file, folder / name)
