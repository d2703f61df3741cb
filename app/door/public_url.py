"""The public URL: what the user types or a tunnel tells, made fit for use."""

from urllib.parse import urlsplit

from app.receiver.address import SECRET_PATH

_PORTS = {"http": 80, "https": 443}


class PublicUrlError(ValueError):
    """It is not a URL that reports can be sent to; the text is a sentence for the user."""


def public_base(text: str) -> str:
    """Return a public URL without its secret, its query and the slash at its end.

    What the user has at hand will do: a whole callback URL, or a host alone.

    >>> public_base("Kvitto.Example.net/r/0123abcd")
    'https://kvitto.example.net'

    Raises:
        PublicUrlError: it is no such URL.
    """
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    if not text.isprintable() or any(letter in text for letter in ' "<>\\^`{|}'):
        raise PublicUrlError("The URL has characters in it that no URL has.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise PublicUrlError("That is not a URL.") from error
    if parts.scheme not in _PORTS or not host or port == 0:
        raise PublicUrlError("A public URL begins with https:// or http:// and has a host.")
    if parts.username is not None or parts.password is not None:
        raise PublicUrlError("A URL with a name or password in it is not a public URL.")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise PublicUrlError("That is not the name of a host.") from error
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place += f":{port}"
    path, found, _ = f"{parts.path}/".partition(SECRET_PATH)
    return f"{parts.scheme}://{place}{(path if found else parts.path).rstrip('/')}"


def public_callback_url(base: str, secret: str) -> str:
    """Return the URL to which reports are posted from outside.

    Args:
        base: of `public_base`.
        secret: the value of a valid secret.
    """
    return f"{base}{SECRET_PATH}{secret}"


def host_of(base: str) -> str:
    """Return the host of a public URL, or "" where it has none."""
    return urlsplit(base).hostname or ""
