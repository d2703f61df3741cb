"""The callback keys that requests may come with, in memory, as the store has them."""

import logging
import threading
import time
from typing import Final

from kvitto.clock import utc_now
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore

log = logging.getLogger(__name__)

_REVOKE_EVERY_S: Final = 600.0


class ValidKeys:
    """Reads the valid keys, when it is made and at each `read`. May be used on any thread.

    Attributes:
        newest: the key of the local callback URL.
        all: every key that is valid, that one included.
    """

    def __init__(self, stored: CallbackKeyStore) -> None:
        """Read the keys; make the first one where there is none.

        Raises:
            StoreError: they can't be read.
        """
        self._stored = stored
        self._reading = threading.Lock()
        self._revoke_at = 0.0
        self.newest: CallbackKey
        self.all: tuple[CallbackKey, ...]
        self.read()

    def read(self) -> None:
        """Read them again.

        Raises:
            StoreError: they can't be read.
        """
        # An older reading must not replace a newer one: a new key would be refused again.
        with self._reading:
            self.newest = self._stored.newest(utc_now())
            self.all = tuple(self._stored.valid())

    def revoke_and_read(self) -> None:
        """Read them again; now and then revoke those that no report can have any more first.

        Raises:
            StoreError: the store can't be read or written.
        """
        if time.monotonic() >= self._revoke_at:
            self._revoke_at = time.monotonic() + _REVOKE_EVERY_S
            if ended := self._stored.revoke_unneeded(utc_now()):
                log.info("Revoked rotated keys that no report can have any more: %s", ended)
        self.read()
