"""What is shown while a database of an earlier version is brought up to date."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from kvitto.paths import database_file
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import UpgradeProgress, UpgradeStage, kept_copies
from kvitto.ui.dialogs.migration_dialog import MigrationDialog, MigrationWatch
from tests.helpers.made_up_versions import add_table, make_up_versions
from tests.store.migrations.test_runner import put
from tests.ui.sessions import BackendHere

HALF = UpgradeProgress(UpgradeStage.COPYING, 50, 100)


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[MigrationWatch]:
    del qapp
    made = MigrationWatch(lambda: True)
    yield made
    made.close()


def test_nothing_is_shown_of_an_upgrade_that_takes_a_moment(watch: MigrationWatch) -> None:
    assert watch.on_upgrade(HALF)

    assert watch.window is None


def test_one_that_takes_longer_shows_how_far_it_is(qtbot: QtBot, watch: MigrationWatch) -> None:
    thread = threading.Thread(target=watch.on_upgrade, args=(HALF,))
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: watch.window is not None)
    window = watch.window
    assert window is not None
    assert window.isVisible()
    assert "50" in window.stage


def test_nothing_is_left_when_it_is_over(qtbot: QtBot, watch: MigrationWatch) -> None:
    watch.on_upgrade(HALF)
    qtbot.waitUntil(lambda: watch.window is not None)
    window = watch.window
    assert window is not None
    with qtbot.waitSignal(window.destroyed):
        watch.close()

    assert watch.window is None


def test_a_step_of_unknown_length_is_counted_and_not_guessed(qtbot: QtBot) -> None:
    window = MigrationDialog()
    qtbot.addWidget(window)

    window.say(UpgradeProgress(UpgradeStage.CHANGING, 0, 2))

    assert window.stage == "Bringing up to date: step 1 of 2"
    assert window.findChildren(QProgressBar)[0].maximum() == 0


def test_the_user_can_stop_it(qtbot: QtBot) -> None:
    window = MigrationDialog()
    qtbot.addWidget(window)
    [leave] = window.findChildren(QPushButton)

    with qtbot.waitSignal(window.quit_requested):
        leave.click()

    assert not leave.isEnabled()


def test_closing_its_window_stops_it_too(qtbot: QtBot) -> None:
    window = MigrationDialog()
    qtbot.addWidget(window)
    window.show()

    with qtbot.waitSignal(window.quit_requested):
        window.close()


def test_a_session_has_the_receiver_upgrade_and_receives(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_versions(monkeypatch, add_table)
    put(data_dir)

    backend = BackendHere(data_dir)

    assert backend.is_receiving
    assert len(kept_copies(database_file(data_dir))) == 1
    backend.close()


def test_a_session_tells_how_far_the_receiver_is_and_has_it_stopped(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(data_dir)
    is_asked = threading.Event()
    told: list[UpgradeProgress] = []

    def stop(progress: UpgradeProgress) -> bool:
        told.append(progress)
        return False

    def upgrade_for_long(connection: Connection) -> None:
        assert is_asked.wait(60)
        connection.exec_driver_sql(
            "WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one) "
            "SELECT count(*) FROM one"
        ).scalar_one()

    def ask_to_stop(runtime: ReceiverRuntime) -> None:
        runtime.stop_requested.set()
        is_asked.set()

    monkeypatch.setattr(ReceiverRuntime, "ask_to_stop", ask_to_stop)
    make_up_versions(monkeypatch, upgrade_for_long)

    with pytest.raises(InterruptedError):
        BackendHere(data_dir, on_upgrade=stop)

    assert told
    with closing(sqlite3.connect(database_file(data_dir))) as connection, connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
    connection.close()
