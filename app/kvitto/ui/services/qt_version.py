"""Which Qt is installed, for those that are no part of the window."""


def qt_version() -> str:
    """Return Qt's version; "" where there is none, as on a server."""
    try:
        from PySide6.QtCore import qVersion
    except ImportError:
        return ""
    return qVersion()
