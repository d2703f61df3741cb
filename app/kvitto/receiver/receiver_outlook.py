"""What a window knows about the receiver of its data folder."""

import threading
from collections.abc import Callable
from enum import Enum

import msgspec

from kvitto import __version__
from kvitto.receiver.control_messages import ReceiverPhase, ReceiverStatus
from kvitto.receiver.receiver_errors import ReceiverError, error_of
from kvitto.store.errors import StoreError


class LinkState(Enum):
    """The state of the link."""

    CONNECTING = "connecting"
    """A receiver is being looked for or started, for the first time."""
    CONNECTED = "connected"
    """A receiver sends its status."""
    STOPPED = "stopped"
    """It was stopped, and nothing is received; it is started on demand."""
    LOST = "lost"
    """It has crashed, or does not answer; it is being started again."""
    FAILED = "failed"
    """It can't be started; `ReceiverOutlook.error` says why. It is tried again now and then."""


class ReceiverOutlook(msgspec.Struct, frozen=True):
    """What a window knows of the receiver.

    Attributes:
        connection: the state of the link.
        status: the receiver's latest status; None where none is connected.
        error: why it can't be started.
        losses: how often it has crashed since the link was made.
    """

    connection: LinkState = LinkState.CONNECTING
    status: ReceiverStatus | None = None
    error: StoreError | ReceiverError | None = None
    losses: int = 0

    @property
    def is_receiving(self) -> bool:
        """Whether reports are received."""
        return self.status is not None and self.status.is_listening

    @property
    def trouble(self) -> StoreError | ReceiverError | None:
        """Why reports are not received, where something is in the way of it."""
        if self.status is not None and self.status.trouble is not None:
            return error_of(self.status.trouble)
        return self.error

    @property
    def is_starting(self) -> bool:
        """Whether a receiver is being started."""
        if self.status is not None:
            return self.status.phase is ReceiverPhase.STARTING
        return self.connection is LinkState.CONNECTING

    @property
    def has_none(self) -> bool:
        """Whether there is no receiver, and none is being started."""
        return self.connection in {LinkState.STOPPED, LinkState.FAILED}


def is_outdated(status: ReceiverStatus) -> bool:
    """Tell whether a receiver is one of an earlier version that a window has started.

    One of a later version is left: we could not read what it has written.
    """
    return status.is_background and _numbers(status.version) < _numbers(__version__)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to compare; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


class Observers:
    """Callbacks that get each new outlook. Any thread."""

    def __init__(self) -> None:
        self._calls: list[Callable[[ReceiverOutlook], None]] = []
        self._telling = threading.RLock()

    def add(self, call: Callable[[ReceiverOutlook], None]) -> None:
        """Add a callback; it must be quick."""
        with self._telling:
            self._calls.append(call)

    def tell(self, current: Callable[[], ReceiverOutlook]) -> None:
        """Call all of them, on this thread, with what `current` returns then.

        Two threads may tell at once: the last call is always with the newest outlook.
        """
        with self._telling:
            outlook = current()
            for call in self._calls:
                call(outlook)

    def clear(self) -> None:
        """Remove all. None is called after this returns, so that what they use may be deleted."""
        with self._telling:
            self._calls = []
