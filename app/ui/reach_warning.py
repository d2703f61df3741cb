"""Warns of a callback URL that the SMS service can't reach, before and after it is copied."""

from PySide6.QtCore import QObject, Signal

from app.ui.banner import Banners
from app.ui.door.door import Door
from app.ui.strip import Strip
from app.ui.welcome import Welcome

_SUBJECT = "local-url"


class ReachWarning(QObject):
    """Keeps the first page's warning, and says so when such a URL was copied.

    Signals:
        connect_requested: the user wants an address that can be reached.
    """

    connect_requested = Signal()

    def __init__(self, door: Door, strip: Strip, welcome: Welcome, banners: Banners) -> None:
        """Warn on `welcome` and among `banners`, as long as `door` is not connected."""
        super().__init__(banners)
        self._door = door
        self._welcome = welcome
        self._banners = banners
        door.changed.connect(self._on_door)
        strip.copied.connect(self._on_copied)

    def _on_door(self) -> None:
        is_local_only = self._door.is_local_only
        self._welcome.show_reach(is_local_only=is_local_only)
        if not is_local_only:
            self._banners.close_banner(_SUBJECT)

    def _on_copied(self, is_local_only: bool) -> None:
        if not is_local_only:
            return
        self._banners.show_banner(
            _SUBJECT,
            self.tr(
                "The address that you copied works on this computer only: the SMS service can't "
                "reach it, and what it reports there is lost."
            ),
            actions=[(self.tr("Connect…"), self.connect_requested.emit)],
            can_close=True,
            again=lambda: self._on_copied(is_local_only=True),
        )
