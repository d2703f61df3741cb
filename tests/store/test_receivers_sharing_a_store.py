"""Several receivers on one store: whose interruptions there are, and for which keys they count."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.daily_limit import DAY_US
from kvitto.store.database import Database
from kvitto.store.exposure_queries import read_exposure
from kvitto.store.mutations import AcknowledgeOutage, RecordHeartbeat, RecordOutage
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from kvitto.store.spooled import StoreHeartbeats
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START
from tests.store.conftest import new_server_store
from tests.store.test_outage_queries import appended, arrival, at, edited


@pytest.fixture
def database(cluster: Cluster, data_dir: Path) -> Iterator[Database]:
    with new_server_store(cluster, data_dir) as opened:
        yield opened


@pytest.fixture
def outage_queries(database: Database) -> OutageReader:
    return OutageReader(database)


def ran(
    name: str, begin: float, last: float, *, keys: Sequence[int] = (), ended: bool = True
) -> RecordHeartbeat:
    """Return the mark of a receiver that ran, and that reports came to by these keys."""
    day = to_microseconds(at(begin)) // DAY_US
    served = [(key, day) for key in keys]
    return RecordHeartbeat(at(begin), at(last), ended, receiver=name, served=served)


def key_of(database: Database, name: str) -> int:
    """Return the number of a receiver's own key."""
    database.receiver = name
    number = CallbackKeyStore(database).newest(START).key
    database.receiver = "here"
    return number


def outages(database: Database, now: float, *, is_running: bool = True) -> list[Outage]:
    return OutageReader(database).outages(START, now=at(now), is_running=is_running)


def counting(found: Sequence[Outage], key: int | None) -> list[tuple[str, datetime]]:
    return [(one.receiver, one.begin) for one in found if one.counts_for(key)]


def test_each_receiver_has_a_key_of_its_own(database: Database) -> None:
    assert key_of(database, "here") != key_of(database, "there")
    assert key_of(database, "here") == key_of(database, "here")


def test_receivers_share_the_key_of_a_public_url(database: Database) -> None:
    stored = CallbackKeyStore(database)
    database.receiver = "here"
    ours = stored.for_public_url("https://example.org", START)
    database.receiver = "there"

    assert stored.for_public_url("https://example.org", START) == ours


def test_two_that_started_at_the_same_moment_have_two_runs(
    writer: Writer, database: Database
) -> None:
    here, there = key_of(database, "here"), key_of(database, "there")
    edited(writer, ran("here", 0, 100, ended=False), ran("there", 0, 20, keys=[there]))

    found = outages(database, 100)

    assert [(one.receiver, one.begin, one.end) for one in found] == [("there", at(20), None)]
    assert (found[0].counts_for(there), found[0].counts_for(here)) == (True, False)


def test_one_that_runs_hides_no_interruption_of_another(writer: Writer, database: Database) -> None:
    here, there = key_of(database, "here"), key_of(database, "there")
    edited(
        writer,
        ran("here", 0, 200, keys=[here], ended=False),
        ran("there", 0, 20, keys=[there]),
        ran("there", 120, 200, ended=False),
    )

    found = outages(database, 200)

    assert counting(found, there) == [("there", at(20))]
    assert counting(found, here) == []
    assert found[0].end == at(120)


def test_an_interruption_does_not_count_for_a_key_that_another_receiver_served(
    writer: Writer, database: Database
) -> None:
    shared = CallbackKeyStore(database).for_public_url("https://example.org", START).key
    edited(
        writer,
        ran("here", 0, 200, keys=[shared], ended=False),
        ran("there", 0, 20, keys=[shared]),
        ran("there", 120, 200, ended=False),
    )

    assert outages(database, 200) == []


def test_it_counts_for_the_time_in_which_the_other_did_not_run_either(
    writer: Writer, database: Database
) -> None:
    shared = CallbackKeyStore(database).for_public_url("https://example.org", START).key
    edited(
        writer,
        ran("here", 0, 50, keys=[shared]),
        ran("here", 80, 200, ended=False),
        ran("there", 0, 20, keys=[shared]),
        ran("there", 120, 200, ended=False),
    )

    found = outages(database, 200)

    assert {(one.receiver, one.begin, one.end) for one in found} == {
        ("there", at(50), at(80)),
        ("here", at(50), at(80)),
    }
    assert all(one.counts_for(shared) for one in found)


