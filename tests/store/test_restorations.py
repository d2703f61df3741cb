"""What a restore says of the time since: no false interruption, and no report forgotten."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause
from kvitto.core.report import Origin
from kvitto.paths import database_file, instance_file
from kvitto.store.backup import back_up, restore
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.database_copies import incomplete_since
from kvitto.store.lockfile import Instance, InstanceInfo
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.outage_queries import OutageReader
from kvitto.store.restorations import AcknowledgeRestoration, Restoration, read_restorations
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving

NOW = utc_now().replace(microsecond=0)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


async def receive(
    folder: Path, names: list[str], *, begin: datetime, end: datetime, is_closed: bool = True
) -> None:
    """Let a receiver run for a time, in the middle of which reports come."""
    with open_database(folder) as database:
        keys = CallbackKeyStore(database)
        key = keys.newest(begin)
        writer = Writer(database)
        writer.start()
        writer.edit(RecordHeartbeat(begin, begin)).result(60)
        middle = begin + (end - begin) / 2
        arrivals = [arriving(a_report(name), at=middle) for name in names]
        await append_all(writer, arrivals)
        writer.edit(RecordHeartbeat(begin, end, is_stopped=is_closed)).result(60)
        writer.close()
        assert key.value


def outages(folder: Path) -> list[Outage]:
    with open_database(folder) as database:
        reader = OutageReader(database)
        return reader.outages(ago(1000), now=NOW, is_running=True)


def restorations(folder: Path) -> list[Restoration]:
    with open_database(folder) as database:
        return list(read_restorations(database))


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "safe").mkdir()
    return tmp_path / "safe" / "b.db"


async def test_the_time_since_the_backup_is_no_interruption_but_is_told(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200), is_closed=False)
    back_up(data_dir, backup)
    await receive(data_dir, ["new1", "new2"], begin=ago(300), end=ago(20))

    restored = restore(data_dir, backup)
    await receive(data_dir, [], begin=ago(10), end=NOW)

    assert outages(data_dir) == [Outage(ago(20), ago(10), OutageCause.STOPPED)]
    [told] = restorations(data_dir)
    assert restored.kept is not None
    assert restored.left_out == told.left_out
    assert (told.left_out.kept, told.left_out.reports) == (restored.kept.name, 2)
    assert told.begin == told.end == ago(160)
    assert told.kept_file(data_dir) == restored.kept / "kvitto.db"
    with open_database(data_dir) as database:
        assert check(database).differences == []
        assert incomplete_since(database) is None


async def test_a_true_interruption_between_backup_and_restore_stays_one(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    await receive(data_dir, ["new"], begin=ago(150), end=ago(20))

    restore(data_dir, backup)
    await receive(data_dir, [], begin=ago(10), end=NOW)

    assert outages(data_dir) == [
        Outage(ago(200), ago(150), OutageCause.STOPPED),
        Outage(ago(20), ago(10), OutageCause.STOPPED),
    ]


async def test_where_nothing_has_come_since_the_backup_nothing_is_told(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)

    assert restore(data_dir, backup).left_out is None
    assert restorations(data_dir) == []


async def test_of_a_damaged_database_it_says_that_reports_may_be_missing(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    await receive(data_dir, ["new"], begin=ago(190), end=ago(20))
    database = database_file(data_dir)
    database.write_bytes(os.urandom(database.stat().st_size))

    restored = restore(data_dir, backup)
    await receive(data_dir, [], begin=utc_now(), end=utc_now())

    assert restored.kept is not None
    [told] = restorations(data_dir)
    assert (told.left_out.kept, told.left_out.reports) == (restored.kept.name, None)
    assert told.begin == ago(200)
    found = [one for one in outages(data_dir) if one.begin < NOW]
    assert found == [], "nobody knows that the SMS service sends anything again"


async def test_a_backup_made_while_receiving_and_restored_elsewhere_says_so(
    data_dir: Path, tmp_path: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200), is_closed=False)
    with Instance(data_dir) as running:
        running.tell(InstanceInfo(os.getpid(), "http://127.0.0.1:1"))
        back_up(data_dir, backup)
    assert not instance_file(data_dir).exists()

    restored = restore(tmp_path / "new", backup)

    [told] = restorations(tmp_path / "new")
    assert restored.kept is None
    assert restored.left_out == told.left_out
    assert (told.begin, told.left_out.kept, told.left_out.reports) == (ago(200), "", None)
    assert told.kept_file(tmp_path / "new") is None

    restore(data_dir, backup)

    assert restorations(data_dir) == [], "nothing has come there since"


async def test_moving_after_quitting_leaves_a_plain_interruption(
    data_dir: Path, tmp_path: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    new = tmp_path / "new"

    restore(new, backup)
    await receive(new, [], begin=ago(10), end=NOW)

    assert outages(new) == [Outage(ago(200), ago(10), OutageCause.STOPPED)]
    assert restorations(new) == []


async def test_keys_made_since_the_backup_stay_valid_and_revoked_ones_revoked(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    with open_database(data_dir) as database:
        keys = CallbackKeyStore(database)
        first = keys.newest(ago(200))
        other = keys.for_public_url("https://a.example", ago(200))
    back_up(data_dir, backup)
    with open_database(data_dir) as database:
        keys = CallbackKeyStore(database)
        renewed = keys.rotate(first.key, ago(100))
        public = keys.for_public_url("https://b.example", ago(100))
        keys.revoke(other.key, ago(100))

    restore(data_dir, backup)

    with open_database(data_dir) as database:
        keys = CallbackKeyStore(database)
        assert {one.value for one in keys.valid()} == {first.value, renewed.value, public.value}
        assert keys.newest(NOW).value == renewed.value
        found = keys.find("https://b.example")
        assert found is not None
        assert found.value == public.value


async def test_the_urls_of_a_backup_from_another_folder_are_what_is_shown(
    data_dir: Path, tmp_path: Path, backup: Path
) -> None:
    other = tmp_path / "other"
    await receive(other, ["old"], begin=ago(300), end=ago(200))
    back_up(other, backup)
    with open_database(other) as database:
        shown = CallbackKeyStore(database).newest(NOW).value
    await receive(data_dir, ["mine"], begin=ago(100), end=ago(50))
    with open_database(data_dir) as database:
        mine = CallbackKeyStore(database).newest(NOW).value
        CallbackKeyStore(database).make(NOW, Origin.DEMO)

    restored = restore(data_dir, backup)
    await receive(data_dir, [], begin=ago(10), end=NOW)

    with open_database(data_dir) as database:
        keys = CallbackKeyStore(database)
        assert keys.newest(NOW).value == shown
        assert [one.value for one in keys.valid()] == [shown, mine], "what is sent there is taken"
    assert outages(data_dir) == [Outage(ago(200), ago(10), OutageCause.STOPPED)]
    assert restored.left_out is not None
    assert restored.left_out.reports == 1


async def test_restoring_what_was_kept_takes_the_word_back(data_dir: Path, backup: Path) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    await receive(data_dir, ["new"], begin=ago(150), end=ago(20))
    first = restore(data_dir, backup)
    assert first.kept is not None

    second = restore(data_dir, first.kept / "kvitto.db")

    assert second.left_out is None
    assert restorations(data_dir) == []


async def test_the_word_of_an_earlier_restore_stays_true_after_another(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    await receive(data_dir, ["new"], begin=ago(150), end=ago(120))
    first = restore(data_dir, backup)
    await receive(data_dir, ["newer"], begin=ago(100), end=ago(20))
    second = restore(data_dir, backup)
    assert first.kept is not None
    assert second.kept is not None

    told = [(one.left_out.kept, one.left_out.reports) for one in restorations(data_dir)]

    assert told == [(first.kept.name, 1), (second.kept.name, 1)]


async def test_what_the_user_has_acknowledged_is_not_told_again(
    data_dir: Path, backup: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    back_up(data_dir, backup)
    await receive(data_dir, ["new"], begin=ago(150), end=ago(20))
    restore(data_dir, backup)
    [told] = restorations(data_dir)

    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        writer.edit(AcknowledgeRestoration(told.begin, NOW)).result(60)
        writer.close()

    assert restorations(data_dir) == []


async def test_a_hard_link_to_the_database_is_no_backup_of_it(
    data_dir: Path, tmp_path: Path
) -> None:
    await receive(data_dir, ["old"], begin=ago(300), end=ago(200))
    (tmp_path / "link.db").hardlink_to(database_file(data_dir))

    with pytest.raises(Exception, match="the database that is in use"):
        restore(data_dir, tmp_path / "link.db")


def test_a_backup_of_any_version_can_be_restored_over_any_other(tmp_path: Path) -> None:
    frozen = sorted((Path(__file__).parents[1] / "data").rglob("*.db"))
    assert frozen
    for number, old in enumerate(frozen):
        folder = tmp_path / f"{number}"
        folder.mkdir(mode=0o700)
        shutil.copyfile(frozen[-1 - number], database_file(folder))

        restore(folder, old)

        with closing(sqlite3.connect(database_file(folder))) as restored:
            assert restored.execute("PRAGMA quick_check").fetchone() == ("ok",)
        with open_database(folder) as database:
            assert check(database).differences == []
            assert read_restorations(database) is not None
