"""Chips: small buttons that narrow what is shown, and say how."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from kvitto.ui.batches.paint_cache import PaintCache, mixed
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP

_EDGE: Final = 2 * STEP
_NAMED: Final = 2
"""So many choices are named on a chip; more are counted."""

T = TypeVar("T", bound=Hashable)


class ChipChoice(NamedTuple, Generic[T]):
    """One choice of a chip's menu.

    Attributes:
        value: what is chosen.
        text: its text in the menu.
        icon: its icon in the menu.
    """

    value: T
    text: str
    icon: QIcon = QIcon()


class Chip(QToolButton):
    """A rounded button, tinted while it narrows what is shown."""

    def __init__(self, parent: QWidget) -> None:
        """Start without a text."""
        super().__init__(parent)
        self._pictures = PaintCache()
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def has_menu(self) -> bool:
        """Whether it opens a menu."""
        return self.menu() is not None

    @override
    def sizeHint(self) -> QSize:
        """Return the room for the text, and for the sign of a menu."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * _EDGE
        return QSize(width + (ICON_SIZE if self.has_menu else 0), ROW_HEIGHT - STEP)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the same: a text that is cut tells nothing."""
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        del event
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        shown = self._pictures.shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = shown.accent if self.isChecked() or self.hasFocus() else shown.line
        ground = mixed(shown.accent, shown.base, 0.14) if self.isChecked() else shown.raised
        if option.state & QStyle.StateFlag.State_MouseOver or self.isDown():
            ground = mixed(shown.accent, ground, 0.08)
        painter.setPen(edge)
        painter.setBrush(ground)
        room = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(room, room.height() / 2, room.height() / 2)
        painter.setPen(shown.text if self.isEnabled() else shown.faint)
        text = self.rect().adjusted(_EDGE, 0, -_EDGE, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.has_menu:
            at = QRect(0, 0, ICON_SIZE, ICON_SIZE)
            at.moveCenter(self.rect().center())
            at.moveRight(self.rect().right() - STEP)
            picture = self._pictures.icon("menu-down", self.devicePixelRatioF())
            painter.drawPixmap(at.topLeft(), picture)
        painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._pictures.recolour()
            self.update()


class ChoiceMenu(QMenu):
    """A menu that stays open while its choices are ticked on and off."""

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick a choice; leave the menu open."""
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick a choice by the space bar; leave the menu open."""
        if event.key() != Qt.Key.Key_Space or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    def _tick(self, action: QAction | None) -> bool:
        # Where only one can be chosen, choosing ends the menu.
        if action is None or not action.isCheckable() or action.actionGroup() is not None:
            return False
        action.trigger()
        return True


class ChoiceChip(Chip, Generic[T]):
    """A chip with a menu of choices, of which one or several hold.

    Signals:
        changed: other choices hold.
    """

    changed = Signal()

    def __init__(
        self,
        offer: Callable[[], Sequence[ChipChoice[T]]],
        short: Callable[[T], str],
        parent: QWidget,
        *,
        default: T | None = None,
    ) -> None:
        """Offer what `offer` returns when the menu opens.

        Args:
            offer: the choices now, in the language of the window.
            short: a choice as it is named on the chip.
            parent: the owner.
            default: of one-out-of-several choices, the one that does not narrow; None where
                several can hold at once.
        """
        super().__init__(parent)
        self._offer = offer
        self._short = short
        self._default = default
        self._title = ""
        self._hint = ""
        self._chosen: tuple[T, ...] = ()
        menu = ChoiceMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @property
    def chosen(self) -> frozenset[T]:
        """The choices that hold; none where the chip does not narrow."""
        return frozenset(self._chosen)

    def name_it(self, title: str, hint: str = "") -> None:
        """Say what it narrows, in the language of the window; and more of it in the tooltip."""
        self._title, self._hint = title, hint
        self._say()

    def choose(self, values: Sequence[T]) -> None:
        """Let these choices hold, and no others."""
        values = tuple(value for value in values if value != self._default)
        if values != self._chosen:
            self._chosen = values
            self._say()
            self.changed.emit()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        group = QActionGroup(menu) if self._default is not None else None
        for choice in self._offer():
            action = menu.addAction(choice.icon, choice.text)
            action.setCheckable(True)
            if group is not None:
                group.addAction(action)
            is_default = choice.value == self._default and not self._chosen
            action.setChecked(choice.value in self._chosen or is_default)
            action.triggered.connect(
                lambda is_on, value=choice.value: self._on_ticked(value, is_on=is_on)
            )
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing to choose from yet")).setEnabled(False)

    def _on_ticked(self, value: T, *, is_on: bool) -> None:
        if self._default is not None:
            self.choose((value,))
        elif is_on:
            self.choose((*self._chosen, value))
        else:
            self.choose([one for one in self._chosen if one != value])

    def _say(self) -> None:
        named = [self._short(value) for value in self._chosen]
        if not named:
            text = self._title
        elif len(named) <= _NAMED:
            text = ", ".join(named)
        else:
            text = self.tr("{title}: {count}").format(title=self._title, count=len(named))
        self.setText(text)
        self.setAccessibleName(f"{self._title}: {', '.join(named)}" if named else self._title)
        self.setToolTip(", ".join(named) if len(named) > _NAMED else self._hint)
        self.setChecked(bool(named))
        self.updateGeometry()

    @override
    def nextCheckState(self) -> None:
        """Stay as it is: only choices change it."""
