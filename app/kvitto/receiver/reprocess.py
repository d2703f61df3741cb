"""Parse refused requests again by today's rules, and store those that are reports now."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from multidict import CIMultiDict, CIMultiDictProxy

from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.control_messages import Reprocess
from kvitto.receiver.receiver_errors import Problem, problem_of
from kvitto.receiver.request_body import report_in
from kvitto.store.errors import StoreError
from kvitto.store.mutations import DeleteRejections
from kvitto.store.quarantine import QuarantineReader, RejectedBody
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer

_AT_ONCE: Final = 50
"""Bodies that are parsed and stored together: a small part of what the writer takes at once."""


def report_of(body: RejectedBody) -> ReportRequest | None:
    """Return the report that a refused request is by today's rules; None where it is none.

    Its time of arrival is that of its bytes, at first. A body of which only the beginning was kept
    is none, and so is what was kept of an answer of the SMS service's API.
    """
    record = body.record
    if not body.is_whole or record.kind is RejectionKind.API:
        return None
    headers = CIMultiDictProxy(CIMultiDict(record.headers))
    try:
        report, plain = report_in(record.body, headers, Limits().body_bytes)
    except RejectedBodyError:
        return None
    return ReportRequest(report, plain, record.first_seen, record.callback_key, body.origin)


class Reprocessor:
    """Parses refused requests again, one run at a time, on a thread of its own; until `close`.

    What is a report now is stored, and then deleted from quarantine: only once its report is on the
    disk, so that none is lost. Any thread may call.

    Args:
        reader: reads the bodies.
        writer: stores the reports.
        on_progress: is called after each part of a run, on its thread.
    """

    def __init__(
        self, reader: QuarantineReader, writer: Writer, on_progress: Callable[[], None]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_progress = on_progress
        self._starting = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = Reprocess()

    @property
    def state(self) -> Reprocess:
        """The run in progress, or the last one."""
        return self._state

    def start(self, keys: Sequence[int]) -> Reprocess:
        """Start to parse the bodies with these keys; return the run.

        While one is in progress, none is started, and that one is returned.
        """
        with self._starting:
            if not self._state.is_running:
                self._stopped.clear()
                self._state = Reprocess(self._state.number + 1, len(keys), is_running=True)
                self._thread = threading.Thread(
                    target=self._run, args=(keys,), name="kvitto-reprocess", daemon=True
                )
                self._thread.start()
            return self._state

    def stop(self) -> None:
        """Stop the run before its next part."""
        self._stopped.set()

    def close(self) -> None:
        """Stop, and wait for that."""
        self.stop()
        with self._starting:
            thread = self._thread
        if thread is not None:
            thread.join()

    # --- On its own thread ----------------------------------------------------------------------

    def _run(self, keys: Sequence[int]) -> None:
        failure: Problem | None = None
        try:
            with asyncio.Runner() as runner:
                for start in range(0, len(keys), _AT_ONCE):
                    if self._stopped.is_set():
                        break
                    self._read(keys[start : start + _AT_ONCE], runner)
        except StoreError as error:
            failure = problem_of(error)
        finally:
            self._tell(msgspec.structs.replace(self._state, is_running=False, failure=failure))

    def _read(self, keys: Sequence[int], runner: asyncio.Runner) -> None:
        found = [(body.record.key, report_of(body)) for body in self._reader.bodies(keys)]
        arrivals = {key: arrival for key, arrival in found if arrival is not None}
        receipts = runner.run(self._store(list(arrivals.values())))
        done = [
            key
            for key, receipt in zip(arrivals, receipts, strict=True)
            if isinstance(receipt, WriteResult)
        ]
        if done:
            self._writer.edit(DeleteRejections(tuple(done))).result()
        state = self._state
        self._tell(
            msgspec.structs.replace(
                state,
                stored=state.stored + receipts.count(WriteResult.STORED),
                known=state.known + receipts.count(WriteResult.DUPLICATE),
                refused=state.refused + len(keys) - len(arrivals),
            )
        )
        for receipt in receipts:
            if isinstance(receipt, BaseException):
                raise receipt

    async def _store(self, arrivals: Sequence[ReportRequest]) -> list[WriteResult | BaseException]:
        return await asyncio.gather(
            *(self._writer.append(one) for one in arrivals), return_exceptions=True
        )

    def _tell(self, state: Reprocess) -> None:
        self._state = state
        self._on_progress()
