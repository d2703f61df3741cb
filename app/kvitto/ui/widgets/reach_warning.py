"""Warns of a callback URL that the SMS service can't reach, before and after it is copied."""

from PySide6.QtCore import QObject, Signal

from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.widgets.banner import Banners
from kvitto.ui.widgets.empty_state import EmptyState
from kvitto.ui.widgets.status_strip import StatusStrip

_SUBJECT = "local-url"


class ReachWarning(QObject):
    """Keeps the first page's warning, and says so when such a URL was copied.

    Signals:
        connect_requested: the user wants an address that can be reached.
    """

    connect_requested = Signal()

    def __init__(
        self,
        reachability: Reachability,
        strip: StatusStrip,
        empty_state: EmptyState,
        banners: Banners,
    ) -> None:
        """Warn on `empty_state` and among `banners`, as long as `reachability` is not connected."""
        super().__init__(banners)
        self._reachability = reachability
        self._empty_state = empty_state
        self._banners = banners
        reachability.changed.connect(self._on_reachability)
        strip.copied.connect(self._on_copied)
        strip.standing_changed.connect(lambda _words: self._show_lights())
        self._show_lights()

    def _on_reachability(self) -> None:
        is_local_only = self._reachability.is_local_only
        self._empty_state.show_reach(is_local_only=is_local_only)
        self._show_lights()
        if not is_local_only:
            self._banners.close_banner(_SUBJECT)

    def _show_lights(self) -> None:
        self._empty_state.show_lights(self._reachability.lights)

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
