"""The receiver that a link has started last, and how any receiver has ended."""

from collections.abc import Callable
from pathlib import Path

from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.receiver_process import Started, has_exited
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import InstanceInfo, read_instance_info


class OwnReceiver:
    """Knows which receiver the link has started, so that it can say more of its end.

    Belongs to the link's thread; `give_up` may be called from any other.

    Attributes:
        instance: how to reach it; None until it can be reached, and where there is none.
    """

    def __init__(self, folder: Path) -> None:
        """Have none yet; `folder` is the data folder."""
        self._folder = folder
        self._started: Started | None = None
        self.instance: InstanceInfo | None = None

    def start(self, start: Callable[[], Started]) -> None:
        """Start one, instead of the one before, and wait until it can be reached.

        Raises:
            StoreError, ReceiverError: it can't be started, or has ended at once; and why.
        """
        self._started = self.instance = None
        self._started = start()
        self.instance = self._started.wait_until_reachable()

    def give_up(self) -> bool:
        """End one that is being started; return whether there was one."""
        started = self._started
        if started is None or self.instance is not None:
            return False
        started.terminate()
        return True

    def detach(self) -> None:
        """Stop watching its process, which goes on."""
        if self._started is not None:
            self._started.detach()

    def has_ended(self, instance: InstanceInfo) -> bool:
        """Tell whether a receiver has ended, be it this one or another's."""
        if self._is(instance):
            return self._started is None or self._started.has_ended() or self._is_anew(instance)
        return has_exited(self._folder, instance)

    def has_failed(self, instance: InstanceInfo) -> bool:
        """Tell whether a receiver is this one, and has ended by a failure of its own."""
        return self._is(instance) and self._started is not None and self._started.has_failed()

    def is_known(self, instance: InstanceInfo) -> bool:
        """Tell whether a receiver is this one, so that `problem` is its."""
        return self._started is not None and self._is(instance)

    def problem(self) -> StoreError | ReceiverError | None:
        """Return why it ended by itself; None where it did not, or where that is not known."""
        return None if self._started is None else self._started.problem()

    def _is_anew(self, instance: InstanceInfo) -> bool:
        """Tell whether its process has started again by itself, and is to be reached elsewhere."""
        told = read_instance_info(self._folder)
        return (
            told is not None
            and told.pid == instance.pid
            and told.control_token != instance.control_token
        )

    def _is(self, instance: InstanceInfo) -> bool:
        own = self.instance
        return own is not None and instance.control_token == own.control_token
