"""A window's link with the receiver of a data folder: finds it, starts it, watches it.

There is one way to look at a receiver, whoever started it: a file in the data folder says where it
is, and its control listener tells what it does.
"""

import logging
import os
import threading
import time
from pathlib import Path
from typing import Final

from kvitto.receiver.control_client import ControlClient, take_to
from kvitto.receiver.control_messages import Phase, Status
from kvitto.receiver.hung_receiver import HungReceiver
from kvitto.receiver.receiver_errors import ReceiverError, ReceiverUnreachableError
from kvitto.receiver.receiver_outlook import Connection, Observers, ReceiverOutlook, is_outdated
from kvitto.receiver.receiver_process import (
    START_S,
    Start,
    Started,
    has_left,
    is_gone,
    start_process,
)
from kvitto.store.errors import AlreadyRunningError, StoreError
from kvitto.store.lockfile import InstanceInfo, read_instance_info

log = logging.getLogger(__name__)

_CONNECT_S: Final = 15.0  # how long a request waits for a receiver that is being started
_STOP_S: Final = 30.0  # how long a receiver has to answer what is under way, and end
_LAST_WORD_S: Final = 1.0  # how long one that tells nothing more has to end, and to say why
_LOOK_EVERY_S: Final = 0.5  # how often is seen whether somebody else has started one
_LOOK_SOON_S: Final = 0.05
_ANOTHERS_S: Final = 1.0
"""After one that somebody else started has crashed, they have this long to start it again."""
_LONGEST_PAUSE_S: Final = 30.0
_GOOD_AFTER_S: Final = 60.0  # one that ran for so long is started again at once when it crashes


