"""What receives into a data folder and writes to it: built and torn down by one at a time."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from app.receiver.errors import PortTakenError, ReceiverError
from app.receiver.listener import open_sockets
from app.receiver.reception import Reception
from app.store.database import Database
from app.store.errors import AlreadyRunningError, StoreClosedError, StoreError
from app.store.instance import Whereabouts, is_alive, whereabouts
from app.store.writer import Writer
from app.ui.edit_queue import EditQueue

log = logging.getLogger(__name__)


class Receiving:
    """A receiver and a writer; or a writer alone, where another process receives or we can't.

    All calls may come from several threads at once: one restart follows the other, and none follows
    `close`. From `start` on there is one writer, but for the time that a restart takes.

    Attributes:
        edits: passes the user's edits to the writer.
        reception: the receiver; None where it is not ours, or does not run.
        attached_to: where the other process is that receives into the folder.
        trouble: why we can't listen, or use the store any more.
        writer: the store's writer.
        is_restarting: whether all this is about to be something else.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        make: Callable[[str, int], Reception],
        on_commit: Callable[[int], None],
    ) -> None:
        """Prepare; `start` starts.

        Args:
            folder: the data folder.
            database: where a writer of our own writes.
            make: makes what receives at an address.
            on_commit: as of `Writer`.
        """
        self.edits: Final = EditQueue()
        self.reception: Reception | None = None
        self.attached_to: Whereabouts | None = None
        self.trouble: ReceiverError | StoreError | None = None
        self.writer: Writer
        self.is_restarting = False
        self._folder = folder
        self._database = database
        self._make = make
        self._on_commit = on_commit
        self._running = ExitStack()
        self._turn = threading.Lock()
        self._is_closed = False

    @property
    def listens_on(self) -> tuple[str, int] | None:
        """The address and the port on which reports are received in this process."""
        reception = self.reception
        return None if reception is None else (reception.service.host, reception.service.port)

    def start(self, host: str, port: int) -> None:
        """Receive at an address, or find out why not.

        Raises:
            StoreError: the store can't be used.
        """
        self.attached_to, self.trouble = None, None
        try:
            reception = self._make(host, port)
        except AlreadyRunningError:
            self._write_only(mends=False)
            self.attached_to = whereabouts(self._folder) or Whereabouts(0, "")
        except ReceiverError as error:
            self._write_only()
            self.trouble = error
        else:
            self._running.enter_context(reception)
            # Before it closes: nobody asks a receiver that ends.
            self._running.callback(self._forget_reception)
            self.writer, self.reception = reception.writer, reception
            self.edits.attach(self.writer)

    def restart(self, host: str, port: int) -> ReceiverError | StoreError | None:
        """Stop receiving and start again at another address.

        Where that can't be, goes on at the address that worked; an address that can be told to be
        unusable beforehand interrupts nothing. Edits that are asked for meanwhile are made
        afterwards.

        Returns:
            Why nothing listens at the address; None where we do, or are attached to another
            process. Look at `reception` and `trouble` to know how we stand.

        Raises:
            StoreClosedError: it was closed.
        """
        with self._turn:
            if self._is_closed:
                raise StoreClosedError
            before = self.listens_on
            refusal = None if before is None else _refusal(host, port, before)
            if refusal is not None:
                return refusal
            self.is_restarting = True
            try:
                return self._move(host, port, before)
            finally:
                self.is_restarting = False

    def look_for_others(self) -> bool:
        """Look again whether another process receives, and where; return whether that changed.

        Looks at nothing while we receive, or would but can't listen, or are about to.
        """
        if not self._turn.acquire(blocking=False):
            return False
        try:
            if self.reception is not None or self.trouble is not None or self._is_closed:
                return False
            before, found = self.attached_to, whereabouts(self._folder)
            if found is not None and not is_alive(found):
                found = None
            if found is None and before is not None and not before.pid:
                return False  # it could not tell where it is, and can't take that back
            self.attached_to = found
            return found != before
        finally:
            self._turn.release()

    def close(self) -> bool:
        """Stop receiving, answer and store what is under way.

        Returns:
            Whether this call did: a second one does nothing.
        """
        with self._turn:
            if self._is_closed:
                return False
            self._is_closed = True
            self._running.close()
            self.edits.close()
            return True

    # --- In turn --------------------------------------------------------------------------------

    def _move(
        self, host: str, port: int, before: tuple[str, int] | None
    ) -> ReceiverError | StoreError | None:
        self._stop()
        refusal = self._try_to_start(host, port)
        if refusal is not None and before is not None:
            log.info("The receiver goes back to the address that worked: %s", refusal.sentence)
            self._stop()
            self._try_to_start(*before)
        return refusal

    def _stop(self) -> None:
        self.edits.detach()
        self._running.close()

    def _try_to_start(self, host: str, port: int) -> ReceiverError | StoreError | None:
        """Start at an address; return why that can't be, which is also kept as `trouble`."""
        try:
            self.start(host, port)
        except StoreError as error:
            self._write_only()
            self.trouble = error
        return self.trouble

    def _write_only(self, *, mends: bool = True) -> None:
        """Write the user's edits, where nothing is received.

        Args:
            mends: as of `Writer`: not where another process, which receives, does so.
        """
        self.writer = Writer(self._database, on_commit=self._on_commit, mends=mends)
        self.writer.start()
        self._running.callback(self.writer.close)
        self.edits.attach(self.writer)

    def _forget_reception(self) -> None:
        self.reception = None


def _refusal(host: str, port: int, before: tuple[str, int]) -> ReceiverError | None:
    """Return why nobody can listen at an address, as far as that can be told while we listen.

    Args:
        host: the address.
        port: its port.
        before: where we listen now.
    """
    try:
        for one in open_sockets(host, port, backlog=1):
            one.close()
    except PortTakenError as error:
        # It may be taken by ourselves.
        return None if port == before[1] else error
    except ReceiverError as error:
        return error
    return None
