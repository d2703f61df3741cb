"""Encode what a peer left unencoded in the target of its request.

White space and other characters that were copied along with a URL, and that some libraries send as
they are. The parser takes that for no HTTP, and the report would be lost. Nothing but the target is
touched: where a request ends stays the same.
"""

import re
from typing import Final

_LINE: Final = re.compile(rb"[A-Z]{1,16} ([^\r\n]{1,8190}) HTTP/1\.[01]\r\n")
_UNENCODED: Final = re.compile(rb"[\t\x0b\x0c \x7f-\xff]")


def encode_target(data: bytes, at: int) -> bytes:
    """Return `data` with the target encoded of the request that begins at `at`.

    As it is, where nothing need be encoded, or the line has not come whole.
    """
    line = _LINE.match(data, at)
    if line is None or _UNENCODED.search(data, line.start(1), line.end(1)) is None:
        return data
    target = _UNENCODED.sub(lambda one: b"%%%02X" % one[0][0], line[1])
    return data[: line.start(1)] + target + data[line.end(1) :]