class ReceiverLink:
    """Keeps a receiver running on a data folder, and knows how it is; until `close`.

    Closing it ends no receiver. All is done on a thread of its own; `outlook` may be read from any
    thread, and the calls, which may take long, made from any but the window's.

    Args:
        folder: the data folder, which must exist.
        host: the address to listen on, where one is started.
        port: the port to listen on.
        is_open: whether reports are taken without a key, too.
        start: starts a receiver.
        first: one that was started just now, to listen there, if any was.

    Attributes:
        observers: who is told of each new outlook, on the link's thread.
        asks_open: whether it was asked for one that takes reports without a key.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str,
        port: int,
        is_open: bool = False,
        start: Start = start_process,
        first: Started | None = None,
    ) -> None:
        self.folder: Final = folder
        self._host = host
        self._port = port
        self._is_open = is_open
        self.asks_open: Final = is_open
        self.observers: Final = Observers()
        self._start, self._first = start, first
        self._outlook = ReceiverOutlook()
        self._news: Final = threading.Condition()
        self._client: ControlClient | None = None
        self._told: InstanceInfo | None = None
        self._watched: ControlClient | None = None
        self._started: Started | None = None
        self._ours: InstanceInfo | None = None  # where the one is that was started last
        self._has_settled = False
        self._unanswered = ""  # the token of one that did not answer at all
        self._is_stopping = False
        """Whether we have ended it: none is started until that is asked for."""
        self._is_left = False  # the last one was ended as it should be, by somebody else
        self._is_closed = False
        self._hung, self._failures = HungReceiver(folder), 0
        self._awake: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._run, name="kvitto-link", daemon=True)
        self._thread.start()

    @property
    def outlook(self) -> ReceiverOutlook:
        """What is known now."""
        return self._outlook

    def wait_for_news(self, known: ReceiverOutlook, within_s: float) -> ReceiverOutlook:
        """Wait until the outlook is another one than `known`; return it."""
        with self._news:
            self._news.wait_for(lambda: self._outlook is not known, within_s)
            return self._outlook

    def client(self, within_s: float = _CONNECT_S) -> ControlClient:
        """Return what asks the receiver; waits while one is being started.

        Raises:
            StoreError: there is none, and why.
        """
        end = time.monotonic() + within_s
        with self._news:
            self._news.wait_for(self._is_decided, max(0.0, end - time.monotonic()))
            client, error = self._client, self._outlook.error
        if client is not None:
            return client
        if isinstance(error, StoreError):
            raise error
        raise ReceiverUnreachableError(self._outlook.connection.value)

    @property
    def asked(self) -> tuple[str, int]:
        """The address and the port that the receiver is to listen on, or does."""
        return self._host, self._port

    def listen(self, host: str, port: int) -> None:
        """Have the receiver listen here from now on; one is started where there is none.

        Raises:
            StoreError: there is no receiver.
            ReceiverError: it can't listen there; it listens where it did before.
        """
        if self._client is not None:
            self._has_settled = True  # where it listens next is decided here
            self.client().listen(host, port)
        else:
            self._has_settled = False
            self._say(ReceiverOutlook(losses=self._outlook.losses))
        self._host, self._port = host, port
        self._is_stopping = self._is_left = False
        self._failures = 0
        self._awake.set()

    def stop(self, *, only_background: bool = False) -> None:
        """End the receiver and start none; return once it has ended.

        One that is just being started is ended, too, or waited for where that can't be asked for:
        it would be left behind.

        Args:
            only_background: leave one alone that no window has started.

        Raises:
            StoreError: it does not answer, or does not end in time.
        """
        self._is_stopping = True
        self._awake.set()
        started = self._started
        is_given_up = started is not None and self._ours is None
        if started is not None and is_given_up:
            started.give_up()
        with self._news:
            self._news.wait_for(self._is_settled, START_S + _LAST_WORD_S)
            told, client, status = self._told, self._client, self._outlook.status
        if told is None or client is None or status is None:
            return
        if only_background and not status.is_background:
            return
        try:
            client.stop()
        except ReceiverUnreachableError:
            if not is_given_up:  # otherwise it is about to end already
                raise
        end = time.monotonic() + _STOP_S
        # In tests it is this very process.
        while not self._has_ended(told) or not (told.pid == os.getpid() or is_gone(told.pid)):
            if time.monotonic() > end:
                raise ReceiverUnreachableError("it does not end in time")
            with self._news:
                self._news.wait(_LOOK_SOON_S)
        with self._news:  # otherwise the news of the end overtakes what is asked for next
            self._news.wait_for(lambda: self._outlook.status is None, _STOP_S)

    def close(self) -> None:
        """Look at it no more. The receiver goes on."""
        self._is_closed = True
        self._awake.set()
        with self._news:
            client = self._watched
            self._news.notify_all()
        if client is not None:
            client.close()
        self._thread.join()
        if self._started is not None:
            self._started.let_go()

    # --- On the link's thread -------------------------------------------------------------------

    def _run(self) -> None:
        while not self._is_closed:
            told = self._find() if self._first is None else None
            is_wanted = not (self._is_stopping or self._is_left)
            if self._first or (told is None and is_wanted):
                told = self._start_one(replaces=False)
            if told is None:
                if not is_wanted and self._outlook.connection is not Connection.STOPPED:
                    self._say(ReceiverOutlook(Connection.STOPPED, losses=self._outlook.losses))
                self._rest(self._pause_s())
                continue
            began = time.monotonic()
            last = self._watch(told)
            if time.monotonic() - began > _GOOD_AFTER_S:
                self._failures = 0
            if not self._is_closed:
                self._take_leave(told, last)

    def _find(self) -> InstanceInfo | None:
        """Return where a receiver is that runs and can be controlled."""
        ours = self._ours
        if ours is not None and not self._has_ended(ours):
            return ours
        told = read_instance_info(self.folder)
        if told is None or not told.control_port or self._has_ended(told):
            return None
        # One that does not answer may have ended, its number be another's: a start finds out.
        return None if told.control_token == self._unanswered else told

    def _start_one(self, *, replaces: bool) -> InstanceInfo | None:
        """Start a receiver; return where it is, or None where that failed."""
        self._started = self._ours = None
        self._unanswered = ""
        first, self._first = self._first, None
        try:
            self._started = first or self._start(
                self.folder,
                host=self._host,
                port=self._port,
                is_open=self._is_open,
                replaces=replaces,
            )
            self._ours = self._started.wait_until_reachable()
        except AlreadyRunningError as error:
            # Somebody was quicker, and may not have said yet how to reach it.
            if self._find() is None:
                self._fail(error)
        except (StoreError, ReceiverError) as error:
            self._fail(error)
        return self._ours

    def _watch(self, told: InstanceInfo) -> Status | None:
        """Tell what the receiver tells, until it ends; return the last of it."""
        client = ControlClient(told.control_port, told.control_token)
        last: Status | None = None

        def on_status(status: Status) -> None:
            nonlocal last
            last = status
            if status.is_listening:
                self._settle_on(status, client)
            if is_outdated(status):
                client.close()
                return
            if self._client is None:
                log.info("Watching the receiver: process %d", told.pid)
            self._is_left = False
            self._hung.heard()
            with self._news:
                self._client, self._told = client, told
            self._say(ReceiverOutlook(Connection.CONNECTED, status, losses=self._outlook.losses))

        try:
            with self._news:
                self._watched = client
            if not self._is_closed:
                client.watch(on_status)
        except StoreError as error:
            if not self._is_closed:
                log.info("The receiver tells nothing more: %s", error.detail)
        with self._news:
            self._client = None
        client.close()
        return last

    def _settle_on(self, status: Status, client: ControlClient) -> None:
        """Take to the address that is listened on: the next receiver must be reached there, too.

        One that an earlier window has left listens where that wanted it, and one that was on its
        way when another address was chosen where it was told before: they are moved, once. One that
        takes reports without a key goes on so: what is sent there must not be refused unasked.
        """
        wanted, found = (self._host, self._port), (status.host, status.port)
        is_first, self._has_settled = not self._has_settled, True
        opens = is_first and self._is_open and not status.is_open
        self._host, self._port = found
        self._is_open = status.is_open
        if is_first and status.is_background:
            moves = wanted[0] != found[0] or wanted[1] not in {0, found[1]}
            take_to(client, address=wanted if moves else None, opens=opens)

    def _take_leave(self, told: InstanceInfo, last: Status | None) -> None:
        """Decide what the end of a status means, and what is to be done."""
        if last is not None and is_outdated(last):
            log.info("The receiver of version %s is replaced", last.version)
            if self._start_one(replaces=True) is None:
                self._rest(self._pause_s())
        elif self._is_stopping or (last is not None and last.phase is Phase.STOPPING):
            self._wait_for_end(told)
            if self._has_failed(told) and not self._is_stopping:
                self._lose(told, last)
            else:
                self._is_left = True
                self._say(ReceiverOutlook(Connection.STOPPED, losses=self._outlook.losses))
        else:
            problem = self._problem_of(told)
            if problem is not None:
                self._fail(problem)
                self._rest(self._pause_s())
            else:
                self._lose(told, last)

    def _lose(self, told: InstanceInfo, last: Status | None) -> None:
        """Have one started again that ended as it should not, or that does not answer."""
        self._failures += 1
        if last is not None:
            log.warning("The receiver ended unexpectedly or hangs; one is started")
        elif self._hung.is_given_up(told):
            self._unanswered = told.control_token
        losses = self._outlook.losses + (last is not None)
        self._say(ReceiverOutlook(Connection.LOST, losses=losses))
        if last is not None and not last.is_background:
            self._rest(_ANOTHERS_S)
        elif self._failures > 1:
            self._rest(self._pause_s())

    def _problem_of(self, told: InstanceInfo) -> StoreError | ReceiverError | None:
        """Return why a receiver that we have started ended by itself, if it says so."""
        if self._started is None or not self._is_ours(told):
            return None
        self._wait_for_end(told, _LAST_WORD_S)
        return self._started.problem()

    def _is_ours(self, told: InstanceInfo) -> bool:
        return self._ours is not None and told.control_token == self._ours.control_token

    def _wait_for_end(self, told: InstanceInfo, within_s: float = _STOP_S) -> None:
        end = time.monotonic() + within_s
        while not self._has_ended(told) and not self._is_closed and time.monotonic() < end:
            self._rest(_LOOK_SOON_S)

    def _has_ended(self, told: InstanceInfo) -> bool:
        """Tell whether a receiver has ended."""
        if self._is_ours(told):
            return self._started is None or self._started.has_ended()
        return has_left(self.folder, told)

    def _has_failed(self, told: InstanceInfo) -> bool:
        """Tell whether a receiver that we have started ended by a failure of its own."""
        return self._is_ours(told) and self._started is not None and self._started.has_failed()

    def _rest(self, pause_s: float) -> None:
        """Wait, unless somebody asks for something."""
        self._awake.wait(pause_s)
        self._awake.clear()

    def _pause_s(self) -> float:
        if self._outlook.connection in {Connection.STOPPED, Connection.CONNECTING}:
            return _LOOK_EVERY_S
        return min(_LONGEST_PAUSE_S, _LOOK_EVERY_S * 2.0 ** max(0, self._failures - 1))

    def _fail(self, error: StoreError | ReceiverError) -> None:
        self._failures += 1
        known = self._outlook.error
        if self._is_stopping:
            log.info("The receiver that was being started is not needed: %s", error.detail)
        elif known is None or known.sentence != error.sentence:
            log.warning("The receiver can't be started: %s (%s)", error.sentence, error.detail)
        self._say(ReceiverOutlook(Connection.FAILED, error=error, losses=self._outlook.losses))

    def _is_decided(self) -> bool:
        """Tell whether a request can be made, or need not be waited with."""
        if self._is_closed:
            return True
        status = self._outlook.status
        if self._client is not None and status is not None:
            return status.phase is not Phase.STARTING
        return self._outlook.has_none

    def _is_settled(self) -> bool:
        """Tell whether a receiver is connected, or none is on its way."""
        return self._client is not None or self._outlook.has_none

    def _say(self, outlook: ReceiverOutlook) -> None:
        with self._news:
            self._outlook = outlook
            self._news.notify_all()
        self.observers.tell(outlook)
