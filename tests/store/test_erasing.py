"""Erasing a person: no file has the digits, the sums stay, and late reports change nothing."""

from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlalchemy.exc import IntegrityError

from kvitto.core.erased import is_token
from kvitto.core.follow_up import FollowUpMark
from kvitto.core.kept_body import body_of
from kvitto.core.phone_number import PhoneNumber
from kvitto.core.report import DeliveryReport
from kvitto.paths import database_file
from kvitto.store.asked_edits import AddAsked, AskedMessage, AskedStatus
from kvitto.store.backup import back_up, restore
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.erasing import EraseAgain, ErasePerson
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.merging import merge
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.person import PersonReader
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageSearch
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.helpers.new_store import lay_new_database
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving, refused

NATIONAL = "701234567"
PERSON = PhoneNumber("46", NATIONAL)
LATER = START + timedelta(days=1)


def to(recipient: str | None, report: DeliveryReport) -> ReportRequest:
    report = msgspec.structs.replace(report, recipient=recipient)
    return arriving(report, body=body_of(report))


def writer_is_done(writer: Writer) -> None:
    """Wait for what a writer begins with, too: that is in its queue when the first is through."""
    writer.flush()
    writer.flush()


def files_with(folder: Path, text: str) -> list[str]:
    return [
        one.name
        for one in sorted(folder.rglob("*"))
        if one.is_file() and text.encode() in one.read_bytes()
    ]


WRITTEN = ("46701234567", "0046701234567", "460701234567", "0701234567", "46 70-123 45 67")
OTHER = "46709999999"


def life(message_id: str, recipient: str, reference: str | None = "Ref") -> list[ReportRequest]:
    return [
        to(recipient, a_report(message_id, code=102, second=1, reference=reference)),
        to(recipient, a_report(message_id, code=201, final=True, second=3, reference=reference)),
    ]


EVERYTHING = [
    *(one for place, number in enumerate(WRITTEN) for one in life(f"own-{place}", number)),
    *life("other", OTHER, "Other"),
    *life("telling", OTHER, "for +46 70 123 45 67"),
    *life("neighbour", f"47{NATIONAL}", "Other"),
]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_no_file_has_the_digits_and_all_sums_stay(
    database: FileDatabase,
    writer: Writer,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_indexed: bool,
) -> None:
    if is_indexed:
        monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
    await append_all(writer, EVERYTHING[:-2])
    telling = b'{"from": "46701234567", "text'
    await append_all(writer, [refused(telling), refused(b'{"from": "46709999999"')])
    [batch] = reader.batches()
    keys = {one.message_id: one.key for one in reader.stream_messages()}
    note = BatchChange(notes="phoned 0701234567", label="70-1234567 and others")
    writer.edit(ChangeBatch(batch.key, note)).result()
    mark = MarkMessages((keys["own-0"],), START, FollowUpMark.CALLED, "0701234567 no answer")
    writer.edit(mark).result()
    person = PersonReader(database).person(PERSON)
    assert set(person.keys) == {key for name, key in keys.items() if name.startswith("own")}
    before = msgspec.structs.replace(reader.batches()[0], revision=0)
    folder = database.path.parent
    assert files_with(folder, NATIONAL)

    revision = writer.edit(ErasePerson(PERSON, LATER)).result()

    assert files_with(folder, NATIONAL) == []
    assert check(database).differences == []
    assert MessageSearch(database).batches(MessageFilter(text=NATIONAL)) == {}
    assert PersonReader(database).person(PERSON).keys == ()
    [after] = reader.batches()
    assert after.revision == revision
    assert (after.label, after.notes) == ("[…] and others", "phoned […]")
    assert msgspec.structs.replace(
        after, revision=0, label=before.label, notes=before.notes, reference=None
    ) == msgspec.structs.replace(before, reference=None)
    messages = {one.message_id: one.state for one in reader.stream_messages()}
    assert all(
        state.recipient is not None
        and state.reference is not None
        and is_token(state.reference.value)
        and is_token(state.recipient.value) is (name != "telling")
        for name, state in messages.items()
        if name != "other"
    )
    assert messages["other"].reference is not None
    assert messages["other"].reference.value == "Other"
    [erasure] = PersonReader(database).erasures()
    assert (erasure.messages, erasure.reports, erasure.mentions) == (5, 10, 1)
    assert (erasure.refused, erasure.is_rewritten) == (1, True)
    assert QuarantineReader(database).rejections().groups[0].bodies == 1
    [row] = PersonReader(database).follow_ups([keys["own-0"]])
    assert (row.mark, row.note) == (FollowUpMark.CALLED, None)


