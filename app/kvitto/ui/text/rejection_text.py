"""Why a body was refused, in the reader's language. The texts are those of `core/rejection.py`."""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.core.rejection import CONTEXT, RejectionKind, RejectionReason


def kind_word(kind: RejectionKind) -> str:
    """Return what a refused request is instead of a report, in a word or two."""
    match kind:
        case RejectionKind.NOT_JSON:
            return QCoreApplication.translate("Rejections", "Not JSON")
        case RejectionKind.NOT_A_REPORT:
            return QCoreApplication.translate("Rejections", "JSON, but not a report")
        case RejectionKind.INCOMING_SMS:
            return QCoreApplication.translate("Rejections", "Incoming SMS")
        case RejectionKind.EMAIL_REPORT:
            return QCoreApplication.translate("Rejections", "Report about an e-mail")
        case RejectionKind.TOO_LARGE:
            return QCoreApplication.translate("Rejections", "Too large")
        case RejectionKind.CUT_OFF:
            return QCoreApplication.translate("Rejections", "Cut off")
        case RejectionKind.MALFORMED:
            return QCoreApplication.translate("Rejections", "Not HTTP")
        case RejectionKind.WRONG_URL:
            return QCoreApplication.translate("Rejections", "Your URL, with something too much")
        case RejectionKind.API:
            return QCoreApplication.translate("Rejections", "Could not be read from iP.1's books")
    assert_never(kind)


def reason_text(reason: RejectionReason) -> str:
    """Return the reason of a refusal in the reader's language; its code if it is not known here."""
    return reason.text(lambda text: QCoreApplication.translate(CONTEXT, text))
