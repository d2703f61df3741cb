"""When the log is folded in: early where nobody waits, late under load."""

import pytest

from kvitto.store.damage import file_marks
from kvitto.store.database import FileDatabase
from kvitto.store.file_guard import companions
from kvitto.store.folding import FoldSchedule
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving

_PAGES = 200
_FULL_BYTES = _PAGES * 4096


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.store.folding.CHECKPOINT_PAGES", _PAGES)


def revision_in_file(database: FileDatabase) -> int:
    """Return the revision that the database's file has without its log."""
    marks = file_marks(database.path)
    assert marks is not None
    return marks.revision


async def test_a_log_is_folded_in_early_where_reports_come_one_by_one(
    database: FileDatabase, writer: Writer
) -> None:
    before = revision_in_file(database)
    log = companions(database.path)[0]
    for number in range(1000):
        await append_all(writer, [arriving(a_report(f"m{number}"))])
        writer.flush()
        if revision_in_file(database) > before:
            break
        assert log.stat().st_size < _FULL_BYTES // 2
    assert revision_in_file(database) > before
    assert writer.incident is None


async def test_it_grows_to_its_full_size_where_they_come_together(
    database: FileDatabase, writer: Writer
) -> None:
    await append_all(writer, [arriving(a_report("first"))])
    before = revision_in_file(database)
    log, size = companions(database.path)[0], 0
    for number in range(1000):
        size = log.stat().st_size
        await append_all(writer, [arriving(a_report(f"m{number}-{n}")) for n in range(20)])
        writer.flush()
        if revision_in_file(database) > before:
            break
    assert revision_in_file(database) > before
    assert size > _FULL_BYTES // 2


def test_what_a_reader_holds_is_not_tried_for_each_report() -> None:
    schedule = FoldSchedule()
    size = _FULL_BYTES // 4
    assert schedule.is_due(size, is_full=False, is_quiet=True)
    assert not schedule.is_due(size, is_full=False, is_quiet=False)
    schedule.put_off(size)
    assert not schedule.is_due(size + 4096, is_full=False, is_quiet=True)
    assert schedule.is_due(2 * size, is_full=False, is_quiet=True)
    assert schedule.is_due(4 * size, is_full=False, is_quiet=False)
