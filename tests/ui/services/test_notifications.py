"""Notices: from what happens in the store to a title and a text."""

from datetime import UTC, datetime, timedelta

import pytest
import shiboken6
from PySide6.QtTest import QSignalSpy

from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.notifications import Notifications
from tests.ui.services.noticing import MINUTE, Clock, Told, arrive, listed
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


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


async def test_expected_messages_that_were_not_heard_of_are_not_finished(
    context: Context, notices: Notifications, told: Told, clock: Clock
) -> None:
    await call_it(context, "before", BatchChange(expected_count=5))
    await arrive(context, "before", {201: 3}, clock.now)
    clock.now += 74 * MINUTE

    context.preferences.put("tells_silence", True)
    notices.look()

    assert [text[:28] for _title, text, _selection in told] == ["2 message(s) are not finishe"]


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
