"""The secrets of the callback URL."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.report import DeliveryReport, Origin
from app.store.arrivals import ReportArrival
from app.store.clock_guard import ClockReading, ConfirmClock
from app.store.database import Database, open_database
from app.store.edits import BatchChange, ChangeBatch
from app.store.secrets import HEARD_OF_WITHIN, RETIRED_AT_LEAST, CallbackSecret, SecretStore
from app.store.writer import Writer

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_first_secret_is_made_once_and_kept(data_dir: Path) -> None:
    with open_database(data_dir) as database:
        made = SecretStore(database).newest(NOW)
    with open_database(data_dir) as database:
        assert SecretStore(database).newest(NOW) == made

    assert re.fullmatch("[0-9a-f]{32}", made.value), "128 bits"


def test_a_renewed_secret_leaves_the_old_one_valid_until_it_is_ended(database: Database) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    new = store.make(NOW)

    assert store.valid() == [old, new]
    assert store.newest(NOW) == new
    assert new.value != old.value

    store.end(old.key, NOW)
    assert store.valid() == [new]


def test_a_demo_secret_is_never_given_to_the_sender(database: Database) -> None:
    store = SecretStore(database)
    demo = store.make(NOW, Origin.DEMO)

    assert store.newest(NOW).origin is Origin.WEBHOOK
    assert demo in store.valid()


def test_a_secret_does_not_show_itself(database: Database) -> None:
    made = SecretStore(database).make(NOW)

    assert made.value not in f"{made!r} {made} {[made]}"


def test_each_public_url_has_a_secret_of_its_own_that_comes_back_with_it(
    database: Database,
) -> None:
    store = SecretStore(database)
    local = store.newest(NOW)
    first = store.for_public_url("https://a.example", NOW)
    second = store.for_public_url("https://b.example", NOW)

    assert len({local.value, first.value, second.value}) == 3
    assert (local.public_url, first.public_url) == (None, "https://a.example")
    assert store.for_public_url("https://a.example", NOW) == first
    assert store.newest(NOW) == local, "the local URL keeps its own"
    assert store.valid() == [local, first, second]

    store.end(first.key, NOW)
    assert store.for_public_url("https://a.example", NOW) not in {first, second, local}


@pytest.mark.parametrize("url", [None, "https://a.example"])
def test_a_renewed_secret_is_retired_and_stays_valid(database: Database, url: str | None) -> None:
    store = SecretStore(database)

    def current() -> CallbackSecret:
        return store.newest(NOW) if url is None else store.for_public_url(url, NOW)

    old = current()
    later = NOW + timedelta(hours=1)
    new = store.renew(old.key, later)

    assert current() == new
    assert (new.public_url, new.created, new.retired) == (url, later, None)
    assert [(one.key, one.retired) for one in store.valid()] == [(old.key, later), (new.key, None)]
    store.renew(old.key, later + timedelta(hours=1))
    assert store.valid()[0].retired == later, "it was retired then"


async def arrive(
    writer: Writer, secret: CallbackSecret, at: datetime, *, code: int = 101, batch: str = "a"
) -> None:
    report = DeliveryReport("m", batch, code, final=code == 201)
    await writer.append(ReportArrival(report, b"{}", at, secret.key))


async def test_a_retired_secret_is_ended_once_its_batches_are_settled(
    database: Database, writer: Writer
) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    await arrive(writer, old, NOW)
    new = store.renew(old.key, NOW)
    in_time = NOW + RETIRED_AT_LEAST

    assert store.users(in_time) == {old.key: [1]}
    assert store.end_settled(in_time) == []
    await arrive(writer, old, in_time, code=201)
    assert store.users(in_time) == {}
    assert store.end_settled(in_time) == [old.key]

    assert store.valid() == [new]
    assert store.end_settled(in_time) == []


def test_a_retired_secret_is_kept_for_a_day_though_no_batch_needs_it(database: Database) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    new = store.renew(old.key, NOW)

    assert store.end_settled(NOW + RETIRED_AT_LEAST - timedelta(microseconds=1)) == []
    assert store.end_settled(NOW + RETIRED_AT_LEAST) == [old.key]
    assert store.end_settled(NOW + timedelta(days=900)) == []
    assert store.valid() == [new], "what is not retired is never ended"


async def test_a_retired_secret_is_not_kept_for_a_batch_that_nobody_hears_of(
    database: Database, writer: Writer
) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    await arrive(writer, old, NOW)
    store.renew(old.key, NOW)
    later = NOW + HEARD_OF_WITHIN
    assert store.end_settled(later + timedelta(days=1)) == [], "the clock may be wrong"
    writer.edit(ConfirmClock(ClockReading(later, 0.0, "boot"))).result(10)

    assert store.end_settled(NOW + HEARD_OF_WITHIN) == []
    assert store.end_settled(NOW + HEARD_OF_WITHIN + timedelta(seconds=1)) == [old.key]


async def test_a_batch_that_expects_more_messages_is_not_settled(
    database: Database, writer: Writer
) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    await arrive(writer, old, NOW, code=201)
    writer.edit(ChangeBatch(1, BatchChange(expected=2))).result(10)
    store.renew(old.key, NOW)

    assert store.end_settled(NOW + RETIRED_AT_LEAST) == []


async def test_a_batch_that_reports_by_another_secret_keeps_no_retired_one(
    database: Database, writer: Writer
) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    await arrive(writer, old, NOW)
    new = store.renew(old.key, NOW)
    await arrive(writer, new, NOW, code=102)

    assert store.end_settled(NOW + RETIRED_AT_LEAST) == [old.key]
