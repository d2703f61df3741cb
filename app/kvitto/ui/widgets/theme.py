"""How the window looks: a palette of our own, light and dark, and the colours of the results.

Source of the colours: Okabe and Ito, darkened and lightened until text on its tint has a contrast
of 4.5:1 or more.
"""

from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from kvitto.core.status import Result
from kvitto.ui.services.preferences import ThemeChoice

STEP: Final = 4
"""All distances are multiples of this many pixels."""
ROW_HEIGHT: Final = 28
ICON_SIZE: Final = 16


class ResultColours(NamedTuple):
    """The colours of one result: its text or icon, and the tint that these stand on."""

    text: QColor
    tint: QColor


class Colours(NamedTuple):
    """The colours of one theme.

    Attributes:
        window: behind everything.
        base: behind tables and text fields.
        raised: behind the top strip, headers and buttons.
        text: of text.
        faint: of text that comes second: codes, units, hints.
        line: of lines that divide.
        accent: of what is selected or may be pressed.
        on_accent: of text on it.
        good: of the sign that all is well.
        warning: of the banner's tint for what needs attention.
        danger: of the banner's tint for what costs reports.
        results: of the results.
    """

    window: QColor
    base: QColor
    raised: QColor
    text: QColor
    faint: QColor
    line: QColor
    accent: QColor
    on_accent: QColor
    good: QColor
    warning: QColor
    danger: QColor
    results: dict[Result, ResultColours]


def _results(pairs: dict[Result, tuple[str, str]]) -> dict[Result, ResultColours]:
    return {one: ResultColours(QColor(text), QColor(tint)) for one, (text, tint) in pairs.items()}


LIGHT: Final = Colours(
    window=QColor("#F6F7F8"),
    base=QColor("#FFFFFF"),
    raised=QColor("#FBFCFC"),
    text=QColor("#1B1F23"),
    faint=QColor("#57606A"),
    line=QColor("#DDE1E5"),
    accent=QColor("#005A8C"),
    on_accent=QColor("#FFFFFF"),
    good=QColor("#007A5A"),
    warning=QColor("#FBF0D9"),
    danger=QColor("#F9E3EE"),
    results=_results(
        {
            Result.DELIVERED: ("#007A5A", "#E3F4EE"),
            Result.PENDING: ("#005A8C", "#E3EFF7"),
            Result.EXPIRED: ("#8A5A00", "#FBF0D9"),
            Result.CANCELLED: ("#57606A", "#EEF0F2"),
            Result.REJECTED: ("#A63F00", "#FBE8DD"),
            Result.FAILED: ("#A4195F", "#F9E3EE"),
            Result.UNKNOWN: ("#57606A", "#EEF0F2"),
        }
    ),
)
DARK: Final = Colours(
    window=QColor("#16191D"),
    base=QColor("#1B1F24"),
    raised=QColor("#20252B"),
    text=QColor("#E6E9EC"),
    faint=QColor("#AEB6BF"),
    line=QColor("#323941"),
    accent=QColor("#7CC4EE"),
    on_accent=QColor("#10212B"),
    good=QColor("#56D3A9"),
    warning=QColor("#3A2D10"),
    danger=QColor("#3B1529"),
    results=_results(
        {
            Result.DELIVERED: ("#56D3A9", "#12382E"),
            Result.PENDING: ("#7CC4EE", "#11303F"),
            Result.EXPIRED: ("#F0BE5A", "#3A2D10"),
            Result.CANCELLED: ("#AEB6BF", "#2A2F35"),
            Result.REJECTED: ("#F59A6A", "#3D2215"),
            Result.FAILED: ("#F08ABF", "#3B1529"),
            Result.UNKNOWN: ("#AEB6BF", "#2A2F35"),
        }
    ),
)

_LIGHT_FRAME: Final = QColor("#8C959F").lighter(140)
_DARK_FRAME: Final = QColor("#6B7680").lighter(140)

RESULT_ICONS: Final[dict[Result, str]] = {
    Result.DELIVERED: "mdi6.check",
    Result.PENDING: "mdi6.clock-outline",
    Result.EXPIRED: "mdi6.timer-sand",
    Result.CANCELLED: "mdi6.slash-forward",
    Result.REJECTED: "mdi6.cancel",
    Result.FAILED: "mdi6.close",
    Result.UNKNOWN: "mdi6.help",
}
"""The icon of each result, all of one family. Colour is never alone."""


def is_dark() -> bool:
    """Tell whether the application shows the dark theme now."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return window.lightness() < 128


def colours() -> Colours:
    """Return the colours of the theme that the application shows now.

    Ask when painting: the theme can change at any time, and tells by QEvent.PaletteChange.
    """
    return DARK if is_dark() else LIGHT


def apply_theme(application: QApplication, choice: ThemeChoice) -> None:
    """Show the application in a theme; SYSTEM follows the system's from now on."""
    if application.style().name().lower() != "fusion":
        application.setStyle(QStyleFactory.create("Fusion"))
    hints = application.styleHints()
    scheme = {
        ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,
        ThemeChoice.LIGHT: Qt.ColorScheme.Light,
        ThemeChoice.DARK: Qt.ColorScheme.Dark,
    }[choice]
    if hints.colorScheme() is not scheme:
        hints.setColorScheme(scheme)
    wants_dark = choice is ThemeChoice.DARK or (
        choice is ThemeChoice.SYSTEM and hints.colorScheme() is Qt.ColorScheme.Dark
    )
    palette = _palette(DARK if wants_dark else LIGHT)
    application.setPalette(palette)
    # Fusion draws a frame in the palette's Window darkened by 1.4: unseen on dark ground.
    framed = QPalette(palette)
    framed.setColor(QPalette.ColorRole.Window, (_DARK_FRAME if wants_dark else _LIGHT_FRAME))
    for kind in (
        "QCheckBox",
        "QRadioButton",
        "QLineEdit",
        "QAbstractSpinBox",
        "QComboBox",
        "QPlainTextEdit",
        "QTextEdit",
        "QMenu",
    ):
        application.setPalette(framed, kind)  # type: ignore[arg-type]  # PySide's stubs say bytes


def _palette(chosen: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(chosen.raised, chosen.window)
    for which, colour in {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.base,
        role.AlternateBase: chosen.window,
        role.Text: chosen.text,
        role.PlaceholderText: chosen.faint,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.Link: chosen.accent,
        role.LinkVisited: chosen.accent,
        role.Mid: chosen.line,
        role.Accent: chosen.accent,
    }.items():
        palette.setColor(which, colour)
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, which, chosen.faint)
    return palette


def number_font(font: QFont) -> QFont:
    """Return `font` with figures of equal width, for columns of numbers."""
    tabular = QFont(font)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    return tabular
