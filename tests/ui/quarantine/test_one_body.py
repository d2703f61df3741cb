"""What is said and shown in the quarantine is of the chosen body, or of none."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kvitto.store.errors import DatabaseUnreadableError
from kvitto.store.quarantine import QuarantineReader, RejectedBody
from kvitto.ui.quarantine.quarantine_window import QuarantineWindow
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import arrive, at, begin
from tests.ui.quarantine.refusing import rightly_refused
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def two_bodies(context: Context, qtbot: QtBot) -> QuarantineWindow:
    await begin(context)
    await arrive(context, rightly_refused(b"first"), rightly_refused(b"second"))
    window = QuarantineWindow(context, now=lambda: at(600))
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.refused_list.table.model().rowCount() == 2)
    choose(window, 0)
    await until(lambda: body(window) is not None)
    return window


def choose(window: QuarantineWindow, row: int) -> None:
    table = window.refused_list.table
    table.setCurrentIndex(table.model().index(row, 0))


def body(window: QuarantineWindow) -> bytes | None:
    record = window.pane.record
    return None if record is None else record.body


async def test_a_body_that_can_t_be_read_leaves_no_other_in_its_place(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await two_bodies(context, qtbot)

    def fail(_self: QuarantineReader, _keys: Sequence[int]) -> list[RejectedBody]:
        raise DatabaseUnreadableError(Path("/data/kvitto.db"), "disk I/O error")

    monkeypatch.setattr(QuarantineReader, "bodies", fail)
    choose(window, 1)

    await until(lambda: body(window) is None)
    assert "Select a body" in window.pane.about


async def test_while_a_body_is_read_slowly_no_other_is_shown(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = await two_bodies(context, qtbot)
    before, go_on, read = body(window), threading.Event(), QuarantineReader.bodies

    def slowly(self: QuarantineReader, keys: Sequence[int]) -> list[RejectedBody]:
        go_on.wait(60)
        return read(self, keys)

    monkeypatch.setattr(QuarantineReader, "bodies", slowly)
    choose(window, 1)
    await until(lambda: body(window) is None)
    go_on.set()

    await until(lambda: body(window) is not None)
    assert body(window) != before
