"""Notice that a tunnel or a proxy passes requests on without their bodies.

Some do so where a request has no Content-Length: `cloudflared` over QUIC is one. What arrives then
is a POST at the right URL, with the headers of whoever passed it on, and with nothing in it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

_PREFIXES: Final = ("cf-", "x-forwarded-", "ngrok-", "tailscale-", "x-envoy-", "fly-")
_NAMES: Final = frozenset(
    {"via", "forwarded", "cdn-loop", "x-real-ip", "x-client-ip", "true-client-ip", "x-request-via"}
)


def is_passed_on(headers: Mapping[str, str]) -> bool:
    """Tell whether a request's headers say that something has passed it on."""
    return any(name in _NAMES or name.startswith(_PREFIXES) for name in map(str.lower, headers))


class DroppedBodies:
    """When a request last came with a key without its body. Any thread."""

    def __init__(self) -> None:
        """Know of none."""
        self._last: dict[int | None, datetime] = {}

    def note(self, callback_key_id: int | None, at: datetime) -> None:
        """Note one.

        Args:
            callback_key_id: the id of the key with which it came; None where none is needed.
            at: when, UTC.
        """
        self._last[callback_key_id] = at

    def by_key(self) -> dict[int, datetime]:
        """Return when the last one came with each key, UTC."""
        return {key: at for key, at in tuple(self._last.items()) if key is not None}

    def last(self, callback_key_id: int | None) -> datetime | None:
        """Return when the last one came with a key, UTC; None where none has."""
        return self._last.get(callback_key_id)
