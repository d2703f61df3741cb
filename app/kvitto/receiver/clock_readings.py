"""Read the clocks, so that a wrong one can be told from a right one."""

from pathlib import Path
from secrets import token_hex
from typing import Final

from kvitto.clock import utc_now
from kvitto.receiver.suspend_gap import steady_s
from kvitto.store.clock_guard import ClockReading

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_PROCESS: Final = token_hex(8)
"""Where the system does not say which start of the computer this is: the steady clock can be
compared within this process only."""


def read_clocks() -> ClockReading:
    """Return what they say now."""
    try:
        boot = _BOOT.read_text("ascii").strip()
    except (OSError, ValueError):
        boot = _PROCESS
    return ClockReading(utc_now(), steady_s(), boot)
