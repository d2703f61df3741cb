"""The wheel, installed outside the project, brings all that the program needs."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path

import pytest

from tests.packaging.scripts import PROJECT

pytestmark = pytest.mark.slow

LOOK = """
import sys
from pathlib import Path
import kvitto
from PySide6.QtWidgets import QApplication
from kvitto.ui.bootstrap import run_window

async def look(window, context):
    icon = QApplication.windowIcon().pixmap(32, 32).toImage()
    print(kvitto.__file__)
    print([action.text() for action in window.menuBar().actions()][0])
    print(icon.pixelColor(16, 16).alpha() > 0)

run_window(Path(sys.argv[1]), host="127.0.0.1", port=0, no_auth=False, visit=look)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built as anybody builds it, but for the download of what builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, PROJECT],
        check=True,
        timeout=150,
    )
    (made,) = folder.glob("kvitto-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the commands of an environment in which nothing else of Kvitto is.

    What Kvitto needs is read from the environment of the tests, by its path: the project itself is
    installed there by a file that counts only there.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "environment"
    venv.create(folder, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    python = folder / "bin/python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", *options, wheel],
        check=True,
        timeout=150,
    )
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return folder / "bin"


def run(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COVERAGE", "KVITTO", "LC_"))
    }
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**environment, "LANG": "sv_SE.UTF-8", "LANGUAGE": "sv", "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def test_it_opens_a_swedish_window_with_its_icon(installed: Path, tmp_path: Path) -> None:
    seen = run(installed / "python", "-c", LOOK, tmp_path / "data", folder=tmp_path)
    assert seen.returncode == 0, seen.stderr
    where, menu, has_icon = seen.stdout.splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert menu == "&Arkiv"
    assert has_icon == "True"


@pytest.mark.parametrize(
    ("name", "option", "told"),
    [("kvitto", "--selftest", "The self-test passed."), ("kvitto-cli", "--version", "Kvitto")],
)
def test_its_commands_work(
    installed: Path, tmp_path: Path, name: str, option: str, told: str
) -> None:
    ended = run(installed / name, option, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert told in ended.stdout + ended.stderr


def test_it_says_what_it_is_and_that_it_is_not_to_be_uploaded(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        (metadata,) = [name for name in names if name.endswith("dist-info/METADATA")]
        (commands,) = [name for name in names if name.endswith("dist-info/entry_points.txt")]
        told = Parser().parsestr(packed.read(metadata).decode())
        entries = ConfigParser()
        entries.read_string(packed.read(commands).decode())
    assert told["License-Expression"] == "MIT"
    assert told["Description-Content-Type"] == "text/markdown"
    assert "Private :: Do Not Upload" in (told.get_all("Classifier") or [])
    assert [name for name in names if name.endswith("dist-info/licenses/LICENSE")]
    assert "kvitto" in entries["gui_scripts"], "on Windows it opens no console"
    assert "kvitto-cli" in entries["console_scripts"]
    assert {name.split("/")[0] for name in names} == {"kvitto", metadata.split("/")[0]}
