"""Keep a computer awake: what all systems have in common, and the one that runs."""

import sys
from typing import Protocol


class CannotKeepAwakeError(Exception):
    """The system has no way to inhibit sleep, or refuses it."""


class Inhibitor(Protocol):
    """Keeps the computer from going to sleep by itself, from `hold` until `release`.

    The user can still send it to sleep, and its screen may go dark. It ends with the program at the
    latest. All calls may take seconds, and must not be made from two threads at once.
    """

    def hold(self, reason: str) -> None:
        """Keep the computer awake.

        Args:
            reason: a sentence for the user, which some systems show.

        Raises:
            CannotKeepAwakeError: it can't be done; names the reason, for the log.
        """

    def is_held(self) -> bool:
        """Tell whether sleep is still inhibited: the service that granted it may have ended."""

    def release(self) -> None:
        """Let the computer sleep again; nothing where it is not held."""


def system_inhibitor(platform: str = sys.platform) -> Inhibitor | None:
    """Return the inhibitor of a system, by default of this one; None where there is none."""
    # What one system's inhibitor needs is not installed on the others.
    if platform == "win32":
        from kvitto.sleep_inhibitor.windows import WindowsInhibitor

        return WindowsInhibitor()
    if platform == "darwin":
        from kvitto.sleep_inhibitor.macos import MacInhibitor

        return MacInhibitor()
    if platform == "linux":
        from kvitto.sleep_inhibitor.linux import DesktopInhibitor

        return DesktopInhibitor()
    return None
