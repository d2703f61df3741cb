"""Characters that can't be seen, but change what is read: a reversed number reads as another.

They are shown by their numbers, as ⟨U+202E⟩, wherever people read text that came from outside.
What is kept, and what programs read, has the characters themselves.
"""

import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Final

_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""What Unicode calls letters, marks or symbols, and fonts show as nothing."""
_SELECTORS: Final = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNSEEN: Final = frozenset({"Cf", "Zl", "Zp", "Co"})
_CONTROL: Final = frozenset({"Cc", "Cs"})
_MOST_MARKS: Final = 3
"""Combining marks on one letter: more are no language's, and reach over the neighbouring lines."""
_EMOJI: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IN_EMOJI: Final = re.compile(
    f"(?<=[{_EMOJI}])\ufe0f|(?<=[#*0-9])\ufe0f(?=\u20e3)|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
)
"""What joins or colours an emoji: it is seen in what it does."""
_ALL_SEEN: Final = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u20a0-\u20bf]*")
"""Texts of nothing but what is always shown as it is: most texts."""
_NUMBERED: Final = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
HIDDEN_DIGIT: Final = "•"
"""Stands for a digit that is not shown."""
_NO_DIGITS: Final = re.compile(f"[^ -~{HIDDEN_DIGIT}]")


def is_all_seen(text: str) -> bool:
    """Tell at once of most texts that no character in them is invisible, or a control character.

    False where it is unsure.
    """
    return _ALL_SEEN.fullmatch(text) is not None


def with_marks_shown(text: str) -> str:
    r"""Return `text` with each invisible or direction mark as its number.

    Control characters stay: whoever shows the text has a way of its own for them.

    >>> with_marks_shown("46\N{RIGHT-TO-LEFT OVERRIDE}70")
    '46⟨U+202E⟩70'
    """
    return text if text.isascii() else _shown(text, _UNSEEN, "")


def plain_text(text: str) -> str:
    """Return `text` of several lines with all that can't be seen as its number, but for tabs."""
    if text.isascii() and text.isprintable():
        return text
    return _shown(text, _UNSEEN | _CONTROL, "\n\t")


def plain_line(text: str) -> str:
    """Return `text` as one line: line ends and tabs are shown by their numbers, too."""
    if text.isascii() and text.isprintable():
        return text
    return _shown(text, _UNSEEN | _CONTROL, "")


def plain_number(text: str) -> str:
    """Return a phone number with all that no number has in it shown: digits of other scripts, too.

    Those and letters that are read from right to left would put its digits into another order.
    """
    return _NO_DIGITS.sub(_number, text)


def with_marks_meant(text: str) -> str:
    r"""Return `text` with the characters that the numbers in it stand for: `plain_line` undone.

    >>> with_marks_meant("46⟨U+202E⟩70") == "46\N{RIGHT-TO-LEFT OVERRIDE}70"
    True
    """
    return _NUMBERED.sub(_meant, text)


def without_marks(text: str) -> str:
    """Return `text` without all that can't be seen, as it may come along with a copied number."""
    return text if text.isascii() else "".join(one for one in text if plain_line(one) == one)


def marks_replaced(text: str, replace: Callable[[str], str]) -> str:
    """Return `text` with what `replace` makes of each invisible or direction mark."""
    return text if text.isascii() else _shown(text, _UNSEEN, "", replace)


def _number_of(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _shown(
    text: str, categories: frozenset[str], kept: str, replace: Callable[[str], str] = _number_of
) -> str:
    if _ALL_SEEN.fullmatch(text):
        return text
    joining = {found.start() for found in _IN_EMOJI.finditer(text)}
    parts: list[str] = []
    marks = 0
    for place, one in enumerate(text):
        if one.isascii() and one.isprintable():
            marks = 0
            parts.append(one)
            continue
        category = unicodedata.category(one)
        is_mark = category in {"Mn", "Me"}
        marks = marks + 1 if is_mark else 0
        is_shown = place not in joining and (
            (category in categories and one not in kept)
            or one in _BLANK
            or marks > _MOST_MARKS
            or _SELECTORS.match(one) is not None
        )
        parts.append(replace(one) if is_shown else one)
    return "".join(parts)


def _meant(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF else found[0]


def _number(found: re.Match[str]) -> str:
    return _number_of(found[0])
