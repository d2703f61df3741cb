"""Why no report could come in, in words: for lists, bands in charts and sentences."""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.core.outages import OutageCause


def cause_word(by: OutageCause) -> str:
    """Return why no report could come in, in a word or two."""
    match by:
        case OutageCause.STOPPED:
            return QCoreApplication.translate("Closures", "not running")
        case OutageCause.CRASHED:
            return QCoreApplication.translate("Closures", "crashed")
        case OutageCause.UNHEARD:
            return QCoreApplication.translate("Closures", "not heard of")
        case OutageCause.ASLEEP:
            return QCoreApplication.translate("Closures", "asleep")
        case OutageCause.DISK:
            return QCoreApplication.translate("Closures", "store")
        case OutageCause.TUNNEL:
            return QCoreApplication.translate("Closures", "tunnel")
    assert_never(by)


def cause_text(by: OutageCause) -> str:
    """Return why no report could come in, a sentence."""
    match by:
        case OutageCause.STOPPED:
            return QCoreApplication.translate("Closures", "Kvitto was not running.")
        case OutageCause.CRASHED:
            return QCoreApplication.translate(
                "Closures", "Kvitto crashed, or the computer lost power."
            )
        case OutageCause.UNHEARD:
            return QCoreApplication.translate(
                "Closures",
                "The store hears nothing of this receiver, which keeps reports on its own disk "
                "meanwhile if it runs.",
            )
        case OutageCause.ASLEEP:
            return QCoreApplication.translate("Closures", "This computer was asleep.")
        case OutageCause.DISK:
            return QCoreApplication.translate("Closures", "No report could be stored.")
        case OutageCause.TUNNEL:
            return QCoreApplication.translate("Closures", "The public address did not lead here.")
    assert_never(by)


def now_text(by: OutageCause) -> str:
    """Return why no report can come in now, a sentence."""
    match by:
        case OutageCause.STOPPED | OutageCause.CRASHED:
            return QCoreApplication.translate("Closures", "Nothing receives reports now.")
        case OutageCause.UNHEARD:
            return QCoreApplication.translate(
                "Closures",
                "The store hears nothing of the receiver. If it runs, it keeps reports on its own "
                "disk, and passes them on later.",
            )
        case OutageCause.ASLEEP:
            return QCoreApplication.translate("Closures", "This computer was asleep.")
        case OutageCause.DISK:
            return QCoreApplication.translate("Closures", "No report can be stored.")
        case OutageCause.TUNNEL:
            return QCoreApplication.translate("Closures", "The public address does not lead here.")
    assert_never(by)