def test_one_that_runs_but_receives_nothing_takes_no_interruption_away(
    writer: Writer, database: Database
) -> None:
    shared = CallbackKeyStore(database).for_public_url("https://example.org", START).key
    edited(
        writer,
        ran("here", 0, 200, keys=[shared], ended=False),
        RecordOutage(at(10), at(110), OutageCause.TUNNEL, receiver="here"),
        ran("there", 0, 20, keys=[shared]),
        ran("there", 120, 200, ended=False),
    )

    found = [one for one in outages(database, 200) if one.receiver == "there"]

    assert [(one.begin, one.end) for one in found] == [(at(20), at(110))]
    assert found[0].counts_for(shared)


def test_where_a_key_leads_is_what_was_seen_last(writer: Writer, database: Database) -> None:
    moved = CallbackKeyStore(database).for_public_url("https://example.org", START).key
    day = 24 * 60
    edited(
        writer,
        ran("here", 0, 60, keys=[moved], ended=False),
        replace(ran("here", 0, 5 * day, ended=False)),
        ran("there", 3 * day, 3 * day + 20, keys=[moved]),
    )

    found = outages(database, 5 * day)

    # It led to "here" once; for two days all its reports have come to "there".
    assert counting(found, moved) == [("there", at(3 * day + 20))]


def test_of_a_key_of_which_nothing_is_known_every_interruption_counts(
    writer: Writer, database: Database
) -> None:
    database.receiver = ""
    unknown = CallbackKeyStore(database).newest(START).key
    database.receiver = "here"
    edited(writer, ran("here", 0, 200, ended=False), ran("there", 0, 20))

    found = outages(database, 200)

    assert counting(found, unknown) == counting(found, None) == [("there", at(20))]


def test_one_without_heartbeats_does_not_run(writer: Writer, database: Database) -> None:
    there = key_of(database, "there")
    edited(writer, ran("here", 0, 100, ended=False), ran("there", 0, 98, ended=False))

    assert outages(database, 100) == []
    assert counting(outages(database, 101), there) == [("there", at(98))]


def test_one_with_a_spool_that_is_not_heard_of_may_receive_until_it_says_otherwise(
    writer: Writer, database: Database
) -> None:
    key_of(database, "there")
    heard = replace(ran("there", 0, 98, ended=False), is_spooling=True)
    edited(writer, ran("here", 0, 120, ended=False), heard)
    [found] = outages(database, 120)
    assert (found.begin, found.end, found.by) == (at(98), None, OutageCause.UNHEARD)
    # It was killed at 110, and started again at 115.
    kept = replace(heard, now=at(110))
    writer.edit(StoreHeartbeats([kept])).result()
    edited(writer, replace(ran("there", 115, 120, ended=False), is_spooling=True))
    [found] = outages(database, 120)
    assert (found.begin, found.end, found.by) == (at(110), at(115), OutageCause.CRASHED)


async def test_a_report_that_came_to_another_proves_nothing(
    writer: Writer, database: Database
) -> None:
    there = key_of(database, "there")
    edited(
        writer,
        ran("here", 0, 200, ended=False),
        ran("there", 0, 20, keys=[there]),
        ran("there", 120, 200, ended=False),
    )
    await appended(writer, [arrival(1, None, 60)])

    assert counting(outages(database, 200), there) == [("there", at(20))]


