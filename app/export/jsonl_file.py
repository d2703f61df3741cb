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

from app.core.times import iso
from app.export.writer import TableWriter, Value, plain

_ENCODER: Final = msgspec.json.Encoder()
# JSON allows them as they are. But some readers end a line at U+0085, U+2028 and U+2029, and a
# terminal obeys the control characters.
_ESCAPED: Final = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")


class JsonLinesFile(TableWriter):
    """Writes a table as JSON Lines."""

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Prepare; there is no head."""
        self._stream = stream
        self._names = tuple(names)

    @override
    def write(self, values: Sequence[Value]) -> None:
        line = _ENCODER.encode(dict(zip(self._names, map(_token, values), strict=True)))
        self._stream.write(_ESCAPED.sub(_escape, line) + b"\n")

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


def _escape(match: re.Match[bytes]) -> bytes:
    return f"\\u{ord(match[0].decode()):04x}".encode()
