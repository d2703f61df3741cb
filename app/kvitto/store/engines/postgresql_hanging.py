"""End connections that wait for a server which does not answer any more.

A network may swallow what is sent and keep the connections open, as an SSH tunnel does whose other
end is gone, or a server that is frozen: the system's own limits see nothing of that. A query that
takes long looks alike, so another connection is tried: where that is not answered either, all that
have waited as long are ended, and whoever waits is told.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from typing_extensions import override

log = logging.getLogger(__name__)

RV = TypeVar("RV")

SPOILT: Final = -1
LONG_S: Final = 5.0
"""Who has waited so long may wait for nobody."""
_LOOK_EVERY_S: Final = 1.0


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that says when it waits for the server.

    Attributes:
        watch: who is told; None for nobody.
        generation: tells it from those that were opened before all were let go; `SPOILT` once it is
            not to be used again.
    """

    watch: "HangWatch | None" = None
    generation = 0

    @override
    def wait(self, gen: PQGen[RV], *args: Any, **kwargs: Any) -> RV:
        """Wait for the server's answer; see `psycopg.Connection.wait`."""
        if self.watch is None:
            return super().wait(gen, *args, **kwargs)
        self.watch.begin(self)
        try:
            return super().wait(gen, *args, **kwargs)
        finally:
            self.watch.end(self)


class HangWatch:
    """Watches connections on a thread of its own, from its construction until `close`.

    Args:
        try_another: makes another connection, and closes it.
        long_s: how long an answer may take until that is done.
    """

    def __init__(self, try_another: Callable[[], None], *, long_s: float = LONG_S) -> None:
        self._try_another: Final = try_another
        self._long_s: Final = long_s
        self._waiting: dict[WatchedConnection, float] = {}
        self._gate: Final = threading.Lock()
        self._closed: Final = threading.Event()
        threading.Thread(target=self._run, name="kvitto-hanging", daemon=True).start()

    def begin(self, connection: WatchedConnection) -> None:
        """Note that a connection waits for the server."""
        with self._gate:
            self._waiting[connection] = time.monotonic()

    def end(self, connection: WatchedConnection) -> None:
        """Note that it does not wait any more."""
        with self._gate:
            self._waiting.pop(connection, None)

    def close(self) -> None:
        """Watch no longer; the thread ends soon."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(_LOOK_EVERY_S):
            before = time.monotonic() - self._long_s
            if not any(since < before for since in list(self._waiting.values())):
                continue
            try:
                self._try_another()
            except ConnectionTimeout:
                self._end_all(before)
            except psycopg.Error:
                pass  # it has answered, or is gone: that ends connections by itself
            self._closed.wait(self._long_s)

    def _end_all(self, before: float) -> None:
        # Who waits does not close its connection: the number is that of its socket.
        with self._gate:
            hanging = [one for one, since in self._waiting.items() if since < before]
            for one in hanging:
                # The system may have ended it just now.
                with (
                    suppress(OSError, psycopg.Error),
                    socket.socket(fileno=os.dup(one.pgconn.socket)) as ended,
                ):
                    ended.shutdown(socket.SHUT_RDWR)
        log.info("Connections ended, since the server answers nobody: %d", len(hanging))
