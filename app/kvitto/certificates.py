"""Whose certificates are trusted: those that this computer trusts.

On Windows and macOS the system verifies them. Elsewhere OpenSSL does, with the list that it was
built to read; a packaged program was built on another system, which may keep that list elsewhere.
The variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name other lists.
"""

import contextlib
import os
import re
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",  # older Fedora and RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, BSD
    "/var/lib/ca-certificates/ca-bundle.pem",  # SUSE
)
_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
"""How OpenSSL wants the files of a folder to be named."""


def client_context() -> ssl.SSLContext:
    """Return what verifies the far end's certificate and name as this computer does.

    Reads files, which takes 40 ms: not for a loop. It trusts nobody where no list is found.
    """
    if _verifies_itself():
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    # Python 3.13 refuses what the system's other programs take: an authority of a company's own
    # that lacks a field, for one.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not _has_default_list():
        for file in filter(_is_file, _FILES):
            with contextlib.suppress(OSError):
                context.load_verify_locations(file)
                break
    return context


def root_count() -> int | None:
    """Return how many certificates are trusted; None where only the system knows.

    Reads files: not for a loop.
    """
    if _verifies_itself():
        return None
    loaded = client_context().cert_store_stats()["x509"]
    return max(loaded, len(_hashed_in(ssl.get_default_verify_paths().capath)))


def authorities_file() -> str | None:
    """Return a file with the certificates that are trusted, for what brings an OpenSSL of its own.

    None where there is none, as on Windows: what verifies there has to know where to look.
    """
    file = None
    if sys.platform != "win32":
        file = ssl.get_default_verify_paths().cafile or next(filter(_is_file, _FILES), None)
    return file


@contextlib.contextmanager
def trusting_nobody() -> Iterator[None]:
    """Have OpenSSL find no certificates meanwhile, for a process that never asks anybody.

    aiohttp reads all of them twice when it is imported, which takes a fifth of the receiver's
    start. Before there are other threads: they have the same environment.
    """
    known = {name: os.environ.get(name) for name in _VARIABLES}
    os.environ.update(dict.fromkeys(_VARIABLES, os.devnull))
    try:
        yield
    finally:
        for name, value in known.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _verifies_itself() -> bool:
    """Tell whether the system verifies certificates, by a list that only it knows."""
    return sys.platform in {"win32", "darwin"}


def _has_default_list() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(_hashed_in(paths.capath))


def _hashed_in(folder: str | None) -> list[Path]:
    """Return the certificates in a folder, which OpenSSL reads one by one, when it needs them."""
    if folder is None:
        return []
    with contextlib.suppress(OSError):
        return [file for file in Path(folder).iterdir() if _HASHED.fullmatch(file.name)]
    return []


def _is_file(name: str) -> bool:
    return Path(name).is_file()
