"""Kvitto's own licence, those of what it is shipped with, and what it can't be shipped with."""

import importlib.util
import re
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.scripts import PROJECT, build_module

licences = build_module("build_licences")


def test_the_licence_is_named_alike_wherever_it_is_named() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    root = ET.parse(PROJECT / "resources/desktop/se.kvitto.Kvitto.metainfo.xml").getroot()
    text = (PROJECT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License\n")
    assert "the Kvitto authors" in text
    assert project["license"] == root.findtext("project_license") == "MIT"
    assert all((PROJECT / name).is_file() for name in project["license-files"])


@pytest.mark.parametrize(
    "name",
    [
        "libreadline.so.8",
        "python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so",
        "rlcompleter",
        "libgdbm_compat.so.4",
        "_dbm.cpython-311-x86_64-linux-gnu.so",
        "PySide6/Qt/lib/libQt6Charts.so.6",
        "PySide6/QtVirtualKeyboard.abi3.so",
        "Qt6DataVisualization.dll",
    ],
)
def test_what_only_the_gpl_lets_pass_on_is_refused(name: str) -> None:
    with pytest.raises(RuntimeError, match=re.escape(name)):
        licences.refuse_gpl([name, "libssl.so.3"], [])
    with pytest.raises(RuntimeError, match=re.escape(name)):
        licences.refuse_gpl(["libssl.so.3"], [name])


def test_what_is_shipped_is_not_refused() -> None:
    files = ["libQt6Core.so.6", "libgcc_s.so.1", "PySide6/QtCore.abi3.so", "libdbus-1.so.3"]
    licences.refuse_gpl(files, ["kvitto.cli", "dbm.dumb", "sqlalchemy", "readlines"])


@pytest.mark.parametrize(
    ("licence", "is_gpl"),
    [
        ("GPL-3.0-only", True),
        ("GPLv2+", True),
        ("AGPL-3.0-or-later", True),
        ("GNU GPL", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("GPL-2.0-or-later with an exception for its bootloader", False),
        ("MIT", False),
        ("", False),
    ],
)
def test_the_gpl_alone_is_told_from_a_choice(licence: str, is_gpl: bool) -> None:
    assert licences.is_gpl_only(licence) is is_gpl


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return what writes the licences of a bundle that holds some modules, and returns where."""
    # What builds the program is installed where it is built, not where it is tested.
    monkeypatch.setattr(licences.metadata, "version", lambda name: f"{name} of now")

    def make(modules: str) -> Path:
        internal = tmp_path / "internal"
        (internal / "PySide6").mkdir(parents=True)
        archived = tmp_path / "archived.txt"
        archived.write_text(modules, "utf-8")
        licences.write_licences(tmp_path / "licences", internal, archived)
        return tmp_path / "licences"

    return make


def test_the_texts_of_what_is_shipped_are_in_on_every_system(
    bundle: Callable[[str], Path],
) -> None:
    folder = bundle("aiohttp.client\nattr._make")
    assert (folder / "Kvitto/LICENSE").is_file()
    assert (folder / "Kvitto/LICENSE-Apache-2.0.txt").is_file()
    assert (folder / "aiohttp").is_dir()
    (qt,) = folder.glob("PySide6*")
    names = {file.name for file in qt.iterdir()}
    assert {"LGPL-3.txt", "GPL-3.txt", "Qt-third-parties.txt", "README.txt"} <= names
    told = (folder / "README.txt").read_text("utf-8")
    assert "Kvitto: MIT" in told
    assert "aiohttp" in told


def test_the_driver_of_stores_on_servers_has_its_licences(bundle: Callable[[str], Path]) -> None:
    folder = bundle("psycopg._compat\npsycopg_binary.version")
    for name in ("psycopg", "psycopg-binary"):
        names = {file.name for file in (folder / name).iterdir()}
        assert {"LGPL-3.txt", "GPL-3.txt", "psycopg-third-parties.txt"} <= names
        assert "Qt-third-parties.txt" not in names
    assert re.search(r"^psycopg-binary \S+: LGPL-3\.0", (folder / "README.txt").read_text(), re.M)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the wheel is another one")
def test_each_library_that_the_driver_brings_is_named_with_its_licence() -> None:
    told = (PROJECT / "packaging/licences/psycopg-third-parties.txt").read_text("utf-8")
    known = {
        "libpq": "libpq",
        "libssl": "OpenSSL",
        "libcrypto": "OpenSSL",
        "libkrb5": "MIT Kerberos",
        "libk5crypto": "MIT Kerberos",
        "libgssapi_krb5": "MIT Kerberos",
        "libkrb5support": "MIT Kerberos",
        "libcom_err": "com_err of e2fsprogs",
        "libldap": "libldap",
        "liblber": "liblber",
        "libsasl2": "Cyrus SASL",
        "libkeyutils": "keyutils",
        "libcrypt": "libcrypt ",
    }
    driver = importlib.util.find_spec("psycopg_binary")
    assert driver is not None
    assert driver.origin is not None
    folder = Path(driver.origin).parents[1]
    shipped = {file.name.split("-")[0] for file in folder.glob("psycopg_binary.libs/lib*")}
    assert shipped, "another kind of wheel"
    assert not shipped - set(known)
    assert all(known[name] in told for name in shipped)


def test_a_bundle_with_readline_is_refused(bundle: Callable[[str], Path]) -> None:
    with pytest.raises(RuntimeError, match="rlcompleter"):
        bundle("aiohttp\nrlcompleter")


def test_the_debian_package_says_whose_it_is_and_under_which_licence() -> None:
    text = build_module("build_deb").copyright_text(PROJECT)
    assert "Copyright: (c) 2026 the Kvitto authors\n" in text
    assert "\n .\n The above copyright notice" in text
    assert text.rstrip().endswith("SOFTWARE.")
    assert not [line for line in text.splitlines() if len(line) > 80]
