"""Opening the database: its permissions, and every way in which the world can be in the way."""

import asyncio
import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kvitto.paths import database_file
from kvitto.store import folder as folder_module
from kvitto.store.database import Database, open_database
from kvitto.store.errors import (
    DatabaseBrokenError,
    DatabaseReadOnlyError,
    DatabaseTooNewError,
    DatabaseUnreadableError,
    DiskFullError,
    FolderUnusableError,
    NetworkDriveError,
    NothingReceivedError,
    StoreError,
)
from kvitto.store.migrations import NEWEST
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.program import PROJECT
from tests.store.arrivals import a_report, append_all, arriving

posix_only = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
async def test_the_folder_and_its_files_are_the_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "deep"
    old = os.umask(0)
    try:
        with open_database(folder) as database:
            writer = Writer(database)
            writer.start()
            await writer.append(arriving(a_report()))
            files = {path.name: mode(path) for path in folder.iterdir()}
            writer.close()
    finally:
        os.umask(old)

    assert mode(folder) == 0o700
    assert files == dict.fromkeys(("kvitto.db", "kvitto.db-wal", "kvitto.db-shm"), 0o600)


def look(folder: Path) -> int:
    """Open and close the database in a process of its own; return how many messages it has."""
    program = (
        "import sys; from pathlib import Path\n"
        "from kvitto.store.database import open_database\n"
        "from kvitto.store.reader import Reader\n"
        "with open_database(Path(sys.argv[1])) as database:\n"
        "    print(Reader(database).counts().messages)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout)


async def test_what_is_stored_stays_though_others_look_while_it_is_open_twice(
    data_dir: Path,
) -> None:
    """As in the window, where the session has it open and so has the receiver.

    A file that a program closes takes away all locks that this program has on it, those of SQLite
    too; and then the next one that looks takes itself for the last, and deletes the log in use.
    """
    with ExitStack() as opened:
        read = opened.enter_context(open_database(data_dir))
        assert Reader(read).counts().messages == 0
        writer = Writer(opened.enter_context(open_database(data_dir)))
        writer.start()
        await writer.append(arriving(a_report("m1")))
        assert look(data_dir) == 1

        await writer.append(arriving(a_report("m2")))
        assert look(data_dir) == 2
        assert Reader(read).counts().messages == 2
        writer.close()

    assert look(data_dir) == 2


@posix_only
def test_an_open_folder_of_our_own_is_closed_to_others(data_dir: Path) -> None:
    open_database(data_dir).close()
    data_dir.chmod(0o755)
    database_file(data_dir).chmod(0o644)

    open_database(data_dir).close()

    assert mode(data_dir) == 0o700
    assert mode(database_file(data_dir)) == 0o600


@posix_only
def test_a_folder_that_serves_other_purposes_keeps_its_rights(
    data_dir: Path, log_watch: LogWatch
) -> None:
    data_dir.chmod(0o755)
    (data_dir / "holiday.jpg").touch()

    with log_watch.expect(logging.WARNING, "not Kvitto's alone"):
        open_database(data_dir).close()

    assert mode(data_dir) == 0o755


def test_commits_are_flushed_to_the_disk(database: Database) -> None:
    with database.writing.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_reading_connections_can_not_write(database: Database) -> None:
    with database.reading.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM store_state")


@pytest.mark.parametrize("is_ended", [False, True])
def test_a_connection_that_is_in_use_when_all_are_closed_is_closed_when_it_is_given_back(
    database: Database, *, is_ended: bool
) -> None:
    with database.read() as connection:
        used = connection.connection.driver_connection
        assert isinstance(used, sqlite3.Connection)
        if is_ended:
            database.close()
        else:
            database.reading.dispose()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        used.execute("SELECT 1")


def test_a_thread_that_reads_a_closed_database_leaves_no_connection_open(
    database: Database,
) -> None:
    database.close()
    with database.read() as connection:
        used = connection.connection.driver_connection
        assert isinstance(used, sqlite3.Connection)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        used.execute("SELECT 1")


@pytest.mark.parametrize("content", [b"not a database at all" * 50, b"x", b"SQLite format 2\0"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    data_dir: Path, content: bytes
) -> None:
    path = database_file(data_dir)
    path.write_bytes(content)

    with pytest.raises(DatabaseBrokenError, match="damaged, or is not a file of Kvitto"):
        open_database(data_dir)

    assert path.read_bytes() == content


def test_a_damaged_database_is_refused_and_left_alone(data_dir: Path) -> None:
    open_database(data_dir).close()
    path = database_file(data_dir)
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)

    with pytest.raises(DatabaseBrokenError):
        open_database(data_dir)

    assert path.read_bytes() == content


async def test_damage_that_shows_later_refuses_reports_in_words(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(200)])
        writer.close()
    path = database_file(data_dir)
    with closing(sqlite3.connect(path)) as connection, connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'message_revision'"
        (page,) = connection.execute(query).fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = os.urandom(4096)
    path.write_bytes(content)

    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        with (
            log_watch.expect(logging.ERROR, "is damaged"),
            pytest.raises(DatabaseBrokenError),
        ):
            await writer.append(arriving(a_report("late")))
        writer.close()


