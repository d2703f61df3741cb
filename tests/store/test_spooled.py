"""What has waited on a receiver's own disk is stored once, however often it is passed on."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kvitto.core.outages import OutageCause
from kvitto.core.phone_number import PhoneNumber
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.edit_errors import OtherStoreError
from kvitto.store.erasing import ErasePerson
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.receiver_runs import Heartbeat
from kvitto.store.receiver_tables import outage, recent_repeat
from kvitto.store.schema import report, store_state
from kvitto.store.server_errors import ReceiverNameTakenError
from kvitto.store.spooled import StoreHeartbeats, StoreSpooled
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.examples import examples
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.receiver_run_rows import receiver_runs

MINUTE = timedelta(minutes=1)


def at(second: int, message: str = "m1") -> ReportRequest:
    return arriving(a_report(message), at=START + timedelta(seconds=second))


def pass_on(writer: Writer, arrivals: Sequence[ReportRequest]) -> None:
    writer.edit(StoreSpooled(arrivals)).result()


def repeats_in(database: Database) -> list[int]:
    """Return how often each report was repeated, and how often any was."""
    with database.read() as connection:
        each = connection.scalars(select(report.c.repeat_count).order_by(report.c.pk)).all()
        total = connection.scalars(select(store_state.c.repeat_count)).one()
    assert sum(each) == total
    return list(each)


def noted_in(database: Database) -> int:
    with database.read() as connection:
        return connection.scalars(select(func.count()).select_from(recent_repeat)).one()


def test_what_is_passed_on_again_counts_once_be_it_new_or_a_repeat(
    writer: Writer, database: Database
) -> None:
    waiting = [at(0), at(1), at(2), at(2, "m2")]
    pass_on(writer, waiting)
    pass_on(writer, waiting)
    pass_on(writer, [*waiting[1:], at(3)])
    assert repeats_in(database) == [3, 0]
    assert not check(database).found


async def test_what_was_stored_at_once_after_all_counts_once(
    writer: Writer, database: Database
) -> None:
    database.is_shared = True
    await append_all(writer, [at(0), at(1), at(2)])
    await asyncio.to_thread(pass_on, writer, [at(1), at(2), at(3)])
    assert await asyncio.to_thread(repeats_in, database) == [3]


async def test_repeats_are_noted_where_a_commit_may_be_in_doubt(
    writer: Writer, database: Database
) -> None:
    await append_all(writer, [at(0), at(1)])
    assert await asyncio.to_thread(noted_in, database) == int(database.is_shared)


@examples(30)
@given(
    seconds=st.lists(st.integers(0, 5), unique=True, max_size=6),
    groups=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=5),
)
@pytest.mark.no_cover
def test_any_groups_passed_on_in_any_order_and_as_often_as_may_be_count_what_came(
    tmp_path_factory: pytest.TempPathFactory,
    seconds: list[int],
    groups: list[tuple[int, int]],
) -> None:
    came = [at(one) for one in seconds]
    with open_new_database(tmp_path_factory.mktemp("store")) as database:
        writer = Writer(database)
        writer.start()
        for begin, end in groups:
            pass_on(writer, came[begin:end])
        pass_on(writer, came)
        writer.close()
        assert repeats_in(database) == ([len(came) - 1] if came else [])


def test_a_report_about_somebody_who_was_erased_meanwhile_counts_once(
    writer: Writer, database: Database
) -> None:
    told = msgspec.structs.replace(a_report("m1"), recipient="46701234567")
    waiting = [arriving(told), arriving(told, at=START + MINUTE)]
    pass_on(writer, waiting)
    writer.edit(ErasePerson(PhoneNumber("46", "701234567"), START + 2 * MINUTE)).result()
    pass_on(writer, waiting)
    assert repeats_in(database) == [1]


def test_only_the_latest_repeats_are_noted(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.recent_repeats.MOST_REPEATS", 3)
    for second in range(9):
        pass_on(writer, [at(second)])
    assert noted_in(database) == 8
    mark = RecordHeartbeat(START, START + MINUTE, receiver="a", folder_id="1")
    writer.edit(Heartbeat(mark, None, is_first=True)).result()
    assert noted_in(database) == 3
    pass_on(writer, [at(8)])
    assert repeats_in(database) == [8]


def test_what_waited_for_another_store_is_not_stored(writer: Writer, database: Database) -> None:
    keys = CallbackKeyStore(database)
    assert keys.mark() == ""
    keys.make(START)
    mark = keys.mark()
    keys.make(START)
    assert keys.mark() == mark
    heartbeat = RecordHeartbeat(START, START + MINUTE, receiver="a")
    for edit in (StoreSpooled([at(0)], "other"), StoreHeartbeats([heartbeat], "other")):
        with pytest.raises(OtherStoreError):
            writer.edit(edit).result()
    assert writer.alarm is None
    assert (repeats_in(database), receiver_runs(database)) == ([], [])
    writer.edit(StoreSpooled([at(0)], mark)).result()
    assert repeats_in(database) == [0]


def test_kept_heartbeats_say_how_long_a_run_went_on(writer: Writer, database: Database) -> None:
    def beat(minute: int, run: int = 0) -> RecordHeartbeat:
        started, now = START + run * MINUTE, START + minute * MINUTE
        closed = RecordOutage(START, now, OutageCause.ASLEEP, receiver="a")
        return RecordHeartbeat(started, now, outages=[closed] if run else [], receiver="a")

    writer.edit(beat(1)).result()
    writer.edit(StoreHeartbeats([beat(5), beat(9, run=7)])).result()
    [first, second] = receiver_runs(database)
    assert (first.heartbeat_at_us - first.started_at_us) == 5 * 60_000_000
    assert (second.heartbeat_at_us - second.started_at_us) == 2 * 60_000_000
    writer.edit(StoreHeartbeats([beat(3), beat(8, run=7)])).result()
    assert receiver_runs(database) == [first, second], "an older one says nothing"
    with database.read() as connection:
        assert len(connection.execute(select(outage)).all()) == 1


def beating(folder_id: str, minute: int, started: int = 0) -> Heartbeat:
    begin, now = START + started * MINUTE, START + minute * MINUTE
    mark = RecordHeartbeat(begin, now, receiver="clinic", folder_id=folder_id)
    return Heartbeat(mark, None, is_first=False)


def test_the_second_receiver_of_a_name_is_refused_until_the_first_is_gone(
    writer: Writer, database: Database
) -> None:
    writer.edit(beating("1", 0)).result()
    with pytest.raises(ReceiverNameTakenError):
        writer.edit(beating("2", 1, started=1)).result()
    assert writer.alarm is None
    assert len(receiver_runs(database)) == 1
    writer.edit(beating("2", 4, started=1)).result()
    with pytest.raises(ReceiverNameTakenError):
        writer.edit(beating("1", 5)).result()


def test_the_receiver_of_a_copied_folder_is_known_by_heartbeats_that_go_on(
    writer: Writer,
) -> None:
    ours = beating("1", 0)
    writer.edit(ours).result()
    writer.edit(beating("1", 2, started=1)).result()

    def next_of(before: Heartbeat, minute: int) -> Heartbeat:
        mark = RecordHeartbeat(START, START + minute * MINUTE, receiver="clinic", folder_id="1")
        return Heartbeat(mark, None, is_first=False, namesakes=before.namesakes)

    second = next_of(ours, 3)
    writer.edit(second).result()
    third = next_of(second, 4)
    writer.edit(third).result()  # the other one may have been killed
    writer.edit(beating("1", 5, started=1)).result()
    with pytest.raises(ReceiverNameTakenError):
        writer.edit(next_of(third, 6)).result()


def test_a_run_goes_on_by_its_new_name(writer: Writer, database: Database) -> None:
    writer.edit(beating("1", 0)).result()
    mark = RecordHeartbeat(START, START + MINUTE, receiver="clinic-ab12", folder_id="2")
    renamed = Heartbeat(mark, None, is_first=True, renamed_from=("clinic", "1"))
    writer.edit(renamed).result()
    assert len(receiver_runs(database)) == 1
    writer.edit(beating("3", 1, started=1)).result()
