"""The button in the strip that tells how many things are wrong, and opens their list."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from kvitto.ui.services.todo import Todo
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.severity_look import icon_of, look_of
from kvitto.ui.widgets.theme import ICON_SIZE
from kvitto.ui.widgets.todo_panel import TodoPanel


class TodoButton(QToolButton):
    """Says *To do (3)*; hidden while there is nothing.

    Attributes:
        panel: the list that it opens.
    """

    def __init__(self, todo: Todo, parent: QWidget) -> None:
        """Follow `todo`."""
        super().__init__(parent)
        self._todo = todo
        self.panel = TodoPanel(todo, self)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.clicked.connect(self.open_list)
        todo.changed.connect(self._follow)
        self._follow()

    def open_list(self) -> None:
        """Show the list below the button."""
        strip = self.parentWidget()
        owner = strip if self.isHidden() and strip is not None else self
        self.panel.open_below(owner)

    def _follow(self) -> None:
        shown = self._todo.to_do()
        self.setVisible(bool(shown))
        if not shown:
            return
        worst = shown[0]
        look = look_of(worst.severity)
        palette = self.palette()
        if palette.color(QPalette.ColorRole.ButtonText) != look.text:
            palette.setColor(QPalette.ColorRole.Window, look.tint)
            palette.setColor(QPalette.ColorRole.ButtonText, look.text)
            self.setPalette(palette)
        self.setIcon(icon_of(worst.severity))
        self.setText(self.tr("To do (%Ln)", "", len(shown)))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(worst.sentence)
        self.setToolTip(plain_tip("\n".join(one.sentence for one in shown)))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.ApplicationPaletteChange):
            self._follow()
