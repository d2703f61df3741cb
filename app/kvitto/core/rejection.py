"""Why a body is not a delivery report: a code and values, of which every text is made.

A new reason is a new `ReasonCode` and its row in `_REASONS`. What stands in `translatable` is
collected for the window's translations.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec
from typing_extensions import override

from kvitto.core.invisible import plain_line
from kvitto.core.translatable import translatable

CONTEXT: Final = "Rejections"
"""Under which the texts of this module are translated."""


class RejectionKind(StrEnum):
    """The kinds under which refused requests, and one thing more, are kept in quarantine."""

    NOT_JSON = "not_json"
    NOT_A_REPORT = "not_a_report"
    INCOMING_SMS = "incoming_sms"
    EMAIL_REPORT = "email_report"
    TOO_LARGE = "too_large"
    CUT_OFF = "cut_off"
    """The connection ended before the request was complete."""
    MALFORMED = "malformed"
    """It is not HTTP, on a connection that named a valid key."""
    WRONG_URL = "wrong_url"
    """Its URL holds a valid key, and something glued to it."""
    API = "api"
    """It is no request: an item of an answer of the SMS service's API."""


class ReasonCode(StrEnum):
    """The reasons for which a body is refused. They are stored: none is ever renamed."""

    BODY_EMPTY = "body_empty"
    BODY_DROPPED = "body_dropped"
    BODY_NOT_UTF8 = "body_not_utf8"
    BODY_NOT_JSON = "body_not_json"
    BODY_INCOMPLETE = "body_incomplete"
    BODY_TOO_LARGE = "body_too_large"
    DECOMPRESSED_TOO_LARGE = "decompressed_too_large"
    JSON_TOO_DEEP = "json_too_deep"
    JSON_NOT_AN_OBJECT = "json_not_an_object"
    INCOMING_SMS = "incoming_sms"
    EMAIL_REPORT = "email_report"
    FIELD_MISSING = "field_missing"
    FIELD_NOT_TEXT = "field_not_text"
    FIELD_TOO_LONG = "field_too_long"
    FIELD_NOT_AN_ID = "field_not_an_id"
    FIELD_TEXT_NOT_NUMBER = "field_text_not_number"
    FIELD_NOT_NUMBER = "field_not_number"
    FIELD_NOT_FINITE = "field_not_finite"
    FIELD_NOT_WHOLE = "field_not_whole"
    FIELD_OUT_OF_BOUNDS = "field_out_of_bounds"
    FIELD_UNREADABLE = "field_unreadable"
    ENCODING_UNKNOWN = "encoding_unknown"
    ENCODING_BROKEN = "encoding_broken"
    CHUNKS_MALFORMED = "chunks_malformed"
    LENGTH_TOO_SMALL = "length_too_small"
    LENGTH_IN_CHARACTERS = "length_in_characters"
    REQUEST_INCOMPLETE = "request_incomplete"
    REQUEST_MALFORMED = "request_malformed"
    URL_TOO_LONG = "url_too_long"
    ITEM_OF_ANOTHER_BATCH = "item_of_another_batch"
    ITEM_NOT_SENT = "item_not_sent"


JSON_KINDS: Final = {
    "object": translatable("Rejections", "an object"),
    "list": translatable("Rejections", "a list"),
    "text": translatable("Rejections", "a text"),
    "boolean": translatable("Rejections", "true or false"),
    "number": translatable("Rejections", "a number"),
    "null": translatable("Rejections", "null"),
}
"""What JSON can hold, by its code."""

_NOT_JSON: Final = RejectionKind.NOT_JSON
_NOT_A_REPORT: Final = RejectionKind.NOT_A_REPORT

