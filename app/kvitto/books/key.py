"""The key of the SMS service's API: whoever has it can also send, and spend.

It is kept in the keyring of the operating system, or by the user's second step in a file that
nobody else may read. It is never an argument of a command, and never in a log, traceback, `repr`,
URL, database, setting or export.
"""

import asyncio
import codecs
import os
import re
import secrets
import stat
import string
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from typing_extensions import override

from kvitto.books.own_thread import in_own_thread

T = TypeVar("T")

SERVICE: Final = "Kvitto"
"""The name of our entries in the keyring."""
KEY_FILE_VARIABLE: Final = "KVITTO_IP1_KEY_FILE"
KEY_VARIABLE: Final = "KVITTO_IP1_KEY"
_CREDENTIALS_VARIABLE: Final = "CREDENTIALS_DIRECTORY"
CREDENTIAL_NAME: Final = "kvitto-ip1-key"
"""As in systemd's `LoadCredential=kvitto-ip1-key:/path`."""
SIMULATED_KEY: Final = "simulated-key"
"""The key of the simulator's books, which no real key is sent to."""
_UNSEEN: Final = "".join(map(chr, (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060)))
_AROUND: Final = f"{string.whitespace}\u00a0\u202f\ufeff{_UNSEEN}\"'`“”„«»\u2018\u2019"
_HEADER: Final = re.compile(r"^(?:authorization\s*:[\s\"']*)?bearer(?:\s+|$)", re.IGNORECASE)
"""What may be copied along: the documentation shows the key in a header."""
_FILE: Final = "ip1-key"
_MAX_LENGTH: Final = 512
_MAX_FILE_BYTES: Final = 2 * 1024
_KEYRING_S: Final = 10.0


class KeyProblemError(Exception):
    """The key can't be used, read or kept; the text is a sentence that does not hold it."""


