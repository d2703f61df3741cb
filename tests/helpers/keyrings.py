"""A keyring of the test's own, in the place of the operating system's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from typing_extensions import override


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets at the end of the test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.hangs = threading.Event()
        self.hangs.set()
        self.forgets = False
        self.fails = False

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self._act()
        return self.kept.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self._act(password)
        if not self.forgets:
            self.kept[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        self._act()
        del self.kept[service, username]

    def _act(self, told: str = "") -> None:
        self.hangs.wait(30)
        if self.fails:
            raise RuntimeError(f"The wallet is closed to {told}")


@contextmanager
def memory_keyring() -> Iterator[MemoryKeyring]:
    """Let all use such a keyring within the context."""
    before = keyring.get_keyring()
    one = MemoryKeyring()
    keyring.set_keyring(one)
    try:
        yield one
    finally:
        one.hangs.set()
        keyring.set_keyring(before)
