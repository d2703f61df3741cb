"""The banner that says how we stand where not all is well: attached, in trouble, or alone."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.receiver.errors import ReceiverError
from app.ui.banner import Banners, Weight
from app.ui.error_words import error_text
from app.ui.session import Session

PREFERRED_PORT: Final = -1
_SUBJECT: Final = "session"


class StandingBanner(QObject):
    """Says why we don't receive, and offers what can be done; says nothing while we do.

    Signals:
        start_requested: try to receive here, on this port: `PREFERRED_PORT`, or 0 for any free one.
    """

    start_requested = Signal(int)

    def __init__(self, session: Session, banners: Banners, parent: QObject | None = None) -> None:
        """Speak of `session` among `banners`, from the first `show` on."""
        super().__init__(parent)
        self._session = session
        self._banners = banners

    def show(self) -> None:
        """Say how the session stands now."""
        session = self._session
        if session.is_restarting:
            return  # whoever restarts it asks again afterwards
        if session.is_receiving:
            self._banners.close_banner(_SUBJECT)
        elif session.attached_to is not None:
            self._banners.show_banner(
                _SUBJECT,
                self.tr(
                    "Another Kvitto receives into this folder. This window shows all that it "
                    "receives; to receive here, stop the other one first."
                ),
                weight=Weight.NOTE,
                actions=[(self.tr("Receive here now"), self._ask_to_start)],
                again=self.show,
            )
        elif session.trouble is not None:
            actions: list[tuple[str, Callable[[], None]]] = [
                (self.tr("Try again"), self._ask_to_start)
            ]
            if isinstance(session.trouble, ReceiverError):
                actions.append((self.tr("Use any free port"), lambda: self.start_requested.emit(0)))
            self._banners.show_banner(
                _SUBJECT,
                error_text(session.trouble.sentence),
                weight=Weight.DANGER,
                detail=session.trouble.detail,
                actions=actions,
                again=self.show,
            )
        else:
            self._banners.show_banner(
                _SUBJECT,
                self.tr(
                    "The other Kvitto has stopped, and nothing is received now. The sender tries "
                    "each report again for about 90 minutes, and then deletes it."
                ),
                weight=Weight.DANGER,
                actions=[(self.tr("Receive here now"), self._ask_to_start)],
                again=self.show,
            )

    def _ask_to_start(self) -> None:
        self.start_requested.emit(PREFERRED_PORT)