async def test_late_reports_are_recognised_and_bring_no_digit_back(
    database: FileDatabase, writer: Writer, reader: Reader
) -> None:
    await append_all(writer, EVERYTHING)
    writer.edit(ErasePerson(PERSON, LATER)).result()
    before = reader.batches()[0]

    retried = await append_all(writer, EVERYTHING[:10])
    assert set(retried) == {WriteResult.DUPLICATE}
    assert msgspec.structs.replace(reader.batches()[0], revision=before.revision) == before
    late = [
        to(WRITTEN[0], a_report("own-0", code=112, second=2, reference="Ref")),
        to(WRITTEN[1], a_report("own-1", code=511, final=True, second=9, reference=None)),
        to(OTHER, a_report("telling", code=112, second=2, reference="46701234567")),
    ]
    assert (
        await append_all(writer, [*late, *late])
        == [WriteResult.STORED] * 3 + [WriteResult.DUPLICATE] * 3
    )
    asked = a_report("own-2", code=112, second=2, reference="46701234567")
    statuses = (AskedStatus(asked, body_of(asked).decode()),)
    writer.edit(AddAsked("batch-a", LATER, (AskedMessage("own-2", statuses),))).result()

    writer.flush()
    assert files_with(database.path.parent, NATIONAL) == files_with(
        database.path.parent, f"47{NATIONAL}"
    )
    assert check(database).differences == []
    states = {one.message_id: one.state for one in reader.stream_messages()}
    assert (states["own-1"].code, states["own-1"].final) == (511, True)
    assert states["telling"].recipient is not None
    assert states["telling"].recipient.value == OTHER


async def test_reports_that_come_when_their_batch_is_gone_bring_no_digit_back(
    database: FileDatabase, writer: Writer, reader: Reader
) -> None:
    mine = [*life("own-0", WRITTEN[0]), *life("other", OTHER)]
    await append_all(writer, mine)
    writer.edit(ErasePerson(PERSON, LATER)).result()
    purge(writer.edit, reader.batches()[0].key, LATER)

    await append_all(writer, mine)
    assert check(database).differences == []
    writer.edit(DeleteBatches((reader.batches()[0].key,))).result()
    await append_all(writer, mine)

    writer.flush()
    assert check(database).differences == []
    assert files_with(database.path.parent, NATIONAL) == []


async def test_of_reports_of_one_moment_the_same_one_counts_as_before(
    database: FileDatabase, writer: Writer, reader: Reader
) -> None:
    at_once = [
        to(WRITTEN[0], a_report(f"own-{place}", code=201, final=True, second=1, price_nano=price))
        for place in range(8)
        for price in (400_000_000, 800_000_000)
    ]
    await append_all(writer, at_once)
    before = reader.batches()[0]

    writer.edit(ErasePerson(PERSON, LATER)).result()

    after = reader.batches()[0]
    assert (after.costs, after.statuses) == (before.costs, before.statuses)
    assert check(database).differences == []
    assert set(await append_all(writer, at_once)) == {WriteResult.DUPLICATE}


async def test_who_was_erased_does_not_come_back_with_an_older_backup(
    data_dir: Path, tmp_path: Path
) -> None:
    lay_new_database(data_dir)
    old = tmp_path / "old.backup"
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        CallbackKeyStore(database).make(START)
        await append_all(writer, EVERYTHING[:4])
        back_up(data_dir, old)
        await append_all(writer, EVERYTHING[4:10])
        writer.edit(ErasePerson(PERSON, LATER)).result()
        writer.close()

    restored = restore(data_dir, old)
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        writer_is_done(writer)
        assert PersonReader(database).person(PERSON).keys == ()
        assert check(database).differences == []
        assert [one.is_rewritten for one in PersonReader(database).erasures()] == [True]
        writer.close()

    # What the restore has kept has no digit either, and its later reports are the same ones.
    assert files_with(data_dir, NATIONAL) == []
    assert restored.kept is not None
    assert merge(data_dir, database_file(restored.kept)).reports == 6
    assert files_with(data_dir, NATIONAL) == []
    with open_database(data_dir) as database:
        assert check(database).differences == []
        assert [one.reports for one in Reader(database).batches()] == [10]


