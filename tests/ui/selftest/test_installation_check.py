"""What the program needs beside its code: each part that is missing is told."""

import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo
from PySide6.QtWidgets import QApplication

from kvitto.paths import resource
from kvitto.ui.selftest import installation_check
from kvitto.ui.selftest.installation_check import installation_faults
from tests.helpers.missing_driver import hide_the_driver

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of Linux's plugins")


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """Return a copy of Kvitto's own files."""
    return shutil.copytree(resource(""), tmp_path / "resources")


def plugins_without(folder: Path, name: str) -> Path:
    """Return a folder with links to Qt's plugins that draw windows, but for one."""
    whole = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    for kind in ("platforms", "wayland-shell-integration", "wayland-decoration-client"):
        made = folder / "plugins" / kind
        made.mkdir(parents=True)
        for file in (whole / kind).iterdir():
            if file.name != name:
                (made / file.name).symlink_to(file)
    return folder / "plugins"


def test_nothing_is_missing_here(qapp: QApplication) -> None:
    assert installation_faults() == []


@pytest.mark.qt_log_ignore("Cannot open file")
@pytest.mark.parametrize(
    "name",
    [
        "translations/kvitto_sv.qm",
        "translations/kvitto_en.qm",
        "icons/kvitto.svg",
        "fonts/icons.ttf",
        "fonts/icons.json",
        "guide/sv/start.html",
        "guide/sv/window.png",
    ],
)
def test_a_file_of_ours_that_is_missing_is_told(
    qapp: QApplication, resources: Path, name: str
) -> None:
    (resources / name).unlink()
    (fault,) = installation_faults(resources)
    assert name in fault


@pytest.mark.qt_log_ignore("Cannot read file")
@pytest.mark.parametrize(
    "name", ["translations/kvitto_sv.qm", "icons/kvitto.svg", "fonts/icons.ttf"]
)
def test_a_file_of_ours_that_is_damaged_is_told(
    qapp: QApplication, resources: Path, name: str
) -> None:
    (resources / name).write_bytes(b"damaged")
    (fault,) = installation_faults(resources)
    assert name in fault


@pytest.mark.parametrize(
    "name",
    ["libqxcb.so", "libqwayland.so", "libqoffscreen.so", "libxdg-shell.so", "libbradient.so"],
)
def test_a_plugin_without_which_no_window_opens_is_told(
    qapp: QApplication, tmp_path: Path, name: str
) -> None:
    (fault,) = installation_faults(plugins=plugins_without(tmp_path, name))
    assert name in fault


def test_qts_own_translation_that_is_missing_is_told(qapp: QApplication, tmp_path: Path) -> None:
    (fault,) = installation_faults(translations=tmp_path)
    assert "qtbase_sv.qm" in fault


def test_that_nobody_is_trusted_is_told(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation_check, "root_count", lambda: 0)
    assert installation_faults() == [
        "No list of trusted certificates was found: install ca-certificates."
    ]


def test_what_is_loaded_only_once_it_is_used_is_looked_for(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nacl.signing", None)
    (fault,) = installation_faults()
    assert "nacl.signing" in fault


def test_what_the_keyring_is_built_on_is_looked_for(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "secretstorage", None)
    (fault,) = installation_faults()
    assert "store of passwords" in fault


def test_a_driver_that_is_missing_is_told(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide_the_driver(monkeypatch)
    (fault,) = installation_faults()
    assert fault.startswith("The driver of stores on servers can't be used: ")
    assert "psycopg" in fault


def test_a_driver_without_its_own_library_is_told(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psycopg.pq.__impl__", "python")
    (fault,) = installation_faults()
    assert "its own libpq can't be loaded" in fault
