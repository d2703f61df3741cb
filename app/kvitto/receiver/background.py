"""Receive for a window: the process that the window starts, and that outlives it if need be.

It says on its stdout, for the window that started it, how it is controlled, or why it ended; a
JSON line each. From then on it is found and asked by what lies in the data folder.
"""

import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from kvitto.output import is_ignored_hangup
from kvitto.paths import database_file
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import StartAnnouncement
from kvitto.receiver.listener import PortSharing, open_sockets
from kvitto.receiver.mapping_faults import MappingFaults, started_again_with
from kvitto.receiver.receiver_errors import ReceiverError, problem_of
from kvitto.receiver.receiver_process import receive_command
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.receiver.signal_event import SignalEvent
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import AlreadyRunningError, ReportsLostError, StoreError
from kvitto.store.file_errors import IndexCutError
from kvitto.store.file_guard import companions
from kvitto.store.lockfile import is_alive, read_instance_info

log = logging.getLogger(__name__)

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
_REPLACE_S: Final = 30.0
"""How long the receiver that is replaced has to answer what is under way, and end."""
_LISTEN_AGAIN_S: Final = 5.0
_OPENED_S: Final = 10.0

_GARBAGE: Final = (20_000, 20, 20)
"""How many more objects than have ended are looked through, and how seldom the older ones."""


def receive_in_background(
    folder: Path,
    *,
    host: str,
    port: int,
    no_auth: bool,
    replaces: bool,
    store: StoreUrl | None = None,
) -> int:
    """Receive until a window or a signal asks to stop; return the exit code.

    Where it can't listen it goes on without, and tries again now and then: a window can still
    change what is in the store, and choose another port.

    Args:
        folder: the data folder.
        host: the address to listen on.
        port: the port to listen on; 0 takes any free one.
        no_auth: whether reports are taken without a key, too.
        replaces: whether a receiver that a window has started before is stopped first.
        store: the store on a server; None for the one of the folder.

    Raises:
        InterruptedError: somebody stopped the upgrade of the database.
    """
    stop = stopped_by_signals()
    sockets: list[socket.socket] = []
    if replaces:
        sockets = _listen_beside(host, port)
        _ask_to_end(folder)
    try:
        with ReceiverRuntime(
            folder,
            store=store,
            host=host,
            port=port,
            no_auth=no_auth,
            must_listen=False,
            is_background=True,
            lock_wait_s=_REPLACE_S if replaces else 0.0,
            sockets=sockets,
            stop_requested=stop,
            on_reachable=lambda where: _announce(StartAnnouncement(instance=where)),
            on_upgrade=lambda _progress: not stop.is_set(),
        ) as runtime:
            _close_pipe()
            with contextlib.ExitStack() as faults:
                if store is None:
                    faults.callback(start_again_on_faults(runtime).close)
                collect_garbage_seldom()
                while not stop.wait(_LISTEN_AGAIN_S):
                    _listen_again(runtime)
    except (StoreError, ReceiverError) as error:
        _announce(StartAnnouncement(problem=problem_of(error)))
        for one in sockets:
            one.close()
        # Where another receives, all is as it should: whoever keeps us running need not try again.
        if isinstance(error, AlreadyRunningError):
            return EXIT_OK
        log.warning("This receiver ends: %s", error)  # at log-in, nobody hears the announcement
        return EXIT_FAILED
    return EXIT_OK


def collect_garbage_seldom() -> None:
    """Don't look through what stays, and seldom through the rest: it delays answers.

    Each request makes and drops some dozens of objects, which end without being looked for; only
    cycles are, and there are few.
    """
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def stopped_by_signals() -> threading.Event:
    """Return what is set once a signal asks this process to end."""
    stop = SignalEvent()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"):
        number: signal.Signals | None = getattr(signal, name, None)
        if number is not None and not is_ignored_hangup(number):
            signal.signal(number, ask_to_stop)
    return stop


def start_again_on_faults(runtime: ReceiverRuntime) -> MappingFaults:
    """Have this receiver start again where it is, should the system end it for a file that is cut.

    Tells of it where that has just happened.
    """
    files, rescued = runtime.writer.files, started_again_with()
    if rescued is not None:
        path = database_file(runtime.folder)
        runtime.writer.flush(_OPENED_S)  # what is there is known then
        lost = 0 if files.began_with is None else rescued - files.began_with
        files.incident = (
            ReportsLostError(path, lost) if lost > 0 else IndexCutError(companions(path)[1])
        )
        log.error("%s", files.incident)

    def command() -> list[str]:
        status = runtime.status()
        return receive_command(
            runtime.folder,
            host=runtime.service.host,
            port=runtime.service.port,
            no_auth=status.no_auth,
            is_background=status.is_background,
        )

    return MappingFaults(command, files.rescue)


def _listen_again(runtime: ReceiverRuntime) -> None:
    """Listen, where that was not possible before and is now."""
    status = runtime.status()
    if status.trouble is not None:
        with contextlib.suppress(ReceiverError):
            runtime.listen(runtime.service.host, runtime.service.port)


def _listen_beside(host: str, port: int) -> list[socket.socket]:
    """Listen where the receiver does whose place we take: who connects waits until we accept.

    Returns:
        The sockets; none where the two can't share a port, and one listens after the other.
    """
    if port and sys.platform == "linux":
        try:
            return open_sockets(host, port, Limits().backlog, PortSharing.WITH_PREDECESSOR)
        except ReceiverError as error:
            log.info("The receiver before does not share its port: %s", error.detail)
    return []


def _ask_to_end(folder: Path) -> None:
    """Stop the receiver that a window has started before; leave any other alone."""
    told = read_instance_info(folder)
    if told is None or not told.control_port or not is_alive(told):
        return
    client = ControlClient(told.control_port, told.control_token)
    try:
        if client.status().is_background:
            log.info("Taking the place of process %d", told.pid)
            client.stop()
    except StoreError as error:
        log.info("The receiver before does not answer: %s", error.detail)
    finally:
        client.close()


def _announce(announcement: StartAnnouncement) -> None:
    """Report to the window that started us, if it still listens."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(msgspec.json.encode(announcement).decode() + "\n")
        sys.stdout.flush()


def _close_pipe() -> None:
    """Close the pipe to the window, so that neither waits for the other."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
