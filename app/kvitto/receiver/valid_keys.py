"""The callback keys that requests may come with, in memory, as the store has them."""

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from kvitto.clock import utc_now
from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.errors import StoreClosedError, StoreError
from kvitto.store.server_errors import StoreBusyError, StoreUnreachableError

if TYPE_CHECKING:
    from kvitto.receiver.spooling import Spool

log = logging.getLogger(__name__)

_REVOKE_EVERY_S: Final = 600.0


class ValidKeys:
    """Reads the valid keys, when it is made and at each `read`. May be used on any thread.

    Where the store is on a server that is away, they are not known until a `read` succeeds; until
    then those count that a spool has kept.
    """

    def __init__(self, stored: CallbackKeyStore, spool: "Spool | None" = None) -> None:
        """Read the keys; make the first one where there is none.

        Raises:
            StoreError: they can't be read.
        """
        self._stored = stored
        self._spool = spool
        self._reading = threading.Lock()
        self._revoke_at = 0.0
        self._unknown: StoreError | None = None
        self._newest: CallbackKey | None = None
        self._all: tuple[CallbackKey, ...] = ()
        try:
            self.read()
        except (StoreUnreachableError, StoreBusyError) as error:
            self._unknown = error
            if spool is not None:
                self._all = tuple(spool.keys())
                local = (one for one in self._all if one.public_url is None and not one.rotated)
                of_reports = [
                    one
                    for one in local
                    if one.origin is Origin.WEBHOOK and one.receiver == stored.receiver
                ]
                self._newest = of_reports[-1] if of_reports else None

    @property
    def are_known(self) -> bool:
        """Whether they were read."""
        return self._unknown is None

    @property
    def is_url_known(self) -> bool:
        """Whether there is a `newest`."""
        return self._newest is not None

    @property
    def newest(self) -> CallbackKey:
        """The key of the local callback URL.

        Raises:
            StoreError: the keys are not known yet.
        """
        if self._newest is None:
            raise self._unknown or StoreClosedError
        return self._newest

    @property
    def all(self) -> tuple[CallbackKey, ...]:
        """Every key that is valid, the newest included.

        Raises:
            StoreError: the keys are not known yet.
        """
        if self._unknown is not None and not self._all:
            raise self._unknown
        return self._all

    def numbers(self) -> list[int]:
        """Return the numbers of all keys that are known to be valid."""
        return [one.key for one in self._all]

    def read(self) -> None:
        """Read them again.

        Raises:
            StoreError: they can't be read.
        """
        # An older reading must not replace a newer one: a new key would be refused again.
        with self._reading:
            newest = self._stored.newest(utc_now())
            self._all = tuple(self._stored.valid())
            self._unknown = None
            self._newest = newest  # last: who is told the URL may post to it at once
            if self._spool is not None:
                self._spool.keep_keys(self._all, self._stored.mark())

    def read_if_unknown(self) -> None:
        """Read them where that never succeeded.

        Raises:
            StoreError: they can't be read.
        """
        if not self.are_known:
            self.read()

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
