"""Let things arrive in a window's session, and wait until its feed has told of them."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QLocale

from kvitto.core.ip1_parser import parse
from kvitto.store.ingest import Arrival
from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services.context import Context
from tests.ui.sessions import runtime_of
from tests.ui.waiting import shown_all, until

START: Final = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
RECIPIENT: Final = "46701740605"
_AT_ONCE: Final = 500


def a_body(message_id: str = "message-1", **fields: Any) -> bytes:
    """Return a body as the SMS service posts it; a field that is None is left out."""
    values = {
        "messageId": message_id,
        "batchId": "batch-a",
        "recipient": RECIPIENT,
        "code": 102,
        "duration": 0,
        "created": START.isoformat(),
        "segments": 2,
        "price": 0.082,
        "currency": "eur",
        "reference": "Höstrea",
    } | fields
    return json.dumps({name: value for name, value in values.items() if value is not None}).encode()


def at(second: float) -> datetime:
    """Return a time so many seconds after the start."""
    return START + timedelta(seconds=second)


def arriving(body: bytes, second: float = 0, **ways: Any) -> ReportRequest:
    """Return a body as it arrives so many seconds after the start."""
    return ReportRequest(parse(body), body, at(second), **ways)


async def begin(context: Context) -> None:
    """Start the feed, and wait for its first news. In a locale that is known."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    news: list[object] = []
    context.feed.changed.connect(news.append)
    context.feed.start()
    await until(lambda: bool(news))


async def arrive(context: Context, *arrivals: Arrival) -> None:
    """Store arrivals, and wait until the feed has told of them."""
    await arrive_all(context, arrivals)


async def arrive_all(context: Context, arrivals: Iterable[Arrival]) -> None:
    """Store arrivals, and wait until the feed has told of them."""
    every = list(arrivals)
    append = runtime_of(context.backend).writer.append
    for start in range(0, len(every), _AT_ONCE):
        await asyncio.gather(*(append(one) for one in every[start : start + _AT_ONCE]))
    await told(context)


async def told(context: Context) -> None:
    """Wait until the feed has told of all that is stored."""
    await shown_all(context.feed, await context.tasks.in_thread(context.backend.reader.revision))


def the_batch(context: Context, batch_id: str = "batch-a") -> BatchRecord:
    """Return a batch as the store has it."""
    batch = context.backend.reader.batch(batch_id)
    assert batch is not None
    return batch


def the_message(
    context: Context, message_id: str = "message-1", batch_id: str = "batch-a"
) -> MessageRecord:
    """Return a message as the store has it."""
    message = context.backend.reader.message(batch_id, message_id)
    assert message is not None
    return message
