"""Why a body was refused, in the reader's language.

The store keeps the reason as it was told to the sender, in English. What is not known here, such
as a reason of an older version, is shown as it was kept.
"""

import re
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.core.invisible import plain_line
from app.core.refusal import RefusalKind


def kind_word(kind: RefusalKind) -> str:
    """Return what a refused body is instead of a report, in a word or two."""
    match kind:
        case RefusalKind.NOT_JSON:
            return QCoreApplication.translate("Refusals", "Not JSON")
        case RefusalKind.NOT_A_REPORT:
            return QCoreApplication.translate("Refusals", "JSON, but not a report")
        case RefusalKind.INCOMING_SMS:
            return QCoreApplication.translate("Refusals", "Incoming SMS")
        case RefusalKind.EMAIL_REPORT:
            return QCoreApplication.translate("Refusals", "Report about an e-mail")
        case RefusalKind.TOO_LARGE:
            return QCoreApplication.translate("Refusals", "Too large")
        case RefusalKind.CUT_OFF:
            return QCoreApplication.translate("Refusals", "Cut off")
        case RefusalKind.MALFORMED:
            return QCoreApplication.translate("Refusals", "Not HTTP")
        case RefusalKind.WRONG_URL:
            return QCoreApplication.translate("Refusals", "Your URL, with something too much")
    assert_never(kind)


_SENTENCES: Final = (
    QT_TRANSLATE_NOOP("Refusals", "The JSON is {kind}, not an object with the report's fields."),
    QT_TRANSLATE_NOOP("Refusals", "The body is not text in UTF-8."),
    QT_TRANSLATE_NOOP("Refusals", "The JSON is nested too deeply to be a report."),
    QT_TRANSLATE_NOOP("Refusals", "The body is not JSON."),
    QT_TRANSLATE_NOOP("Refusals", "The body is empty."),
    QT_TRANSLATE_NOOP(
        "Refusals",
        "The body is empty, and a tunnel or a proxy has passed the request on: it has dropped the "
        "body.",
    ),
    QT_TRANSLATE_NOOP(
        "Refusals",
        "This is an incoming SMS, not a delivery report: the URL for incoming messages points "
        "here by mistake.",
    ),
    QT_TRANSLATE_NOOP("Refusals", "This is a report about an e-mail, not about an SMS."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is {kind}, not a text."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is longer than {count} characters."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is missing."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} holds characters that no id has."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is a text that is not a number."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is {kind}, not a number."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is not a finite number."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is out of bounds."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is not a whole number."),
    QT_TRANSLATE_NOOP("Refusals", "The field {name} is not three letters."),
    QT_TRANSLATE_NOOP(
        "Refusals", "The body is larger than {count} KiB, far more than a report needs."
    ),
    QT_TRANSLATE_NOOP("Refusals", "The body is cut into chunks in a way that is not HTTP."),
    QT_TRANSLATE_NOOP("Refusals", "The body has a Content-Encoding other than gzip or deflate."),
    QT_TRANSLATE_NOOP("Refusals", "The body is not whole, or not in {name}."),
    QT_TRANSLATE_NOOP("Refusals", "The body is too large for a report once it is decompressed."),
    QT_TRANSLATE_NOOP("Refusals", "The connection ended before the body was complete."),
    QT_TRANSLATE_NOOP("Refusals", "The connection ended before the request was complete."),
    QT_TRANSLATE_NOOP("Refusals", "What came is not HTTP."),
    QT_TRANSLATE_NOOP("Refusals", "This is your URL, with “{extra}” too much at its key."),
    QT_TRANSLATE_NOOP(
        "Refusals",
        "The Content-Length counts characters, not bytes: {count} more bytes followed. Whoever "
        "sends this must count the bytes of the body.",
    ),
    QT_TRANSLATE_NOOP(
        "Refusals",
        "The Content-Length is too small: {count} more bytes followed. Whoever sends this must "
        "count the bytes of the body.",
    ),
)
_KINDS_OF_JSON: Final = (
    QT_TRANSLATE_NOOP("Refusals", "an object"),
    QT_TRANSLATE_NOOP("Refusals", "a list"),
    QT_TRANSLATE_NOOP("Refusals", "a text"),
    QT_TRANSLATE_NOOP("Refusals", "true or false"),
    QT_TRANSLATE_NOOP("Refusals", "a number"),
    QT_TRANSLATE_NOOP("Refusals", "null"),
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
                values["kind"] = QCoreApplication.translate("Refusals", values["kind"])
            return QCoreApplication.translate("Refusals", sentence).format(**values)
    return plain_line(reason)
