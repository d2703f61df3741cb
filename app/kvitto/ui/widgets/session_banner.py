"""What is said of the receiver where not all is well with it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.receiver.direct_store import ReceivedElsewhere
from kvitto.receiver.receiver_outlook import LinkState
from kvitto.store.rights import Right
from kvitto.ui.backend import Backend
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.reachability_text import since_text
from kvitto.ui.widgets.banner import Banners, Weight

PREFERRED_PORT: Final = -1
_SUBJECT: Final = "session"
_RESTARTED: Final = "restarted"
_NO_AUTH: Final = "no-auth"
NOT_RECEIVING: Final = "not receiving"
"""The fault of all that keeps every report out: what it costs is said behind why it is so."""


class SessionBanner(QObject):
    """Says why nothing is received, and offers what can be done; says nothing while all is well.

    Signals:
        start_requested: receive on this port: `PREFERRED_PORT`, or 0 for any free one.
        key_requested: take no reports without a key any more.
    """

    start_requested = Signal(int)
    key_requested = Signal()

    def __init__(
        self, backend: Backend, todo: Todo, banners: Banners, parent: QObject | None = None
    ) -> None:
        """Speak of `backend` in `todo`, of what is over in `banners`, from the first `show` on."""
        super().__init__(parent)
        self._backend = backend
        self._todo = todo
        self._banners = banners
        self._losses = 0
        self._who_may_send: tuple[bool, bool, bool] | None = None
        """What was said last of who may send, and depends on."""

    def show(self) -> None:
        """Say how the receiver stands now."""
        outlook = self._backend.outlook
        trouble = outlook.trouble
        if outlook.is_receiving:
            self._todo.take_out(_SUBJECT)
            self._tell_of_losses(outlook.losses)
            self._tell_who_may_send()
        elif trouble is not None:
            self._todo.put(
                _SUBJECT,
                error_text(trouble),
                severity=Severity.DANGER,
                fault=NOT_RECEIVING,
                occurrence=type(trouble).__name__,
                detail=trouble.detail,
                actions=self._ways_out(has_port=outlook.status is not None),
                again=self.show,
            )
        elif outlook.connection is LinkState.LOST:
            self._todo.put(
                _SUBJECT,
                self.tr(
                    "The receiver ended unexpectedly, or does not answer. It is being started "
                    "again; the SMS service tries each report again for about 90 minutes."
                ),
                severity=Severity.DANGER,
                fault=NOT_RECEIVING,
                occurrence="lost",
                again=self.show,
            )
        elif self._backend.elsewhere is not None and self._backend.only_looks:
            self._show_elsewhere(self._backend.elsewhere)
        elif outlook.connection is LinkState.STOPPED:
            self._todo.put(
                _SUBJECT,
                self.tr(
                    "The receiver was stopped, and nothing is received now. The SMS service tries "
                    "each report again for about 90 minutes, and then deletes it."
                ),
                severity=Severity.DANGER,
                fault=NOT_RECEIVING,
                occurrence="stopped",
                actions=[(self.tr("Receive now"), self._ask_to_start)],
                again=self.show,
            )

    def _show_elsewhere(self, elsewhere: ReceivedElsewhere) -> None:
        """Say where no receiver stores into the store on the server, once that is known."""
        if elsewhere.lost_at is not None or not elsewhere.is_known:
            return  # that the store can't be read is said already
        if elsewhere.is_receiving:
            self._todo.take_out(_SUBJECT)
            return
        last = elsewhere.last
        if last is None:
            sentence = self.tr(
                "No computer receives reports into this store yet. The SMS service tries each "
                "report again for about 90 minutes, and then deletes it."
            )
        elif elsewhere.may_be_kept:
            sentence = self.tr(
                "The store hears nothing of its receiver since {time}. If that runs, it keeps "
                "reports on its own disk, and passes them on later. Look at its network, and "
                "whether Kvitto runs there."
            ).format(time=since_text(last, utc_now()))
        else:
            sentence = self.tr(
                "No computer has received reports into this store since {time}. The SMS service "
                "tries each report again for about 90 minutes, and then deletes it. Start Kvitto "
                "again on the computer that receives."
            ).format(time=since_text(last, utc_now()))
        self._todo.put(
            _SUBJECT,
            sentence,
            severity=Severity.DANGER,
            since=last,
            fault=NOT_RECEIVING,
            occurrence="elsewhere",
            actions=self._ways_to_receive(),
            again=self.show,
        )

    def _ways_to_receive(self) -> list[tuple[str, Callable[[], None]]]:
        rights = self._backend.database.rights
        if rights is not None and Right.RECEIVE not in rights:
            return []
        return [(self.tr("Receive on this computer"), self._ask_to_start)]

    def _ways_out(self, *, has_port: bool) -> list[tuple[str, Callable[[], None]]]:
        ways: list[tuple[str, Callable[[], None]]] = [(self.tr("Try again"), self._ask_to_start)]
        if has_port:
            ways.append((self.tr("Use any free port"), lambda: self.start_requested.emit(0)))
        return ways

    def _tell_of_losses(self, losses: int) -> None:
        if losses == self._losses:
            return
        self._losses = losses
        self._tell_of_restart()

    def _tell_of_restart(self) -> None:
        self._banners.show_banner(
            _RESTARTED,
            self.tr(
                "The receiver ended unexpectedly and was started again. All that was answered is "
                "kept; what came meanwhile, the SMS service sends again, for about 90 minutes "
                "after its first try."
            ),
            weight=Weight.NOTE,
            can_close=True,
            again=self._tell_of_restart,
        )

    def _tell_who_may_send(self) -> None:
        """Say once who may send, where it is anybody, or other than was asked for at the start."""
        backend = self._backend
        known = (backend.no_auth, backend.link.asks_no_auth, backend.ends_with_window)
        if known != self._who_may_send:
            self._who_may_send = known
            self._show_who_may_send()

    def _show_who_may_send(self) -> None:
        backend = self._backend
        if backend.no_auth:
            require = (self.tr("Require the key"), self.key_requested.emit)
            self._todo.put(
                _NO_AUTH,
                self.tr(
                    "Reports without the key are accepted too: anybody who finds the address can "
                    "send false ones."
                ),
                severity=Severity.NOTE if backend.link.asks_no_auth else Severity.WARNING,
                actions=[require],
                again=self._show_who_may_send,
            )
        elif backend.link.asks_no_auth and not backend.ends_with_window:
            self._todo.put(
                _NO_AUTH,
                self.tr(
                    "Reports without the key are refused: the receiver that runs was started "
                    "without --no-auth, and not by this window. End it, and start it with "
                    "--no-auth."
                ),
                again=self._show_who_may_send,
            )
        else:
            self._todo.take_out(_NO_AUTH)

    def _ask_to_start(self) -> None:
        self.start_requested.emit(PREFERRED_PORT)
