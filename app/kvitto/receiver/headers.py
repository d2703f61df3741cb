"""What is kept of a request beside its body: bounded, readable, without a key."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from kvitto.receiver.connection_limits import Limits

_HIDDEN = "…"
_ENCODED: Final = re.compile(r"\S*%\S*")


class KeyHider:
    """Takes keys out of text, in upper and lower case and percent-encoded.

    Args:
        keys: what must not be kept.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        found = [re.escape(key) for key in keys if key]
        self._keys = re.compile("|".join(found), re.IGNORECASE) if found else None

    def text(self, text: str) -> str:
        """Return `text` without keys."""
        if self._keys is None:
            return text
        if "%" in text:
            text = _ENCODED.sub(self._word, text)
        return self._keys.sub(_HIDDEN, text)

    def data(self, data: bytes) -> bytes:
        """Return `data` without keys."""
        text = data.decode("utf-8", "surrogateescape")
        hidden = self.text(text)
        return data if hidden == text else hidden.encode("utf-8", "surrogateescape")

    def _word(self, match: re.Match[str]) -> str:
        """Return a word as it is, unless a key is hidden in it."""
        assert self._keys is not None
        word, decoded = match.group(), unquote(match.group())
        is_hidden = self._keys.search(decoded) and not self._keys.search(word)
        return self._keys.sub(_HIDDEN, decoded) if is_hidden else word


def kept_headers(
    raw: Iterable[tuple[bytes, bytes]], hider: KeyHider, limits: Limits
) -> tuple[tuple[str, str], ...]:
    """Return a request's headers as text, in their order.

    Args:
        raw: names and values as they came. Bytes that are not UTF-8 are replaced.
        hider: takes the keys out: proxies repeat the URL in headers of their own.
        limits: how many headers, and how many characters in all; the rest is left out.
    """
    kept: list[tuple[str, str]] = []
    room = limits.kept_field_bytes
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("utf-8", "replace"), raw_value.decode("utf-8", "replace")
        name, value = hider.text(name), hider.text(value)
        value = value[: max(0, room - len(name))]
        room -= len(name) + len(value)
        if room < 0 or len(kept) == limits.kept_fields:
            break
        kept.append((name, value))
    return tuple(kept)
