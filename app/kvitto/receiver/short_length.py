"""Tell a Content-Length that counts characters instead of bytes from a body that is no JSON.

The body then ends too soon, by one byte for each å, and its end stands where the next request
should begin. Pure functions.
"""

from typing import Final

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind

_LONGEST_REST: Final = 4096


def may_be_short(body: bytes) -> bool:
    """Tell whether a body that is no JSON may lack its end: it is the beginning of an object.

    And it has more bytes than characters.
    """
    text = body.strip()
    return text.startswith(b"{") and not text.endswith(b"}") and not body.isascii()


def short_by(body: bytes, following: bytes) -> str | None:
    """Return in words by how much the Content-Length of `body` was too small; None if it was not.

    Args:
        body: what the Content-Length let through.
        following: what came behind it on the same connection, and is no request.
    """
    if not following or len(following) > _LONGEST_REST or not body.lstrip().startswith(b"{"):
        return None
    whole = body + following
    try:
        parse(whole)
    except RejectedBodyError as rejection:
        if rejection.kind is RejectionKind.NOT_JSON:
            return None
    text = whole.decode("utf-8", "replace").rstrip()
    count = len(whole.rstrip()) - len(body)
    # Some count an emoji as two characters, as UTF-16 has it.
    if len(body) in {len(text), len(text) + sum(one > "\uffff" for one in text)}:
        return (
            f"The Content-Length counts characters, not bytes: {count} more bytes followed. "
            "Whoever sends this must count the bytes of the body."
        )
    return (
        f"The Content-Length is too small: {count} more bytes followed. "
        "Whoever sends this must count the bytes of the body."
    )