_REASONS: Final[dict[ReasonCode, tuple[RejectionKind, str]]] = {
    ReasonCode.BODY_EMPTY: (_NOT_JSON, translatable("Rejections", "The body is empty.")),
    ReasonCode.BODY_DROPPED: (
        _NOT_JSON,
        translatable(
            "Rejections",
            "The body is empty, and a tunnel or a proxy has passed the request on: it has dropped "
            "the body.",
        ),
    ),
    ReasonCode.BODY_NOT_UTF8: (
        _NOT_JSON,
        translatable("Rejections", "The body is not text in UTF-8."),
    ),
    ReasonCode.BODY_NOT_JSON: (_NOT_JSON, translatable("Rejections", "The body is not JSON.")),
    ReasonCode.BODY_INCOMPLETE: (
        RejectionKind.CUT_OFF,
        translatable("Rejections", "The connection ended before the body was complete."),
    ),
    ReasonCode.BODY_TOO_LARGE: (
        RejectionKind.TOO_LARGE,
        translatable(
            "Rejections", "The body is larger than {count} KiB, far more than a report needs."
        ),
    ),
    ReasonCode.DECOMPRESSED_TOO_LARGE: (
        RejectionKind.TOO_LARGE,
        translatable("Rejections", "The body is too large for a report once it is decompressed."),
    ),
    ReasonCode.JSON_TOO_DEEP: (
        _NOT_JSON,
        translatable("Rejections", "The JSON is nested too deeply to be a report."),
    ),
    ReasonCode.JSON_NOT_AN_OBJECT: (
        _NOT_A_REPORT,
        translatable("Rejections", "The JSON is {kind}, not an object with the report's fields."),
    ),
    ReasonCode.INCOMING_SMS: (
        RejectionKind.INCOMING_SMS,
        translatable(
            "Rejections",
            "This is an incoming SMS, not a delivery report: the URL for incoming messages points "
            "here by mistake.",
        ),
    ),
    ReasonCode.EMAIL_REPORT: (
        RejectionKind.EMAIL_REPORT,
        translatable("Rejections", "This is a report about an e-mail, not about an SMS."),
    ),
    ReasonCode.FIELD_MISSING: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is missing."),
    ),
    ReasonCode.FIELD_NOT_TEXT: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is {kind}, not a text."),
    ),
    ReasonCode.FIELD_TOO_LONG: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is longer than {count} characters."),
    ),
    ReasonCode.FIELD_NOT_AN_ID: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} holds characters that no id has."),
    ),
    ReasonCode.FIELD_TEXT_NOT_NUMBER: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is a text that is not a number."),
    ),
    ReasonCode.FIELD_NOT_NUMBER: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is {kind}, not a number."),
    ),
    ReasonCode.FIELD_NOT_FINITE: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is not a finite number."),
    ),
    ReasonCode.FIELD_NOT_WHOLE: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is not a whole number."),
    ),
    ReasonCode.FIELD_OUT_OF_BOUNDS: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} is out of bounds."),
    ),
    ReasonCode.FIELD_UNREADABLE: (
        _NOT_A_REPORT,
        translatable("Rejections", "The field {name} can't be read."),
    ),
    ReasonCode.ENCODING_UNKNOWN: (
        _NOT_JSON,
        translatable("Rejections", "The body has a Content-Encoding other than gzip or deflate."),
    ),
    ReasonCode.ENCODING_BROKEN: (
        _NOT_JSON,
        translatable("Rejections", "The body is not whole, or not in {name}."),
    ),
    ReasonCode.CHUNKS_MALFORMED: (
        _NOT_JSON,
        translatable("Rejections", "The body is cut into chunks in a way that is not HTTP."),
    ),
    ReasonCode.LENGTH_TOO_SMALL: (
        _NOT_JSON,
        translatable(
            "Rejections",
            "The Content-Length is too small: {count} more bytes followed. Whoever sends this must "
            "count the bytes of the body.",
        ),
    ),
    ReasonCode.LENGTH_IN_CHARACTERS: (
        _NOT_JSON,
        translatable(
            "Rejections",
            "The Content-Length counts characters, not bytes: {count} more bytes followed. Whoever "
            "sends this must count the bytes of the body.",
        ),
    ),
    ReasonCode.REQUEST_INCOMPLETE: (
        RejectionKind.CUT_OFF,
        translatable("Rejections", "The connection ended before the request was complete."),
    ),
    ReasonCode.REQUEST_MALFORMED: (
        RejectionKind.MALFORMED,
        translatable("Rejections", "What came is not HTTP."),
    ),
    ReasonCode.URL_TOO_LONG: (
        RejectionKind.WRONG_URL,
        translatable("Rejections", "This is your URL, with “{extra}” too much at its key."),
    ),
    ReasonCode.ITEM_OF_ANOTHER_BATCH: (
        RejectionKind.API,
        translatable("Rejections", "This is a message of another batch than the one asked about."),
    ),
    ReasonCode.ITEM_NOT_SENT: (
        RejectionKind.API,
        translatable("Rejections", "This is not a message that was sent."),
    ),
}


class ReasonValues(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reason names; what it does not name is left out. Holds nothing that a body says.

    Attributes:
        name: a field of the report, or a coding.
        kind: what the JSON is, a key of `JSON_KINDS`.
        count: how many characters, bytes or KiB.
        extra: what is too much in a URL.
    """

    name: str = ""
    kind: str = ""
    count: int = 0
    extra: str = ""


_NO_VALUES: Final = ReasonValues()


class RejectionReason(msgspec.Struct, frozen=True):
    """Why a body was refused.

    Attributes:
        code: a `ReasonCode`; one that is not known here, if a newer version has stored it.
        values: what goes into its text.
    """

    code: str
    values: ReasonValues = _NO_VALUES

    def text(self, translate: Callable[[str], str]) -> str:
        """Return it as one sentence, of texts that are translated; the code if it is not known."""
        if self.code not in _REASONS:
            return plain_line(self.code)
        values = msgspec.structs.asdict(self.values)
        kind = translate(JSON_KINDS[self.values.kind]) if self.values.kind in JSON_KINDS else ""
        return translate(_REASONS[ReasonCode(self.code)][1]).format(**values | {"kind": kind})

    @property
    def english(self) -> str:
        """One sentence for whoever posted, and for files."""
        return self.text(str)


class RejectedBodyError(Exception):
    """The body is not a delivery report.

    Attributes:
        kind: what it is instead, as far as can be told.
        reason: why; holds no values from the body.
    """

    def __init__(
        self, code: ReasonCode, *, name: str = "", kind: str = "", count: int = 0, extra: str = ""
    ) -> None:
        """Make the reason of its `code` and the values that its text names."""
        self.kind = _REASONS[code][0]
        self.reason = RejectionReason(code.value, ReasonValues(name, kind, count, extra))
        super().__init__(code, self.reason)

    @override
    def __str__(self) -> str:
        """Return the reason in English."""
        return self.reason.english
