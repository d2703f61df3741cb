"""What the commands for the store say; tests/journeys starts them as processes of their own."""

import asyncio
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import insert

from kvitto.cli import main
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.file_guard import companions
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.writer import Writer
from tests.helpers.missing_driver import hide_the_driver
from tests.store.arrivals import START, a_report, append_all, arriving


class Done(NamedTuple):
    """What a command has said."""

    returncode: int
    stdout: str
    stderr: str


class Run:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Done:
        self._capsys.readouterr()
        code = main([str(one) for one in arguments])
        return Done(code, *self._capsys.readouterr())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


def test_a_restore_says_what_it_leaves_out_and_how_to_add_it(run: Run, tmp_path: Path) -> None:
    folder, backup = tmp_path / "my data", tmp_path / "b.db"
    store_reports(folder, "old")
    assert run("backup", "--data-dir", folder, backup).returncode == 0
    store_reports(folder, "new1", "new2")

    done = run("restore", "--data-dir", folder, backup)

    assert done.returncode == 0, done.stderr
    assert "2 reports that were received since are only there" in done.stderr
    assert "the SMS service does not send them again" in done.stderr
    command = shlex.split(done.stderr.partition("Add them with: kvitto ")[2])
    checked = run("check", "--data-dir", folder)
    assert checked.returncode == 0
    assert "2 reports received from" in checked.stdout
    assert shlex.join(command) in checked.stdout
    added = run(*command, "--data-dir", folder)
    assert added.returncode == 0, added.stderr
    assert "2 reports added from" in added.stderr
    assert "received from" not in run("check", "--data-dir", folder).stdout
    assert "3 reports" in run("check", "--data-dir", folder).stdout


def test_a_restore_can_keep_what_is_newer(run: Run, tmp_path: Path) -> None:
    folder, backup = tmp_path / "data", tmp_path / "b.db"
    store_reports(folder, "old")
    assert run("backup", "--data-dir", folder, backup).returncode == 0
    store_reports(folder, "new")

    done = run("restore", "--keep-newer", "--data-dir", folder, backup)

    assert done.returncode == 0, done.stderr
    assert "1 report added from" in done.stderr
    assert "does not send" not in done.stderr
    assert "2 reports" in run("check", "--data-dir", folder).stdout


def store_reports(folder: Path, *names: str) -> None:
    async def store() -> None:
        with open_database(folder) as database:
            CallbackKeyStore(database).newest(START)
            writer = Writer(database)
            writer.start()
            await append_all(writer, [arriving(a_report(name)) for name in names])
            writer.close()

    asyncio.run(store())


def test_where_there_is_no_database_a_salvage_says_so(run: Run, tmp_path: Path) -> None:
    none = run("salvage", "--data-dir", tmp_path / "none", tmp_path / "saved.db")
    named = run("salvage", "--from", tmp_path / "none.db", tmp_path / "saved.db")

    assert none.returncode == named.returncode == 1
    assert "Nothing has been received in" in none.stderr
    assert "none.db can be saved: there is no such file" in named.stderr


def test_what_a_restore_has_kept_after_a_crash_is_no_copy_without_its_log(
    run: Run, tmp_path: Path
) -> None:
    folder, crashed, backup = tmp_path / "data", tmp_path / "crashed", tmp_path / "b.db"
    store_reports(folder, "old")
    assert run("backup", "--data-dir", folder, backup).returncode == 0
    with open_database(folder) as database, database.writing.connect() as connection:
        connection.execute(insert(receiver_run).values(started_at_us=0, heartbeat_at_us=1))
        connection.commit()
        crashed.mkdir(mode=0o700)
        for one in (database.path, companions(database.path)[0]):
            shutil.copyfile(one, crashed / one.name)

    assert run("restore", "--data-dir", crashed, backup).returncode == 0

    (kept,) = crashed.glob("kvitto-before-restore*")
    checked = run("check", "--data-dir", kept)
    assert checked.returncode == 0, checked.stdout


def test_a_driver_that_can_not_be_loaded_is_told(
    capsys: pytest.CaptureFixture[str], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide_the_driver(monkeypatch)
    for command in (["check", "--store"], ["store", "create"]):
        assert main([*command, "postgresql://kvitto@server.example/kvitto"]) == 1
        told = capsys.readouterr().err
        assert told.startswith("kvitto: Kvitto's driver for stores on a server, psycopg, ")
        assert "pip" not in told, "a package has none"
        assert told.count("\n") == 1
