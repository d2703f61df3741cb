"""Technical details made fit to be shown, logged, and sent to those who help."""

import re
import traceback
from collections.abc import Iterable
from typing import Final

from kvitto.core.invisible import plain_text
from kvitto.receiver.urls import redacted

_HIDDEN: Final = "…"
_LOGIN: Final = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*:/{1,2})[^\s@]*@")
_LEAST: Final = 4
"""What is shorter is hidden as part of a URL only: it may be a part of any word."""


def cleaned(text: str, hidden: Iterable[str] = ()) -> str:
    """Return a text without credentials, and with invisible characters shown by their numbers.

    Credentials are the keys of callback URLs, and names and passwords in URLs.

    Args:
        text: any number of lines.
        hidden: more that must not be shown.
    """
    for one in sorted(hidden, key=len, reverse=True):
        if len(one) >= _LEAST:
            text = text.replace(one, _HIDDEN)
    return plain_text(redacted(_LOGIN.sub(rf"\1{_HIDDEN}@", text)))


def trace_of(error: BaseException, hidden: Iterable[str] = ()) -> str:
    """Return an error's traceback for the log, without credentials."""
    return cleaned("".join(traceback.format_exception(error)).rstrip(), hidden)
