"""A receiver as a window starts it, but in the process of the test: it is there at once."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kvitto.receiver.receiver_errors import ReceiverError, ReceiverUnreachableError
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.sleep_inhibitor.inhibitor import Inhibitor
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import InstanceInfo


class ReceiverHere:
    """Receives on threads of this process until it is asked to stop; see `process.Started`.

    The way to it is that of a process of its own: its control listener.

    Attributes:
        runtime: the receiver itself, once it is up.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str,
        port: int,
        no_auth: bool,
        store: StoreUrl | None,
        find_inhibitor: Callable[[], Inhibitor | None],
    ) -> None:
        self._store: Final = store
        self._find_inhibitor: Final = find_inhibitor
        self.runtime: ReceiverRuntime | None = None
        self._stop: Final = threading.Event()
        self._up: Final = threading.Event()
        self._told: Final[queue.SimpleQueue[InstanceInfo | Exception]] = queue.SimpleQueue()
        self._error: StoreError | ReceiverError | None = None
        self._thread: Final = threading.Thread(
            target=self._run, args=(folder, host, port, no_auth), name="a receiver here"
        )
        self._thread.start()

    def _run(self, folder: Path, host: str, port: int, no_auth: bool) -> None:
        try:
            with ReceiverRuntime(
                folder,
                store=self._store,
                host=host,
                port=port,
                no_auth=no_auth,
                must_listen=False,
                is_background=True,
                stop_requested=self._stop,
                on_reachable=self._told.put,
                find_inhibitor=self._find_inhibitor,
            ) as self.runtime:
                self._up.set()
                self._stop.wait()
        except InterruptedError:
            pass
        except (StoreError, ReceiverError) as error:
            self._error = error
            self._told.put(error)
        finally:
            self._up.set()

    def wait_until_reachable(self) -> InstanceInfo:
        told = self._told.get(timeout=30)
        if isinstance(told, Exception):
            raise told
        return told

    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def has_failed(self) -> bool:
        return self.has_ended() and self._error is not None

    def problem(self) -> StoreError | ReceiverError | None:
        return self._error if self.has_ended() else None

    def detach(self) -> None:
        """Nothing to do: it is ended with the test."""

    def terminate(self) -> None:
        self._stop.set()

    def wait_until_up(self) -> ReceiverRuntime:
        """Return the receiver once the store is open and it listens."""
        assert self._up.wait(30)
        if self.runtime is None:
            raise self._error or ReceiverUnreachableError
        return self.runtime

    def end(self) -> None:
        """End it as it should, and wait for that."""
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


class ReceiversHere:
    """Starts receivers in this process; see `process.Start`. Ends them with its context.

    Args:
        store: the store on a server; None for the one of the folder.

    Attributes:
        started: all of them, in order.
        failure: why none can be started; None where they can.
        inhibitor: the system's way to be kept awake, of the next one; None where there is none.
    """

    def __init__(self, store: StoreUrl | None = None) -> None:
        self._store: Final = store
        self.inhibitor: Inhibitor | None = None
        self.started: list[ReceiverHere] = []
        self.failure: StoreError | None = None

    def __call__(
        self, folder: Path, *, host: str, port: int, no_auth: bool, replaces: bool
    ) -> ReceiverHere:
        if self.failure is not None:
            raise self.failure
        del replaces
        made = ReceiverHere(
            folder,
            host=host,
            port=port,
            no_auth=no_auth,
            store=self._store,
            find_inhibitor=lambda: self.inhibitor,
        )
        self.started.append(made)
        return made

    @property
    def runtime(self) -> ReceiverRuntime:
        """The one that was started last, once it is up."""
        return self.started[-1].wait_until_up()

    def end(self) -> None:
        """End all that still run."""
        for one in self.started:
            one.end()
