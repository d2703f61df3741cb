"""The headers that are kept with a refused body: bounded, readable, without the secret."""

from collections.abc import Iterable

from app.receiver.limits import Limits

_HIDDEN = "…"


def kept_headers(
    raw: Iterable[tuple[bytes, bytes]], secrets: Iterable[str], limits: Limits
) -> tuple[tuple[str, str], ...]:
    """Return a request's headers as text, in their order.

    Args:
        raw: names and values as they came. Bytes that are not UTF-8 are replaced.
        secrets: what must not be kept: proxies repeat the URL in headers of their own.
        limits: how many headers, and how many characters in all; the rest is left out.
    """
    kept: list[tuple[str, str]] = []
    room = limits.kept_field_bytes
    hidden = [secret for secret in secrets if secret]
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("utf-8", "replace"), raw_value.decode("utf-8", "replace")
        for secret in hidden:
            name, value = name.replace(secret, _HIDDEN), value.replace(secret, _HIDDEN)
        value = value[: max(0, room - len(name))]
        room -= len(name) + len(value)
        if room < 0 or len(kept) == limits.kept_fields:
            break
        kept.append((name, value))
    return tuple(kept)