def test_a_database_of_another_program_is_refused_and_left_alone(data_dir: Path) -> None:
    path = database_file(data_dir)
    with closing(sqlite3.connect(path)) as foreign, foreign:
        foreign.execute("CREATE TABLE recipe (name TEXT)")
    foreign.close()
    content = path.read_bytes()

    with pytest.raises(DatabaseBrokenError):
        open_database(data_dir)

    assert path.read_bytes() == content


def test_a_newer_database_is_refused_in_words_and_left_alone(data_dir: Path) -> None:
    open_database(data_dir).close()
    path = database_file(data_dir)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    connection.close()
    content = path.read_bytes()

    with pytest.raises(DatabaseTooNewError, match="newer version of Kvitto"):
        open_database(data_dir)

    assert path.read_bytes() == content


def test_an_empty_file_from_a_start_that_was_cut_short_is_used(data_dir: Path) -> None:
    database_file(data_dir).touch()

    with open_database(data_dir) as database:
        assert Reader(database).revision() == 0


def test_a_network_drive_is_refused_in_words(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "network_file_system", lambda _folder: "nfs4")

    with pytest.raises(NetworkDriveError, match="network drive"):
        open_database(data_dir)

    assert not database_file(data_dir).exists()


def test_a_folder_that_can_not_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FolderUnusableError, match="can't be made or used"):
        open_database(tmp_path / "file" / "data")


def test_where_nothing_was_received_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingReceivedError, match="Nothing has been received"):
        open_database(tmp_path / "nowhere", must_exist=True)

    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFullError),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseReadOnlyError),
        (sqlite3.SQLITE_IOERR_WRITE, DatabaseUnreadableError),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, DatabaseUnreadableError),
    ],
)
def test_what_sqlite_says_of_the_world_becomes_a_sentence(
    database: Database, code: int, kind: type[StoreError]
) -> None:
    failure = sqlite3.OperationalError("in SQLite's words")
    failure.sqlite_errorcode = code
    failure.sqlite_errorname = "SQLITE_X"

    with pytest.raises(kind) as caught, database.in_words():
        raise OperationalError("SELECT 1", {}, failure)
    assert "in SQLite's words" not in str(caught.value)
    assert "in SQLite's words" in caught.value.detail


def test_a_mistake_of_ours_is_not_taken_for_the_world(database: Database) -> None:
    with (
        pytest.raises(Exception, match="no such table"),
        database.in_words(),
        database.reading.connect() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM nonsense")


async def test_what_was_answered_before_a_copy_of_the_files_opens_in_the_copy(
    data_dir: Path, tmp_path: Path
) -> None:
    """Cut the power on paper: the disk as it is at any moment holds all that was answered."""
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        answered: list[str] = []

        async def client(name: int) -> None:
            for number in range(60):
                message_id = f"{name}-{number}"
                await writer.append(arriving(a_report(message_id)))
                answered.append(message_id)

        async def disk_images() -> list[tuple[Path, list[str]]]:
            images = []
            for number in range(6):
                await asyncio.sleep(0.03)
                before = list(answered)
                image = tmp_path / f"image-{number}"
                await asyncio.to_thread(_image, data_dir, image)
                images.append((image, before))
            return images

        clients = asyncio.gather(*map(client, range(4)))
        images = await disk_images()
        await clients
        writer.close()

    assert any(before for _, before in images)
    for image, before in images:
        with open_database(image) as copy:
            there = {one.message_id for one in Reader(copy).stream_messages()}
        assert set(before) <= there


def _image(source: Path, target: Path) -> None:
    """Copy the database first and its log second, as they lie on the disk.

    The log only ever grows between two checkpoints, and none comes in this little time.
    """
    target.mkdir(mode=0o700)
    for name in ("kvitto.db", "kvitto.db-wal"):
        shutil.copyfile(source / name, target / name)
        (target / name).chmod(0o600)


def test_a_folder_in_the_place_of_the_database_is_none_that_is_too_short(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What size a folder has, each file system decides.
    monkeypatch.setattr("kvitto.store.database._SHORTEST", 2**20)
    database_file(data_dir).mkdir()

    with pytest.raises(StoreError, match="can't be"):
        open_database(data_dir)
