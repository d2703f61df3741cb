"""The store and the receiver behind one window: the one is read, the other is asked."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from kvitto.clock import utc_now
from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause
from kvitto.reachability.public_url import public_callback_url
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.probes import Probes
from kvitto.receiver.receiver_errors import (
    Problem,
    ReceiverError,
    ReceiverUnreachableError,
    error_of,
)
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.receiver.remote_store import RemoteCallbackKeys, RemoteProbes, open_store
from kvitto.receiver.urls import callback_url
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.deletions import PurgePart
from kvitto.store.errors import DailyLimitError, StoreClosedError, StoreError
from kvitto.store.migrations.runner import OnUpgrade, go_on
from kvitto.store.mutations import Edit
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from kvitto.store.search import MessageSearch
from kvitto.store.signing import signed
from kvitto.store.traffic import Traffic
from kvitto.store.unauthorized_log import ClientSource, UnauthorizedReader
from kvitto.store.write_requests import ReportRequest, WriteResult

if TYPE_CHECKING:
    from kvitto.store.timeseries_reader import ChartReader

log = logging.getLogger(__name__)

T = TypeVar("T")

_LIMIT: Final = DailyLimitError.__name__
"""By one key too much came; by all others reports are stored."""
_RESTART: Final = timedelta(seconds=15)
"""Between the end of a receiver and the beginning of the next, and a little more."""
_SILENCE: Final = timedelta(seconds=75)
"""Heartbeats are a minute apart: one that was silent for so long has ended, and did not say so."""
_TRIES: Final = 3
"""How often a change is asked for: the receiver may end before it has answered. All of them can be
made twice."""
_THREADS: Final = 8


class Backend:
    """Everything that the window reads from and asks of, from its construction until `close`.

    The store is opened for reading only. What is to be changed in it is asked of the receiver, by
    whichever process that is; so is what it does at the moment. All calls but the properties may
    take long: not in the window's thread.

    Attributes:
        folder: the data folder.
        link: the link with the receiver.
        database: the folder's database.
        reader, finder, traffic, outage_queries, unauthorized: read the store.
        callback_keys: the secrets of the callback URL.

    Args:
        link: the link with the folder's receiver. Closed with the session; the receiver goes on.
        on_upgrade: is told how far an upgrade of the database is, and may stop it.

    Raises:
        StoreError: the store can't be used; says why in words. The link is left as it is.
        ReceiverError: there is no store, and no receiver that makes one.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """

    def __init__(self, link: ReceiverLink, *, on_upgrade: OnUpgrade = go_on) -> None:
        self.folder: Final = link.folder
        self.link: Final = link
        self.database: Final = open_store(link, on_upgrade)
        self.reader: Final = Reader(self.database)
        self.finder: Final = MessageSearch(self.database)
        self.traffic: Final = Traffic(self.database)
        self.outage_queries: Final = OutageReader(self.database)
        self.unauthorized: Final = UnauthorizedReader(self.database)
        self.callback_keys: Final = RemoteCallbackKeys(self.database, link.client)
        self._threads: Final = ThreadPoolExecutor(_THREADS, thread_name_prefix="kvitto-asking")
        # One after the other: their order is that of arrival.
        self._appending: Final = ThreadPoolExecutor(1, thread_name_prefix="kvitto-appending")
        self._trusted: str | None = None
        self._trusting: Final = threading.Lock()
        self._trusted_by = 0
        self._resumes = (0, 0)
        """The receiver's process, and how often the computer had resumed by what it told last."""
        self._when_resumed: Callable[[], None] = lambda: None
        self._repairs = 0
        self._revision = 0
        self._when_committed: Callable[[int], None] = lambda _revision: None
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
        """Whether reports are received, by whichever process."""
        return self.outlook.is_receiving

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
        """Why no reports are received, where something is in the way of it."""
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
        self._trusted = header
        self._trusted_by = 0
        self._on_news(self.outlook)

    def outages(self, since: datetime) -> list[Outage]:
        """Return when no report could come in, as `OutageReader.outages`; up to this moment.

        A store that can't be written now can't say so itself: that is told by the receiver.

        Raises:
            StoreError: the store can't be read.
        """
        now = utc_now()
        found = self.outage_queries.outages(since, now=now, is_running=self.is_receiving)
        # The last heartbeat is always a little old, and a receiver that starts notes its first.
        found = [one for one in found if not _is_fresh_silence(one, now)]
        counters = self.counters()
        alarm = None if counters is None else counters.alarm
        if alarm is not None and alarm.problem.code != _LIMIT:
            found.append(Outage(alarm.since, None, OutageCause.DISK))
        return found

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
        return self.outlook.connection is LinkState.CONNECTED

    # --- What the user asks for -----------------------------------------------------------------

    def edit(self, edit: Edit) -> Future[int]:
        """Make a change of the user's; await it with `asyncio.wrap_future`.

        Returns:
            A future of the revision that holds the change; or of the `StoreError` that hindered it.
        """
        try:
            return self._threads.submit(self._edit, signed(edit, self.database, utc_now()))
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
        done = self._persistently(lambda client: client.append(arrivals))
        return [one.receipt or _store_error_of(one.problem) for one in done]

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
        return self.link.client().renew_key(key)

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
        self.link.close()
        for threads in (self._appending, self._threads):
            threads.shutdown(cancel_futures=True)
        self.database.close()

    # --- Inside ---------------------------------------------------------------------------------

    def _edit(self, edit: Edit) -> int:
        made = self._persistently(lambda client: client.edit(edit))
        if isinstance(edit, PurgePart):
            edit.made = made.part
        return made.revision

    def _append_one(self, arrival: ReportRequest) -> WriteResult:
        (done,) = self.append_all([arrival])
        if isinstance(done, StoreError):
            raise done
        return done

    def _persistently(self, ask: Callable[[ControlClient], T]) -> T:
        """Ask the receiver; and the next one, where it ends before it has answered."""
        for left in reversed(range(_TRIES)):
            try:
                return ask(self.link.client())
            except ReceiverUnreachableError:
                if not left:
                    raise
        raise AssertionError

    def _on_news(self, outlook: ReceiverOutlook) -> None:
        """Hear of the receiver; on the link's thread."""
        status = outlook.status
        if status is None:
            if self._resumes[0]:
                # The next one may begin a log of its own, which connections of before don't see.
                self.database.reading.dispose()
            self._resumes, self._trusted_by = (0, 0), 0
            return
        if self._trusted_by != status.pid and status.is_listening:
            self._trusted_by = status.pid
            self._threads.submit(self._trust)
        if status.revision not in {0, self._revision}:
            self._revision = status.revision
            self._when_committed(status.revision)
        if status.repairs != self._repairs:
            # Connections of before see the files that were taken away.
            self._repairs = status.repairs
            self.database.reading.dispose()
        pid, resumes = self._resumes
        self._resumes = (status.pid, status.resumes)
        if status.pid == pid and status.resumes > resumes:
            self._when_resumed()

    def _trust(self) -> None:
        try:
            with self._trusting:  # what was chosen last must arrive last
                self.link.client().trust_forwarded_header(self._trusted)
        except StoreError as error:
            self._trusted_by = 0
            log.debug("The receiver was not told of the tunnel: %s", error.detail)


def _store_error_of(problem: Problem | None) -> StoreError:
    error = None if problem is None else error_of(problem)
    return error if isinstance(error, StoreError) else ReceiverUnreachableError()


def _is_fresh_silence(outage: Outage, now: datetime) -> bool:
    longest = _SILENCE if outage.by is OutageCause.CRASHED else _RESTART
    return outage.end is None and outage.by in NOT_RUNNING and now - outage.begin < longest
