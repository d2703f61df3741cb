"""How far an export is, told at a calm pace."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

OnProgress: TypeAlias = Callable[[int, int], None]
"""Is told the rows that are done, and how many there are in all, as far as was known at the start.
It is called where the export runs. What it raises ends the export, which leaves nothing behind."""

_INTERVAL_S: Final = 0.25


class Progress:
    """Counts rows, and tells of them four times a second at most.

    Attributes:
        done: the rows that are written.
    """

    def __init__(
        self,
        total: int,
        on_progress: OnProgress | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at nothing of `total`."""
        self.done = 0
        self._total = total
        self._on_progress = on_progress
        self._clock = clock
        self._told = clock()

    def step(self) -> None:
        """Count one row."""
        self.done += 1
        if self._on_progress is None:
            return
        now = self._clock()
        if now - self._told >= _INTERVAL_S:
            self._told = now
            # More may have come since they were counted.
            self._on_progress(self.done, max(self.done, self._total))
