"""This system's way to be kept awake."""

import sys

from kvitto.sleep_inhibitor.inhibitor import Inhibitor


def system_inhibitor(platform: str = sys.platform) -> Inhibitor | None:
    """Return the way of a system, by default of this one; None where there is none."""
    # What one system's way needs is not installed on the others.
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
