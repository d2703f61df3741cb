"""Note now and then that the receiver is running, so that a silence can be told from an absence."""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from app.store.edits import MarkOpen
from app.store.errors import StoreError
from app.store.writer import Writer

SIGN_EVERY_S: Final = 5.0
ALARM_S: Final = 1.0
"""The same while the store can't be written: the first that succeeds ends the alarm."""


class Journal:
    """Keeps the opening of one run, from its construction until `close`.

    A sign of life that the disk refuses is left out: the silence it leaves is the truth.

    Args:
        writer: keeps the signs of life.
        clock: the time, UTC.
        every_s: the time between two signs of life.
        on_sign: is called after each sign of life that is kept, but for the first and the last, on
            the journal's own thread. A `StoreError` of it is passed over.
    """

    def __init__(
        self,
        writer: Writer,
        clock: Callable[[], datetime],
        *,
        every_s: float = SIGN_EVERY_S,
        on_sign: Callable[[], None] = lambda: None,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._every_s = every_s
        self._on_sign = on_sign
        self._opened = clock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kvitto-journal", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Note the proper end."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with contextlib.suppress(StoreError):
            self._mark(is_closed=False)
        next_sign = time.monotonic() + self._every_s
        while not self._stopped.wait(min(self._every_s, ALARM_S)):
            if self._writer.alarm is None and time.monotonic() < next_sign:
                continue
            next_sign = time.monotonic() + self._every_s
            with contextlib.suppress(StoreError):
                self._mark(is_closed=False)
                self._on_sign()
        with contextlib.suppress(StoreError):
            self._mark(is_closed=True)

    def _mark(self, *, is_closed: bool) -> None:
        self._writer.edit(MarkOpen(self._opened, self._clock(), is_closed)).result()

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
