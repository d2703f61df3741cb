"""What a restore has left out is said in the window until the user dismisses it."""

import os
from pathlib import Path

import pytest

from kvitto.store.backup import back_up, restore
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.writer import Writer
from kvitto.ui.services.preferences import Language
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.ui.stage import on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before", "loopback_is_public"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


async def receive(folder: Path, *names: str) -> None:
    with open_database(folder) as database:
        CallbackKeyStore(database).newest(START)
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(name)) for name in names])
        writer.close()


async def test_what_was_left_out_is_said_with_where_it_is_until_it_is_dismissed(
    data_dir: Path, tmp_path: Path
) -> None:
    await receive(data_dir, "old")
    back_up(data_dir, tmp_path / "b.db")
    await receive(data_dir, "new1", "new2")
    kept = restore(data_dir, tmp_path / "b.db").kept
    assert kept is not None
    async with on_stage(data_dir) as stage:
        await until(lambda: "2 reports received" in stage.banner("restored"))
        assert str(kept / "kvitto.db") in stage.banner("restored")
        assert "does not send them again" in stage.banner("restored")
        assert not stage.banner("recovered"), "no interruption of which reports come again"

        await stage.speak(Language.SWEDISH)
        assert "2 rapporter" in stage.banner("restored")
        stage.press("Jag vet")

        await until(lambda: not stage.banner("restored"))
    async with on_stage(data_dir) as stage:
        await until(lambda: stage.rows() == 1)
        assert not stage.banner("restored")


async def test_of_a_damaged_store_it_says_that_reports_may_be_missing(
    data_dir: Path, tmp_path: Path
) -> None:
    await receive(data_dir, "old")
    back_up(data_dir, tmp_path / "b.db")
    database = data_dir / "kvitto.db"
    with open(database, "r+b") as file:  # noqa: ASYNC230, PTH123 - a test
        file.write(os.urandom(4096))
    restore(data_dir, tmp_path / "b.db")
    async with on_stage(data_dir) as stage:
        await until(lambda: "may be missing here" in stage.banner("restored"))
        assert "kvitto salvage" in stage.banner("restored")
