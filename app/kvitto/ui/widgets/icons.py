"""Icons of one family, in the colours of the theme.

They are letters of a font: those of the Material Design Icons that the window names, which
packaging/icon_font.sh takes out of the whole font.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

import msgspec
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap
from typing_extensions import override

from kvitto.paths import resource
from kvitto.ui.widgets.theme import colours

_SHARE: Final = 0.875
"""How much of an icon's height is its letter's: of 16 pixels, 14."""
_MIDDLE: Final = int(Qt.AlignmentFlag.AlignCenter)


class _Family(NamedTuple):
    """The font of the icons, and the code of each icon's letter by its name."""

    font: str
    codes: Mapping[str, str]


@cache
def _family() -> _Family:
    """Load the font. There must be an application."""
    font, codes = resource("fonts/icons.ttf"), resource("fonts/icons.json")
    number = QFontDatabase.addApplicationFontFromData(font.read_bytes())
    (family, *_) = QFontDatabase.applicationFontFamilies(number)
    return _Family(family, msgspec.json.decode(codes.read_bytes(), type=dict[str, str]))


def icon_font(size: int) -> QFont:
    """Return the font whose letters are the icons, `size` pixels high."""
    font = QFont()
    font.setFamily(_family().font)
    font.setPixelSize(size)
    return font


def icon_letter(name: str) -> str:
    """Return the letter of `icon_font` that is the icon of this name in the family."""
    return chr(int(_family().codes[name], 16))


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """Return an icon of the Material Design family in text colour, or in `colour`.

    Ask again when the palette changes: an icon keeps the colour that it was made with. Pictures
    can't be added to it.

    Args:
        name: the name in the family, such as `content-copy`.
        colour: another colour than the text's.
    """
    shown = colours()
    return QIcon(
        _Letter(
            icon_letter(name),
            {
                QIcon.Mode.Normal: shown.text if colour is None else colour,
                QIcon.Mode.Active: shown.text if colour is None else colour,
                QIcon.Mode.Disabled: shown.faint,
                # In a selected row.
                QIcon.Mode.Selected: shown.on_accent,
            },
        )
    )


class _Letter(QIconEngine):
    """Paints a letter of the icons' font, sharp at any size."""

    def __init__(self, letter: str, inks: Mapping[QIcon.Mode, QColor]) -> None:
        super().__init__()
        self._letter = letter
        self._inks = inks

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        painter.save()
        painter.setPen(self._inks[mode])
        painter.setFont(icon_font(round(_SHARE * rect.height())))
        painter.drawText(rect, _MIDDLE, self._letter)
        painter.restore()

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made
