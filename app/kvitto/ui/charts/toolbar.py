"""The line above a chart: what is drawn, for how long, and what to do with the picture."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from kvitto.ui.charts.time_range import Range
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_LEAST_TITLE: Final = 20 * STEP


class View(StrEnum):
    """What is drawn."""

    COST = "cost"
    REPORTS = "reports"
    USUAL = "usual"
    """How much of a batch was delivered, against what is usual."""


class ElidedLabel(QLabel):
    """A text that gives way; the whole is in its tooltip."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_whole_text(self, text: str) -> None:
        """Show a text, as far as there is room."""
        self._whole = text
        self.setAccessibleName(text)
        self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide anew."""
        super().resizeEvent(event)
        self._elide()


class ChartBar(QWidget):
    """Buttons for the view and the range, the title, and buttons for the picture.

    Signals:
        view_chosen: a `View`.
        range_chosen: a :class:`~kvitto.ui.charts.time_range.Range`.
        copy_requested: put the picture on the clipboard.
        save_requested: save the picture.
    """

    view_chosen = Signal(object)
    range_chosen = Signal(object)
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Show the costs, and all of them."""
        super().__init__(parent)
        self._views = {one: self._button() for one in View}
        self._view_group = self._group(*self._views.values())
        self._ranges = {one: self._button() for one in Range}
        self._range_group = self._group(*self._ranges.values())
        self._title = ElidedLabel(self)
        self._title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._title.setMinimumWidth(_LEAST_TITLE)
        self._copy = QToolButton(self)
        self._save = QToolButton(self)
        for button in (self._copy, self._save):
            button.setAutoRaise(True)
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        line.setSpacing(STEP)
        for button in self._views.values():
            line.addWidget(button)
        line.addSpacing(3 * STEP)
        for button in self._ranges.values():
            line.addWidget(button)
        line.addSpacing(3 * STEP)
        line.addWidget(self._title, 1)
        line.addWidget(self._copy)
        line.addWidget(self._save)
        self._view_group.buttonClicked.connect(self._on_view)
        self._range_group.buttonClicked.connect(self._on_range)
        self._copy.clicked.connect(self.copy_requested)
        self._save.clicked.connect(self.save_requested)
        self.show_view(View.COST)
        self.set_usual_enabled(is_enabled=False)
        self.show_range(Range.ALL)
        self._retranslate()
        self._show_icons()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _group(self, *buttons: QToolButton) -> QButtonGroup:
        group = QButtonGroup(self)
        for button in buttons:
            group.addButton(button)
        return group

    def _on_view(self, button: QAbstractButton) -> None:
        self.view_chosen.emit(next(one for one, its in self._views.items() if its is button))

    def _on_range(self, button: QAbstractButton) -> None:
        self.range_chosen.emit(next(one for one, its in self._ranges.items() if its is button))

    def show_view(self, view: View) -> None:
        """Show which view is shown; ages have no range."""
        self._views[view].setChecked(True)
        _stop_at_checked(self._view_group)
        for button in self._ranges.values():
            button.setEnabled(view is not View.USUAL)

    def set_usual_enabled(self, *, is_enabled: bool) -> None:
        """Know whether there is one batch, which can be compared with others."""
        self._views[View.USUAL].setEnabled(is_enabled)

    def show_range(self, chosen: Range | None) -> None:
        """Show which range is followed; None where the user has zoomed."""
        self._range_group.setExclusive(False)
        for one, button in self._ranges.items():
            button.setChecked(one is chosen)
        self._range_group.setExclusive(True)
        _stop_at_checked(self._range_group)

    def show_title(self, title: str) -> None:
        """Say of what the chart is."""
        self._title.set_whole_text(title)

    def set_picture_enabled(self, *, is_enabled: bool) -> None:
        """Know whether there is a picture to copy and to save."""
        self._copy.setEnabled(is_enabled)
        self._save.setEnabled(is_enabled)

    def _retranslate(self) -> None:
        for view, text, tip in (
            (View.COST, self.tr("Cost"), self.tr("The running cost")),
            (
                View.REPORTS,
                self.tr("Reports received"),
                self.tr("How many reports came, by result"),
            ),
            (
                View.USUAL,
                self.tr("As usual?"),
                self.tr("How much of the selected batch was delivered, against what is usual"),
            ),
        ):
            self._views[view].setText(text)
            self._views[view].setToolTip(tip)
        for one, text, tip in (
            (Range.HOUR, self.tr("Hour"), self.tr("The last 60 minutes")),
            (Range.DAY, self.tr("Day"), self.tr("The last 24 hours")),
            (Range.WEEK, self.tr("Week"), self.tr("The last 7 days")),
            (Range.ALL, self.tr("All"), self.tr("From the first report")),
        ):
            self._ranges[one].setText(text)
            self._ranges[one].setToolTip(tip)
        for button, name in (
            (self._copy, self.tr("Copy the chart as a picture")),
            (self._save, self.tr("Save the chart as a picture…")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)

    def _show_icons(self) -> None:
        self._copy.setIcon(icon("content-copy"))
        self._save.setIcon(icon("content-save-outline"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()


def _stop_at_checked(group: QButtonGroup) -> None:
    """Let Tab stop once in a group, at what is chosen; the arrow keys go on from there."""
    policy = Qt.FocusPolicy
    for button in group.buttons():
        is_stop = button.isChecked() or group.checkedButton() is None
        button.setFocusPolicy(policy.StrongFocus if is_stop else policy.ClickFocus)
