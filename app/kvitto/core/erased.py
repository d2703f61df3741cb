"""What takes the place of a phone number and a reference of a person who was erased. Pure.

A token is keyed, and its key is made for one erasure and kept nowhere: with a kept key, whoever has
the database could try all phone numbers until one makes the token. So nothing leads from a token
back to a number, and not from a number to its token either: a late report is recognised by the ids
of its message, and gets the tokens that its message has.
"""

import re
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec.structs import replace

from kvitto.core.kept_body import body_of
from kvitto.core.report import DeliveryReport

PREFIX: Final = "erased-"
"""How every token begins."""
REDACTED: Final = "[…]"
"""What a text has instead of a number that stood among other words."""
KEY_BYTES: Final = 32
_DIGEST_BYTES: Final = 10
_LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")
"""No token has a digit, so that none looks like a number."""
_TOKEN: Final = re.compile(rf"\+?{PREFIX}[a-p]{{{2 * _DIGEST_BYTES}}}")
"""A kept body has the plus of a number before it."""


class Tokens(msgspec.Struct, frozen=True):
    """What the reports about one message have from now on.

    Attributes:
        recipient: instead of the phone number; None where that stays.
        reference: instead of the reference.
    """

    recipient: str | None
    reference: str

    def in_report(self, report: DeliveryReport) -> DeliveryReport:
        """Return a report without what is erased; what it does not say it does not say then."""
        recipient, reference = report.recipient, report.reference
        if recipient is not None and self.recipient is not None and not is_token(recipient):
            recipient = self.recipient
        if reference is not None and not is_token(reference):
            reference = self.reference
        return replace(report, recipient=recipient, reference=reference)

    def in_body(self, report: DeliveryReport) -> bytes:
        """Return what is kept instead of the body of a report that `in_report` has returned."""
        return body_of(report)


def token(key: bytes, *of: str) -> str:
    """Return the token of a value.

    Args:
        key: `KEY_BYTES` random bytes.
        of: what it is the token of: what kind of value, of which message, and the value.
    """
    digest = blake2b("\0".join(of).encode(), key=key, digest_size=_DIGEST_BYTES).hexdigest()
    return PREFIX + digest.translate(_LETTERS)


def is_token(text: str | None) -> bool:
    """Tell whether a text is one: nobody's number or reference.

    What somebody has put in a text's place in the database, such as a BLOB, is none.
    """
    return isinstance(text, str) and text.startswith(PREFIX)


def unless_erased(text: str | None) -> str | None:
    """Return a number or a reference; None where a token has its place."""
    return None if is_token(text) else text


def is_erased(report: DeliveryReport) -> bool:
    """Tell whether tokens have the place of what a report said."""
    return is_token(report.recipient) or is_token(report.reference)


def said_for_tokens(text: str, word: str) -> str:
    """Return a text with a word wherever a token stands."""
    return _TOKEN.sub(lambda _token: word, text)
