"""What the packaged program is made of, as far as it can be told without building it."""

import configparser
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import kvitto

PROJECT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the icons, drawn as the build draws them."""
    folder = tmp_path_factory.mktemp("icons")
    line = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'packaging');"
        "from build_icons import draw_icons;"
        f"draw_icons(Path('resources/icons/kvitto.svg'), Path({str(folder)!r}))"
    )
    subprocess.run([sys.executable, "-c", line], cwd=PROJECT, check=True, timeout=50)
    return folder


def png_width(picture: bytes) -> int:
    assert picture.startswith(PNG)
    return int(struct.unpack(">I", picture[16:20])[0])


def test_the_icon_for_windows_holds_each_size_where_its_directory_says(icons: Path) -> None:
    file = (icons / "kvitto.ico").read_bytes()
    reserved, kind, count = struct.unpack("<HHH", file[:6])
    assert (reserved, kind, count) == (0, 1, 9)
    for number in range(count):
        entry = file[6 + 16 * number : 22 + 16 * number]
        width, _, _, _, _, bits, size, offset = struct.unpack("<BBBBHHII", entry)
        assert bits == 32
        assert png_width(file[offset : offset + size]) == (width or 256)


def test_the_icon_for_macos_is_as_long_as_its_parts(icons: Path) -> None:
    file = (icons / "kvitto.icns").read_bytes()
    assert file[:4] == b"icns"
    assert struct.unpack(">I", file[4:8])[0] == len(file)
    place, sizes = 8, []
    while place < len(file):
        length = struct.unpack(">I", file[place + 4 : place + 8])[0]
        sizes.append(png_width(file[place + 8 : place + length]))
        place += length
    assert sizes == [16, 32, 128, 256, 512]


def test_the_menu_entry_starts_the_window_in_both_languages() -> None:
    entry = configparser.RawConfigParser()
    entry.read(PROJECT / "resources/desktop/kvitto.desktop", "utf-8")
    section = entry["Desktop Entry"]
    assert section["Exec"] == "kvitto"
    assert section["Icon"] == "kvitto"
    assert section["Terminal"] == "false"
    assert section["Comment[sv]"]


def test_the_software_centre_is_told_of_the_menu_entry() -> None:
    root = ET.parse(PROJECT / "resources/desktop/se.kvitto.Kvitto.metainfo.xml").getroot()
    assert root.findtext("launchable") == "kvitto.desktop"
    assert {one.text for one in root.iter("binary")} == {"kvitto", "kvitto-cli"}


def test_the_version_can_be_a_version_of_every_system() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", kvitto.__version__)


def test_what_an_earlier_build_has_left_does_not_date_the_package(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share/page").touch()
    (tmp_path / "link").symlink_to("share/nothing")
    for one in (tmp_path / "share/page", tmp_path / "share"):
        os.utime(one, (1_000_000_000, 1_000_000_000))
    line = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'packaging');"
        f"from build_deb import date_all; date_all(Path({str(tmp_path)!r}))"
    )
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(
        [sys.executable, "-c", line], cwd=PROJECT, env=environment, check=True, timeout=50
    )

    assert {one.lstat().st_mtime for one in tmp_path.rglob("*")} == {1_700_000_000}
