"""Notices: from what happens in the store to a title and a text."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final, Never

import msgspec
import pytest
import shiboken6
from PySide6.QtTest import QSignalSpy

from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.store.errors import StoreClosedError
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.notifications import NotDelivered, Notifications
from tests.store.arrivals import a_report
from tests.ui.waiting import shown_all, until

pytestmark = pytest.mark.qasync
MINUTE: Final = timedelta(minutes=1)

Told = list[tuple[str, str, Selection | NotDelivered]]


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def notices(context: Context, clock: Clock) -> AsyncIterator[Notifications]:
    await arrive(context, "before", {112: 3}, clock.now - MINUTE)
    made = Notifications(context, clock=clock)
    context.feed.start()
    await until(lambda: context.feed.revision > 0)
    yield made
    shiboken6.delete(made)


@pytest.fixture
async def told(notices: Notifications) -> Told:
    heard: Told = []
    notices.notice.connect(lambda *one: heard.append(one))
    return heard


async def arrive(
    context: Context,
    batch_id: str,
    codes: dict[int, int],
    at: datetime,
    origin: Origin = Origin.WEBHOOK,
) -> None:
    """Store as many final reports at each code, and wait until the window knows of them."""
    number = 0
    for code, count in codes.items():
        for _ in range(count):
            number += 1
            report = a_report(
                f"m{number}", batch_id=batch_id, code=code, final=code >= 200, reference=batch_id
            )
            await context.backend.append(ReportRequest(report, b"", at, origin=origin))
    revision = context.backend.reader.revision()
    if context.feed.revision:
        await shown_all(context.feed, revision)


def listed(about: Selection | NotDelivered) -> list[str]:
    """Return of which batches those are listed who did not get it."""
    assert isinstance(about, NotDelivered)
    return [batch.batch_id for batch in about.batches]


def key_of(about: Selection | NotDelivered) -> int:
    """Return the key of the only batch of which those are listed."""
    assert isinstance(about, NotDelivered)
    [batch] = about.batches
    return batch.key


async def call_it(context: Context, batch_id: str, change: BatchChange) -> None:
    batch = context.backend.reader.batch(batch_id)
    assert batch is not None
    context.backend.edit(ChangeBatch(batch.key, change)).result(60)


async def test_a_finished_batch_is_told_by_its_label(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    await arrive(context, "b1", {112: 1}, clock.now)
    await call_it(context, "b1", BatchChange(label="Höstrea", expected_count=4))
    await arrive(context, "b1", {201: 3, 203: 1}, clock.now)
    notices.look()
    assert told == []

    clock.now += MINUTE
    notices.look()

    [(title, text, selection)] = told
    assert title == "Höstrea is finished"
    assert text == "3 of 4 message(s) delivered. 1 cancelled."
    assert isinstance(selection, Selection)
    assert selection.batch is not None
    assert selection.batch.batch_id == "b1"


async def test_batches_that_fail_are_listed_of_before_the_window_was_opened_too(
    context: Context, notices: Notifications, clock: Clock
) -> None:
    context.preferences.put("failure_least", 5)
    await arrive(context, "fails", {201: 7, 511: 3}, clock.now)
    await arrive(context, "is fine", {201: 10}, clock.now)
    assert [batch.batch_id for batch in notices.failing()] == ["fails"]

    again = Notifications(context, clock=lambda: clock.now + timedelta(days=1))
    again._on_changed(context.backend.reader.changes_since(0))  # noqa: SLF001 - as the feed does
    assert [batch.batch_id for batch in again.failing()] == ["fails"]
    clock.now += timedelta(days=4)
    assert notices.failing() == [], "it is of no use any more"


async def test_several_batches_are_one_notice(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    for number in range(5):
        await arrive(context, f"b{number}", {201: 2}, clock.now)
    clock.now += 2 * MINUTE

    notices.look()

    assert told == [("5 batch(es) finished", "b0, b1, b2 and 2 more", Selection())]
    await arrive(context, "b5", {201: 3}, clock.now)
    clock.now += 10 * MINUTE
    notices.look()
    assert told[-1][1] == "All 3 message(s) were delivered."


async def test_of_finished_batches_those_who_did_not_get_it_are_listed(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    context.preferences.put("tells_failures", False)
    await arrive(context, "all", {201: 3}, clock.now)
    await arrive(context, "some", {201: 2, 511: 1}, clock.now)
    clock.now += 2 * MINUTE

    notices.look()

    [(title, _text, about)] = told
    assert title == "2 batch(es) finished"
    assert listed(about) == ["some"]


async def test_many_failures_are_told_with_their_share(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    context.preferences.put("failure_least", 5)
    context.preferences.put("tells_settled", False)
    await arrive(context, "b1", {201: 7, 511: 1, 202: 1, 402: 1}, clock.now)
    clock.now += MINUTE

    notices.look()

    [(title, text, selection)] = told
    assert title == "Many messages of b1 fail"
    assert text == "3 of 10 finished messages were not delivered: 30 %."
    assert listed(selection) == ["b1"]


async def test_many_failures_of_several_batches_are_one_notice(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    context.preferences.put("failure_least", 2)
    context.preferences.put("tells_settled", False)
    for name in ("b1", "b2"):
        await arrive(context, name, {511: 2}, clock.now)
    clock.now += MINUTE

    notices.look()

    [(title, text, about)] = told
    assert title == "Many messages of 2 batch(es) fail"
    assert text == "More than 10 % were not delivered: b1, b2"
    assert listed(about) == ["b1", "b2"]


async def send(
    context: Context,
    batch_id: str,
    codes: dict[int, int],
    sent: datetime,
    arrived: datetime | None = None,
) -> None:
    """Store a batch that was sent at a time and ended a minute later."""
    reports = []
    for number, code in enumerate(code for code, count in codes.items() for _ in range(count)):
        for at, status in ((sent, 101), (sent + MINUTE, code)):
            report = msgspec.structs.replace(
                a_report(f"m{number}", batch_id=batch_id, code=status, reference=batch_id),
                created=at,
                final=status > 101,
            )
            reports.append(ReportRequest(report, b"", arrived or at))
    await asyncio.to_thread(context.backend.append_all, reports)
    revision = context.backend.reader.revision()
    await shown_all(context.feed, revision)


def is_comparing(notices: Notifications) -> bool:
    return notices.is_comparing


async def usual_before(context: Context, now: datetime, *delivered: int) -> None:
    for number, count in enumerate(delivered):
        sent = now - timedelta(days=number + 1)
        await send(context, f"usual-{number}", {201: count, 599: 50 - count}, sent)


async def test_a_batch_that_is_worse_than_usual_is_told_with_what_is_usual(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    context.preferences.put("tells_settled", False)
    await usual_before(context, clock.now, 48, 47, 49, 48, 48)
    await send(context, "b1", {201: 30, 599: 20}, clock.now)
    clock.now += 14 * MINUTE
    notices.look()
    assert told == [], "the fixed share does not count any more"

    clock.now += MINUTE
    notices.look()
    await until(lambda: bool(told))

    [(title, text, selection)] = told
    assert title == "Many messages of b1 fail"
    assert text == "After 15 min 60 % delivered; usually 90–99 %."
    assert listed(selection) == ["b1"]
    worse = notices.worse(key_of(selection))
    again = Notifications(context, clock=clock)
    assert again.worse(key_of(selection)) == worse, "the next window says it, too"
    assert worse is not None
    assert (worse.share.delivered, worse.share.messages) == (30, 50)
    context.preferences.put("worse_batches", "6 of an earlier version")
    assert Notifications(context, clock=clock).worse(key_of(selection)) is None


async def test_several_that_are_worse_than_usual_are_one_notice(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    context.preferences.put("tells_settled", False)
    await usual_before(context, clock.now, 48, 47, 49, 48, 48)
    for name in ("b1", "b2"):
        await send(context, name, {201: 30, 599: 20}, clock.now)
    clock.now += 15 * MINUTE

    notices.look()
    await until(lambda: bool(told))

    [(title, text, about)] = told
    assert title == "Many messages of 2 batch(es) fail"
    assert text == "Fewer were delivered than usual: b1, b2"
    assert listed(about) == ["b1", "b2"]


async def test_nothing_is_compared_while_reports_may_be_on_their_way(
    context: Context, clock: Clock
) -> None:
    held: list[datetime | None] = [None]
    made = Notifications(context, clock=clock, finished_from=lambda _now: held[0])
    heard: Told = []
    made.notice.connect(lambda *one: heard.append(one))
    context.preferences.put("tells_settled", False)
    context.feed.start()
    await usual_before(context, clock.now, 48, 47, 49, 48, 48)
    await send(context, "b1", {599: 20}, clock.now)
    sent, clock.now = clock.now, clock.now + 40 * MINUTE

    made.look()
    held[0] = clock.now + MINUTE
    made.look()
    assert not is_comparing(made)
    await send(context, "b1", {599: 20, 201: 480}, sent, arrived=clock.now)
    clock.now += MINUTE
    made.look()
    assert is_comparing(made)
    await until(lambda: not is_comparing(made))

    assert heard == []
    shiboken6.delete(made)


async def test_a_batch_about_which_reports_may_be_lost_is_not_compared(
    context: Context, clock: Clock
) -> None:
    span = TimeRange(clock.now, clock.now + MINUTE)
    made = Notifications(context, clock=clock, exposed=lambda: {6: [span]})
    heard: Told = []
    made.notice.connect(lambda *one: heard.append(one))
    context.preferences.put("tells_settled", False)
    context.feed.start()
    await usual_before(context, clock.now, 48, 47, 49, 48, 48)
    await send(context, "b1", {201: 30, 599: 20}, clock.now)
    clock.now += 15 * MINUTE
    made.look()
    await until(lambda: not made.is_comparing)
    clock.now += MINUTE
    made.look()

    [(_title, text, selection)] = heard
    assert key_of(selection) == 6
    assert text == "20 of 50 finished messages were not delivered: 40 %."
    shiboken6.delete(made)


async def test_what_could_not_be_read_is_compared_later(
    context: Context,
    notices: Notifications,
    told: Told,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context.preferences.put("tells_settled", False)
    await usual_before(context, clock.now, 48, 47, 49, 48, 48)
    await send(context, "b1", {201: 30, 599: 20}, clock.now)
    clock.now += 15 * MINUTE
    with monkeypatch.context() as patched:

        def fail(*_args: object) -> Never:
            raise StoreClosedError

        patched.setattr("kvitto.ui.services.notifications.DeliveredShares.read", fail)
        notices.look()
        await until(lambda: not notices.is_comparing)
    notices.look()
    assert not notices.is_comparing, "it rests"

    clock.now += MINUTE
    notices.look()
    await until(lambda: bool(told))


async def test_a_silence_is_told_with_what_to_check(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    clock.now += 74 * MINUTE
    notices.look()
    assert told == [], "it is off until the user wants it"

    context.preferences.put("tells_silence", True)

    [(title, text, _selection)] = told
    assert title == "Nothing heard for 1 h 15 min"
    assert text.startswith("3 message(s) are not finished. Check that the tunnel is up")
    notices.look()
    assert len(told) == 1


async def test_nothing_is_told_of_the_demo(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    await arrive(context, "demo", {511: 30}, clock.now, Origin.DEMO)
    clock.now += 5 * MINUTE

    notices.look()

    assert told == []


async def test_it_wakes_by_itself(
    context: Context, notices: Notifications, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kvitto.ui.services.notification_rules.GATHERING", timedelta(milliseconds=30)
    )
    spy = QSignalSpy(notices.notice)
    clock_start, clock_now = clock.now, datetime.now(UTC)
    monkeypatch.setattr(notices, "_clock", lambda: clock_start + (datetime.now(UTC) - clock_now))
    await arrive(context, "b1", {112: 1}, clock.now)
    await call_it(context, "b1", BatchChange(expected_count=1))
    await arrive(context, "b1", {201: 1}, clock.now)

    await until(lambda: spy.count() == 1)


async def test_a_finished_batch_about_which_reports_may_be_lost_is_told_with_that(
    context: Context, clock: Clock
) -> None:
    span = TimeRange(clock.now - 300 * MINUTE, clock.now - 100 * MINUTE)
    held: list[datetime | None] = [None]
    made = Notifications(
        context,
        clock=clock,
        finished_from=lambda _now: held[0],
        exposed=lambda: {1: [span], 2: [span]},
    )
    heard: Told = []
    made.notice.connect(lambda *one: heard.append(one))
    context.feed.start()
    await until(lambda: context.feed.revision > 0)
    await arrive(context, "one", {201: 3}, clock.now)
    clock.now += 2 * MINUTE

    made.look()
    assert heard == [], "not while nothing can come in"
    held[0] = clock.now
    made.look()
    [(title, text, _)] = heard
    assert "one is finished" in title
    assert "may be lost" in text
    await arrive(context, "two", {201: 3}, clock.now)
    await arrive(context, "three", {201: 3}, clock.now)
    clock.now += 5 * MINUTE
    held[0] = clock.now
    made.look()
    assert heard[-1][1].endswith("Some reports may be lost about: two")
    shiboken6.delete(made)
