"""Why the books can't be asked. Nothing here holds a key, a URL with one, or a body."""

from datetime import datetime
from enum import Enum


class BooksError(Exception):
    """The books did not tell what they were asked for."""


class WhyBusy(Enum):
    """Why an answer has to be asked for again later."""

    TOO_MANY = "too many requests"
    """The SMS service says so: 429."""
    SERVER = "the SMS service has trouble"
    """408, or any 5xx."""
    SILENT = "no answer in time"
    UNREACHABLE = "no connection"
    NAME = "its name can't be found"
    CERTIFICATE = "its certificate can't be trusted"
    OWN_LIMIT = "our own limit for an hour"


class BooksBusyError(BooksError):
    """No answer now, and no request before `again_at`.

    Attributes:
        why: what is wrong.
        again_at: when it may be asked again, UTC.
    """

    def __init__(self, why: WhyBusy, again_at: datetime) -> None:
        super().__init__(why.value)
        self.why = why
        self.again_at = again_at


class KeyRefusedError(BooksError):
    """The key is wrong, was ended, or may not be used from this address: nothing more is asked.

    Which of them it is, the SMS service may not say: 401 and 403 are treated alike.
    """


class UnreadableAnswerError(BooksError):
    """The answer is not what the API's documentation promises, three times in a row.

    Attributes:
        status: the status of the answer.
        raw: the beginning of its body, to be kept for whoever looks into it.
    """

    def __init__(self, reason: str, status: int, raw: bytes) -> None:
        super().__init__(reason)
        self.status = status
        self.raw = raw


class NotFoundError(BooksError):
    """The SMS service does not know what was asked for: another account's, deleted, or too old."""


class BadRequestError(BooksError):
    """The SMS service can't make sense of the request, such as of an id that is not of its form."""


class BudgetSpentError(BooksError):
    """The pass has made as many requests as it may."""


class BaseUrlError(BooksError):
    """The setting names a place that a key must not be sent to; the text is a sentence."""
