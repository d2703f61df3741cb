"""What is held for a database that is written over: no other branch's, nobody's who was erased."""

import logging
import shutil
from pathlib import Path

import msgspec
import pytest

from kvitto.core.kept_body import body_of
from kvitto.core.phone_number import PhoneNumber
from kvitto.core.report import DeliveryReport
from kvitto.paths import database_file
from kvitto.store import folding
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.erasing import ErasePerson
from kvitto.store.errors import DatabaseBrokenError
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import START, a_report, append_all, arriving, refused
from tests.store.attacking import started
from tests.store.test_erasing import files_with
from tests.store.test_overwritten_database import copy_over, filled, older_copy, saved_files

DIGITS = "709876543"
PERSON = PhoneNumber("46", DIGITS)


@pytest.fixture(autouse=True)
def folds_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "CHECKPOINT_PAGES", 10)


async def grown(writer: Writer, name: str, groups: int, batch_id: str = "batch-a") -> None:
    for number in range(groups):
        await append_all(writer, [arriving(a_report(f"{name}{number}", batch_id=batch_id))])


async def test_a_copy_that_went_its_own_way_loses_nothing_of_what_is_held(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 20)
    other = tmp_path / "other"
    shutil.copytree(data_dir, other)
    with open_database(other) as database, started(database) as writer:
        await grown(writer, "theirs", 40)
    with open_database(data_dir) as database, started(database) as writer:
        await grown(writer, "ours", 30)
        await grown(writer, "a", 20)  # repeats, of what the copy has
        with log_watch.expect(logging.CRITICAL, "changed what is in"):
            copy_over(database_file(other))(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
        assert Reader(database).counts().messages == 20 + 40 + 30 + 1
        # Those of revisions that the copy has, too, are not counted: they may be in it.
        assert Reader(database).counts().repeats <= 20
        assert check(database).differences == []


async def test_repeats_that_a_copy_has_are_not_counted_again(
    data_dir: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 20)
    with open_database(data_dir) as database, started(database) as writer:
        await grown(writer, "a", 20)
        older = older_copy(database.path)
        await grown(writer, "b", 5)
        with log_watch.expect(logging.CRITICAL, "changed what is in"):
            copy_over(older)(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
        counts = Reader(database).counts()
        assert (counts.messages, counts.repeats) == (20 + 5 + 1, 20)
        assert check(database).differences == []


async def test_what_was_deleted_does_not_come_back_with_an_older_copy(
    data_dir: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, "a", 20)
    older = older_copy(database_file(data_dir))
    with open_database(data_dir) as database, started(database) as writer:
        await grown(writer, "b", 20, batch_id="batch-b")
        (gone,) = [one.key for one in Reader(database).batches() if one.batch_id == "batch-b"]
        writer.edit(DeleteBatches((gone,))).result(30)
        await grown(writer, "c", 20)
        with log_watch.expect(logging.CRITICAL, "newest reports in it are lost"):
            copy_over(older)(database.path)
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
        assert {one.batch_id for one in Reader(database).batches()} == {"batch-a"}
        assert check(database).differences == []


def to_person(report: DeliveryReport) -> ReportRequest:
    report = msgspec.structs.replace(report, recipient=f"46{DIGITS}", reference=f"0{DIGITS}")
    return arriving(report, body=body_of(report))


async def test_what_comes_late_about_an_erased_person_is_held_without_the_number(
    data_dir: Path, tmp_path: Path, log_watch: LogWatch
) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"garbage" * 10_000)
    with open_database(data_dir) as database, started(database) as writer:
        await append_all(writer, [to_person(a_report("hers", code=102))])
        writer.edit(ErasePerson(PERSON, START)).result(30)
        writer.flush()
        await append_all(writer, [to_person(a_report("hers", code=201, final=True, second=9))])
        await append_all(writer, [refused(f'{{"messageId":"hers","to":"46{DIGITS}"'.encode())])
        await grown(writer, "others", 20)
        copy_over(garbage)(database.path)
        with (
            log_watch.expect(logging.ERROR, "What was received last"),
            pytest.raises(DatabaseBrokenError),
        ):
            await writer.append(arriving(a_report("late")))
    assert saved_files(data_dir)
    assert not files_with(data_dir, DIGITS)


async def test_the_newest_report_is_told_though_it_could_not_be_rescued(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def is_full(_copy: object) -> None:
        raise OSError(28, "No space left on device")

    with open_database(data_dir) as database, started(database) as writer:
        await grown(writer, "a", 3)
        files = writer.files
        assert isinstance(files, WriterConnection)
        monkeypatch.setattr("kvitto.store.repair.rescue_log", is_full)
        assert files.rescue() == 3
    assert "is not saved: [Errno 28] No space left on device" in capfd.readouterr().err
