"""Icons are letters of one font, sharp at any size, in the colours that they were made with."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from kvitto.ui.widgets.icons import icon, icon_letter
from kvitto.ui.widgets.theme import colours

RED = QColor("#C00000")


def inks(picture: QImage) -> set[str]:
    """Return the colours that are there in full."""
    places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    found = (picture.pixelColor(*place) for place in places)
    return {colour.name() for colour in found if colour.alpha() == 255}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_has_as_many_pixels_as_the_screen_shows(qapp: QApplication, ratio: float) -> None:
    picture = icon("check", RED).pixmap(QSize(16, 16), ratio)

    assert picture.size() == QSize(round(16 * ratio), round(16 * ratio))
    assert picture.devicePixelRatio() == ratio


def test_an_icon_keeps_its_colour_and_says_when_it_is_of_no_use(qapp: QApplication) -> None:
    made = icon("stop", RED)

    assert inks(made.pixmap(32, 32).toImage()) == {RED.name()}
    pale = made.pixmap(QSize(32, 32), 1.0, QIcon.Mode.Disabled).toImage()
    assert inks(pale) == {colours().faint.name()}
    chosen = made.pixmap(QSize(32, 32), 1.0, QIcon.Mode.Selected).toImage()
    assert inks(chosen) == {colours().on_accent.name()}


def test_an_icon_that_the_family_has_not_is_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon_letter("no-such-icon")
