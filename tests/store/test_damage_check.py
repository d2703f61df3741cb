"""Damage is told, and nothing is stored into a damaged file."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kvitto.paths import database_file
from kvitto.store.damage_check import DamageCheck
from kvitto.store.database import Database, open_database
from kvitto.store.deletions import PurgePart
from kvitto.store.errors import DatabaseBrokenError
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.schema import store_health
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import START, a_report, append_all, arriving

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LATER = START + timedelta(days=100)


async def filled(folder: Path, count: int = 400) -> None:
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(count)])
        writer.edit(RecordHeartbeat(START, START, is_stopped=True)).result(60)
        writer.close()


def eventually(is_so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if is_so():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not happen")


def checked_at(database: Database) -> int | None:
    with database.reading.connect() as connection:
        return connection.scalar(select(store_health.c.checked_at_us))


def spoil(path: Path) -> None:
    """Write over the end of the file, not over what is read at every start."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 14 * 4096)
        file.write(os.urandom(8 * 4096))


@pytest.fixture(autouse=True)
def _daily_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.store.damage_check._DAILY_AFTER_S", 0.0)


async def test_the_daily_check_leaves_the_processors_to_the_window_s_start(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.damage_check._DAILY_AFTER_S", 3600.0)
    await filled(data_dir)
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(NOW)
        return NOW

    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        with DamageCheck(database, writer, clock) as check:
            check.start()
            writer.on_suspicion()
            eventually(lambda: checked_at(database) is not None)
        writer.close()
    assert len(asked) == 1, "only what is suspected was checked, and that is noted"


async def test_a_whole_file_is_checked_once_a_day(data_dir: Path) -> None:
    await filled(data_dir)
    now = NOW
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        with DamageCheck(database, writer, lambda: now) as check:
            check.start()
            eventually(lambda: checked_at(database) is not None)
        first = checked_at(database)
        now += timedelta(hours=23)
        with DamageCheck(database, writer, lambda: now) as check:
            assert not check.is_due()
        now += timedelta(hours=2)
        with DamageCheck(database, writer, lambda: now) as check:
            check.start()
            eventually(lambda: checked_at(database) != first)
        assert writer.alarm is None
        writer.close()


async def test_the_daily_check_waits_for_what_is_being_deleted_but_not_for_ever(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(data_dir)
    now_s = 100.0
    with open_database(data_dir) as database, closing(Writer(database)) as writer:
        writer.start()
        with DamageCheck(database, writer, lambda: NOW) as check:
            monkeypatch.setattr("kvitto.store.damage_check.time.monotonic", lambda: now_s)
            assert check.is_time()
            (batch,) = Reader(database).batches()
            part = PurgePart(batch.key, LATER, LATER, keeps_sums=True)
            writer.edit(part).result(60)
            assert check.is_due()
            assert not check.is_time()
            now_s += 11
            assert check.is_time(), "nothing was deleted lately"
            for now_s in (3600.0, 3711.0):  # noqa: B007 - the clock reads it
                writer.edit(PurgePart(batch.key, LATER, LATER, keeps_sums=True)).result(60)
            assert check.is_time(), "it has waited for an hour"


async def test_damage_is_told_and_reports_are_refused(data_dir: Path, log_watch: LogWatch) -> None:
    await filled(data_dir)
    spoil(database_file(data_dir))
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        with (
            log_watch.expect(logging.CRITICAL, "is damaged"),
            log_watch.expect(logging.ERROR, "is damaged"),
        ):
            with DamageCheck(database, writer, lambda: NOW) as check:
                check.start()
                eventually(lambda: writer.is_stopped)
            with pytest.raises(DatabaseBrokenError, match="kvitto salvage"):
                await writer.append(arriving(a_report("late")))
        writer.close()


@pytest.mark.parametrize("kept", [0.3, 0.9])
async def test_a_file_that_was_cut_is_refused_when_it_is_opened(
    data_dir: Path, kept: float
) -> None:
    await filled(data_dir)
    path = database_file(data_dir)
    os.truncate(path, int(path.stat().st_size * kept))

    with pytest.raises(DatabaseBrokenError):
        open_database(data_dir)


async def test_garbage_that_is_written_over_it_is_noticed(
    data_dir: Path, log_watch: LogWatch
) -> None:
    await filled(data_dir, 400)
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        assert await writer.append(arriving(a_report("m"))) is WriteResult.STORED
        spoil(database_file(data_dir))

        with (
            log_watch.expect(logging.ERROR, "is damaged"),
            pytest.raises(DatabaseBrokenError),
        ):
            await writer.append(arriving(a_report("late")))
        writer.close()


async def test_a_mistake_of_ours_does_not_end_the_checks(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(data_dir)
    monkeypatch.setattr("kvitto.store.damage_check._LOOK_EVERY_S", 0.01)
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        is_due = DamageCheck.is_due
        mistakes = [MemoryError("once")]

        def fails_once(self: DamageCheck) -> bool:
            if mistakes:
                raise mistakes.pop()
            return is_due(self)

        monkeypatch.setattr(DamageCheck, "is_due", fails_once)
        with (
            log_watch.expect(logging.ERROR, "could not be checked"),
            DamageCheck(database, writer, lambda: NOW) as check,
        ):
            check.start()
            eventually(lambda: checked_at(database) is not None)
        writer.close()
