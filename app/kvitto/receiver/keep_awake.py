"""Keep the computer awake while reports are waited for.

The receiver does it, with or without a window.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kvitto.clock import utc_now
from kvitto.receiver.supervision import OnFault, run_forever_in_thread
from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError, Inhibitor, system_inhibitor
from kvitto.store.errors import StoreError
from kvitto.store.reader import Reader
from kvitto.user_settings import read_settings

log = logging.getLogger(__name__)

_REASON: Final = "Delivery reports are waited for"
_LOOK_AGAIN_S: Final = 300.0
"""How often is checked whether the system's inhibitor still holds, or has become available."""
_PACE_S: Final = 2.0
"""The time between two checks, at least."""


class SleepState(StrEnum):
    """Whether the computer is kept awake."""

    OFF = "off"
    """The user does not want it."""
    NOT_NEEDED = "not needed"
    """Nothing is waited for."""
    AWAKE = "awake"
    """The computer is kept awake."""
    REFUSED = "refused"
    """It should be, and the system refuses."""


class KeepAwake:
    """Keeps the computer awake while a batch is waited for, if the user wants that; until `close`.

    Which batches are waited for, `BatchRecord.is_awaited` says; what the user wants, the settings.
    It works on a thread of its own. Any thread may call `look`, which returns at once.

    Args:
        reader: reads the store.
        folder: the data folder, with the settings.
        on_change: is called when `state` is another one, on the thread.
        find: returns the system's inhibitor, or None where there is none; called once it is needed.
        on_fault: is called with a mistake of ours, on the thread; it goes on.
        clock: the time, UTC.
        pace_s: the time between two checks, at least.
    """

    def __init__(
        self,
        reader: Reader,
        folder: Path,
        on_change: Callable[[], None],
        *,
        find: Callable[[], Inhibitor | None] = system_inhibitor,
        on_fault: OnFault = lambda _fault: None,
        clock: Callable[[], datetime] = utc_now,
        pace_s: float = _PACE_S,
    ) -> None:
        self._reader = reader
        self._folder = folder
        self._on_change = on_change
        self._find = find
        self._on_fault = on_fault
        self._clock = clock
        self._pace_s = pace_s
        self._inhibitor: Inhibitor | None = None
        self._is_held = False
        self._state = SleepState.NOT_NEEDED
        self._asked: Final = threading.Event()
        self._asked.set()
        self._stopped: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._run, name="kvitto-awake", daemon=True)
        self._thread.start()

    @property
    def state(self) -> SleepState:
        """Whether the computer is kept awake."""
        return self._state

    def look(self) -> None:
        """Check soon: something has changed."""
        self._asked.set()

    def close(self) -> None:
        """Let the computer sleep again, for good."""
        self._stopped.set()
        self._asked.set()
        self._thread.join()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # --- On its own thread ----------------------------------------------------------------------

    def _run(self) -> None:
        run_forever_in_thread(
            "keeping the computer awake", self._step, self._stopped, self._on_fault
        )
        self._release()

    def _step(self) -> None:
        self._asked.clear()
        state = self._bring_about(self._wanted())
        if state is not self._state:
            self._state = state
            self._on_change()
        self._stopped.wait(self._pace_s)
        self._asked.wait(_LOOK_AGAIN_S)

    def _wanted(self) -> SleepState:
        """Return the state that is wanted: never REFUSED."""
        if not read_settings(self._folder).keeps_awake:
            return SleepState.OFF
        try:
            is_awaited = self._reader.is_any_awaited(self._clock())
        except StoreError as error:
            log.debug("Whether a batch is waited for is not known: %s", type(error).__name__)
            return SleepState.AWAKE if self._is_held else SleepState.NOT_NEEDED
        return SleepState.AWAKE if is_awaited else SleepState.NOT_NEEDED

    def _bring_about(self, wanted: SleepState) -> SleepState:
        if wanted is not SleepState.AWAKE:
            self._release()
            return wanted
        try:
            inhibitor = self._inhibitor = self._inhibitor or self._find()
        except OSError as error:
            # No file can be opened now, not even those of our own program.
            return self._refused(error)
        if inhibitor is None:
            return SleepState.REFUSED
        if self._is_held and inhibitor.is_held():
            return wanted
        self._is_held = False
        try:
            inhibitor.hold(_REASON)
        except CannotKeepAwakeError as error:
            return self._refused(error)
        self._is_held = True
        return wanted

    def _refused(self, error: Exception) -> SleepState:
        if self._state is not SleepState.REFUSED:
            log.info("The computer can't be kept awake: %s", error)
        return SleepState.REFUSED

    def _release(self) -> None:
        if self._is_held and self._inhibitor is not None:
            self._is_held = False
            self._inhibitor.release()
            log.info("The computer may sleep again")
