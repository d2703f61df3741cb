"""What the monitor needs of the store and of the receiver."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause
from kvitto.paths import reachability_folder
from kvitto.receiver.probes import Probes
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.mutations import Edit, RecordOutage
from kvitto.store.outage_queries import OutageReader


class _Proof(msgspec.Struct):
    """When a public URL was last known to lead here."""

    url: str
    at: datetime


class ReceiverAccess:
    """The store and the receiver as the monitor needs them.

    All calls but `record_outage` may block: make them on a thread. Where the store can't be read or
    written, they raise a `StoreError`.

    Args:
        folder: the data folder.
        callback_keys: the keys of the callback URLs.
        outage_queries: reads outages and when reports came.
        edit: makes a change of the store; see `Writer.edit`.
        read_address: returns the address and port on which reports are received, by whichever
            process; None where nobody receives.
        read_probes: returns what makes probes for the receiver; None where nobody receives.
        read_dropped_body: returns when a request last came by a key without its body.
        trust_header: is called with the header in which the tunnel names the client of a request.
    """

    def __init__(
        self,
        folder: Path,
        callback_keys: CallbackKeyStore,
        outage_queries: OutageReader,
        *,
        edit: Callable[[Edit], "Future[int]"],
        read_address: Callable[[], tuple[str, int] | None],
        read_probes: Callable[[], Probes | None],
        read_dropped_body: Callable[[int], datetime | None] = lambda _key: None,
        trust_header: Callable[[str | None], None] = lambda _header: None,
    ) -> None:
        self._file = reachability_folder(folder) / "last_check.json"
        self._callback_keys = callback_keys
        self._outage_queries = outage_queries
        self._edit = edit
        self._read_dropped_body = read_dropped_body
        self.read_address: Final = read_address
        self.read_probes: Final = read_probes
        self.trust_header: Final = trust_header

    def callback_key_of(self, url: str) -> CallbackKey:
        """Return the key that belongs to a public URL; made where there is none."""
        return self._callback_keys.for_public_url(url, utc_now())

    def callback_keys_besides(self, url: str) -> list[CallbackKey]:
        """Return the keys of public URLs other than `url` by which reports may still come.

        That by which one came last is the first; those of which none is known are the last.
        """
        users = self._callback_keys.users(utc_now())
        last = self._callback_keys.last_arrivals()
        found = [
            one
            for one in self._callback_keys.valid()
            if one.key in users and one.public_url not in {None, url}
        ]
        return sorted(found, key=lambda one: last.get(one.key, one.created), reverse=True)

    def is_waiting(self) -> bool:
        """Return whether reports are waited for, in any batch."""
        return bool(self._callback_keys.users(utc_now()))

    def last_report(self, callback_key_id: int) -> datetime | None:
        """Return when the last report came by a key, UTC."""
        return self._outage_queries.last_proof(callback_key_id)

    def open_outages(self) -> list[Outage]:
        """Return the outages of the tunnel that have not ended, oldest first.

        Those in the future were recorded by a clock that was wrong.
        """
        return self._outage_queries.unended(OutageCause.TUNNEL)

    def last_dropped_body(self, callback_key_id: int) -> datetime | None:
        """Return when a request last came by a key without its body, UTC; None for never."""
        return self._read_dropped_body(callback_key_id)

    def record_outage(self, begin: datetime, end: datetime | None, failure: str) -> "Future[int]":
        """Note that the public URL does not lead here, or that it does again."""
        return self._edit(RecordOutage(begin, end, OutageCause.TUNNEL, failure))

    def last_proof(self, url: str) -> datetime | None:
        """Return when a public URL was last proved to lead here, in an earlier run too, UTC."""
        try:
            proof = msgspec.json.decode(self._file.read_bytes(), type=_Proof)
        except (OSError, msgspec.DecodeError):
            return None
        # Without a zone it is no moment: nobody can compare it.
        return proof.at if proof.url == url and proof.at.tzinfo is not None else None

    def keep_proof(self, url: str, at: datetime) -> None:
        """Keep the last proof for a later run: without it, an outage would be recorded too long."""
        new = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):
            new.parent.mkdir(mode=0o700, exist_ok=True)
            new.write_bytes(msgspec.json.encode(_Proof(url, at)))
            new.replace(self._file)
