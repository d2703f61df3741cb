"""Read refused bodies again by today's rules, and store those that are reports now."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from multidict import CIMultiDict, CIMultiDictProxy

from app.core.refusal import RefusedBodyError
from app.receiver.coding import report_in
from app.receiver.limits import Limits
from app.store.arrivals import Receipt, ReportArrival
from app.store.edits import DeleteRefused
from app.store.refusals import RefusalReader, RefusedBody
from app.ui.context import Context

_AT_ONCE: Final = 50
"""Bodies that are read and stored together: a part of what the receiver takes in one request."""


@dataclass
class Reread:
    """What became of refused bodies that were read again.

    Attributes:
        stored: they are reports now, and stored as such.
        known: they are reports now, and the same reports had come already.
        refused: they still are none, and stay where they are.
    """

    stored: int = 0
    known: int = 0
    refused: int = 0


def report_of(body: RefusedBody) -> ReportArrival | None:
    """Return the report that a refused body is by today's rules; None where it is none.

    It counts as having come when its bytes came first. A body of which only the beginning was
    kept is none.
    """
    if not body.is_whole:
        return None
    record = body.record
    headers = CIMultiDictProxy(CIMultiDict(record.headers))
    try:
        report, plain = report_in(record.body, headers, Limits().body_bytes)
    except RefusedBodyError:
        return None
    return ReportArrival(report, plain, record.first_seen, record.secret, body.origin)


async def read_again(
    context: Context,
    reader: RefusalReader,
    keys: Sequence[int],
    *,
    result: Reread,
    may_go_on: Callable[[], bool],
) -> None:
    """Read refused bodies again. What is a report now is stored, and then leaves quarantine.

    Each is deleted only once its report is on the disk: whatever happens, none is lost.

    Args:
        context: what the parts of the window share.
        reader: reads the bodies.
        keys: of the bodies.
        result: is counted up as it goes.
        may_go_on: is asked before each part of the work.

    Raises:
        StoreError: the store can't be read or written; `result` says what was done before.
    """
    for start in range(0, len(keys), _AT_ONCE):
        if not may_go_on():
            return
        piece = keys[start : start + _AT_ONCE]
        arrivals = await context.tasks.in_thread(_reports_among, reader, piece)
        receipts = await context.tasks.in_thread(
            context.session.append_all, list(arrivals.values())
        )
        done = [
            key
            for key, receipt in zip(arrivals, receipts, strict=True)
            if isinstance(receipt, Receipt)
        ]
        if done:
            deletion = DeleteRefused(tuple(done))
            await asyncio.wrap_future(context.session.edit(deletion))
        _count(result, receipts)
        _raise_first(receipts)
        result.refused += len(piece) - len(arrivals)


def _reports_among(reader: RefusalReader, keys: Sequence[int]) -> dict[int, ReportArrival]:
    found = {body.record.key: report_of(body) for body in reader.bodies(keys)}
    return {key: arrival for key, arrival in found.items() if arrival is not None}


def _count(result: Reread, receipts: Iterable[Receipt | BaseException]) -> None:
    for receipt in receipts:
        if receipt is Receipt.STORED:
            result.stored += 1
        elif receipt is Receipt.DUPLICATE:
            result.known += 1


def _raise_first(receipts: Iterable[Receipt | BaseException]) -> None:
    for receipt in receipts:
        if isinstance(receipt, BaseException):
            raise receipt
