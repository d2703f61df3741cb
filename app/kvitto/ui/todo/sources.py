"""Joins the list of what is wrong with those who know what is."""

from PySide6.QtCore import QObject, Signal

from kvitto.ui.services.context import Context
from kvitto.ui.services.notifications import Notifications
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.services.update_watcher import ReplacedProgram, own_file
from kvitto.ui.todo.account_items import AccountItems
from kvitto.ui.todo.failing_items import FailingItems
from kvitto.ui.todo.refused_item import RefusedItem
from kvitto.ui.widgets.banner import Banners
from kvitto.ui.widgets.status_strip import StatusStrip
from kvitto.ui.widgets.store_banner import StoreTrouble

_REPLACED = "replaced"


class TodoSources(QObject):
    """Keeps those sources that are of no other use to the window.

    Attributes:
        refused: the refused requests.

    Signals:
        quarantine_requested: show what was refused.
        follow_up_requested: the `BatchRecord` of which those who did not get it are asked for.
        restart_requested: start the window again.
        key_requested: show where the key of the SMS service's API is.
        notice: a title and a text, to be told outside the window, and what is shown then.
    """

    quarantine_requested = Signal()
    follow_up_requested = Signal(object)
    restart_requested = Signal()
    key_requested = Signal()
    notice = Signal(str, str, object)

    def __init__(
        self,
        context: Context,
        todo: Todo,
        strip: StatusStrip,
        banners: Banners,
        notifications: Notifications,
        parent: QObject,
    ) -> None:
        """List what they know in `todo`."""
        super().__init__(parent)
        self._todo = todo
        StoreTrouble(context, strip, todo, banners)
        self.refused = RefusedItem(context, todo, self)
        self.refused.show_requested.connect(self.quarantine_requested)
        self.refused.notice.connect(self._on_refused)
        failing = FailingItems(
            context.preferences, todo, notifications.failing, notifications.worse, self
        )
        failing.follow_up_requested.connect(self.follow_up_requested)
        notifications.looked.connect(failing.look)
        account = AccountItems(context.books, todo, strip.balance_watch, self)
        account.key_requested.connect(self.key_requested)

    def start(self) -> None:
        """Look from now on whether another version was installed."""
        if (file := own_file()) is not None:
            ReplacedProgram(file, self).replaced.connect(self._on_replaced)

    def stop(self) -> None:
        """Read no more: the window goes."""
        self.refused.stop()
        self._todo.note_still_there()

    def _on_refused(self, title: str, text: str) -> None:
        self.notice.emit(title, text, self.refused)

    def _on_replaced(self) -> None:
        self._todo.put(
            _REPLACED,
            self.tr(
                "Another version of Kvitto was installed. Reports are received as before; restart "
                "Kvitto to use it."
            ),
            severity=Severity.NOTE,
            actions=[(self.tr("Restart now"), self.restart_requested.emit)],
            again=self._on_replaced,
        )
