"""What the connected user may do in the store, and the controls that offer no more than that.

Each control that would ask for something names the right that it takes, once, where it is made.
Whatever else switches it on or off, it is off while that right is missing, and its tooltip says
why.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from kvitto.store.rights import Right

Guarded: TypeAlias = QWidget | QAction
_FIELDS: Final = (QLineEdit, QPlainTextEdit)
"""Of these the text can still be selected, and the tooltip still says what it said."""


class Permissions(QObject):
    """Knows the rights of the user, and sees to the controls. Belongs to the window's thread.

    Args:
        rights: returns them; None where they are not known yet.
        parent: the owner.

    Signals:
        changed: they are others now.
        sight_changed: the store shows other things now than at the last reading.
    """

    changed = Signal()
    sight_changed = Signal()

    def __init__(
        self, rights: Callable[[], frozenset[Right] | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._rights: Final = rights
        self._known = rights()

    def look(self) -> None:
        """See whether they are others now: they are those of the newest connection."""
        before, known = self._known, self._rights()
        if known != before:
            self._known = known
            self.changed.emit()
            if None not in (before, known) and self.may(Right.SEE) != (Right.SEE in (before or ())):
                self.sight_changed.emit()

    def may(self, right: Right) -> bool:
        """Return whether the user has a right."""
        return self._known is not None and right in self._known

    def reason(self, right: Right) -> str:
        """Return why something can't be done without this right."""
        if self._known is None:
            return self.tr("The store has not been read yet.")
        match right:
            case Right.SEE:
                return self.tr(
                    "This user of the store sees no phone numbers, and nothing that was refused. "
                    "A user with the role kvitto_editor does."
                )
            case Right.EDIT:
                return self.tr(
                    "This user of the store changes nothing in it. A user with the role "
                    "kvitto_editor may."
                )
            case Right.RECEIVE:
                return self.tr(
                    "This user of the store receives no reports, and makes no keys. A user with "
                    "the role kvitto_receiver may."
                )

    def guard(self, right: Right, *controls: Guarded) -> None:
        """Have these controls switched off while the user does not have a right."""
        for one in controls:
            _Guard(self, right, one)


class _Guard(QObject):
    """Keeps one control off, and belongs to it."""

    def __init__(self, permissions: Permissions, right: Right, control: Guarded) -> None:
        super().__init__(control)
        self._permissions: Final = permissions
        self._right: Final = right
        self._control: Final = control
        self._is_acting = self._is_off = self._is_wanted = False
        self._own_tip = ""
        permissions.changed.connect(self._look)
        if isinstance(control, QAction):
            control.changed.connect(self._look)
        else:
            control.installEventFilter(self)
        self._look()

    def _look(self) -> None:
        if self._is_acting:
            return
        self._is_acting = True
        try:
            if self._permissions.may(self._right):
                self._leave_on()
            else:
                self._switch_off(self._permissions.reason(self._right))
        finally:
            self._is_acting = False

    def _switch_off(self, reason: str) -> None:
        control = self._control
        if isinstance(control, _FIELDS):
            control.setReadOnly(True)
        elif control.isEnabled():
            self._is_wanted = True
            control.setEnabled(False)
        tip = control.toolTip()
        if not (tip == reason or tip.endswith(f"\n{reason}")):
            # An action without a tooltip of its own says its text.
            self._own_tip = "" if isinstance(control, QAction) else tip
            is_told = isinstance(control, _FIELDS) and tip
            control.setToolTip(f"{tip}\n{reason}" if is_told else reason)
        self._is_off = True

    def _leave_on(self) -> None:
        if not self._is_off:
            return
        self._is_off = False
        control = self._control
        if isinstance(control, _FIELDS):
            control.setReadOnly(False)
        elif self._is_wanted:
            self._is_wanted = False
            control.setEnabled(True)
        control.setToolTip(self._own_tip)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See that nobody else switches it on, or says something else of it."""
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.ToolTipChange):
            self._look()
        return super().eventFilter(watched, event)
