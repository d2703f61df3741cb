"""The store and the receiver behind one window: the one is read, the other is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kvitto.clock import utc_now
from kvitto.core.outages import Outage
from kvitto.reachability.public_url import public_callback_url
from kvitto.receiver.current_outages import current_outages
from kvitto.receiver.direct_store import DirectStore
from kvitto.receiver.header_trust import HeaderTrust
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.numbered_calls import NumberedCallExecutor, Soon
from kvitto.receiver.persistent_requests import ask_persistently, store_error_of
from kvitto.receiver.probes import Probes
from kvitto.receiver.receiver_errors import Problem, ReceiverError
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.receiver.remote_store import RemoteCallbackKeys, RemoteProbes, open_store
from kvitto.receiver.urls import callback_url
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.database import Database
from kvitto.store.deletions import PurgePart
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreClosedError, StoreError
from kvitto.store.migrations.runner import OnUpgrade, go_on
from kvitto.store.mutations import Edit
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from kvitto.store.receiver_names import name_after_folder
from kvitto.store.search import MessageSearch
from kvitto.store.signing import Signer
from kvitto.store.traffic import Traffic
from kvitto.store.unauthorized_log import ClientSource, UnauthorizedReader
from kvitto.store.write_requests import ReportRequest, WriteResult

if TYPE_CHECKING:
    from kvitto.store.timeseries_reader import ChartReader

_THREADS: Final = 8


class Backend:
    """Everything that the window reads from and asks of, from its construction until `close`.

    The store is opened for reading only. What is to be changed in it is asked of the receiver, by
    whichever process that is; so is what it does at the moment. A store on a server the window
    changes itself, in turn with the receivers: there may be none on this computer. All calls but
    the properties may take long: not in the window's thread.

    Attributes:
        folder: the data folder.
        link: the link with the receiver.
        database: the folder's database, or the one on the server.
        store: where the store on the server is; None for a store in the folder.
        elsewhere: what is known of receivers on other computers; None likewise.
        reader, finder, traffic, outage_queries, unauthorized: read the store.
        callback_keys: the secrets of the callback URL.

    Args:
        link: the link with the folder's receiver. Closed with the session; the receiver goes on.
        soon: has the window's thread make a call soon; None where there is no window.
        store: the store on a server; None for the one of the folder.
        on_upgrade: is told how far an upgrade of the database is, and may stop it.

    Raises:
        StoreError: the store can't be used; says why in words. The link is left as it is.
        ReceiverError: there is no store, and no receiver that makes one.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """

    def __init__(
        self,
        link: ReceiverLink,
        *,
        soon: Soon | None,
        store: StoreUrl | None = None,
        on_upgrade: OnUpgrade = go_on,
    ) -> None:
        self.folder: Final = link.folder
        self.link: Final = link
        self.store: Final = store
        self._when_committed: Callable[[int], None] = lambda _revision: None
        self._revision = self._repairs = 0
        self._direct: DirectStore | None = None
        if store is None:
            self.database: Database = open_store(link, on_upgrade)
        else:
            self._direct = DirectStore(store, link.folder, lambda told: self._when_committed(told))
            self.database = self._direct.database
        self.elsewhere: Final = None if self._direct is None else self._direct.elsewhere
        self._signer: Final = Signer(self.database, utc_now)
        self.reader: Final = Reader(self.database)
        self.finder: Final = MessageSearch(self.database)
        self.traffic: Final = Traffic(self.database)
        self.outage_queries: Final = OutageReader(self.database)
        self.unauthorized: Final = UnauthorizedReader(self.database)
        self.callback_keys: Final = RemoteCallbackKeys(
            self.database, link.client, lambda: self._is_without_receiver
        )
        self._threads: Final = NumberedCallExecutor(_THREADS, "kvitto-asking", soon)
        # One after the other: their order is that of arrival.
        self._appending: Final = NumberedCallExecutor(1, "kvitto-appending", soon)
        self._header: Final = HeaderTrust(link.client, self._threads.submit)
        self._resumes = (0, 0)
        """The receiver's process, and how often the computer had resumed by what it told last."""
        self._when_resumed: Callable[[], None] = lambda: None
        link.observers.add(self._on_news)
        self._on_news(link.outlook)

    @cached_property
    def charts(self) -> "ChartReader":
        """Reads the store for the charts. What that takes is loaded at the first call."""
        from kvitto.store.timeseries_reader import ChartReader

        return ChartReader(self.database)

    # --- How the receiver is --------------------------------------------------------------------

    @property
    def outlook(self) -> ReceiverOutlook:
        """What is known of the receiver now."""
        return self.link.outlook

    @property
    def is_receiving(self) -> bool:
        """Whether reports are received, by whichever process; of a server's store, anywhere."""
        is_elsewhere = self.elsewhere is not None and self.elsewhere.is_receiving
        return self.outlook.is_receiving or is_elsewhere

    @property
    def only_looks(self) -> bool:
        """Whether the store is a server's, and nothing is to be received on this computer."""
        return self._is_without_receiver and self.outlook.connection is LinkState.STOPPED

    @property
    def _is_without_receiver(self) -> bool:
        return self._direct is not None and self.outlook.status is None

    @property
    def is_starting(self) -> bool:
        """Whether a receiver is on its way, as it should be."""
        return self.outlook.is_starting

    @property
    def ends_with_window(self) -> bool:
        """Whether the receiver was started by a window, to be ended by one."""
        status = self.outlook.status
        return status is not None and status.is_background

    @property
    def no_auth(self) -> bool:
        """Whether reports are taken without a key, too."""
        status = self.outlook.status
        return status is not None and status.is_listening and status.no_auth

    @property
    def listens_on(self) -> tuple[str, int] | None:
        """The address and the port on which reports are received; None where none are."""
        status = self.outlook.status
        return (status.host, status.port) if status is not None and status.is_listening else None

    @property
    def asked_address(self) -> tuple[str, int]:
        """The address and the port that reports are to be received on, whether they are or not."""
        return self.link.asked

    @property
    def trouble(self) -> StoreError | ReceiverError | None:
        """Why no reports are received, where something is in the way."""
        return self.outlook.trouble

    @property
    def alarm(self) -> Problem | None:
        """Why the store can't be written now; None while it can."""
        status = self.outlook.status
        return None if status is None else status.alarm

    def counters(self) -> ReceiverCounters | None:
        """Return what the receiver has done since its start; None while there is none."""
        status = self.outlook.status
        return None if status is None else status.counters

    @property
    def store_notice(self) -> Problem | None:
        """What somebody did to the database's files, or will hinder storing."""
        status = self.outlook.status
        return None if status is None else status.notice

    def read_callback_url(self) -> str:
        """Return the local callback URL, with its secret; "" where nobody receives."""
        address, callback_key = self.listens_on, self.callback_keys.find(None)
        if address is None or callback_key is None:
            return ""
        return callback_url(*address, callback_key.value)

    def read_public_url(self, base: str) -> str:
        """Return the callback URL at a public URL, with the secret that belongs to it.

        Args:
            base: of `public_base`.
        """
        return public_callback_url(base, self.callback_keys.for_public_url(base, utc_now()).value)

    def read_probes(self) -> Probes | None:
        """Return what makes probes that the receiver knows; None where nobody receives."""
        status = self.outlook.status
        if status is None or not status.is_listening:
            return None
        return RemoteProbes(status.probe_key, self.link.client)

    def last_dropped_body(self, callback_key_id: int) -> datetime | None:
        """Return when a body was lost on the way to a secret, UTC; None where that is not known."""
        status = self.outlook.status
        return None if status is None else status.dropped_bodies.get(callback_key_id)

    def unknown_callers(self) -> list[ClientSource]:
        """Return the unknown callers, the latest first."""
        return self.unauthorized.latest()

    def believe(self, header: str | None) -> None:
        """Have unknown callers' addresses taken from this header of the tunnel, soon."""
        self._header.trust(header)
        self._on_news(self.outlook)

    def outages(self, since: datetime) -> list[Outage]:
        """Return when no report could come in, as `OutageReader.outages`; up to this moment.

        A store that can't be written now can't say so itself: that is told by the receiver.

        Raises:
            StoreError: the store can't be read.
        """
        counters = self.counters()
        return current_outages(
            self.outage_queries,
            since,
            is_receiving=self.is_receiving,
            alarm=None if counters is None else counters.alarm,
        )

    def when_woken(self, call: Callable[[], None]) -> None:
        """Have `call` called on another thread when the computer has slept."""
        self._when_resumed = call

    def when_committed(self, call: Callable[[int], None]) -> None:
        """Have `call` told each new revision of the store on another thread, while connected."""
        self._when_committed = call
        self._on_news(self.outlook)

    @property
    def is_told(self) -> bool:
        """Whether somebody tells of new revisions."""
        if self._direct is not None:
            return self._direct.is_heard
        return self.outlook.connection is LinkState.CONNECTED

    @property
    def silence(self) -> StoreError | None:
        """Why nothing is read, where that takes very long; None where that says nothing."""
        return None if self._direct is None else self._direct.silence

    # --- What the user asks for -----------------------------------------------------------------

    def edit(self, edit: Edit) -> Future[int]:
        """Make a change of the user's; await it with `asyncio.wrap_future`.

        Returns:
            A future of the revision that holds the change; or of the `StoreError` that hindered it.
        """
        try:
            return self._threads.submit(self._signer.make, edit, self._edit)
        except RuntimeError:
            raise StoreClosedError from None

    def append(self, arrival: ReportRequest) -> Awaitable[WriteResult]:
        """Store a report that came by another way than HTTP.

        Raises:
            StoreError: it is not stored, and why.
        """
        return asyncio.wrap_future(self._appending.submit(self._append_one, arrival))

    def append_all(self, arrivals: Sequence[ReportRequest]) -> list[WriteResult | StoreError]:
        """Store reports that came by another way than HTTP; return what became of each.

        Raises:
            StoreError: nobody can store them.
        """
        if self._direct is not None:
            return self._direct.append_all(arrivals)
        done = ask_persistently(self.link.client, lambda client: client.append(arrivals))
        return [one.receipt or store_error_of(one.problem) for one in done]

    def read_demo_url(self, base: str = "") -> str:
        """Return the callback URL of the demo: what comes by it never counts as real.

        Makes its secret at the first call; "" where nobody receives.

        Args:
            base: a public URL, of `public_base`; "" for the local one.
        """
        address = self.listens_on
        if address is None:
            return ""
        demo = self.callback_keys.for_demo(utc_now())
        return public_callback_url(base, demo.value) if base else callback_url(*address, demo.value)

    def valid_callback_keys(self) -> Sequence[CallbackKey]:
        """Return the secrets that are valid, oldest first."""
        return self.callback_keys.valid()

    def renew_callback_key(self, key: int | None = None) -> CallbackKey:
        """Make a new secret for a callback URL; the one before keeps working.

        That ends by itself when no batch needs it any more.

        Args:
            key: of the secret that is renewed; None for the one of the local URL.
        """
        return self.callback_keys.renew(key, utc_now())

    def end_callback_key(self, key: int) -> None:
        """End a key: requests by its URL are unauthorized from now on."""
        self.callback_keys.revoke(key, utc_now())

    def listen(self, host: str, port: int) -> None:
        """Receive at another address from now on; start a receiver where there is none.

        Raises:
            ReceiverError: it can't listen there; it receives where it did before.
            StoreError: there is no receiver.
        """
        self.link.listen(host, port)

    def stop_receiver(self, *, only_background: bool = False) -> None:
        """End the receiver: answer and store what is under way.

        Args:
            only_background: leave one alone that no window has started.

        Raises:
            StoreError: it does not answer, or does not end in time.
        """
        self.link.stop(only_background=only_background)

    def close(self) -> None:
        """Let go of the receiver, which goes on, and close the store."""
        # A thread that waits for a server that does not answer outlives the window.
        self._when_committed, self._when_resumed = lambda _revision: None, lambda: None
        self.link.close()
        for threads in (self._appending, self._threads):
            threads.shutdown(cancel_futures=True)
        (self._direct or self.database).close()

    # --- Inside ---------------------------------------------------------------------------------

    def _edit(self, edit: Edit) -> int:
        if self._direct is not None:
            return self._direct.edit(edit)
        made = ask_persistently(self.link.client, lambda client: client.edit(edit))
        if isinstance(edit, PurgePart):
            edit.made = made.part
        return made.revision

    def _append_one(self, arrival: ReportRequest) -> WriteResult:
        (done,) = self.append_all([arrival])
        if isinstance(done, StoreError):
            raise done
        return done

    def _on_news(self, outlook: ReceiverOutlook) -> None:
        """Hear of the receiver; on the link's thread."""
        status = outlook.status
        self._header.look(status)
        if status is None:
            if self._resumes[0] and self._direct is None:
                # The next one may begin a log of its own, which connections of before don't see.
                self.database.reading.dispose()
            self._resumes = (0, 0)
            return
        pid, resumes = self._resumes
        if status.pid != pid and self._direct is not None:
            name_after_folder(self.database)  # the first receiver of a folder gives it a name
        if status.revision not in {0, self._revision}:
            self._revision = status.revision
            self._when_committed(status.revision)
        if status.repairs != self._repairs:
            # Connections of before see the files that were taken away.
            self._repairs = status.repairs
            self.database.reading.dispose()
        self._resumes = (status.pid, status.resumes)
        if status.pid == pid and status.resumes > resumes:
            self._when_resumed()
