"""Why a body is not a delivery report, in kinds and in words."""

from enum import StrEnum


class RejectionKind(StrEnum):
    """The kinds under which refused requests are kept in quarantine."""

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


class RejectedBodyError(Exception):
    """The body is not a delivery report.

    Attributes:
        kind: what it is instead, as far as can be told.
        reason: one sentence for the person who reads the quarantine. Holds no values from the body.
    """

    def __init__(self, kind: RejectionKind, reason: str) -> None:
        """Keep the `kind` and the `reason`."""
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
