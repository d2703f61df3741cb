"""Where a store on a server is: its URL, which may hold a password and is never shown whole."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

from typing_extensions import override

from kvitto.certificates import authorities_file
from kvitto.store.server_errors import StoreUrlError

URL_VARIABLE: Final = "KVITTO_STORE"
FILE_VARIABLE: Final = "KVITTO_STORE_FILE"
CREDENTIALS_VARIABLE: Final = "CREDENTIALS_DIRECTORY"
CREDENTIAL_NAME: Final = "kvitto-store"
"""As in systemd's `LoadCredential=kvitto-store:/path`."""
_SCHEMES: Final = ("postgresql", "postgres")
_PORT: Final = 5432
_SECRETS: Final = frozenset(("password", "sslpassword"))
_NOT_ENCODED: Final = re.compile("%(?![0-9A-Fa-f]{2})|%00")


class StoreUrl:
    """The URL of a store.

    Attributes:
        text: the URL whole, for libpq alone: it may hold a password.
        place: what it is called: user, host, port and database.
        is_here: whether the server is on this computer.
        has_password: whether the URL holds a password, or that of a client's key.
        file: the file that was named as holding the URL; "" for none.
    """

    def __init__(self, text: str, *, file: str = "") -> None:
        """Take a URL as libpq knows it: postgresql://USER@HOST:PORT/DATABASE?PARAMETERS.

        Raises:
            StoreUrlError: it is none.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port or _PORT
        except ValueError:
            raise StoreUrlError from None
        if _NOT_ENCODED.search(text):  # the driver would repeat it, whatever it holds
            raise StoreUrlError
        if parts.scheme not in _SCHEMES or not parts.path.strip("/"):
            raise StoreUrlError
        given = parse_qs(parts.query)
        host = unquote(parts.hostname or "") or given.get("host", [""])[0]
        user = f"{unquote(parts.username)}@" if parts.username else ""
        self.text: Final = text.strip()
        self.is_here: Final = (
            not host or host.startswith("/") or host == "localhost" or _is_loopback(host)
        )
        self.has_password: Final = parts.password is not None or not _SECRETS.isdisjoint(given)
        self.file: Final = file
        self.database: Final = unquote(parts.path.strip("/"))
        shown = "" if host.startswith("/") else f"[{host}]" if ":" in host else host
        self.place: Final = f"{user}{shown or 'this computer'}:{port}/{self.database}"
        self._given: Final = given

    def with_password(self, password: str) -> "StoreUrl":
        """Return the URL with a password instead of the one it has, if any."""
        return StoreUrl(self._with(f":{quote(password, safe='')}@"))

    @property
    def password(self) -> str:
        """The password that the URL holds; "" for none."""
        held = urlsplit(self.text).password
        return self._given.get("password", [""])[0] if held is None else unquote(held)

    @property
    def without_password(self) -> str:
        """The URL without its password, for what is kept where others may read it."""
        return self._with("@")

    def _with(self, password: str) -> str:
        parts = urlsplit(self.text)
        before, _, place = parts.netloc.rpartition("@")
        user = before.partition(":")[0]
        is_bare = not user and password == "@"
        query = urlencode(
            [(name, one) for name, one in parse_qsl(parts.query) if name != "password"]
        )
        netloc = place if is_bare else f"{user}{password}{place}"
        # By hand: the slashes stay where there is no host, for a server of this computer.
        return f"{parts.scheme}://{netloc}{parts.path}{'?' if query else ''}{query}"

    def parameters(self) -> Mapping[str, str]:
        """Return what libpq is told beside the URL: to check the server's certificate."""
        if self.is_here or "sslmode" in self._given:
            return {}
        if "sslrootcert" in self._given:
            return {"sslmode": "verify-full"}
        # The driver's own OpenSSL does not look where this computer keeps them.
        return {"sslmode": "verify-full", "sslrootcert": authorities_file() or "system"}

    @override
    def __repr__(self) -> str:
        """Show no password, so that no log and no traceback holds one."""
        return f"StoreUrl({self.place!r})"

    @override
    def __str__(self) -> str:
        """Return what it is called."""
        return self.place


def is_store_url(text: str) -> bool:
    """Return whether a text is meant as the URL of a store, and not as a folder."""
    return "://" in text


def store_url(
    option: str | None, environment: Mapping[str, str] = os.environ, *, file: str = ""
) -> StoreUrl | None:
    """Return where the store is; None where it is in the data folder.

    Args:
        option: the URL that was named on the command line, if any.
        file: the file with the URL that was named there; "" for none.
        environment: the variables; one names a URL, another a file that has it. Before the URL
            counts `kvitto-store` in systemd's folder of credentials.

    Raises:
        StoreUrlError: what is named is no URL, or can't be read; or the command line holds a
            password, which everybody on the computer can read there.
    """
    if option is not None:
        url = StoreUrl(option)
        if url.has_password:
            raise StoreUrlError(is_password_shown=True)
        return url
    if named := file or environment.get(FILE_VARIABLE, ""):
        return StoreUrl(_read(named), file=str(Path(named).absolute()))
    if credential := _credential_of(environment):
        return StoreUrl(_read(credential))
    if text := environment.get(URL_VARIABLE):
        return StoreUrl(text)
    return None


def is_named(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment names a store on a server."""
    named = environment.get(URL_VARIABLE) or environment.get(FILE_VARIABLE)
    return bool(named or _credential_of(environment))


def _read(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise StoreUrlError(file=file) from None


def _credential_of(environment: Mapping[str, str]) -> str:
    """Return the file of systemd's that holds the URL; "" for none."""
    folder = environment.get(CREDENTIALS_VARIABLE)
    file = os.path.join(folder, CREDENTIAL_NAME) if folder else ""  # noqa: PTH118 - a variable's
    return file if os.path.lexists(file) else ""


def _is_loopback(host: str) -> bool:
    return host == "::1" or (host.startswith("127.") and host.replace(".", "").isdigit())