class ApiKey:
    """A key that shows itself in no text. It is read by `headers` and `revealed` only."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Take what the user pasted, without white space, quotation marks and `Bearer` around it.

        Raises:
            KeyProblemError: it can't be one.
        """
        plain = _HEADER.sub("", value.strip(_AROUND), count=1).strip(_AROUND)
        if not plain:
            raise KeyProblemError("There is no key.")
        if any(one.isspace() for one in plain):
            raise KeyProblemError("That is not a key: there is white space in it.")
        if len(plain) > _MAX_LENGTH or not plain.isascii() or not plain.isprintable():
            raise KeyProblemError("That is not a key: it is too long, or has odd characters.")
        self._value = plain

    def headers(self) -> dict[str, str]:
        """Return the header that carries it."""
        return {"Authorization": f"Bearer {self._value}"}

    def revealed(self) -> str:
        """Return it in clear, to be kept."""
        return self._value

    def hidden_in(self, text: str) -> str:
        """Return a text that came from elsewhere without the key, should it repeat it."""
        return text.replace(self._value, "…")

    @override
    def __repr__(self) -> str:
        """Return a text without it."""
        return "ApiKey(…)"

    @override
    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same key."""
        if not isinstance(other, ApiKey):
            return NotImplemented
        return secrets.compare_digest(self._value, other._value)

    @override
    def __hash__(self) -> int:
        """Return a hash."""
        return hash(self._value)

    @override
    def __reduce__(self) -> str | tuple[Any, ...]:
        """Refuse to be written anywhere by accident."""
        raise TypeError("A key is not written anywhere.")


# --- Without a window ---------------------------------------------------------------------------


def key_of_environment(environment: Mapping[str, str] | None = None) -> ApiKey | None:
    """Return the key that a program without a window is given; None for none.

    The first of: the file that KVITTO_IP1_KEY_FILE names, `kvitto-ip1-key` in systemd's folder of
    credentials, KVITTO_IP1_KEY.

    Raises:
        KeyProblemError: the file can't be read, others may read it, or it holds no key.
    """
    given = os.environ if environment is None else environment
    if named := given.get(KEY_FILE_VARIABLE):
        return _key_in_file(Path(named), is_checked=True)
    if folder := given.get(_CREDENTIALS_VARIABLE):
        file = Path(folder) / CREDENTIAL_NAME
        if os.path.lexists(file):
            # systemd sees to who may read it.
            return _key_in_file(file, is_checked=False)
    value = given.get(KEY_VARIABLE, "")
    return ApiKey(value) if value.strip() else None


def _key_in_file(file: Path, *, is_checked: bool) -> ApiKey:
    try:
        # What is no file, such as a pipe, would be waited for without an end.
        with open(file, "rb", opener=_open_without_waiting) as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_MAX_FILE_BYTES + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        msg = f"The file with the key can't be read: {error.strerror}."
        raise KeyProblemError(msg) from None
    if not stat.S_ISREG(mode):
        raise KeyProblemError("What should be the file with the key is not a file.")
    if is_checked and os.name == "posix" and mode & 0o077:
        raise KeyProblemError(
            "Others may read the file with the key. Only you should: chmod 600 FILE"
        )
    if len(content) > _MAX_FILE_BYTES:
        raise KeyProblemError("The file with the key holds more than a key.")
    # As an editor or a shell of Windows may write it.
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return ApiKey(content.decode("utf-16" if is_wide else "utf-8-sig", "replace"))


def _open_without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


# --- In the keyring -----------------------------------------------------------------------------


class Keyring:
    """The operating system's keyring: it may ask the user, so each call has a thread and a limit.

    Args:
        limit_s: how long a call may take, a question to the user included.
    """

    def __init__(self, limit_s: float = _KEYRING_S) -> None:
        self._limit_s: Final = limit_s

    async def save(self, account: str, key: ApiKey) -> None:
        """Write a key, and read it back.

        Raises:
            KeyProblemError: there is no keyring, it refuses, or does not answer in time.
        """
        await self._call(partial(_write, account, key))
        if await self.load(account) != key:
            raise KeyProblemError("The keyring did not keep the key.")

    async def load(self, account: str) -> ApiKey | None:
        """Return the key of an account; None for none.

        Raises:
            KeyProblemError: as for `save`.
        """
        return await self._call(partial(_read, account))

    async def delete(self, account: str) -> None:
        """Delete the key of an account, if there is one.

        Raises:
            KeyProblemError: as for `save`.
        """
        await self._call(partial(_remove, account))

    async def _call(self, call: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._limit_s):
                return await in_own_thread(call, "keyring")
        except TimeoutError:
            pass
        raise KeyProblemError("The keyring did not answer in time.")


def _write(account: str, key: ApiKey) -> None:
    import keyring

    _guarded(partial(keyring.set_password, SERVICE, account, key.revealed()))


def _read(account: str) -> ApiKey | None:
    import keyring

    value = _guarded(partial(keyring.get_password, SERVICE, account))
    return ApiKey(value) if value else None


def _remove(account: str) -> None:
    import keyring

    if _guarded(partial(keyring.get_password, SERVICE, account)) is not None:
        _guarded(partial(keyring.delete_password, SERVICE, account))


def _guarded(call: Callable[[], T]) -> T:
    """Make a call, and turn whatever it raises into a sentence.

    Raised outside of the `except`: the error of a keyring may hold what it was given.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - each keyring has errors of its own
        reason = f"The keyring can't be used ({type(error).__name__})."
    raise KeyProblemError(reason)


# --- In a file ----------------------------------------------------------------------------------


class KeyFile:
    """A file of the data folder that only its user may read: for computers without a keyring.

    Args:
        folder: the data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file: Final = folder / _FILE

    def save(self, key: ApiKey) -> None:
        """Write a key, whole or not at all.

        Raises:
            KeyProblemError: it can't be written.
        """
        self._remove_leftovers()
        beside = self._file.with_name(f"{_FILE}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(key.revealed().encode("ascii"))
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(self._file)
        except OSError as error:
            beside.unlink(missing_ok=True)
            msg = f"The file for the key can't be written: {error.strerror}."
            raise KeyProblemError(msg) from None

    def load(self) -> ApiKey | None:
        """Return the key; None for none.

        Raises:
            KeyProblemError: it can't be read, or others may read it.
        """
        return _key_in_file(self._file, is_checked=True) if os.path.lexists(self._file) else None

    def delete(self) -> None:
        """Delete the file, and what a crash may have left of one."""
        self._file.unlink(missing_ok=True)
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        for one in self._file.parent.glob(f"{_FILE}.*"):
            one.unlink(missing_ok=True)
