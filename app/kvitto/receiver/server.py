"""The receiver as a whole: its thread, its loop, and how it starts and stops."""

import asyncio
import contextlib
import errno
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from kvitto.clock import utc_now
from kvitto.receiver.connection_limits import ConnectionSlots, Limits, affordable_connections
from kvitto.receiver.dropped_bodies import DroppedBodies
from kvitto.receiver.handler import Append, ReportHandler
from kvitto.receiver.listener import PortSharing, open_sockets
from kvitto.receiver.metrics import Metrics, ReceiverCounters
from kvitto.receiver.probes import Probes
from kvitto.receiver.protocol import ReceiverServer
from kvitto.receiver.rejection_watch import RejectionWatch
from kvitto.receiver.responses import Replies
from kvitto.receiver.store_health import StoreHealth
from kvitto.receiver.supervision import FIRST_DELAY_S, OnFault, run_forever, start
from kvitto.receiver.unauthorized import ClientSources, UnauthorizedCounter
from kvitto.receiver.urls import DEFAULT_HOST, DEFAULT_PORT
from kvitto.store.callback_keys import CallbackKey

log = logging.getLogger(__name__)

STOP_WAIT_S: Final = 10.0
"""How long stopping waits for requests under way."""
_LAST_WORDS_S: Final = 1.0
"""How long storing the last counts may take, and closing what was given up."""
_TURNS: Final = 6
_SHORT_OF: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What asyncio tells of where it can't accept a connection."""
_MARGIN_S: Final = 5.0
"""How much longer than all that the thread may take to end."""