async def test_the_audit_can_only_be_added_to(database: FileDatabase, writer: Writer) -> None:
    await append_all(writer, EVERYTHING[:2])
    writer.edit(ErasePerson(PERSON, LATER)).result()
    with database.writing.connect() as connection:
        for change in ("DELETE FROM erasure", "UPDATE erasure SET message_count = 0"):
            with pytest.raises(IntegrityError, match="append-only"), connection.begin():
                connection.exec_driver_sql(change)


async def test_who_hinders_the_rewriting_only_delays_it(
    database: FileDatabase, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.folding.WAIT_MS", 1)
    await append_all(writer, EVERYTHING[:2])
    with database.reading.connect() as reading, reading.begin():
        reading.exec_driver_sql("SELECT count(*) FROM report").all()
        writer.edit(ErasePerson(PERSON, LATER)).result()
        assert not PersonReader(database).erasures()[0].is_rewritten
        await append_all(writer, EVERYTHING[2:4])
    writer.close()
    assert check(database).differences == []

    following = Writer(database)
    following.start()
    writer_is_done(following)
    following.close()
    assert PersonReader(database).erasures()[0].is_rewritten


async def test_what_was_deleted_before_leaves_no_trace_either(
    database: FileDatabase, writer: Writer, reader: Reader
) -> None:
    await append_all(writer, EVERYTHING[:10])
    purge(writer.edit, reader.batches()[0].key, LATER)
    assert files_with(database.path.parent, NATIONAL)

    writer.edit(ErasePerson(PERSON, LATER)).result()

    assert files_with(database.path.parent, NATIONAL) == []
    assert PersonReader(database).erasures()[0].messages == 0


async def test_ids_that_have_the_number_in_them_stay_and_are_told_of(
    database: FileDatabase, writer: Writer
) -> None:
    await append_all(writer, life(f"id-{WRITTEN[0]}", WRITTEN[0]))

    writer.edit(ErasePerson(PERSON, LATER)).result()

    assert PersonReader(database).erasures()[0].ids == 1
    assert check(database).differences == []


def any_reports(seed: int) -> list[ReportRequest]:
    """Return reports of a few messages that are alike in all but one or two fields, mostly."""
    draw = Random(seed)
    return [
        to(
            draw.choice((*WRITTEN[:2], OTHER, None)),
            a_report(
                f"m-{draw.randrange(4)}",
                code=draw.choice((103, 104, 112, 201, 511)),
                final=draw.random() < 0.5,
                second=draw.randrange(2),
                price_nano=draw.choice((None, 400_000_000, 800_000_000)),
                segments=draw.choice((None, 1, 2)),
                reference=draw.choice((None, "Anna", "Bo", f"for {WRITTEN[0]}")),
            ),
        )
        for _ in range(80)
    ]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_came_sums_stay_and_all_of_it_is_known_again(
    database: FileDatabase, writer: Writer, reader: Reader, seed: int
) -> None:
    arrivals = any_reports(seed)
    await append_all(writer, arrivals)
    before = reader.batches()[0]

    writer.edit(ErasePerson(PERSON, LATER)).result()
    after = reader.batches()[0]
    assert set(await append_all(writer, arrivals)) == {WriteResult.DUPLICATE}

    assert (after.costs, after.statuses, after.reports) == (
        before.costs,
        before.statuses,
        before.reports,
    )
    assert check(database).differences == []
    assert files_with(database.path.parent, NATIONAL) == []


async def test_reports_that_differ_in_what_is_erased_alone_are_erased_again(
    database: FileDatabase, writer: Writer
) -> None:
    alike = [
        to(number, a_report("own", code=201, final=True, reference=reference))
        for number in WRITTEN[:2]
        for reference in ("Anna", "Bo")
    ]
    await append_all(writer, alike)
    with database.writing.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "INSERT INTO erased_message VALUES ('batch-a', 'own', 'erased-a', 'erased-b', 1)"
        )

    writer.edit(EraseAgain()).result()

    assert files_with(database.path.parent, NATIONAL) == []
    assert check(database).differences == []
    assert set(await append_all(writer, alike)) == {WriteResult.DUPLICATE}
