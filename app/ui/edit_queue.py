"""The user's edits on their way to the writer, which is another one after each restart."""

import threading
from concurrent.futures import Future

from app.store.edits import Edit
from app.store.errors import StoreClosedError, StoreError
from app.store.writer import Writer


class EditQueue:
    """Passes edits to the writer of the time; while there is none, they wait for the next.

    All calls may come from any thread, and none of them waits for the disk.
    """

    def __init__(self) -> None:
        """Start without a writer: edits wait for the first one."""
        self._gate = threading.Lock()
        self._writer: Writer | None = None
        self._is_closed = False
        self._waiting: list[tuple[Edit, Future[int]]] = []

    def submit(self, edit: Edit) -> "Future[int]":
        """Make a change of the user's in its turn; see `Writer.edit`.

        Returns:
            A future of the revision that holds the change, or of the `StoreError` that hindered
            it. It always ends: at the latest when the queue is closed.
        """
        done: Future[int] = Future()
        # Who stops waiting for it must not cancel it: it is made in any case.
        done.set_running_or_notify_cancel()
        self._pass_on(edit, done)
        return done

    def attach(self, writer: Writer) -> None:
        """Pass all edits to this writer, those that wait first."""
        with self._gate:
            self._writer = writer
            waiting, self._waiting = self._waiting, []
        for edit, done in waiting:
            self._pass_on(edit, done)

    def detach(self) -> None:
        """Let edits wait: the writer is about to close."""
        with self._gate:
            self._writer = None

    def close(self) -> None:
        """Refuse the edits that wait, and all that come later."""
        with self._gate:
            self._is_closed = True
            self._writer = None
            waiting, self._waiting = self._waiting, []
        for _edit, done in waiting:
            done.set_exception(StoreClosedError())

    def _pass_on(self, edit: Edit, done: "Future[int]") -> None:
        with self._gate:
            writer = self._writer
            if writer is None and not self._is_closed:
                self._waiting.append((edit, done))
                return
        if writer is None:
            done.set_exception(StoreClosedError())
            return
        try:
            made = writer.edit(edit)
        except StoreClosedError as error:
            self._try_again(edit, done, writer, error)
        else:
            made.add_done_callback(lambda made: self._on_made(edit, done, writer, made))

    def _on_made(
        self, edit: Edit, done: "Future[int]", writer: Writer, made: "Future[int]"
    ) -> None:
        error = made.exception()
        if isinstance(error, StoreClosedError):
            # It is made in parts, and the writer closed between two of them.
            self._try_again(edit, done, writer, error)
        elif error is not None:
            done.set_exception(error)
        else:
            done.set_result(made.result())

    def _try_again(
        self, edit: Edit, done: "Future[int]", writer: Writer, error: StoreError
    ) -> None:
        """Make an edit at the next writer, unless the one that closed was the last."""
        with self._gate:
            is_last = self._is_closed or self._writer is writer
        if is_last:
            done.set_exception(error)
        else:
            self._pass_on(edit, done)
