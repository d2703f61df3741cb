"""Notices of batches that are worse than usual."""

import asyncio
from datetime import datetime, timedelta
from typing import Never

import msgspec
import pytest
import shiboken6

from kvitto.core.outages import TimeRange
from kvitto.store.errors import StoreClosedError
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services.context import Context
from kvitto.ui.services.notifications import Notifications
from tests.store.arrivals import a_report
from tests.ui.services.noticing import MINUTE, Clock, Told, key_of, listed
from tests.ui.waiting import shown_all, until

pytestmark = pytest.mark.qasync


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
