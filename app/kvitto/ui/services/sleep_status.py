"""What is said of keeping the computer awake while reports are waited for: the receiver does it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, Signal

from kvitto.clock import utc_now
from kvitto.receiver.keep_awake import SleepState
from kvitto.receiver.receiver_outlook import ReceiverOutlook
from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context
from kvitto.ui.services.from_threads import CallsFromThreads


class SleepStatus(QObject):
    """Tells whether the receiver keeps the computer awake, and has it do what the user wants.

    Belongs to the window's thread.

    Args:
        context: what the parts of the window share; its feed must not have been started.
        parent: the owner.
        clock: the time, UTC.

    Attributes:
        state: how it stands.

    Signals:
        changed: `state` is another one.
    """

    changed = Signal()

    def __init__(
        self,
        context: Context,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._awaited: dict[int, BatchRecord] = {}
        """The batches that are waited for, or were when they changed; the latest change last."""
        self.state = self._state_now()
        self._from_link = CallsFromThreads(self)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        context.backend.link.observers.add(self._on_news)

    @property
    def is_waiting(self) -> bool:
        """Whether a batch is waited for, whatever the user prefers."""
        now = self._clock()
        return any(batch.is_awaited(now) for batch in reversed(self._awaited.values()))

    @property
    def waiting(self) -> list[BatchRecord]:
        """The batches that are waited for."""
        now = self._clock()
        return [batch for batch in self._awaited.values() if batch.is_awaited(now)]

    def look(self) -> None:
        """Tell how it stands, where that is another way than before."""
        state = self._state_now()
        if state is not self.state:
            self.state = state
            self.changed.emit()

    def _state_now(self) -> SleepState:
        if not self._context.preferences.keeps_awake:
            return SleepState.OFF
        status = self._context.backend.outlook.status
        if status is None or status.sleep is SleepState.OFF:
            return SleepState.NOT_NEEDED
        return status.sleep

    def _on_news(self, _outlook: ReceiverOutlook) -> None:
        """Hear of the receiver; on the link's thread."""
        self._from_link.call(self.look)

    def _on_changed(self, changes: Changes) -> None:
        for key in changes.removed:
            self._awaited.pop(key, None)
        now = self._clock()
        for batch in changes.batches:
            self._awaited.pop(batch.key, None)
            if batch.is_awaited(now):
                self._awaited[batch.key] = batch

    def _on_preference(self, name: str) -> None:
        if name == "keeps_awake":
            # The receiver reads it where it is kept.
            self._context.preferences.flush()
            self._context.tasks.start(self._tell(), "keep awake")
            self.look()

    async def _tell(self) -> None:
        link = self._context.backend.link
        try:
            await self._context.tasks.in_thread(lambda: link.client().read_settings())
        except StoreError:
            # The next receiver reads it as it starts.
            return


def awake_words(state: SleepState) -> str:
    """Return how it stands, a sentence; "" where the user does not want it."""
    match state:
        case SleepState.OFF:
            return ""
        case SleepState.NOT_NEEDED:
            return QCoreApplication.translate(
                "Awake", "Nothing is waited for now: the computer may sleep."
            )
        case SleepState.AWAKE:
            return QCoreApplication.translate(
                "Awake", "The computer is kept awake now, until all batches are finished."
            )
        case SleepState.REFUSED:
            return QCoreApplication.translate(
                "Awake",
                "This system does not let itself be kept awake. Switch its automatic sleep off in "
                "its own settings while you wait for reports.",
            )
