"""Whether all that the program needs beside its code is there, and can be used."""

import importlib
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QPluginLoader, QTranslator
from PySide6.QtGui import QFontDatabase, QIcon, QPixmap

from kvitto.certificates import root_count
from kvitto.paths import resource
from kvitto.store.engines.opening import check_driver
from kvitto.store.server_errors import DriverMissingError
from kvitto.ui.dialogs.guide import LANGUAGES, PAGES, page_file
from kvitto.ui.services.early_start import application

_PLATFORMS: Final = {
    "linux": (
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforms/libqoffscreen.so",
        "wayland-shell-integration/libxdg-shell.so",
        "wayland-decoration-client/libbradient.so",
    ),
    "win32": ("platforms/qwindows.dll", "platforms/qoffscreen.dll"),
    "darwin": ("platforms/libqcocoa.dylib", "platforms/libqoffscreen.dylib"),
}
"""What draws windows: without it, or a library of the system's that it needs, none opens."""
_LOADED_LATER: Final = ("PySide6.QtPrintSupport", "nacl.signing", "segno", "xlsxwriter")
"""What prints, verifies announcements, and makes QR codes and workbooks: loaded once it is used."""
_SECRETS: Final = {
    "linux": ("keyring.backends.SecretService", "secretstorage"),
    "win32": ("keyring.backends.Windows", "win32ctypes.pywin32.win32cred"),
    "darwin": ("keyring.backends.macOS", "keyring.backends.macOS.api"),
}
"""What keeps passwords, and what that is built on: without, it only says that it is not there."""
_ICON_SIZE: Final = 64
_PICTURE: Final = re.compile(r'<img src="([^"]+)"')


def installation_faults(
    resources: Path | None = None, plugins: Path | None = None, translations: Path | None = None
) -> list[str]:
    """Return what is missing or can't be used, a sentence each.

    Makes the process's application, unless what draws windows is missing: Qt would end the program.

    Args:
        resources: Kvitto's own files; None for where they lie.
        plugins: Qt's plugins; likewise.
        translations: Qt's translations; likewise.
    """
    places = QLibraryInfo.LibraryPath
    resources = resources or resource("")
    faults = list(_platform_faults(plugins or _qt_path(places.PluginsPath)))
    if faults:
        return faults
    application()
    return [
        *_resource_faults(resources, translations or _qt_path(places.TranslationsPath)),
        *_other_faults(),
    ]


def _qt_path(which: QLibraryInfo.LibraryPath) -> Path:
    return Path(QLibraryInfo.path(which))


def _resource_faults(resources: Path, translations: Path) -> Iterator[str]:
    for file in (
        *(resources / "translations" / name for name in ("kvitto_sv.qm", "kvitto_en.qm")),
        translations / "qtbase_sv.qm",
    ):
        translator = QTranslator()
        if not translator.load(str(file)) or translator.isEmpty():
            yield f"The translation {file} is missing or damaged."
    for page, language in product(PAGES, LANGUAGES):
        yield from _page_faults(page_file(page, language, resources))
    picture = QIcon(str(resources / "icons/kvitto.svg")).pixmap(_ICON_SIZE, _ICON_SIZE)
    if _is_blank(picture):
        yield f"The program's icon can't be drawn: {resources / 'icons/kvitto.svg'}."
    font = resources / "fonts/icons.ttf"
    if not font.is_file() or QFontDatabase.addApplicationFont(str(font)) < 0:
        yield f"The font of the icons is missing or damaged: {font}."
    if not (resources / "fonts/icons.json").is_file():
        yield f"The names of the icons are missing: {resources / 'fonts/icons.json'}."


def _page_faults(file: Path) -> Iterator[str]:
    if not file.is_file():
        yield f"A page of the user guide is missing: {file}."
        return
    for name in _PICTURE.findall(file.read_text("utf-8")):
        if QPixmap(str(file.parent / name)).isNull():
            yield f"A picture of the user guide is missing or damaged: {file.parent / name}."


def _is_blank(picture: QPixmap) -> bool:
    image = picture.toImage()
    middle = _ICON_SIZE // 2
    return picture.isNull() or not any(
        image.pixelColor(x, middle).alpha() for x in range(image.width())
    )


def _platform_faults(plugins: Path) -> Iterator[str]:
    """Load what draws windows: that needs no screen."""
    for name in _PLATFORMS[sys.platform]:
        loader = QPluginLoader(str(plugins / name))
        if not loader.load():
            yield f"Qt's plugin {Path(name).name} can't be loaded: {loader.errorString()}"


def _other_faults() -> Iterator[str]:
    if root_count() == 0:
        yield "No list of trusted certificates was found: install ca-certificates."
    if find_spec("keyring") is not None:
        for module in _SECRETS[sys.platform]:
            try:
                importlib.import_module(module)
            except ImportError as error:
                yield f"The system's store of passwords can't be used: {error}"
    for module in _LOADED_LATER:
        try:
            importlib.import_module(module)
        except ImportError as error:
            yield f"A part of the program can't be loaded: {module}: {error}"
    try:
        check_driver()
    except DriverMissingError as error:
        why = " ".join(error.detail.split())
        yield f"The driver of stores on servers can't be used: {why}"
