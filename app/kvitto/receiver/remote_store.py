"""Stand-ins, in the window, for parts of the receiver: they ask it over its control listener."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from typing_extensions import override

from kvitto.core.report import Origin
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import ReceiverPhase
from kvitto.receiver.probes import Probe, ProbePath, Probes
from kvitto.receiver.receiver_errors import ReceiverUnreachableError
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.database import Database, FileDatabase, open_for_reading
from kvitto.store.errors import NothingReceivedError, OutdatedDatabaseError, StoreError
from kvitto.store.migrations.runner import OnUpgrade, UpgradeProgress

_LOOK_EVERY_S: Final = 0.02
"""How often is checked whether the receiver has made the store; its status comes later."""


class RemoteCallbackKeys(CallbackKeyStore):
    """The keys, read from the store; changes are requested of the receiver.

    Args:
        database: the store, open for reading.
        client: returns a client of the receiver.
        is_direct: returns whether changes are made here instead: of a store on a server, where no
            receiver runs on this computer.
    """

    def __init__(
        self,
        database: Database,
        client: Callable[[], ControlClient],
        is_direct: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(database)
        self._client = client
        self._is_direct = is_direct

    @override
    def for_demo(self, now: datetime) -> CallbackKey:
        """Return the key of demos and test reports; made where there is none."""
        if self._is_direct():
            return super().for_demo(now)
        known = [one for one in self.valid() if one.origin is Origin.DEMO]
        return known[-1] if known else self._client().demo_key()

    @override
    def newest(self, now: datetime) -> CallbackKey:
        """Return the newest valid key for the local URL: the receiver has made one."""
        if self._is_direct():
            return super().newest(now)
        known = self.find(None)
        if known is None:
            raise ReceiverUnreachableError("there is no key yet")
        return known

    @override
    def for_public_url(self, url: str, now: datetime) -> CallbackKey:
        """Return the key of a public URL, always the same; made where there is none."""
        if self._is_direct():
            return super().for_public_url(url, now)
        return self.find(url) or self._client().public_key(url)

    def renew(self, key: int | None, now: datetime) -> CallbackKey:
        """Make a new key for the URL of an old one; None for the one of the local URL."""
        if self._is_direct():
            return super().rotate(self.newest(now).key if key is None else key, now)
        return self._client().renew_key(key)

    @override
    def rotate(self, key: int, now: datetime) -> CallbackKey:
        """Make a new key for the URL of an old one, which is rotated."""
        return self.renew(key, now)

    @override
    def revoke(self, key: int, now: datetime) -> None:
        """Revoke a key: requests with it are unauthorized from now on."""
        if self._is_direct():
            super().revoke(key, now)
        else:
            self._client().revoke_key(key)

    @override
    def revoke_unneeded(self, now: datetime) -> list[int]:
        """Do nothing: the receiver does it by itself."""
        return []


class RemoteProbes(Probes):
    """Makes probes for a receiver, and asks it whether they arrived."""

    def __init__(self, key: str, client: Callable[[], ControlClient]) -> None:
        super().__init__(key)
        self._client = client

    @override
    def seen(self, probe: Probe) -> ProbePath | None:
        """Return where `probe` arrived, even if its answer was lost. May take long."""
        try:
            return self._client().probe_place(probe.nonce)
        except StoreError:
            return None


def open_store(link: ReceiverLink, on_upgrade: OnUpgrade) -> FileDatabase:
    """Open the store for reading; wait for the receiver where it is to make or upgrade it.

    Raises:
        StoreError: the store can't be used, and why.
        ReceiverError: there is no store, and no receiver that makes one.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """
    outlook = link.outlook
    told: UpgradeProgress | None = None
    while True:
        try:
            return open_for_reading(link.folder)
        except (NothingReceivedError, OutdatedDatabaseError) as error:
            _raise_if_decided(outlook, error)
        status = outlook.status
        if status is not None and status.upgrade is not None:
            told = status.upgrade
        if told is not None and not on_upgrade(told):
            link.stop()
            raise InterruptedError
        outlook = link.wait_for_news(outlook, _LOOK_EVERY_S)


def _raise_if_decided(outlook: ReceiverOutlook, error: StoreError) -> None:
    """Raise why there is no store that can be read, unless one is being made."""
    if outlook.error is not None:
        raise outlook.error.anew()
    if outlook.connection is LinkState.STOPPED:
        raise error
    status = outlook.status
    if status is not None and status.phase is ReceiverPhase.RUNNING:
        # Seen before the store was looked at: the receiver had opened it by then.
        raise error
