"""How severe something is, to the eye: an icon, the colour of its text, a tint, and a word."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter

from kvitto.core.status import Result
from kvitto.ui.services.app_icon import app_icon
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ResultColours, colours

_TRAY_SIDES: Final = (16, 22, 24, 32, 48, 64)
_ICONS: Final = {
    Severity.NOTE: "information-outline",
    Severity.WARNING: "alert-outline",
    Severity.DANGER: "alert-octagon-outline",
}


def look_of(severity: Severity) -> ResultColours:
    """Return the colour of its icon and text, and the tint that these stand on."""
    shown = colours()
    match severity:
        case Severity.NOTE:
            return ResultColours(shown.text, shown.raised)
        case Severity.WARNING:
            return ResultColours(shown.results[Result.EXPIRED].text, shown.warning)
        case Severity.DANGER:
            return ResultColours(shown.results[Result.FAILED].text, shown.danger)


def icon_of(severity: Severity, colour: QColor | None = None) -> QIcon:
    """Return its icon, in its colour or another."""
    return icon(_ICONS[severity], colour or look_of(severity).text)


def marked_icon(severity: Severity) -> QIcon:
    """Return the program's icon with the sign of a severity in its corner."""
    made = QIcon()
    for side in _TRAY_SIDES:
        picture = app_icon().pixmap(QSize(side, side))
        picture.setDevicePixelRatio(1)
        corner = QRect(side // 3, side // 3, side - side // 3, side - side // 3)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        look = look_of(severity)
        painter.setBrush(look.tint)
        painter.drawEllipse(corner)
        icon_of(severity).paint(painter, corner)
        painter.end()
        made.addPixmap(picture)
    return made


def word_of(severity: Severity) -> str:
    """Return it in a word, for those who see no icon."""
    match severity:
        case Severity.NOTE:
            return QCoreApplication.translate("Severity", "Note")
        case Severity.WARNING:
            return QCoreApplication.translate("Severity", "Warning")
        case Severity.DANGER:
            return QCoreApplication.translate("Severity", "Urgent")
