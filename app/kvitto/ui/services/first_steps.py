"""The window's very first steps: it takes the right to be there, and starts the receiver.

Loading takes as long for the receiver as for the window, and each has a processor of its own. So
nothing is imported here but what these steps need, which is neither Qt nor SQL.
"""

import contextlib
import signal
from pathlib import Path
from types import FrameType
from typing import Final

from filelock import BaseFileLock, FileLock, Timeout

from kvitto.output import is_ignored_hangup
from kvitto.paths import window_lock_file
from kvitto.receiver.receiver_process import ReceiverProcess, start_process
from kvitto.receiver.urls import DEFAULT_HOST, DEFAULT_PORT
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import is_alive, read_instance_info
from kvitto.user_settings import read_settings

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What asks the window to end."""


class FirstSteps:
    """What is done before anything else is loaded.

    Attributes:
        folder: the data folder.
        lock: the right to show a window for the folder; taken where nobody else has it.
        receiver: the receiver that was started; None where one runs, where that failed, where the
            right is not ours, or where reports into a store on a server come in elsewhere.
        is_end_asked: whether a signal has asked for the end meanwhile.

    Args:
        folder: the data folder, which must exist.
        host: the address to listen on; None for what the user prefers.
        port: the port to listen on; None for what the user prefers.
        no_auth: whether reports are taken without a key, too.
        store: the store on a server; None for the one of the folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str | None,
        port: int | None,
        no_auth: bool,
        store: StoreUrl | None = None,
    ) -> None:
        self.folder: Final = folder
        self.lock: Final = window_lock(folder)
        self.is_end_asked = False
        self.receiver: ReceiverProcess | None = None
        # From here on there may be a receiver that has to be ended, too.
        for number in SIGNALS:
            if not is_ignored_hangup(number):
                signal.signal(number, self._on_signal)
        # Whoever tries again tells why it can't be had.
        with contextlib.suppress(Timeout, OSError, NotImplementedError):
            self.lock.acquire()
        user = read_settings(folder)
        is_wanted = store is None or user.receives_here
        if self.lock.is_locked and is_wanted and not _is_received(folder):
            preferred_port = DEFAULT_PORT if user.port is None else user.port
            # The link tries again, and tells why none can be started.
            with contextlib.suppress(StoreError):
                self.receiver = start_process(
                    folder,
                    host=host or user.host or DEFAULT_HOST,
                    port=preferred_port if port is None else port,
                    no_auth=no_auth,
                    replaces=False,
                    store=store,
                )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.is_end_asked = True


def window_lock(folder: Path) -> BaseFileLock:
    """Return the lock of the window on a data folder, which must exist; not taken yet."""
    return FileLock(window_lock_file(folder), timeout=0, mode=0o600, thread_local=False)


def _is_received(folder: Path) -> bool:
    told = read_instance_info(folder)
    return told is not None and bool(told.control_port) and is_alive(told)
