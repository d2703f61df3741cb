"""Tell how far a campaign is: a line that is written over, or now and then a new one."""

import contextlib
from collections.abc import Callable
from typing import Final, TextIO

from kvitto.simulator.campaign_runner import CampaignProgress

_TERMINAL_S: Final = 0.2
_OTHERWISE_S: Final = 5.0
_WIDTH: Final = 100
_NOTICEABLY_LATE_S: Final = 2.0


class ProgressLine:
    """Writes to a terminal, or anything else.

    Args:
        stream: where to.
        clock: seconds that only go forward.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._is_terminal = stream.isatty()
        self._interval_s = _TERMINAL_S if self._is_terminal else _OTHERWISE_S
        self._next_s = clock() + self._interval_s
        self._is_open = False

    def sending(self, progress: CampaignProgress) -> None:
        """Tell how far the posting is."""
        if self._is_due():
            self._show(_told(progress))

    def comparing(self, done: int, total: int) -> None:
        """Tell how far the comparison with the store is."""
        if self._is_due():
            self._show(f"comparing with the store: {done} of {total} messages")

    def end(self) -> None:
        """Leave the line that was written over and over."""
        if self._is_open:
            self._is_open = False
            self._write("\n")

    def _is_due(self) -> bool:
        now = self._clock()
        if now < self._next_s:
            return False
        self._next_s = now + self._interval_s
        return True

    def _show(self, line: str) -> None:
        if self._is_terminal:
            self._write(f"\r{line[:_WIDTH]:<{_WIDTH}}")
            self._is_open = True
        else:
            self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody reading is no reason to stop
            self._stream.write(text)
            self._stream.flush()


def _told(progress: CampaignProgress) -> str:
    parts = [
        f"{progress.begun} of {progress.messages} messages",
        f"{progress.posted} posted",
        f"{progress.taken} answered 200",
    ]
    if progress.waiting:
        parts.append(f"{progress.waiting} wait to be sent again")
    if progress.deleted:
        parts.append(f"{progress.deleted} deleted")
    if progress.breaches:
        parts.append(f"{progress.breaches} broke the contract")
    if progress.late_s > _NOTICEABLY_LATE_S:
        parts.append(f"{progress.late_s:.0f} s late")
    if progress.failure is not None:
        parts.append(progress.failure.value)
    return ", ".join(parts)
