"""Raw bodies for reading: as indented JSON, as text, or as hexadecimal digits."""

from collections.abc import Callable
from typing import Final

import msgspec

_BOM: Final = b"\xef\xbb\xbf"
_PER_LINE: Final = 8
_HIDDEN: Final = "•"

Hide = Callable[[str], str]
"""Hides phone numbers in a text, and leaves its length as it is."""


def readable(body: bytes) -> str:
    """Return a body as indented JSON if it is JSON, else as text; what is no text is replaced.

    Numbers and texts in the JSON stay as they were written.
    """
    plain = body.removeprefix(_BOM)
    try:
        plain = msgspec.json.format(plain, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return body.decode("utf-8", "replace")
    return plain.decode("utf-8", "replace")


def hexadecimal(body: bytes, hide: Hide) -> str:
    """Return a body as lines of 8 bytes: the place, the bytes, and the characters among them.

    Args:
        body: the bytes.
        hide: hides phone numbers, in the digits as in the characters.
    """
    # One character for each byte, so that what is hidden is known by its place.
    hidden = hide(body.decode("latin-1"))
    lines: list[str] = []
    for start in range(0, len(body), _PER_LINE):
        piece = body[start : start + _PER_LINE]
        shown = hidden[start : start + _PER_LINE]
        digits = " ".join(
            _HIDDEN * 2 if letter == _HIDDEN else f"{byte:02x}"
            for byte, letter in zip(piece, shown, strict=True)
        )
        letters = "".join(
            letter if letter == _HIDDEN or (letter.isascii() and letter.isprintable()) else "."
            for letter in shown
        )
        lines.append(f"{start:06x}  {digits:<{3 * _PER_LINE}} {letters}")
    return "\n".join(lines)
