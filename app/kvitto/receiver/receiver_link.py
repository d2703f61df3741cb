"""A window's connection to the receiver of a data folder: finds, starts and watches it.

There is one way to look at a receiver, whoever started it: a file in the data folder says where it
is, and its control listener tells what it does.
"""

import logging
import threading
import time
from functools import partial
from pathlib import Path
from typing import Final

from kvitto.receiver.control_client import ControlClient, adjust_in_background
from kvitto.receiver.control_messages import ReceiverPhase, ReceiverStatus
from kvitto.receiver.hung_receiver import HungReceiver
from kvitto.receiver.own_receiver import OwnReceiver
from kvitto.receiver.receiver_errors import ReceiverError, ReceiverUnreachableError
from kvitto.receiver.receiver_outlook import LinkState, Observers, ReceiverOutlook, is_outdated
from kvitto.receiver.receiver_process import (
    START_S,
    Start,
    Started,
    is_process_gone,
    start_process,
)
from kvitto.receiver.supervision import run_forever_in_thread
from kvitto.store.errors import AlreadyRunningError, StoreError
from kvitto.store.lockfile import InstanceInfo, read_instance_info

log = logging.getLogger(__name__)

_CONNECT_S: Final = 15.0  # how long a request waits for a receiver that is being started
_STOP_S: Final = 30.0  # how long a receiver has to finish what is under way, and to exit
_ENDING_S: Final = 5.0  # how long one that does not answer may be ending, told to by others
_EXIT_S: Final = 1.0  # how long one that sends no more status has to exit, and to report why
_POLL_S: Final = 0.5  # how often is checked whether somebody else has started one
_POLL_SOON_S: Final = 0.05
_ANOTHERS_S: Final = 1.0
"""After one that somebody else started has crashed, they have this long to start it again."""
_LONGEST_PAUSE_S: Final = 30.0
_GOOD_AFTER_S: Final = 10.0  # one that ran for so long is started again at once when it crashes


