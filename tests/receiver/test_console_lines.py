"""What a terminal is told of refused requests."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from kvitto.console_lines import LINE_EVERY_S, ClockLine, RejectionLine
from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.store.database import Database
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import a_body


async def test_the_first_is_told_at_once_with_its_deadline_and_others_once_a_minute(
    database: Database, fake_store: FakeStore
) -> None:
    seconds = [1000.0]
    line = RejectionLine(database, lambda: seconds[0])
    assert line.look(0) == ""
    arrived = datetime.now(UTC)
    await fake_store.append(
        RejectedRequest(
            RejectionKind.NOT_JSON, RejectionReason(ReasonCode.BODY_EMPTY), b"", 0, (), arrived
        )
    )

    told = await asyncio.to_thread(line.look, 1)
    assert re.match(r"\d\d:\d\d:\d\d 1 request with a valid key refused; iP\.1 gives", told)
    assert f"{(arrived + timedelta(minutes=90)).astimezone():%H:%M}." in told
    assert line.look(5) == ""
    seconds[0] += LINE_EVERY_S
    assert " 4 requests with a valid key refused" in await asyncio.to_thread(line.look, 5)
    seconds[0] += LINE_EVERY_S
    assert line.look(5) == ""


async def test_a_clock_that_is_not_believed_is_told_once_and_that_it_is_again(
    database: Database, fake_store: FakeStore
) -> None:
    seconds, wall = [1000.0], [datetime.now(UTC)]
    line = ClockLine(database, lambda: seconds[0], lambda: wall[0])
    report = ReportRequest(parse(a_body(created=None)), a_body(), wall[0])
    await fake_store.append(report)
    told = []
    for ahead in (timedelta(), timedelta(days=370), timedelta(days=370), timedelta()):
        wall[0], seconds[0] = report.arrived + ahead, seconds[0] + LINE_EVERY_S
        told.append(await asyncio.to_thread(line.look))
        assert line.look() == ""
    assert [bool(one) for one in told] == [False, True, False, True]
    assert "kvitto confirm-clock" in told[1]