async def test_batches_are_exposed_by_what_counts_for_their_keys(
    writer: Writer, database: Database, reader: Reader
) -> None:
    here, there = key_of(database, "here"), key_of(database, "there")
    edited(
        writer,
        ran("here", 0, 1000, keys=[here], ended=False),
        ran("there", 0, 20, keys=[there]),
        ran("there", 600, 1000, ended=False),
    )
    of_here = replace(arrival(1, 10, 11, "sent-here"), callback_key=here)
    of_there = replace(arrival(2, 10, 11, "sent-there"), callback_key=there)
    await appended(writer, [of_here, of_there])
    found = outages(database, 1000)

    exposed = read_exposure(OutageReader(database), found, reader.batches(), at(1000))

    there_batch = reader.batch("sent-there")
    assert there_batch is not None
    assert list(exposed) == [there_batch.key]


def test_interruptions_at_one_moment_are_acknowledged_each(
    writer: Writer, database: Database
) -> None:
    for name in ("here", "there"):
        edited(writer, RecordOutage(at(10), at(20), OutageCause.DISK, receiver=name))
    theirs = next(one for one in outages(database, 30) if one.receiver == "there")

    edited(writer, AcknowledgeOutage(theirs, at(25)))

    marked = {one.receiver: one.acknowledged for one in outages(database, 30)}
    assert marked == {"here": None, "there": at(25)}


def test_a_window_ends_the_outages_of_its_own_receiver_alone(
    writer: Writer, database: Database, outage_queries: OutageReader
) -> None:
    for name in ("here", "there"):
        edited(writer, RecordOutage(at(10), None, OutageCause.TUNNEL, receiver=name))
    database.receiver = "there"

    assert [one.receiver for one in outage_queries.unended(OutageCause.TUNNEL)] == ["there"]


def test_a_revoked_key_keeps_no_interruption_open(writer: Writer, database: Database) -> None:
    here, there = key_of(database, "here"), key_of(database, "there")
    edited(writer, ran("here", 0, 200, ended=False), ran("there", 0, 20, keys=[there]))
    CallbackKeyStore(database).revoke(there, at(10))

    assert counting(outages(database, 200), here) == []
    assert outages(database, 200 + timedelta(days=30) / timedelta(minutes=1)) == []


@pytest.mark.parametrize("ahead_s", [2, 200])
def test_one_whose_clock_is_a_little_ahead_runs_as_well(
    writer: Writer, database: Database, ahead_s: float
) -> None:
    edited(
        writer,
        ran("here", 0, 100, ended=False),
        ran("there", 0, 100 + ahead_s / 60, ended=False),
    )

    assert outages(database, 100) == []


def test_what_came_without_a_key_counts_like_a_key(writer: Writer, database: Database) -> None:
    key_of(database, "there")
    edited(
        writer,
        ran("here", 0, 200, keys=[0], ended=False),
        ran("there", 0, 20),
    )
    found = outages(database, 200)
    assert counting(found, None) == []

    edited(writer, ran("there", 30, 40, keys=[0]))
    again = [one for one in outages(database, 200) if one.receiver == "there"]
    assert not any(one.counts_for(None) for one in again)
    edited(writer, RecordOutage(at(30), at(200), OutageCause.TUNNEL, receiver="here"))
    assert any(one.counts_for(None) for one in outages(database, 200) if one.receiver == "there")


def test_a_store_that_was_moved_to_a_server_misses_no_receiver_without_a_name(
    writer: Writer, database: Database
) -> None:
    database.receiver = "here"
    edited(writer, ran("", 0, 20), ran("here", 60, 200, ended=False))

    found = outages(database, 200)

    assert [(one.receiver, one.begin, one.end) for one in found] == [("", at(20), at(60))]


def test_a_store_that_was_copied_into_a_folder_has_one_receiver(tmp_path: Path) -> None:
    with open_new_database(tmp_path) as database:
        writer = Writer(database)
        writer.start()
        edited(
            writer,
            ran("north", 0, 20),
            ran("south", 0, 30),
            RecordOutage(at(5), at(8), OutageCause.ASLEEP, receiver="north"),
            RecordHeartbeat(at(60), at(200)),
        )
        found = OutageReader(database).outages(START, now=at(200), is_running=True)
        writer.close()

    told = [(one.receiver, one.begin, one.end) for one in found if one.by in NOT_RUNNING]
    assert told == [("", at(30), at(60))]
