"""Characters that can't be seen, but change what is read: a reversed number reads as another."""

import re
from typing import Final

_MARKS: Final = (
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f"
)
_INVISIBLE: Final = re.compile(f"[{_MARKS}]")
_INVISIBLE_OR_CONTROL: Final = re.compile(f"[\0-\x1f\x7f-\x9f{_MARKS}]")


def with_marks_shown(text: str) -> str:
    r"""Return `text` with each invisible or direction mark as its number.

    >>> with_marks_shown("46\N{RIGHT-TO-LEFT OVERRIDE}70")
    '46⟨U+202E⟩70'
    """
    return _INVISIBLE.sub(_number, text)


def plain_line(text: str) -> str:
    """Return `text` with its control characters as numbers, too: what is shown is what there is."""
    return _INVISIBLE_OR_CONTROL.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"
