"""The worst of what is wrong in one line above the table: nobody must open a list for it."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from kvitto.ui.services.todo import Todo
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.severity_look import icon_of, look_of, word_of
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_LEAST_WIDTH: Final = 40 * STEP


class _OneLine(QLabel):
    """A text as far as there is room for it; all of it in the tooltip, and to the ear."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(_LEAST_WIDTH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is room for."""
        del event
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


class TodoLine(QFrame):
    """Shows the worst thing that is wrong, with its button; hidden while nothing is.

    Signals:
        list_requested: show all of them.
    """

    list_requested = Signal()

    def __init__(self, todo: Todo, parent: QWidget) -> None:
        """Follow `todo`."""
        super().__init__(parent)
        self._todo = todo
        self._icon = QLabel(self)
        self._sentence = _OneLine(self)
        self.act = QToolButton(self)
        self.act.clicked.connect(self._on_act)
        self.more = QToolButton(self)
        self.more.clicked.connect(self.list_requested)
        for button in (self.act, self.more):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, STEP, 3 * STEP, STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.act)
        row.addWidget(self.more)
        todo.changed.connect(self._follow)
        self._follow()

    @property
    def sentence(self) -> str:
        """What is said, as far as there is room; "" while nothing is wrong."""
        return self._sentence.text()

    def _follow(self) -> None:
        shown = self._todo.to_do()
        if not shown:
            self._sentence.setText("")
            self.hide()
            return
        worst = shown[0]
        look = look_of(worst.severity)
        palette = self.palette()
        if palette.color(QPalette.ColorRole.Window) != look.tint:
            palette.setColor(QPalette.ColorRole.Window, look.tint)
            self.setPalette(palette)
        self._icon.setPixmap(icon_of(worst.severity).pixmap(QSize(ICON_SIZE, ICON_SIZE)))
        word = word_of(worst.severity)
        self._icon.setAccessibleName(word)
        if self._sentence.text() != worst.headline:
            self._sentence.setText(worst.headline)
            self._sentence.update()
        self._sentence.setToolTip(plain_tip(worst.sentence))
        self.setAccessibleName(f"{word}: {worst.sentence}")
        actions = self._todo.actions_of(worst)
        self.act.setVisible(bool(actions))
        if actions:
            self.act.setText(actions[0][0])
            self.act.setAccessibleName(actions[0][0])
        others = len(shown) - 1
        self.more.setText(self.tr("%Ln more", "", others) if others else self.tr("More"))
        self.more.setAccessibleName(self.tr("Show the whole list of what is to do"))
        self.more.setToolTip(self.more.accessibleName())
        self.show()

    def _on_act(self) -> None:
        shown = self._todo.to_do()
        if shown and (actions := self._todo.actions_of(shown[0])):
            actions[0][1]()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show all where it is pressed."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.list_requested.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.ApplicationPaletteChange):
            self._follow()
