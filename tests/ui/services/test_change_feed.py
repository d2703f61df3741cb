"""The feed: what changed, at a pace, from any thread."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager

import pytest

from kvitto.paths import database_file
from kvitto.store.changes import ask_changes
from kvitto.store.errors import DatabaseLockedError, StoreError
from kvitto.store.prepared_statements import Asked
from kvitto.store.reader import Changes
from kvitto.store.shared_retention import RETENTION, SharedRetention, read_retention
from kvitto.ui.services.change_feed import PACE_MS, Asking, ChangeFeed
from kvitto.ui.services.context import Context
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import shown_all, until

pytestmark = pytest.mark.qasync


async def test_it_begins_with_all_batches_and_goes_on_with_what_changes(context: Context) -> None:
    await context.backend.append(arriving(a_report("m1", batch_id="a")))
    heard: list[Changes] = []
    context.feed.changed.connect(heard.append)

    context.feed.start()
    await until(lambda: bool(heard))
    assert [one.batch_id for one in heard[0].batches] == ["a"]
    assert list(heard[0].messages) == []

    heard.clear()
    await context.backend.append(arriving(a_report("m2", batch_id="b")))
    await until(lambda: any(one.batches for one in heard))
    [changes] = [one for one in heard if one.batches]
    assert [one.batch_id for one in changes.batches] == ["b"]
    assert len(changes.messages) == 1


async def test_a_burst_is_heard_as_a_few_changes(context: Context) -> None:
    heard: list[Changes] = []
    context.feed.changed.connect(heard.append)
    context.feed.start()
    await until(lambda: bool(heard))

    began_s = time.monotonic()
    for number in range(200):
        await context.backend.append(arriving(a_report(f"m{number}")))
    newest = context.backend.reader.revision()
    await shown_all(context.feed, newest)

    assert sum(len(one.messages) for one in heard) == 200
    taken_ms = 1000 * (time.monotonic() - began_s)
    assert len(heard) <= 2 + taken_ms / PACE_MS


async def test_what_the_parts_will_ask_is_asked_along_with_the_changes(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = context.backend.database
    usual, snapshots = database.shared_snapshot, []

    def shared_snapshot(asked: Sequence[Asked] = ()) -> AbstractContextManager[None]:
        snapshots.append(list(asked))
        return usual(asked)

    monkeypatch.setattr(database, "shared_snapshot", shared_snapshot)
    shown: list[SharedRetention] = []
    context.feed.add_part(
        lambda: Asking(lambda _changes: read_retention(database), [RETENTION]), shown.append
    )
    context.feed.start()
    await until(lambda: bool(shown))
    context.feed.refresh()
    await until(lambda: len(shown) > 1)

    later = [one.statement for one in snapshots[1]]
    assert snapshots[0] == [RETENTION]
    assert later == [ask_changes(1).statement, RETENTION.statement]
    assert set(shown) == {SharedRetention()}


async def test_without_notifies_it_asks_by_itself(context: Context) -> None:
    feed = ChangeFeed(context.backend.reader, context.tasks, is_notified=lambda: False)
    heard: list[Changes] = []
    feed.changed.connect(heard.append)
    feed.start()
    await until(lambda: bool(heard))

    await context.backend.append(arriving(a_report("late")))

    await until(lambda: any(one.messages for one in heard))
    feed.stop()


async def test_a_store_that_can_not_be_read_is_told_once_and_so_is_its_recovery(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[StoreError | None] = []
    context.feed.failed.connect(told.append)
    works = context.backend.reader.changes_since

    def fail(_revision: int, **_more: object) -> Changes:
        raise DatabaseLockedError(database_file(context.backend.folder))

    monkeypatch.setattr(context.backend.reader, "changes_since", fail)
    context.feed.start()
    await until(lambda: bool(told))
    monkeypatch.setattr(context.backend.reader, "changes_since", works)
    await until(lambda: told[-1] is None)

    assert [type(one) for one in told] == [DatabaseLockedError, type(None)]


async def test_what_was_read_ahead_is_told_first_and_then_what_changed_since(
    context: Context,
) -> None:
    await context.backend.append(arriving(a_report("m1", batch_id="a")))
    feed = context.feed
    heard: list[Changes] = []
    feed.changed.connect(heard.append)
    feed.read_ahead()
    await context.backend.append(arriving(a_report("m2", batch_id="b")))

    feed.start()
    await until(lambda: {one.batch_id for part in heard for one in part.batches} >= {"a", "b"})

    newest = context.backend.reader.revision()
    await shown_all(feed, newest)
    assert heard[0].batches[0].batch_id == "a"
