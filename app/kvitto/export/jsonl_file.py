"""JSON Lines: one object a line, for programs. Loses nothing.

UTF-8 without a byte order mark. Amounts are JSON numbers with exactly the digits that they have;
who reads them as binary floats rounds them (in Python: `parse_float=Decimal`). Every column is
there in every line; what is absent is null.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO, Final

import msgspec
from typing_extensions import override

from kvitto.core.invisible import marks_replaced
from kvitto.core.timestamps import iso
from kvitto.export.table_writer import TableWriter, Value, plain

_ENCODER: Final = msgspec.json.Encoder()
# JSON allows them as they are. But some readers end a line at U+0085, U+2028 and U+2029, a
# terminal obeys the control characters, and direction marks make a number read as another.
_CONTROL: Final = re.compile("[\x7f-\x9f]")


class JsonLinesFile(TableWriter):
    """Writes a table as JSON Lines."""

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Prepare; there is no head."""
        self._stream = stream
        self._names = tuple(names)

    @override
    def write(self, values: Sequence[Value]) -> None:
        line = _ENCODER.encode(dict(zip(self._names, map(_token, values), strict=True)))
        self._stream.write(_escaped(line) + b"\n")

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


def _token(value: Value) -> str | int | msgspec.Raw | None:
    match value:
        case Decimal():
            return msgspec.Raw(plain(value).encode())
        case datetime():
            return iso(value)
        case _:
            return value


def _escaped(line: bytes) -> bytes:
    """Return a line that means the same, without characters that can't be seen."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _CONTROL.sub(_escape, marks_replaced(line.decode(), _escape_one)).encode()


def _escape(match: re.Match[str]) -> str:
    return _escape_one(match[0])


def _escape_one(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