class ReceiverService:
    """Receives reports on a thread of its own, so that nothing else delays an answer.

    Threads: `start` and `stop` from one thread at a time; `port`, `snapshot`, `probes` and
    `unknown_callers` from any.

    Attributes:
        probes: makes the probes that this receiver recognises.
        unknown_callers: who sent unauthorized requests.
        dropped_bodies: when a request came without its body.

    Args:
        append: stores what comes; is called and awaited on the receiver's loop.
        callback_keys: returns the keys that are valid now; is called on the receiver's thread.
        host: the address to listen on.
        port: the port to listen on; 0 takes any free one.
        sharing: whether another receiver may listen there, too.
        sockets: what listens there already; none to open them at the start.
        no_auth: whether reports are taken without a key, too.
        is_stalled: returns whether the store is stuck; is called on the receiver's thread.
        health: returns what a health check is told; likewise.
        limits: what a peer may cost.
        probes: which probes it recognises; None for new ones of its own.
        unknown_callers: where the sources of unauthorized requests are noted; None for a new place
            of its own.
        dropped_bodies: where it is noted that a body was lost; None likewise.
        clock: the time, UTC.
    """

    def __init__(
        self,
        append: Append,
        callback_keys: Callable[[], Sequence[CallbackKey]],
        *,
        host: str = DEFAULT_HOST,
        port: int = DEFAULT_PORT,
        sharing: PortSharing = PortSharing.NONE,
        sockets: Sequence[socket.socket] = (),
        no_auth: bool = False,
        is_stalled: Callable[[], bool] = lambda: False,
        health: Callable[[], str] = lambda: "",
        limits: Limits | None = None,
        probes: Probes | None = None,
        unknown_callers: ClientSources | None = None,
        dropped_bodies: DroppedBodies | None = None,
        clock: Callable[[], datetime] = utc_now,
        on_fault: OnFault = lambda _fault: None,
    ) -> None:
        self._on_fault = on_fault
        self._append = append
        self._host = host
        self._port = port
        self._sharing = sharing
        self._sockets = sockets
        self._limits = limits = Limits() if limits is None else limits
        self._metrics = Metrics()
        self._unauthorized = UnauthorizedCounter(clock)
        self.probes: Final = Probes() if probes is None else probes
        self.unknown_callers: Final = (
            ClientSources(clock) if unknown_callers is None else unknown_callers
        )
        self.dropped_bodies: Final = dropped_bodies or DroppedBodies()
        self._alarm = StoreHealth(clock, time.monotonic, limits.calm_s)
        self._slots = ConnectionSlots(
            affordable_connections(limits.connections),
            request_s=limits.request_s,
            idle_s=limits.idle_s,
            now=time.monotonic,
        )
        self._replies = Replies()
        self._refused = RejectionWatch(append, self._metrics, time.monotonic)
        self._handler = ReportHandler(
            append=append,
            callback_keys=callback_keys,
            limits=limits,
            replies=self._replies,
            metrics=self._metrics,
            refused=self._refused,
            unauthorized=self._unauthorized,
            unknown_callers=self.unknown_callers,
            probes=self.probes,
            dropped_bodies=self.dropped_bodies,
            alarm=self._alarm,
            clock=clock,
            no_auth=no_auth,
            is_stalled=is_stalled,
            health=health,
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_wait_s: asyncio.Future[float] | None = None
        self._is_listening = False

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The port that it listens on; before `start`, the one that was asked for."""
        return self._port

    def set_no_auth(self, *, no_auth: bool) -> None:
        """Take reports without a key, too, or not any more; from any thread."""
        self._handler.no_auth = no_auth

    def snapshot(self) -> ReceiverCounters:
        """Return the counters; from any thread."""
        metrics = self._metrics
        return ReceiverCounters(
            listening=self._is_listening,
            answered=dict(metrics.answered),
            stored=metrics.stored,
            duplicates=metrics.duplicates,
            refused=metrics.refused,
            unauthorized=self._unauthorized.total,
            malformed=metrics.malformed,
            open_connections=self._slots.open_connections,
            evicted=self._slots.evicted,
            timed_out=self._slots.timed_out,
            last_report=metrics.last_report,
            alarm=self._alarm.state,
        )

    def start(self) -> None:
        """Start, and return once it listens. It can be started once.

        Raises:
            PortTakenError: another program listens there.
            AddressUnusableError: the address is not this computer's, or we may not listen there.
        """
        if self._thread is not None:
            msg = "a receiver is started once; make another"
            raise RuntimeError(msg)
        sockets = self._sockets or open_sockets(
            self._host, self._port, self._limits.backlog, self._sharing
        )
        self._port = sockets[0].getsockname()[1]
        if self._host == DEFAULT_HOST:  # means two, of which one may be missing
            self._host = sockets[0].getsockname()[0]
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(sockets, ready), name="kvitto-receiver", daemon=True
        )
        self._thread.start()
        ready.result()

    def stop(self, wait_s: float = STOP_WAIT_S) -> None:
        """Accept no new connections, answer the requests under way, then end the thread.

        A second call does nothing. The store must be open until this returns.

        Args:
            wait_s: how long requests under way have; what is left then is closed unanswered.
        """
        thread, loop, asked = self._thread, self._loop, self._stop_wait_s
        if thread is None or loop is None or asked is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped
            loop.call_soon_threadsafe(_answer_once, asked, wait_s)
        thread.join(wait_s + _MARGIN_S)
        if thread.is_alive():
            log.error("The receiver's thread did not end in time")

    # --- On the receiver's thread ---------------------------------------------------------------

    def _run(self, sockets: Sequence[socket.socket], ready: "Future[None]") -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve(sockets, ready))
        except BaseException as error:
            if ready.done():
                raise  # our mistake: the hooks of the log tell it
            ready.set_exception(error)
        finally:
            self._is_listening = False
            for one in sockets:
                one.close()

    async def _serve(self, sockets: Sequence[socket.socket], ready: "Future[None]") -> None:
        loop = self._loop = asyncio.get_running_loop()
        loop.set_exception_handler(_tell_fault)
        self._stop_wait_s = loop.create_future()
        server = ReceiverServer(
            self._handler,
            slots=self._slots,
            limits=self._limits,
            replies=self._replies,
            metrics=self._metrics,
            on_unanswered=self._handler.note_unanswered,
            again=self._handler.again,
        )
        async with PeriodicTasks(self._on_fault) as periodic_tasks:
            listeners = []
            for one in sockets:
                # This number is also how many are accepted in one turn, and a turn that accepts
                # a thousand connections leaves no open files for them; so it is set twice.
                at_once = self._limits.accept_at_once
                listeners.append(await loop.create_server(server, sock=one, backlog=at_once))
                one.listen(self._limits.backlog)
            periodic_tasks.every(self._limits.sweep_s, self._sweep, "looking after connections")
            periodic_tasks.every(
                self._limits.unauthorized_s,
                self._store_unauthorized,
                "storing who called",
            )
            periodic_tasks.every(0.0, self._refused.store_noted, "storing refused requests")
            self._is_listening = True
            log.info("Listening on %s, port %d", self._host, self._port)
            ready.set_result(None)
            wait_s = await self._stop_wait_s
            self._is_listening = False
            for one in sockets:
                with contextlib.suppress(NotImplementedError):  # Windows
                    loop.remove_reader(one)
            await settle()
            # Who has connected is answered yet, though nobody has accepted it: closing would cut
            # it off. Nothing comes between the last look and the closing that could be helped.
            waiting = [connection for one in sockets for connection in _waiting(one)]
            for listener in listeners:
                listener.close()
            for connection in waiting:
                with contextlib.suppress(OSError):
                    await loop.connect_accepted_socket(server, connection)
            await self._finish(server, wait_s)
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._refused.flush()
                await self._store_unauthorized()
        except TimeoutError:
            log.warning("The count of unauthorized requests could not be stored in time")
        log.info("Stopped listening on %s, port %d", self._host, self._port)

    async def _finish(self, server: ReceiverServer, wait_s: float) -> None:
        """Let requests under way be finished and answered, then close all connections."""
        empty = asyncio.Event()
        self._slots.stop(empty.set)
        unknown_callers_s = min(self._limits.unknown_callers_s, wait_s)
        if not await _came(empty, unknown_callers_s):
            self._slots.cut_unknown_callers()
            await _came(empty, wait_s - unknown_callers_s)
        unanswered = self._slots.cut_all()
        if unanswered:
            log.warning("Stopped with %d requests unanswered", unanswered)
        await server.shutdown(_LAST_WORDS_S)
        await settle()

    async def _sweep(self) -> None:
        self._slots.sweep()
        self._alarm.settle()
        self._refused.write_log()
        if self._refused.has_noted():
            await self._refused.flush()

    async def _store_unauthorized(self) -> None:
        if await self._unauthorized.flush(self._append):
            self._alarm.worked()


async def settle() -> None:
    """Wait until connections that are being accepted or closed are.

    It takes a few turns of the loop. A listener that is closed before, or a loop that ends before,
    leaves their sockets open.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _tell_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what asyncio tells of the loop; what the system is short of is no mistake of ours."""
    error = context.get("exception")
    if isinstance(error, OSError) and error.errno in _SHORT_OF:
        log.error(
            "No connection can be accepted at the moment: %s. It is tried again each second; what "
            "is not answered, the SMS service sends again.",
            error.strerror,
        )
    else:
        loop.default_exception_handler(context)


async def _came(event: asyncio.Event, wait_s: float) -> bool:
    try:
        async with asyncio.timeout(wait_s):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _answer_once(asked: "asyncio.Future[float]", answer: float) -> None:
    if not asked.done():
        asked.set_result(answer)


def _waiting(listening: socket.socket) -> Iterator[socket.socket]:
    """Accept the connections that wait at a listening socket, until none does."""
    while True:
        try:
            connection, _address = listening.accept()
        except OSError:
            return
        connection.setblocking(False)
        yield connection


class PeriodicTasks:
    """What is done again and again beside the requests.

    An async context: leaving it ends all chores and waits for them. Belongs to one loop.

    Args:
        on_fault: is called with what a chore fails with.
    """

    def __init__(self, on_fault: OnFault = lambda _fault: None) -> None:
        self._on_fault = on_fault
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def every(self, interval_s: float, chore: Callable[[], Awaitable[None]], name: str) -> None:
        """Do `chore` every `interval_s` seconds, for the first time after one of them.

        A chore that fails is our mistake: it is logged, told, and tried again soon.
        """
        repeated = run_forever(
            name, chore, self._on_fault, every_s=interval_s, max_delay_s=FIRST_DELAY_S
        )
        self._tasks.add(start(repeated, f"kvitto receiver: {name}"))
