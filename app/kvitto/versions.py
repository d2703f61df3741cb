"""What Kvitto runs on: what somebody who is asked for help wants to know first."""

import platform
import sys

from kvitto import __version__
from kvitto.store.sqlite_version import SQLITE_VERSION


def component_versions(qt: str = "") -> dict[str, str]:
    """Return the version of each component by its name, Kvitto's first.

    Args:
        qt: Qt's version; "" where it is not loaded.
    """
    # Imported here: the start of a window does not wait for it.
    import ssl

    found = {"Kvitto": __version__, "Python": platform.python_version()}
    if qt:
        found["Qt"] = qt
    found["SQLite"] = SQLITE_VERSION
    found["OpenSSL"] = ssl.OPENSSL_VERSION.removeprefix("OpenSSL ").partition(" ")[0]
    return found


def version_line(qt: str = "") -> str:
    """Return all of them, and the system, in one line."""
    parts = [f"{name} {version}" for name, version in component_versions(qt).items()]
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    is_packaged = bool(getattr(sys, "frozen", False))
    return ", ".join([*parts, f"{system}{', packaged' if is_packaged else ''}"])
