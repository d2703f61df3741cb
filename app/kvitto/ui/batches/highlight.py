"""What has just changed, and how much of a second that still is."""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

FADE_S: Final = 1.0
_TICK_MS: Final = 100


class Highlight(QObject):
    """Remembers for a second which messages have changed. One timer, only while anything fades.

    Signals:
        ticked: the messages that fade now are a bit paler, or have just stopped.
    """

    ticked = Signal()

    def __init__(
        self, clock: Callable[[], float] = monotonic, parent: QObject | None = None
    ) -> None:
        """Start with nothing; `clock` counts seconds."""
        super().__init__(parent)
        self._clock = clock
        self._since: dict[int, float] = {}
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self, keys: Iterable[int]) -> None:
        """Let the messages with these keys fade from now on."""
        now = self._clock()
        self._since.update(dict.fromkeys(keys, now))
        if self._since and not self._timer.isActive():
            self._timer.start()

    def strength(self, key: int) -> float:
        """Return how strong a message's tint is: 1 when it has just changed, 0 after a second."""
        since = self._since.get(key)
        if since is None:
            return 0.0
        return max(0.0, 1.0 - (self._clock() - since) / FADE_S)

    @property
    def keys(self) -> Sequence[int]:
        """The messages that fade now."""
        return list(self._since)

    @property
    def is_running(self) -> bool:
        """Whether anything fades."""
        return self._timer.isActive()

    def _on_tick(self) -> None:
        over = self._clock() - FADE_S
        self.ticked.emit()
        self._since = {key: since for key, since in self._since.items() if since > over}
        if not self._since:
            self._timer.stop()
