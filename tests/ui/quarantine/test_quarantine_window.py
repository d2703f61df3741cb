"""The window of what was refused, over a real store."""

import json

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.store.quarantine import QuarantineReader, RejectionScope
from kvitto.ui.quarantine.quarantine_window import QuarantineWindow
from kvitto.ui.quarantine.rejection_actions import BusyBar
from kvitto.ui.quarantine.rejection_list import PAGE
from kvitto.ui.quarantine.rejections_model import BodiesModel
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import (
    RECIPIENT,
    a_body,
    arrive,
    arrive_all,
    at,
    begin,
    the_batch,
    told,
)
from tests.ui.quarantine.refusing import refused, rightly_refused
from tests.ui.sessions import runtime_of
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

SMS = json.dumps(
    {"id": "1", "body": f"Call {RECIPIENT}", "direction": "in", "statuses": []}
).encode()


async def shown(context: Context, qtbot: QtBot, second: float = 600) -> QuarantineWindow:
    await begin(context)
    window = QuarantineWindow(context, now=lambda: at(second))
    qtbot.addWidget(window)
    window.show()
    return window


def rows(window: QuarantineWindow) -> int:
    return window.refused_list.table.model().rowCount()


def choose_row(window: QuarantineWindow, row: int) -> None:
    table = window.refused_list.table
    table.setCurrentIndex(table.model().index(row, 0))


def choose_group(window: QuarantineWindow, kind: int, reason: int | None = None) -> None:
    tree = window.refused_list.tree
    index = tree.model().index(kind, 0)
    tree.setCurrentIndex(index if reason is None else tree.model().index(reason, 0, index))


def button(window: QuarantineWindow, text: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if text in one.text())


def question(window: QuarantineWindow) -> QMessageBox:
    asked = window.actions_row.question
    assert asked is not None
    return asked


def left_in(context: Context) -> int:
    return len(QuarantineReader(context.backend.database).keys(RejectionScope(), up_to=10**9))


# --- Looking ------------------------------------------------------------------------------------


