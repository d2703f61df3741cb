"""The QR code: painted module by module, dark on light."""

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.reachability.qr_picture import QrPicture

URL = "https://kvitto.example.net/r/0123456789abcdef0123456789abcdef"


def dark_modules(picture: QrPicture) -> list[list[bool]]:
    """Return which modules are dark on the screen, edge included, row by row."""
    image = picture.grab().toImage()
    module = image.width() // picture.modules
    ratio = image.width() / picture.width()
    assert module == image.width() / picture.modules, ratio
    middles = [module * at + module // 2 for at in range(picture.modules)]
    return [[image.pixelColor(x, y).lightness() < 128 for x in middles] for y in middles]


def shown(qtbot: QtBot, text: str) -> QrPicture:
    picture = QrPicture()
    qtbot.addWidget(picture)
    picture.show_text(text)
    picture.resize(picture.sizeHint())
    return picture


def test_what_is_painted_is_the_code_with_a_light_edge(qtbot: QtBot) -> None:
    picture = shown(qtbot, URL)

    code = segno.make_qr(URL, error="m")
    wanted = [[bool(one) for one in row] for row in code.matrix_iter(border=4)]
    assert dark_modules(picture) == wanted


def test_it_is_dark_on_light_on_dark_ground_too(qtbot: QtBot) -> None:
    light = dark_modules(shown(qtbot, URL))
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.setPalette(QPalette(QColor(Qt.GlobalColor.black)))
    picture = QrPicture(ground)
    picture.show_text(URL)
    picture.resize(picture.sizeHint())

    assert dark_modules(picture) == light


def test_without_a_text_there_is_no_code(qtbot: QtBot) -> None:
    picture = shown(qtbot, URL)
    picture.show_text("")

    assert picture.modules == 0
    assert picture.sizeHint().isEmpty()
