"""What PostgreSQL and its driver say of the world, as the store's own errors."""

import re
from typing import Final

import psycopg
from psycopg import errors

from kvitto.store.errors import StoreError
from kvitto.store.server_errors import (
    NoDatabaseError,
    NoStoreError,
    ServerFailedError,
    ServerUntrustedError,
    StoreBusyError,
    StoreFullError,
    StoreRefusedError,
    StoreUnreachableError,
)

_MEANING: Final[dict[str, type[StoreError]]] = {
    "08": StoreUnreachableError,
    "28": StoreRefusedError,
    "3D000": StoreRefusedError,
    "42501": StoreRefusedError,
    "53100": StoreFullError,
    "53": StoreUnreachableError,
    "55P03": StoreBusyError,
    "40": StoreBusyError,
    "25006": ServerFailedError,
    "25P03": StoreUnreachableError,
    "57P": StoreUnreachableError,
    "57": StoreBusyError,
    "58": ServerFailedError,
    "XX": ServerFailedError,
}
"""By SQLSTATE, or the beginning of it."""
_NOT_SUPPORTED: Final = "0A000"
_NO_DATABASE: Final = re.compile(
    r'database "[^"]*" does not exist|databasen "[^"]*" existerar inte'
)
_REFUSED: Final = re.compile(
    "authentication failed|does not exist|not permitted to log in|permission denied for database"
    "|no password supplied|no pg_hba.conf entry|requires a valid client certificate"
    "|kräver ett giltigt klientcertifikat|autentisering misslyckades|rollen .* finns inte"
    "|tillåts inte logga in|rättighet saknas för databas|ingen rad i pg_hba.conf",
    re.IGNORECASE,
)
"""What a server says of users whom it does not let in, in English and in Swedish."""
_UNTRUSTED: Final = re.compile(
    "certificate verify failed|server certificate|root certificate|server does not support SSL"
    "|servercertifikat|rotcertifikat|servern stöder inte SSL",
    re.IGNORECASE,
)
"""What is said of a server that is not spoken with; by OpenSSL and by libpq, likewise."""
_NO_TABLES: Final = ("42P01", "3F000")


def translated(error: BaseException | None, place: str, otherwise: Exception) -> Exception:
    """Return the store's error for the driver's, or the given one where the fault is ours."""
    if not isinstance(error, psycopg.Error):
        return otherwise
    if isinstance(error, errors.QueryCanceled):
        return InterruptedError("the query was interrupted")
    state = error.sqlstate or ""
    detail = f"{state or type(error).__name__}: {_first_line(error)}"
    if state in _NO_TABLES and detail.endswith("does not exist"):
        return NoStoreError(place)
    if state == _NOT_SUPPORTED and " view " in detail:
        return StoreRefusedError(place, detail)  # viewers can't change what they see
    for length in (5, 3, 2):
        kind = _MEANING.get(state[:length])
        if kind is not None:
            return kind(place, detail)
    if state or not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return otherwise
    # A connection that is not made has no SQLSTATE, but the server's words, in its language.
    said = str(error)
    if _NO_DATABASE.search(said):
        return NoDatabaseError(place, detail)
    if _UNTRUSTED.search(said):
        return ServerUntrustedError(place, detail)
    return (StoreRefusedError if _REFUSED.search(said) else StoreUnreachableError)(place, detail)


def may_pass(error: Exception) -> bool:
    """Return whether the same may succeed in a moment."""
    return isinstance(error, StoreUnreachableError | StoreBusyError)


def _first_line(error: psycopg.Error) -> str:
    """Return what the server says in short: further lines may quote what is stored."""
    return (error.diag.message_primary or str(error).partition("\n")[0])[:200]
