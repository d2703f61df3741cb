"""The program's icon in the forms that the systems want, drawn from resources/icons/kvitto.svg."""

import os
import struct
from pathlib import Path
from typing import Final

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QIcon

_WINDOWS_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_MAC_TYPES: Final = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512}
LINUX_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)


def draw_icons(svg: Path, folder: Path) -> None:
    """Write `kvitto.ico`, `kvitto.icns` and `kvitto-SIZE.png` into `folder`."""
    application = QGuiApplication.instance() or QGuiApplication([])
    icon = QIcon(str(svg))
    sizes = {*_WINDOWS_SIZES, *_MAC_TYPES.values(), *LINUX_SIZES}
    pictures = {size: _png(icon, size) for size in sizes}
    del application
    folder.mkdir(parents=True, exist_ok=True)
    for size in LINUX_SIZES:
        (folder / f"kvitto-{size}.png").write_bytes(pictures[size])
    (folder / "kvitto.ico").write_bytes(_ico(pictures))
    (folder / "kvitto.icns").write_bytes(_icns(pictures))


def _png(icon: QIcon, size: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = icon.pixmap(size, size).toImage()
    if image.width() != size or not image.save(buffer, "PNG"):
        msg = f"the icon can't be drawn in {size} pixels"
        raise RuntimeError(msg)
    return buffer.data().data()


def _ico(pictures: dict[int, bytes]) -> bytes:
    """Return an ICO file: a directory, then the pictures as PNG."""
    head = struct.pack("<HHH", 0, 1, len(_WINDOWS_SIZES))
    offset = len(head) + 16 * len(_WINDOWS_SIZES)
    entries, bodies = b"", b""
    for size in _WINDOWS_SIZES:
        body = pictures[size]
        side = size % 256  # 0 means 256
        place = offset + len(bodies)
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(body), place)
        bodies += body
    return head + entries + bodies


def _icns(pictures: dict[int, bytes]) -> bytes:
    """Return an ICNS file: parts of a type, a length and a PNG each."""
    parts = b"".join(
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
        for kind, size in _MAC_TYPES.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts
