"""What spreadsheets do to text, and how to keep them from it.

Excel and LibreOffice read a CSV file's cells as if they were typed in: a phone number becomes
4.56E+11, the id 5e61384887 becomes infinite, 1-2 becomes a date, and =… a formula that can start
programs and send data away. Quotes do not help: a quoted 0123 is read as 123 too. Of the marks
that do, only the apostrophe is both safe and visible: ="0123" is a formula itself; a tab or an
invisible character goes along unseen when the cell is copied or looked up.

So `defused` puts an apostrophe before what would be read as something else. Both programs show it
and leave the rest alone. It can be undone: an apostrophe at the beginning is never part of the
value. Source: OWASP, "CSV Injection"; checked with LibreOffice 7.4 in English and Swedish.
"""

import re
from typing import Final

from kvitto.core.invisible import with_marks_shown

MAX_CELL_LENGTH: Final = 32_767
"""UTF-16 units in a cell of Excel. From a CSV file it lets the rest spill into the next row."""

# --- Characters that can't be shown ---------------------------------------------------------------

_NOT_SHOWN: Final = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Return `text` with each control character as a character that shows it, such as ␛.

    XML can't hold them, and a terminal would obey them. Tabs and line feeds stay; the two
    characters of a Windows line end become one line feed. Invisible and direction marks become
    their numbers.
    """
    text = with_marks_shown(text)
    if _NOT_SHOWN.search(text) is None:
        return text
    return _NOT_SHOWN.sub(_picture, text.replace("\r\n", "\n"))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def shortened(text: str, limit: int = MAX_CELL_LENGTH) -> str:
    """Return `text`, or where it is too long for a cell, its beginning and a mark that says so.

    Args:
        text: what is to go into a cell.
        limit: how long it may be, in UTF-16 units.
    """
    if len(text) * 2 <= limit:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= limit * 2:
        return text
    mark = f" … [cut: {len(text)} characters in all]"
    return units[: (limit - len(mark)) * 2].decode("utf-16-le", errors="ignore") + mark


# --- Text that is read as something else ----------------------------------------------------------

# Where a formula can begin: not only at the start. A program with another list separator (Swedish
# Excel: the semicolon) splits the cell there, whatever quotes there are around it. The last four
# signs are those of East Asian keyboards.
_BLANKS: Final = r"""[\s"\u00ad\u200b-\u200f\u2060\ufeff]*"""
_SIGN: Final = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_SIGNS: Final = re.compile(_SIGN)
_FORMULA: Final = re.compile(rf"(?:\A|[,;|\t\n]){_BLANKS}(?='*{_SIGN})")
_FORMULA_AT_ONCE: Final = re.compile(rf"'*{_SIGN}")

# More than what a spreadsheet takes for a number, a time or a sum in any one country: digits and
# signs, and among them nothing but the few words that belong there, here those of the countries
# around the Baltic and the North Sea.
_MONTHS: Final = (
    "jan|feb|fév|mar|mär|mrz|mrt|maa|apr|avr|maj|may|mai|mei|jun|juin|jul|juil|aug|août|sep|okt|"
    "oct|nov|dec|dez|des|déc|tammi|helmi|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
)
_DAYS: Final = "mon|tue|wed|thu|fri|sat|sun|mån|tis|ons|tor|fre|lör|sön"
_CURRENCIES: Final = "kr|sek|eur|nok|dkk|isk|usd|gbp|chf|fr|zł"
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORD_OF_NUMBERS: Final = re.compile(
    r"(?:(?<=[\d\s.:])(?:[etzapm]|am|pm)"
    rf"|(?:{_MONTHS}|{_DAYS})[^\W\d_]{{0,7}}"
    rf"|{_CURRENCIES}"
    r")(?![^\W\d_])",
    re.IGNORECASE,
)
_LETTER_OF_ID: Final = re.compile(r"\d[b-df-lnoq-suv-yB-DF-LNOQ-SUV-Y]\d")
"""A letter by itself that is no such word."""
_DIGIT: Final = re.compile(r"\d")
_TRUTHS: Final = re.compile(
    "true|false|sant|falskt|sand|falsk|sann|usann|tosi|epätosi|wahr|falsch|vrai|faux|waar|onwaar",
    re.IGNORECASE,
)


def defused(text: str) -> str:
    """Return `text` so that a spreadsheet that opens a CSV file reads it as this text.

    An apostrophe stands before each formula, and at the beginning of what would be read as a
    number, a time, a truth value or an error, or begins with an apostrophe, a tab or a line feed.
    """
    if text.isalnum():
        # Phone numbers, and ids in hexadecimal: nearly all texts that come but once.
        if text.isdecimal():
            return "'" + text
        if _LETTER_OF_ID.search(text):
            return text
        return "'" + text if _is_read_otherwise(text) else text
    marked = _FORMULA.sub(r"\g<0>'", text) if _SIGNS.search(text) else text
    if _FORMULA_AT_ONCE.match(text):
        return marked
    if text[:1] in {"'", "\t", "\n"} or _is_read_otherwise(text.strip()):
        return "'" + marked
    return marked


def _is_read_otherwise(text: str) -> bool:
    if text.startswith("#"):
        return True
    if _DIGIT.search(text) is None:
        return _TRUTHS.fullmatch(text) is not None
    first = _WORD.search(text)
    if first is None:
        return True
    if _WORD_OF_NUMBERS.match(text, first.start()) is None:
        return False
    return all(_WORD_OF_NUMBERS.match(text, word.start()) for word in _WORD.finditer(text))