class ReceiverLink:
    """Keeps a receiver running on a data folder, and knows its status, until `close`.

    Closing it ends no receiver. It works on a thread of its own. `outlook` may be read from any
    thread; the calls may take long, and can be made from any thread but the window's.

    Args:
        folder: the data folder, which must exist.
        host: the address to listen on, where one is started.
        port: the port to listen on.
        no_auth: whether reports are taken without a key, too.
        start: starts a receiver.
        first: a receiver that was started just now to listen there; None where none was.
        starts: whether one is started without being asked for, where there is none.

    Attributes:
        observers: are called with each new outlook, on the link's thread.
        asks_no_auth: whether a receiver was asked for that takes reports without a key.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str,
        port: int,
        no_auth: bool = False,
        start: Start = start_process,
        first: Started | None = None,
        starts: bool = True,
    ) -> None:
        self.folder: Final = folder
        self._host = host
        self._port = port
        self._no_auth = no_auth
        self.asks_no_auth: Final = no_auth
        self.observers: Final = Observers()
        self._start, self._first = start, first
        self._outlook = ReceiverOutlook()
        self._changed: Final = threading.Condition()
        self._client: ControlClient | None = None
        self._watched: ControlClient | None = None
        self._instance: InstanceInfo | None = None
        self._own: Final = OwnReceiver(folder)
        self._has_adopted = False
        self._unanswered = ""  # the token of one that never answered
        self._is_stopping = False  # this link stopped it: none is started until that is asked for
        self._was_stopped = not starts  # the last one was stopped by somebody else
        self._closed, self._wake = threading.Event(), threading.Event()
        self._hung, self._failures, self._losses = HungReceiver(folder), 0, 0
        self._thread: Final = threading.Thread(target=self._run, name="kvitto-link", daemon=True)
        self._thread.start()

    @property
    def outlook(self) -> ReceiverOutlook:
        """What is known now."""
        return self._outlook

    def wait_for_news(self, known: ReceiverOutlook, within_s: float) -> ReceiverOutlook:
        """Wait until the outlook differs from `known`; return it."""
        with self._changed:
            self._changed.wait_for(lambda: self._outlook is not known, within_s)
            return self._outlook

    def client(self, within_s: float = _CONNECT_S) -> ControlClient:
        """Return a client of the receiver; waits while one is being started.

        Raises:
            StoreError: there is none, and why.
        """
        end = time.monotonic() + within_s
        with self._changed:
            self._changed.wait_for(self._is_decided, max(0.0, end - time.monotonic()))
            client, error = self._client, self._outlook.error
        if client is not None:
            return client
        if isinstance(error, StoreError):
            raise error.anew()
        raise ReceiverUnreachableError(self._outlook.connection.value)

    @property
    def asked(self) -> tuple[str, int]:
        """The address and the port that the receiver is to listen on, or does."""
        return self._host, self._port

    def listen(self, host: str, port: int) -> None:
        """Make the receiver listen here from now on; start one where there is none.

        Raises:
            StoreError: there is no receiver.
            ReceiverError: it can't listen there; it listens where it did before.
        """
        is_moved = self._client is not None
        if is_moved:
            self._has_adopted = True  # where it listens next is decided here
            self.client().listen(host, port)
        with self._changed:  # atomically, so that `_tell_stopped` does not come in between
            self._host, self._port = host, port
            self._is_stopping = self._was_stopped = False
            self._failures = 0
            if not is_moved:
                self._has_adopted = False
                self._outlook = ReceiverOutlook(losses=self._losses)
        self.observers.tell(lambda: self._outlook)
        self._wake.set()

    def stop(self, *, only_background: bool = False) -> None:
        """End the receiver and start none; return once it has ended.

        One that is just being started is ended, too; where that is not possible yet, it is waited
        for, so that none is left behind.

        Args:
            only_background: don't stop one that no window has started.

        Raises:
            StoreError: it does not answer, or does not end in time.
        """
        self._is_stopping = True
        self._wake.set()
        is_given_up = self._own.give_up()
        with self._changed:
            self._changed.wait_for(self._is_finished, START_S + _EXIT_S)
            instance, client, status = self._instance, self._client, self._outlook.status
        is_anothers = status is not None and only_background and not status.is_background
        if instance is None or client is None or status is None or is_anothers:
            return
        refusal: ReceiverUnreachableError | None = None
        try:
            client.stop()
        except ReceiverUnreachableError as error:
            refusal = None if is_given_up else error  # one that is about to end answers nobody
        end = time.monotonic() + (_STOP_S if refusal is None else _ENDING_S)
        while not (self._own.has_ended(instance) and is_process_gone(instance)):
            if time.monotonic() > end:
                raise refusal or ReceiverUnreachableError("it does not end in time")
            with self._changed:
                self._changed.wait(_POLL_SOON_S)
        with self._changed:  # otherwise the next call could still see the old status
            self._changed.wait_for(lambda: self._outlook.status is None, _STOP_S)

    def close(self) -> None:
        """Stop watching. The receiver goes on."""
        self._closed.set()
        self._wake.set()
        with self._changed:
            client = self._watched
            self._changed.notify_all()
        if client is not None:
            client.close()
        self._thread.join()
        self._own.detach()

    # --- On the link's thread -------------------------------------------------------------------

    def _run(self) -> None:
        run_forever_in_thread("watching the receiver", self._step, self._closed)

    def _step(self) -> None:
        """Watch a receiver until it ends, or start one."""
        instance = self._find() if self._first is None else None
        if self._first or (instance is None and self._is_wanted):
            instance = self._start_receiver(replaces=False)
        if instance is None:
            self._tell_stopped()
            self._pause(self._pause_s())
            return
        began = time.monotonic()
        last = self._watch(instance)
        self._failures = 0 if time.monotonic() - began > _GOOD_AFTER_S else self._failures
        if not self._closed.is_set():
            self._handle_end(instance, last)

    @property
    def _is_wanted(self) -> bool:
        """Whether a receiver is started where there is none."""
        return not (self._is_stopping or self._was_stopped)

    def _tell_stopped(self) -> None:
        """Publish that none runs and none is wanted; never over a start that was asked for."""
        with self._changed:
            if self._is_wanted or self._outlook.connection is LinkState.STOPPED:
                return
            self._outlook = ReceiverOutlook(LinkState.STOPPED, losses=self._losses)
            self._changed.notify_all()
        self.observers.tell(lambda: self._outlook)

    def _find(self) -> InstanceInfo | None:
        """Return how to reach a receiver that runs and can be controlled; None where none is."""
        ours = self._own.instance
        if ours is not None and not self._own.has_ended(ours):
            return ours
        instance = read_instance_info(self.folder)
        if instance is None or not instance.control_port or self._own.has_ended(instance):
            return None
        # One that does not answer may have ended, its process id be another's: a start finds out.
        return None if instance.control_token == self._unanswered else instance

    def _start_receiver(self, *, replaces: bool) -> InstanceInfo | None:
        """Start a receiver; return how to reach it, or None where that failed."""
        self._unanswered = ""
        first, self._first = self._first, None
        try:
            begin = partial(self._start, self.folder, host=self._host, port=self._port)
            self._own.start(lambda: first or begin(no_auth=self._no_auth, replaces=replaces))
        except AlreadyRunningError as error:
            # Another one was started first, and may not have written yet how to reach it.
            if self._find() is None:
                self._fail(error)
        except (StoreError, ReceiverError) as error:
            self._fail(error)
        return self._own.instance

    def _watch(self, instance: InstanceInfo) -> ReceiverStatus | None:
        """Publish each status of the receiver until it ends; return the last one."""
        client = ControlClient(instance.control_port, instance.control_token)
        last: ReceiverStatus | None = None

        def on_status(status: ReceiverStatus) -> None:
            nonlocal last
            last = status
            if status.is_listening:
                self._adopt_address(status, client)
            if is_outdated(status):
                client.close()
                return
            if self._client is None:
                log.info("Watching the receiver: process %d", instance.pid)
            self._was_stopped = False
            self._hung.heard()
            with self._changed:
                self._client, self._instance = client, instance
            self._publish(LinkState.CONNECTED, status)

        try:
            with self._changed:
                self._watched = client
            if not self._closed.is_set():
                client.watch(on_status)
        except StoreError as error:
            if not self._closed.is_set():
                log.info("The receiver tells nothing more: %s", error.detail)
        with self._changed:
            self._client = None
        client.close()
        return last

    def _adopt_address(self, status: ReceiverStatus, client: ControlClient) -> None:
        """Adopt the address that is listened on: the next receiver must be reached there, too.

        A receiver of an earlier window, and one that was being started when another address was
        chosen, listen elsewhere: they are moved, once. One that takes reports without a key goes
        on so: what is sent there must not be refused without anybody having asked for that.
        """
        wanted, found = (self._host, self._port), (status.host, status.port)
        is_first, self._has_adopted = not self._has_adopted, True
        sets_no_auth = is_first and self._no_auth and not status.no_auth
        self._host, self._port = found
        self._no_auth = status.no_auth
        if is_first and status.is_background:
            moves = wanted[0] != found[0] or wanted[1] not in {0, found[1]}
            adjust_in_background(client, wanted if moves else None, sets_no_auth=sets_no_auth)

    def _handle_end(self, instance: InstanceInfo, last: ReceiverStatus | None) -> None:
        """Decide why there is no more status, and what is to be done."""
        if last is not None and is_outdated(last):
            log.info("The receiver of version %s is replaced", last.version)
            if self._start_receiver(replaces=True) is None:
                self._pause(self._pause_s())
        elif self._is_stopping or (last is not None and last.phase is ReceiverPhase.STOPPING):
            self._wait_for_end(instance)
            if self._own.has_failed(instance) and not self._is_stopping:
                self._recover(instance, last)
            else:
                self._was_stopped = True
                self._publish(LinkState.STOPPED)
        else:
            problem = self._problem_of(instance)
            if problem is not None:
                self._fail(problem)
                self._pause(self._pause_s())
            else:
                self._recover(instance, last)

    def _recover(self, instance: InstanceInfo, last: ReceiverStatus | None) -> None:
        """Prepare another start after a receiver crashed or did not answer."""
        self._failures += 1
        if last is not None:
            log.warning("The receiver ended unexpectedly or hangs; one is started")
        elif self._hung.is_given_up(instance):
            self._unanswered = instance.control_token
        self._losses += last is not None
        self._publish(LinkState.LOST)
        if last is not None and not last.is_background:
            self._pause(_ANOTHERS_S)
        elif self._failures > 1:
            self._pause(self._pause_s())

    def _problem_of(self, instance: InstanceInfo) -> StoreError | ReceiverError | None:
        """Return why a receiver that we have started ended by itself, if it reported that."""
        if not self._own.is_known(instance):
            return None
        self._wait_for_end(instance, _EXIT_S)
        return self._own.problem()

    def _wait_for_end(self, instance: InstanceInfo, within_s: float = _STOP_S) -> None:
        end = time.monotonic() + within_s
        while (
            not self._own.has_ended(instance)
            and not self._closed.is_set()
            and time.monotonic() < end
        ):
            self._pause(_POLL_SOON_S)

    def _pause(self, pause_s: float) -> None:
        """Wait, but not beyond the next call of this link."""
        self._wake.wait(pause_s)
        self._wake.clear()

    def _pause_s(self) -> float:
        if self._outlook.connection in {LinkState.STOPPED, LinkState.CONNECTING}:
            return _POLL_S
        return min(_LONGEST_PAUSE_S, _POLL_S * 2.0 ** max(0, self._failures - 1))

    def _fail(self, error: StoreError | ReceiverError) -> None:
        self._failures += 1
        known = self._outlook.error
        if self._is_stopping:
            log.info("The receiver that was being started is not needed: %s", error.detail)
        elif known is None or str(known) != str(error):
            log.warning("The receiver can't be started: %s (%s)", error, error.detail)
        self._publish(LinkState.FAILED, error=error)

    def _is_decided(self) -> bool:
        """Tell whether a request can be made now, or never."""
        if self._closed.is_set():
            return True
        status = self._outlook.status
        if self._client is not None and status is not None:
            return status.phase is not ReceiverPhase.STARTING
        return self._outlook.has_none

    def _is_finished(self) -> bool:
        """Tell whether a receiver is connected, or none is being started."""
        return self._client is not None or self._outlook.has_none

    def _publish(
        self,
        connection: LinkState,
        status: ReceiverStatus | None = None,
        error: StoreError | ReceiverError | None = None,
    ) -> None:
        with self._changed:
            self._outlook = ReceiverOutlook(connection, status, error, self._losses)
            self._changed.notify_all()
        self.observers.tell(lambda: self._outlook)
