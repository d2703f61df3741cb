"""The secrets of the callback URL."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvitto.core.awaited import AFTER_LAST_REPORT, UNHEARD_OF
from kvitto.core.report import DeliveryReport, Origin
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore, known_rows
from kvitto.store.clock_guard import ClockReading, ConfirmClock
from kvitto.store.database import Database, open_database
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_first_callback_key_is_made_once_and_kept(data_dir: Path) -> None:
    with open_database(data_dir) as database:
        made = CallbackKeyStore(database).newest(NOW)
    with open_database(data_dir) as database:
        assert CallbackKeyStore(database).newest(NOW) == made

    assert re.fullmatch("[0-9a-f]{32}", made.value), "128 bits"


def test_a_renewed_callback_key_leaves_the_old_one_valid_until_it_is_ended(
    database: Database,
) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    new = store.make(NOW)

    assert store.valid() == [old, new]
    assert store.newest(NOW) == new
    assert new.value != old.value

    store.revoke(old.key, NOW)
    assert store.valid() == [new]


def test_a_demo_callback_key_is_never_given_to_the_sender(database: Database) -> None:
    store = CallbackKeyStore(database)
    demo = store.make(NOW, Origin.DEMO)

    assert store.newest(NOW).origin is Origin.WEBHOOK
    assert demo in store.valid()


def test_a_callback_key_does_not_show_itself(database: Database) -> None:
    made = CallbackKeyStore(database).make(NOW)

    assert made.value not in f"{made!r} {made} {[made]}"


def test_each_public_url_has_a_callback_key_of_its_own_that_comes_back_with_it(
    database: Database,
) -> None:
    store = CallbackKeyStore(database)
    local = store.newest(NOW)
    first = store.for_public_url("https://a.example", NOW)
    second = store.for_public_url("https://b.example", NOW)

    assert len({local.value, first.value, second.value}) == 3
    assert (local.public_url, first.public_url) == (None, "https://a.example")
    assert store.for_public_url("https://a.example", NOW) == first
    assert store.newest(NOW) == local, "the local URL keeps its own"
    assert store.valid() == [local, first, second]

    store.revoke(first.key, NOW)
    assert store.for_public_url("https://a.example", NOW) not in {first, second, local}


@pytest.mark.parametrize("url", [None, "https://a.example"])
def test_a_renewed_callback_key_is_retired_and_stays_valid(
    database: Database, url: str | None
) -> None:
    store = CallbackKeyStore(database)

    def current() -> CallbackKey:
        return store.newest(NOW) if url is None else store.for_public_url(url, NOW)

    old = current()
    later = NOW + timedelta(hours=1)
    new = store.rotate(old.key, later)

    assert current() == new
    assert (new.public_url, new.created, new.rotated) == (url, later, None)
    assert [(one.key, one.rotated) for one in store.valid()] == [(old.key, later), (new.key, None)]
    store.rotate(old.key, later + timedelta(hours=1))
    assert store.valid()[0].rotated == later, "it was rotated then"


async def arrive(
    writer: Writer, callback_key: CallbackKey, at: datetime, *, code: int = 101, batch: str = "a"
) -> None:
    report = DeliveryReport("m", batch, code, final=code == 201)
    await writer.append(ReportRequest(report, b"{}", at, callback_key.key))


SECOND = timedelta(seconds=1)


def test_a_rotated_callback_key_that_no_batch_has_used_is_kept_for_one_that_is_scheduled(
    database: Database,
) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    new = store.rotate(old.key, NOW)

    assert store.needed_until() == {old.key: NOW + UNHEARD_OF}
    assert store.revoke_unneeded(NOW + timedelta(days=8)) == []
    assert store.revoke_unneeded(NOW + UNHEARD_OF + SECOND) == [old.key]
    assert store.revoke_unneeded(NOW + timedelta(days=900)) == []
    assert store.valid() == [new], "what is not rotated is never ended"


@pytest.mark.parametrize("code", [112, 201], ids=["under way", "all that was seen is finished"])
async def test_a_rotated_callback_key_is_kept_until_nothing_can_come_after_the_last_report(
    database: Database, writer: Writer, code: int
) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    store.rotate(old.key, NOW)
    last = NOW + timedelta(days=7)
    await arrive(writer, old, last, code=code)

    assert store.revoke_unneeded(last + timedelta(hours=72)) == []
    assert store.revoke_unneeded(last + AFTER_LAST_REPORT) == []
    assert store.revoke_unneeded(last + AFTER_LAST_REPORT + SECOND) == [], "the clock may be wrong"
    writer.edit(ConfirmClock(ClockReading(last + AFTER_LAST_REPORT, 0.0, "boot"))).result(60)
    assert store.revoke_unneeded(last + AFTER_LAST_REPORT + SECOND) == [old.key]


async def test_a_rotated_key_whose_batches_are_finished_may_have_one_more_that_is_scheduled(
    database: Database, writer: Writer
) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    await arrive(writer, old, NOW, code=201)
    store.rotate(old.key, NOW)

    assert store.revoke_unneeded(NOW + timedelta(days=7, hours=12)) == []


async def test_a_batch_out_of_the_way_keeps_its_callback_key_as_any_other(
    database: Database, writer: Writer
) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    store.rotate(old.key, NOW)
    last = NOW + timedelta(days=7)
    await arrive(writer, old, last)
    writer.edit(ChangeBatch(1, BatchChange(is_archived=True))).result(60)

    assert store.revoke_unneeded(last + timedelta(hours=75)) == []


async def test_users_of_a_callback_key_are_the_batches_of_which_reports_may_still_come(
    database: Database, writer: Writer
) -> None:
    store = CallbackKeyStore(database)
    key = store.newest(NOW)
    await arrive(writer, key, NOW)
    await arrive(writer, key, NOW, batch="settled", code=201)
    await arrive(writer, key, NOW, batch="more expected", code=201)
    writer.edit(ChangeBatch(3, BatchChange(expected_count=2))).result(60)

    assert store.users(NOW + AFTER_LAST_REPORT) == {key.key: [1, 3]}
    assert store.users(NOW + AFTER_LAST_REPORT + SECOND) == {}


def test_the_user_may_end_a_rotated_callback_key_at_once(database: Database) -> None:
    store = CallbackKeyStore(database)
    old = store.newest(NOW)
    new = store.rotate(old.key, NOW)

    store.revoke(old.key, NOW)

    assert store.valid() == [new]
    assert store.needed_until() == {}


def test_who_asks_at_the_same_time_gets_the_same_key_and_misses_none(database: Database) -> None:
    """Of keys that are kept while others are read, nobody says that they are missing."""
    store = CallbackKeyStore(database)
    ready = threading.Barrier(4)

    def ask(number: int) -> CallbackKey:
        ready.wait()
        for _ in range(10):
            store.make(NOW)
            store.valid()
            store.for_public_url(f"https://{number}.example", NOW)
        return store.for_demo(NOW)

    with ThreadPoolExecutor(4) as threads:
        demos = list(threads.map(ask, range(4)))

    assert len(set(demos)) == 1
    assert len(store.valid()) == 4 * 10 + 4 + 1
    with database.read() as connection:
        assert list(database.known_keys) == known_rows(connection)
