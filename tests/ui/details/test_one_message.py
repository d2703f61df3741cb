"""The page of a message shows one message or nothing, whatever becomes of the reading."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from pytestqt.qtbot import QtBot

from kvitto.core.erased import PREFIX, token
from kvitto.store.errors import DatabaseUnreadableError
from kvitto.store.reader import Reader
from kvitto.store.records import MessageRecord, ReportRecord
from kvitto.ui.details import message_text
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.details.message_page import MessagePage
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.payload_view import BodyView
from tests.helpers.logwatch import LogWatch
from tests.ui.details.arriving import a_body, arrive, arriving, the_batch, the_message
from tests.ui.details.panels import shown
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

NAMES: Final = ("message-1", "message-2")
BROKEN: Final = DatabaseUnreadableError(Path("/data/kvitto.db"), "disk I/O error")


async def two_messages(context: Context, qtbot: QtBot) -> tuple[DetailsPanel, list[Selection]]:
    """Show the first of two messages; the second has one report more."""
    panel = await shown(context, qtbot)
    await arrive(
        context,
        arriving(a_body("message-1", recipient="46701111111")),
        arriving(a_body("message-2", recipient="46702222222")),
        arriving(a_body("message-2", recipient="46702222222", code=201, duration=1), 3),
    )
    batch = the_batch(context)
    selections = [Selection(batch, the_message(context, name).key) for name in NAMES]
    panel.show_selection(selections[0])
    await until(lambda: shows(panel.message_page) == ("message-1", 1))
    return panel, selections


def shows(page: MessagePage) -> tuple[str, int] | None:
    """Return what is to be seen: the message of the header, and the reports; None for nothing."""
    if page.nothing or not page.header.isVisible():
        return None
    return page.header.fact("message"), page.table.model().rowCount()


WHOLE: Final = (("message-1", 1), ("message-2", 2))


@contextmanager
def slow(monkeypatch: pytest.MonkeyPatch, key: int | None) -> Iterator[threading.Event]:
    """Let the reading of a message's reports wait until it is let go on."""
    go_on = threading.Event()
    read = Reader.reports

    def reports(self: Reader, message_key: int) -> list[ReportRecord]:
        if message_key == key:
            go_on.wait(60)
        return read(self, message_key)

    monkeypatch.setattr(Reader, "reports", reports)
    yield go_on
    go_on.set()


async def test_while_a_message_is_read_slowly_no_other_is_shown(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, (_first, second) = await two_messages(context, qtbot)
    page = panel.message_page
    with slow(monkeypatch, second.message_key) as go_on:
        panel.show_selection(second)
        assert shows(page) == WHOLE[0], "nothing flickers at first"
        await until(lambda: shows(page) is None)

        go_on.set()
        await until(lambda: shows(page) == WHOLE[1])


async def test_a_late_answer_about_an_earlier_selection_never_paints(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, (first, second) = await two_messages(context, qtbot)
    page = panel.message_page
    painted: list[str] = []
    paint = MessagePage._paint  # noqa: SLF001 - what is painted is the point

    def paint_and_tell(self: MessagePage, seen: Any) -> None:
        painted.append(seen.message.message_id)
        paint(self, seen)

    monkeypatch.setattr(MessagePage, "_paint", paint_and_tell)
    with slow(monkeypatch, second.message_key) as go_on:
        panel.show_selection(second)
        await until(lambda: shows(page) is None)
        panel.show_selection(first)
        go_on.set()
        await until(lambda: shows(page) == WHOLE[0])
    assert "message-2" not in painted


@pytest.mark.parametrize("method", ["messages_by_key", "reports"])
async def test_what_can_t_be_read_is_an_error_and_no_other_message(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    panel, (_first, second) = await two_messages(context, qtbot)
    page, told = panel.message_page, list[str]()
    page.failed.connect(told.append)

    def fail(_self: Reader, _key: object) -> list[MessageRecord]:
        raise BROKEN

    with monkeypatch.context() as failing:
        failing.setattr(Reader, method, fail)
        panel.show_selection(second)
        await until(lambda: page.nothing == error_text(BROKEN))
    assert told
    assert shows(page) is None

    page.show_message(_first.message_key or 0)
    await until(lambda: shows(page) == WHOLE[0])


@pytest.mark.parametrize("part", ["finished_text", "price_text", "segment_price_text"])
async def test_what_can_t_be_said_leaves_nothing_half_said(
    context: Context,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
    part: str,
) -> None:
    panel, (_first, second) = await two_messages(context, qtbot)
    page = panel.message_page

    def overflow(*_arguments: object) -> str:
        raise OverflowError("date value out of range")

    with log_watch.expect(logging.ERROR, "message details failed"):
        monkeypatch.setattr(message_text, part, overflow)
        panel.show_selection(second)
        await until(lambda: "can't be shown" in page.nothing)
    assert shows(page) is None


async def test_what_can_t_be_said_of_the_history_leaves_nothing_half_said(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    panel, (_first, second) = await two_messages(context, qtbot)
    page = panel.message_page

    def overflow(*_arguments: object, **_named: object) -> list[datetime]:
        raise OverflowError("date value out of range")

    with log_watch.expect(logging.ERROR, "message details failed"):
        monkeypatch.setattr("kvitto.ui.details.message_page.history", overflow)
        panel.show_selection(second)
        await until(lambda: "can't be shown" in page.nothing)
    assert shows(page) is None


async def test_what_is_kept_of_an_erased_report_has_words_for_its_tokens(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    names = {name: token(bytes(32), name) for name in ("recipient", "reference")}
    await arrive(context, arriving(a_body(**names)))
    panel.show_selection(Selection(the_batch(context), the_message(context).key))
    page = panel.message_page
    await until(lambda: shows(page) == ("message-1", 1))

    text = page.findChildren(BodyView)[0].text
    assert text.count('"erased"') == 2
    assert PREFIX not in text
