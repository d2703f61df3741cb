"""The banner that says how the receiver stands where not all is well."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.receiver.outlook import Connection
from app.ui.banner import Banners, Weight
from app.ui.error_words import error_text
from app.ui.session import Session

PREFERRED_PORT: Final = -1
_SUBJECT: Final = "session"
_RESTARTED: Final = "restarted"


class StandingBanner(QObject):
    """Says why nothing is received, and offers what can be done; says nothing while all is well.

    Signals:
        start_requested: receive on this port: `PREFERRED_PORT`, or 0 for any free one.
    """

    start_requested = Signal(int)

    def __init__(self, session: Session, banners: Banners, parent: QObject | None = None) -> None:
        """Speak of `session` among `banners`, from the first `show` on."""
        super().__init__(parent)
        self._session = session
        self._banners = banners
        self._losses = 0

    def show(self) -> None:
        """Say how the receiver stands now."""
        outlook = self._session.outlook
        trouble = outlook.trouble
        if outlook.is_receiving:
            self._banners.close_banner(_SUBJECT)
            self._tell_of_losses(outlook.losses)
        elif trouble is not None:
            self._banners.show_banner(
                _SUBJECT,
                error_text(trouble.sentence),
                weight=Weight.DANGER,
                detail=trouble.detail,
                actions=self._ways_out(has_port=outlook.status is not None),
                again=self.show,
            )
        elif outlook.connection is Connection.LOST:
            self._banners.show_banner(
                _SUBJECT,
                self.tr(
                    "The receiver ended unexpectedly, or does not answer. It is being started "
                    "again; until then the SMS service tries each report again."
                ),
                weight=Weight.DANGER,
                again=self.show,
            )
        elif outlook.connection is Connection.STOPPED:
            self._banners.show_banner(
                _SUBJECT,
                self.tr(
                    "The receiver was stopped, and nothing is received now. The SMS service tries "
                    "each report again for about 90 minutes, and then deletes it."
                ),
                weight=Weight.DANGER,
                actions=[(self.tr("Receive now"), self._ask_to_start)],
                again=self.show,
            )

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
                "kept; what came meanwhile, the SMS service sends again."
            ),
            weight=Weight.NOTE,
            can_close=True,
            again=self._tell_of_restart,
        )

    def _ask_to_start(self) -> None:
        self.start_requested.emit(PREFERRED_PORT)
