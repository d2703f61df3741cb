"""What can't be undone is not done by a clock that may be wrong."""

from datetime import datetime, timedelta

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.timestamps import iso
from kvitto.store.clock_guard import ClockDoubt, ClockReading, ConfirmClock, NoteClock, clock_doubt
from kvitto.store.database import Database
from kvitto.store.errors import ClockDoubtfulError
from kvitto.store.purge import Purger
from kvitto.store.reader import Reader
from kvitto.store.retention import Retention, RetentionRule
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Clocks:
    """A computer's clocks."""

    def __init__(self, writer: Writer) -> None:
        self.now = START
        self._steady_s = 100.0
        self._boot = "first"
        self._writer = writer

    def pass_(self, time: timedelta) -> None:
        self.now += time
        self._steady_s += time.total_seconds()

    def start_again(self) -> None:
        self._steady_s = 0.0
        self._boot += "+"

    def note(self) -> None:
        self._writer.edit(NoteClock(self.reading)).result(60)

    @property
    def reading(self) -> ClockReading:
        return ClockReading(self.now, self._steady_s, self._boot)


@pytest.fixture
def clocks(writer: Writer) -> Clocks:
    return Clocks(writer)


def doubt(database: Database, now: datetime) -> ClockDoubt | None:
    with database.reading.connect() as connection:
        return clock_doubt(connection, now)


async def receive(writer: Writer, at: datetime, *, by_sender: datetime | None = None) -> None:
    report = a_report(f"m{at.timestamp()}", second=int(((by_sender or at) - START).total_seconds()))
    await writer.append(ReportRequest(report, b"{}", at))


async def test_a_clock_that_runs_on_is_believed_however_quiet_it_is(
    writer: Writer, database: Database, clocks: Clocks
) -> None:
    await receive(writer, START)
    for _ in range(50):
        clocks.note()
        clocks.pass_(DAY)
    clocks.note()

    assert doubt(database, clocks.now) is None


@pytest.mark.parametrize("jump", [30 * HOUR, 370 * DAY, -30 * HOUR])
async def test_a_clock_that_is_set_is_not_believed_until_that_is_confirmed(
    writer: Writer, database: Database, clocks: Clocks, jump: timedelta
) -> None:
    await receive(writer, START)
    clocks.note()
    clocks.now += jump
    for _ in range(3):
        clocks.pass_(HOUR)
        clocks.note()
    await receive(writer, clocks.now, by_sender=START)
    assert doubt(database, clocks.now) is ClockDoubt.JUMPED
    clocks.start_again()
    clocks.note()
    assert doubt(database, clocks.now) is not None, "a start does not confirm it"

    writer.edit(ConfirmClock(clocks.reading)).result(60)

    assert doubt(database, clocks.now) is None
    clocks.pass_(DAY)
    clocks.note()
    assert doubt(database, clocks.now) is None


async def test_a_clock_that_is_put_right_again_is_believed(
    writer: Writer, database: Database, clocks: Clocks
) -> None:
    await receive(writer, START)
    clocks.note()
    clocks.now += 370 * DAY
    clocks.note()
    clocks.now -= 370 * DAY
    clocks.pass_(HOUR)
    clocks.note()

    assert doubt(database, clocks.now) is None


async def test_after_a_start_a_clock_ahead_of_all_that_was_received_is_not_believed(
    writer: Writer, database: Database, clocks: Clocks
) -> None:
    await receive(writer, START)
    clocks.note()
    clocks.start_again()
    clocks.pass_(20 * HOUR)
    clocks.note()
    assert doubt(database, clocks.now) is None

    clocks.start_again()
    clocks.now += 370 * DAY
    assert doubt(database, clocks.now) is ClockDoubt.AHEAD, "before it is noted, too"
    clocks.note()
    clocks.pass_(HOUR)
    clocks.note()
    assert doubt(database, clocks.now) is ClockDoubt.AHEAD


async def test_a_report_that_the_sender_dates_alike_confirms_the_clock(
    writer: Writer, database: Database, clocks: Clocks
) -> None:
    await receive(writer, START)
    clocks.note()
    clocks.start_again()
    clocks.now += 4 * DAY
    clocks.note()
    assert doubt(database, clocks.now) is ClockDoubt.AHEAD

    await receive(writer, clocks.now)
    clocks.note()

    assert doubt(database, clocks.now) is None


async def test_nothing_is_purged_by_a_clock_in_doubt(
    writer: Writer, database: Database, clocks: Clocks, reader: Reader
) -> None:
    await append_all(writer, [arriving(a_report("m", code=201, final=True))])
    clocks.note()
    clocks.start_again()
    clocks.now += 370 * DAY
    clocks.note()
    due = Retention(database).due(RetentionRule(90), clocks.now)
    with pytest.raises(ClockDoubtfulError, match="until you confirm the date"):
        await Purger(edit=writer.edit).run(due, clocks.now)

    assert reader.counts().messages == 1


async def test_what_came_while_the_clock_was_behind_is_not_old(
    writer: Writer, database: Database
) -> None:
    """Its arrival says 1970; the SMS service said when it was."""
    at = START - 400 * DAY
    body = (
        b'{"messageId": "m", "batchId": "b", "code": 201, "duration": 1, "created": "%s"}'
        % iso(START).encode()
    )
    await writer.append(ReportRequest(parse(body), body, at))

    assert Retention(database).due(RetentionRule(90), START + DAY).is_empty
    assert not Retention(database).due(RetentionRule(90), START + 91 * DAY).is_empty
