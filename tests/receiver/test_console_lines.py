"""What a terminal is told of refused requests."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from kvitto.console_lines import LINE_EVERY_S, RejectionLine
from kvitto.core.rejection import RejectionKind
from kvitto.store.database import Database
from kvitto.store.write_requests import RejectedRequest
from tests.receiver.fake_store import FakeStore


async def test_the_first_is_told_at_once_with_its_deadline_and_others_once_a_minute(
    database: Database, fake_store: FakeStore
) -> None:
    seconds = [1000.0]
    line = RejectionLine(database, lambda: seconds[0])
    assert line.look(0) == ""
    arrived = datetime.now(UTC)
    await fake_store.append(RejectedRequest(RejectionKind.NOT_JSON, "Why.", b"", 0, (), arrived))

    told = await asyncio.to_thread(line.look, 1)
    assert re.match(r"\d\d:\d\d:\d\d 1 request with a valid key refused; iP\.1 gives", told)
    assert f"{(arrived + timedelta(minutes=90)).astimezone():%H:%M}." in told
    assert line.look(5) == ""
    seconds[0] += LINE_EVERY_S
    assert " 4 requests with a valid key refused" in await asyncio.to_thread(line.look, 5)
    seconds[0] += LINE_EVERY_S
    assert line.look(5) == ""
