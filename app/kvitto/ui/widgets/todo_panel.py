"""The list of what is wrong: opened from the strip, a sentence and a button for each."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.ui.services.todo import Action, Todo
from kvitto.ui.services.todo_list import Listed
from kvitto.ui.text import formatting
from kvitto.ui.widgets.severity_look import icon_of, word_of
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, colours

_WIDTH: Final = 150 * STEP
_HEIGHT: Final = 120 * STEP


class TodoRow(QFrame):
    """One thing that is wrong: its sentence, since when, its button, and *I know*."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `say`."""
        super().__init__(parent)
        self._acts: list[Callable[[], None]] = []
        self._labels: list[str] = []
        self._icon = QLabel(self)
        self._sentence = QLabel(self)
        self._since = QLabel(self)
        self._since.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._detail = QLabel(self)
        for label in (self._sentence, self._detail):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._main = QHBoxLayout()
        self._more = QWidget(self)
        self._others = QVBoxLayout(self._more)
        self._others.setContentsMargins(0, 0, 0, 0)
        self._others.addWidget(self._detail)
        self._more.hide()
        words = QVBoxLayout()
        words.setSpacing(STEP)
        words.addWidget(self._sentence)
        words.addWidget(self._since)
        words.addWidget(self._more)
        self._main.setSpacing(2 * STEP)
        words.addLayout(self._main)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        row.setSpacing(3 * STEP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def say(self, one: Listed, actions: list[Action], detail: str, know: Action) -> None:
        """Show this. Buttons that stay keep the focus."""
        self._icon.setPixmap(icon_of(one.severity).pixmap(ICON_SIZE, ICON_SIZE))
        word = word_of(one.severity)
        self._icon.setToolTip(word)
        self._icon.setAccessibleName(word)
        self._sentence.setText(one.sentence)
        self.setAccessibleName(f"{word}: {one.sentence}")
        self._since.setText(self._since_text(one))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        first, others = actions[:1], actions[1:]
        showing = [(self.tr("Details"), self._show_more)] if detail or others else []
        wanted = [*first, know, *showing, *others]
        self._acts = [act for _label, act in wanted]
        labels = [label for label, _act in wanted]
        for button in self.findChildren(QPushButton):
            button.setAccessibleDescription(one.sentence)
        if labels == self._labels:
            return
        self._labels = labels
        for layout in (self._main, self._others):
            for at in reversed(range(layout.count())):
                item = layout.itemAt(at)
                widget = None if item is None else item.widget()
                if widget is not self._detail:
                    layout.takeAt(at)
                if isinstance(widget, QPushButton):
                    widget.hide()
                    widget.setParent(None)
                    widget.deleteLater()
        in_line = len(wanted) - len(others)
        for number, label in enumerate(labels):
            button = QPushButton(label, self)
            button.setAutoDefault(False)
            button.setAccessibleDescription(one.sentence)
            button.clicked.connect(partial(self._act, number))
            layout = self._main if number < in_line else self._others
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._main.addStretch(1)

    def layout_height(self, width: int) -> int:
        """Return how high it is when it is so wide."""
        self.ensurePolished()
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(layout.heightForWidth(width), layout.minimumSize().height())

    def _since_text(self, one: Listed) -> str:
        local, now = one.since.astimezone(), utc_now().astimezone()
        clock = formatting.clock_time(one.since, with_seconds=False)
        if local.date() != now.date():
            clock = f"{formatting.day(one.since, with_weekday=True)} {clock}"
        return self.tr("Since {time}").format(time=clock)

    def _act(self, number: int, _checked: bool = False) -> None:
        self._acts[number]()

    def _show_more(self) -> None:
        self._more.setVisible(not self._more.isVisible())


class TodoPanel(QFrame):
    """All that is wrong, the worst first. Esc closes it, as a click beside it does."""

    def __init__(self, todo: Todo, parent: QWidget) -> None:
        """Follow `todo`; shown by `open_below`."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._todo = todo
        self._rows: dict[str, TodoRow] = {}
        self._heading = QLabel(self)
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self._heading.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, STEP)
        self._list = QWidget(self)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, STEP)
        column.setSpacing(0)
        column.addWidget(self._heading)
        column.addWidget(self._scroll, 1)
        todo.changed.connect(self._follow)
        self._follow()

    def open_below(self, owner: QWidget) -> None:
        """Show it below a widget, at its right edge, and go to its first button."""
        self._follow()
        corner = owner.mapToGlobal(QPoint(owner.width(), owner.height()))
        self.resize(_WIDTH, self._height())
        screen = owner.screen().availableGeometry()
        left = min(corner.x(), screen.right()) - self.width()
        self.move(max(left, screen.left()), min(corner.y(), screen.bottom() - self.height()))
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an edge: on dark ground the style's own can't be seen."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(colours().faint)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _height(self) -> int:
        """Return how high it is with all that is listed, within bounds."""
        rows = (row for row in self._rows.values())
        needed = sum(row.layout_height(_WIDTH) for row in rows)
        return min(needed + self._heading.sizeHint().height() + 3 * STEP, _HEIGHT)

    def _follow(self) -> None:
        shown = self._todo.to_do()
        subjects = [one.subject for one in shown]
        for subject in [one for one in self._rows if one not in subjects]:
            row = self._rows.pop(subject)
            self._column.removeWidget(row)
            row.hide()
            row.setParent(None)
            row.deleteLater()
        for at, one in enumerate(shown):
            row = self._rows.get(one.subject) or self._rows.setdefault(
                one.subject, TodoRow(self._list)
            )
            if self._column.indexOf(row) != at:
                self._column.removeWidget(row)
                self._column.insertWidget(at, row)
            actions: list[Action] = [
                (label, partial(self._act, act)) for label, act in self._todo.actions_of(one)
            ]
            know = (self.tr("I know"), partial(self._todo.know, one))
            row.say(one, actions, self._todo.detail_of(one), know)
        self._heading.setText(
            self.tr("To do, %Ln thing(s)", "", len(shown)) if shown else self.tr("Nothing to do")
        )
        self.setAccessibleName(self.tr("To do"))
        if self.isVisible() and not shown:
            self.hide()

    def _act(self, act: Callable[[], None]) -> None:
        self.hide()
        act()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Go to the first button, so that the keyboard has it."""
        super().showEvent(event)
        for button in self.findChildren(QPushButton):
            if button.isVisibleTo(self):
                button.setFocus(Qt.FocusReason.PopupFocusReason)
                break

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.ApplicationPaletteChange):
            self._follow()