async def test_an_empty_quarantine_says_so(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    await until(lambda: window.is_empty is True)

    assert not button(window, "Delete").isEnabled()


async def test_what_is_refused_while_it_is_open_appears(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await until(lambda: window.is_empty is True)

    await arrive(context, rightly_refused(b"nonsense"))

    await until(lambda: rows(window) == 1)
    assert window.is_empty is False
    assert "90 minutes" in window.promise


async def test_a_group_shows_its_own_bodies(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(b"x"), rightly_refused(b""), rightly_refused(SMS))
    await until(lambda: rows(window) == 3)

    choose_group(window, 1)
    await until(lambda: rows(window) == 2)
    choose_group(window, 1, 0)
    await until(lambda: rows(window) == 1)

    assert window.refused_list.scope == RejectionScope(
        RejectionKind.NOT_JSON, RejectionReason(ReasonCode.BODY_EMPTY)
    )
    assert window.actions_row.said == "Chosen: the whole group, 1"


async def test_a_body_is_shown_as_text_bytes_and_headers(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(SMS), rightly_refused(SMS, 300))
    await until(lambda: rows(window) == 1)

    choose_row(window, 0)

    text, raw, headers = window.pane.views()
    await until(lambda: f'"body": "Call {RECIPIENT}"' in text.text)
    assert window.pane.about.startswith("This is an incoming SMS")
    assert "It came 2 ×" in window.pane.about
    assert "tried again until about" in window.pane.about
    window.pane.tabs.setCurrentIndex(1)
    assert raw.text.startswith("000000  7b 22 69 64")
    window.pane.tabs.setCurrentIndex(2)
    assert headers.text == "Content-Type: text/plain"


async def test_what_the_sender_has_given_up_is_called_so(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot, second=5401)
    await arrive(context, rightly_refused(b"x"))
    await until(lambda: rows(window) == 1)

    choose_row(window, 0)

    await until(lambda: "does not try it again" in window.pane.about)


async def test_what_the_api_said_is_called_no_request(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    reason = RejectionReason(ReasonCode.ITEM_NOT_SENT)
    await arrive(context, refused(b"{}", kind=RejectionKind.API, reason=reason, headers=()))
    await until(lambda: rows(window) == 1)
    assert "90 minutes" not in window.promise
    assert "iP.1's books is no request" in window.promise

    choose_row(window, 0)

    await until(lambda: "not a message that was sent" in window.pane.about)
    assert "It is no request" in window.pane.about
    assert "tried again" not in window.pane.about

    await arrive(context, rightly_refused(b"x"))
    await until(lambda: rows(window) == 2)
    assert "90 minutes" in window.promise


async def test_what_is_cut_is_called_so(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, refused(b"x" * 4096, kind=RejectionKind.TOO_LARGE, size=900_000))
    await until(lambda: rows(window) == 1)
    assert "only the beginning is here" in window.promise

    choose_row(window, 0)

    await until(lambda: "first 4,096 of its 900,000 bytes" in window.pane.about)


async def test_masking_hides_numbers_in_text_and_bytes(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(SMS))
    await until(lambda: rows(window) == 1)
    choose_row(window, 0)
    text, raw, _headers = window.pane.views()
    await until(lambda: RECIPIENT in text.text)

    context.preferences.put("is_masked", True)

    assert RECIPIENT not in text.text
    window.pane.tabs.setCurrentIndex(1)
    assert "34 36 37 30" not in raw.text
    assert "••" in raw.text


async def test_thousands_are_read_a_page_at_a_time(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    await arrive_all(context, [refused(b"%d" % number) for number in range(2_000)])
    window = QuarantineWindow(context)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: rows(window) == PAGE)
    wanted: list[None] = []
    model = window.refused_list.table.model()
    assert isinstance(model, BodiesModel)
    model.page_wanted.connect(lambda: wanted.append(None))

    window.refused_list.table.scrollToBottom()

    await until(lambda: rows(window) == 2 * PAGE)
    await told(context)
    assert len(wanted) == 1, "no more than is looked at"


async def test_what_arrives_moves_nothing_that_is_looked_at(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive_all(context, [refused(b"%d" % number) for number in range(100)])
    await until(lambda: rows(window) == 100)
    table = window.refused_list.table
    choose_row(window, 60)
    table.scrollTo(table.currentIndex())
    looked_at = table.visualRect(table.currentIndex()).top()
    key = window.refused_list.chosen_records()[0].key

    await arrive_all(context, [refused(b"new %d" % number, 50) for number in range(7)])
    await until(lambda: rows(window) == 107)

    assert [record.key for record in window.refused_list.chosen_records()] == [key]
    assert table.visualRect(table.currentIndex()).top() == looked_at


# --- Doing --------------------------------------------------------------------------------------


async def test_the_whole_group_is_read_again(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, refused(a_body()), rightly_refused(b"nonsense"))
    await until(lambda: rows(window) == 2)

    button(window, "Read again").click()

    told = "Read again: 1 stored as reports, 0 had come already, 1 stay here."
    await until(lambda: window.actions_row.told == told)
    await until(lambda: rows(window) == 1)
    assert the_batch(context).messages == 1


async def test_only_what_is_chosen_is_read_again(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, refused(a_body("one")), refused(a_body("two")))
    await until(lambda: rows(window) == 2)
    choose_row(window, 1)
    assert window.actions_row.said == "Chosen: 1"

    button(window, "Read again").click()

    await until(lambda: rows(window) == 1)
    assert context.backend.reader.message("batch-a", "one") is not None
    assert context.backend.reader.message("batch-a", "two") is None


async def test_a_group_is_deleted_once_the_user_says_so(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(b"x"), rightly_refused(b"y"), rightly_refused(SMS))
    await until(lambda: rows(window) == 3)
    choose_group(window, 1)
    await until(lambda: rows(window) == 2)

    button(window, "Delete").click()
    assert "(2)" in question(window).text()
    assert left_in(context) == 3
    next(one for one in question(window).buttons() if one.text() == "Delete").click()

    await until(lambda: left_in(context) == 1)
    await until(lambda: not window.actions_row.is_busy)
    assert window.actions_row.question is None


async def test_a_question_that_is_cancelled_deletes_nothing(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(b"x"))
    await until(lambda: rows(window) == 1)
    button(window, "Delete").click()

    question(window).reject()

    assert left_in(context) == 1
    assert window.actions_row.question is None
    assert not window.actions_row.is_busy


async def test_everything_can_be_exported(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(b"x"))
    await until(lambda: button(window, "Export").isEnabled())

    with qtbot.waitSignal(window.export_requested, timeout=0):
        button(window, "Export").click()


async def test_what_cannot_be_done_is_told_in_a_sentence(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, refused(a_body()))
    await until(lambda: rows(window) == 1)
    sentences: list[str] = []
    window.failed.connect(sentences.append)
    runtime_of(context.backend).writer.close()

    button(window, "Read again").click()

    await until(lambda: bool(sentences))
    await until(lambda: not window.actions_row.is_busy)
    assert left_in(context) == 1


# --- Coming and going ---------------------------------------------------------------------------


async def test_what_a_window_has_begun_goes_on_without_it_and_the_next_one_shows_it(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot)
    await arrive_all(context, [refused(a_body(f"m{number}")) for number in range(1000)])
    await until(lambda: rows(window) == PAGE)
    gone: list[None] = []
    window.destroyed.connect(lambda: gone.append(None))

    button(window, "Read again").click()
    await until(lambda: left_in(context) < 1000)
    window.reject()
    window.deleteLater()
    await until(lambda: bool(gone))

    again = await shown(context, qtbot)
    await until(lambda: left_in(context) == 0)
    await until(lambda: not again.actions_row.is_busy)
    assert context.backend.reader.counts().messages == 1000


async def test_the_user_can_stop_it(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive_all(context, [refused(a_body(f"m{number}")) for number in range(1000)])
    await until(lambda: rows(window) == PAGE)

    button(window, "Read again").click()
    await until(lambda: left_in(context) < 1000)
    window.findChild(BusyBar).stop()  # type: ignore[union-attr]
    await until(lambda: not window.actions_row.is_busy)

    assert 0 < left_in(context) < 1000
    assert window.actions_row.told.startswith("Read again: ")


async def test_how_it_was_left_comes_back(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    window.resize(720, 500)
    window.close()

    again = QuarantineWindow(context)
    qtbot.addWidget(again)

    assert (again.width(), again.height()) == (720, 500)


async def test_another_language_is_followed_at_once(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    await arrive(context, rightly_refused(b"x"))
    await until(lambda: rows(window) == 1)

    QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))

    assert window.windowTitle() == "What was refused"
    assert rows(window) == 1
