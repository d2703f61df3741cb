"""Why a body was refused, in the reader's language.

The store keeps the reason as it was told to the service, in English. What is not known here, such
as a reason of an older version, is shown as it was kept.
"""

import re
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kvitto.core.invisible import plain_line
from kvitto.core.rejection import RejectionKind


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
    assert_never(kind)


_SENTENCES: Final = (
    QT_TRANSLATE_NOOP("Rejections", "The JSON is {kind}, not an object with the report's fields."),
    QT_TRANSLATE_NOOP("Rejections", "The body is not text in UTF-8."),
    QT_TRANSLATE_NOOP("Rejections", "The JSON is nested too deeply to be a report."),
    QT_TRANSLATE_NOOP("Rejections", "The body is not JSON."),
    QT_TRANSLATE_NOOP("Rejections", "The body is empty."),
    QT_TRANSLATE_NOOP(
        "Rejections",
        "The body is empty, and a tunnel or a proxy has passed the request on: it has dropped the "
        "body.",
    ),
    QT_TRANSLATE_NOOP(
        "Rejections",
        "This is an incoming SMS, not a delivery report: the URL for incoming messages points "
        "here by mistake.",
    ),
    QT_TRANSLATE_NOOP("Rejections", "This is a report about an e-mail, not about an SMS."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is {kind}, not a text."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is longer than {count} characters."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is missing."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} holds characters that no id has."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is a text that is not a number."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is {kind}, not a number."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is not a finite number."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is out of bounds."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is not a whole number."),
    QT_TRANSLATE_NOOP("Rejections", "The field {name} is not three letters."),
    QT_TRANSLATE_NOOP(
        "Rejections", "The body is larger than {count} KiB, far more than a report needs."
    ),
    QT_TRANSLATE_NOOP("Rejections", "The body is cut into chunks in a way that is not HTTP."),
    QT_TRANSLATE_NOOP("Rejections", "The body has a Content-Encoding other than gzip or deflate."),
    QT_TRANSLATE_NOOP("Rejections", "The body is not whole, or not in {name}."),
    QT_TRANSLATE_NOOP("Rejections", "The body is too large for a report once it is decompressed."),
    QT_TRANSLATE_NOOP("Rejections", "The connection ended before the body was complete."),
    QT_TRANSLATE_NOOP("Rejections", "The connection ended before the request was complete."),
    QT_TRANSLATE_NOOP("Rejections", "What came is not HTTP."),
    QT_TRANSLATE_NOOP("Rejections", "This is your URL, with “{extra}” too much at its key."),
    QT_TRANSLATE_NOOP(
        "Rejections",
        "The Content-Length counts characters, not bytes: {count} more bytes followed. Whoever "
        "sends this must count the bytes of the body.",
    ),
    QT_TRANSLATE_NOOP(
        "Rejections",
        "The Content-Length is too small: {count} more bytes followed. Whoever sends this must "
        "count the bytes of the body.",
    ),
)
_KINDS_OF_JSON: Final = (
    QT_TRANSLATE_NOOP("Rejections", "an object"),
    QT_TRANSLATE_NOOP("Rejections", "a list"),
    QT_TRANSLATE_NOOP("Rejections", "a text"),
    QT_TRANSLATE_NOOP("Rejections", "true or false"),
    QT_TRANSLATE_NOOP("Rejections", "a number"),
    QT_TRANSLATE_NOOP("Rejections", "null"),
)
_PARTS: Final = {
    "name": r"\w+",
    "count": r"\d+",
    "extra": r"\w+…?",
    "kind": "|".join(re.escape(str(kind)) for kind in _KINDS_OF_JSON),
}


def _pattern(sentence: str) -> re.Pattern[str]:
    escaped = re.escape(sentence)
    for name, part in _PARTS.items():
        escaped = escaped.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{part})")
    return re.compile(escaped)


_PATTERNS: Final = tuple((str(one), _pattern(str(one))) for one in _SENTENCES)


def is_known(reason: str) -> bool:
    """Tell whether a reason can be said in other languages."""
    return any(pattern.fullmatch(reason) for _, pattern in _PATTERNS)


def reason_text(reason: str) -> str:
    """Return the reason of a refusal in the reader's language; as it was kept if not known."""
    for sentence, pattern in _PATTERNS:
        match = pattern.fullmatch(reason)
        if match is not None:
            values = match.groupdict()
            if "kind" in values:
                values["kind"] = QCoreApplication.translate("Rejections", values["kind"])
            return QCoreApplication.translate("Rejections", sentence).format(**values)
    return plain_line(reason)
