"""The details over a real store: of everything, of a batch, of a message."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.paths import database_file
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import DatabaseBrokenError
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.table_view import TableView
from tests.helpers.purging import purge
from tests.ui.details.arriving import (
    RECIPIENT,
    a_body,
    arrive,
    arriving,
    at,
    the_batch,
    the_message,
)
from tests.ui.details.panels import NBSP, delivered, plain, shown
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_nothing_selected_shows_the_sums_over_all(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    page = panel.overview_page
    await until(lambda: page.fact("messages") == "0")
    assert page.fact("cost") == ""

    await arrive(
        context,
        delivered(),
        arriving(a_body("message-2")),
        arriving(a_body("message-1", batchId="batch-b", currency="sek")),
        arriving(a_body("message-1", batchId="demo"), origin=Origin.DEMO),
    )

    await until(lambda: page.fact("messages") == "3")
    assert panel.page is page
    assert page.fact("batches") == "2"
    assert page.fact("finished") == "1 (33 %)"
    assert plain(page.fact("delivered")) == "100 % of the finished, 33 % of all seen"
    assert page.fact("cost") == f"0.16{NBSP}EUR\n0.08{NBSP}SEK"
    assert page.fact("demo") == "1"


async def test_demo_batches_count_once_the_user_wants_to_see_them(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(), origin=Origin.DEMO))
    await until(lambda: panel.overview_page.fact("demo") == "1")

    context.preferences.put("shows_demo", True)

    await until(lambda: panel.overview_page.fact("messages") == "1")
    assert panel.overview_page.fact("demo") == ""


async def test_archived_batches_that_the_table_leaves_out_are_said_to_be_counted(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    page = panel.overview_page
    failed = [a_body(f"m{n}", batchId="batch-b", code=511, duration=1) for n in range(5)]
    kept = a_body(code=511, duration=1)
    await arrive(context, *map(arriving, [kept, *failed]))
    await until(lambda: page.fact("messages") == "6")
    assert page.fact("archived") == ""
    assert _button(page, "Those who did not").text() == "Those who did not get it (6)…"

    change = ChangeBatch(the_batch(context, "batch-b").key, BatchChange(is_archived=True))
    await asyncio.wrap_future(context.backend.edit(change))

    await until(lambda: page.fact("archived") == "1")
    assert page.fact("messages") == "6"
    assert _button(page, "Those who did not").text() == "Those who did not get it (1)…"
    context.preferences.put("shows_done", True)
    assert page.fact("archived") == ""
    assert _button(page, "Those who did not").text() == "Those who did not get it (6)…"


async def test_everything_can_be_exported(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, delivered())
    wanted: list[object] = []
    panel.export_requested.connect(wanted.append)
    await until(lambda: panel.overview_page.fact("messages") == "1")

    _button(panel.overview_page, "Export").click()
    panel.show_selection(Selection(the_batch(context)))
    _button(panel.batch_page, "Export").click()

    assert wanted == [None, "batch-a"]


def _button(page: QWidget, text: str) -> QPushButton:
    buttons = page.findChildren(QPushButton)
    return next(one for one in buttons if text in one.text())


# --- A message ----------------------------------------------------------------------------------


async def test_a_message_shows_where_it_stands(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()), delivered())

    panel.show_selection(Selection(the_batch(context), the_message(context).key))

    header = panel.message_page.header
    await until(lambda: header.badge.word == "Delivered")
    assert header.recipient.replace(NBSP, " ") == "+46 70 174 06 05"
    assert header.fact("price") == f"0.082{NBSP}EUR"
    assert header.fact("segments") == f"2, 0.041{NBSP}EUR each"
    assert header.fact("finished").endswith("1 min after the first report")
    assert header.fact("reference") == "Höstrea"
    assert header.fact("message") == "message-1"
    assert header.fact("batch") == "batch-a"


async def test_a_price_that_does_not_divide_is_marked_as_rounded(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(price=0.1, segments=3)))

    panel.show_selection(Selection(the_batch(context), the_message(context).key))

    header = panel.message_page.header
    await until(lambda: header.fact("segments") == f"3, about 0.033333333{NBSP}EUR each")


async def test_the_current_state_is_selected_and_its_body_shown(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, delivered(), arriving(a_body(), 90))

    panel.show_selection(Selection(the_batch(context), the_message(context).key))

    page = panel.message_page
    await until(lambda: '"code": 201' in page.body.text)
    assert page.table.model().rowCount() == 2
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    assert '"code": 102' in page.body.text


async def test_a_new_report_is_seen_and_moves_no_selection(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(code=101)), arriving(a_body(created=at(9).isoformat())))
    panel.show_selection(Selection(the_batch(context), the_message(context).key))
    page = panel.message_page
    await until(lambda: page.table.model().rowCount() == 2)
    page.table.setCurrentIndex(page.table.model().index(0, 0))

    await arrive(context, delivered())

    await until(lambda: page.header.badge.result is Result.DELIVERED)
    assert page.table.model().rowCount() == 3
    assert page.table.currentIndex().row() == 0
    assert '"code": 101' in page.body.text


async def test_masking_hides_the_recipient_everywhere(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(reference=f"to 0{RECIPIENT[2:]}")))
    panel.show_selection(Selection(the_batch(context), the_message(context).key))
    page = panel.message_page
    await until(lambda: RECIPIENT in page.body.text)

    context.preferences.put("is_masked", True)

    assert page.header.recipient == "•••••••••05"
    assert page.header.fact("reference") == "to ••••••••05"
    assert RECIPIENT[2:] not in page.body.text
    context.preferences.put("is_masked", False)
    assert RECIPIENT in page.body.text


async def test_masking_hides_a_number_in_the_name_of_a_batch(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(batchId="named", reference="0701234567 Anna")))
    panel.show_selection(Selection(the_batch(context, "named")))
    assert panel.batch_page.form.label.placeholderText() == "0701234567 Anna"

    context.preferences.put("is_masked", True)

    assert panel.batch_page.form.label.placeholderText() == "••••••••67 Anna"


async def test_a_message_that_is_gone_leaves_the_sums_over_all(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    batch = the_batch(context)
    panel.show_selection(Selection(batch, the_message(context).key))
    await until(lambda: bool(panel.message_page.body.text))

    context.backend.edit(DeleteBatches((batch.key,))).result(60)

    await until(lambda: panel.page is panel.overview_page)


async def test_a_message_of_a_forgotten_batch_is_gone(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    batch = the_batch(context)
    panel.show_selection(Selection(batch, the_message(context).key))
    await until(lambda: bool(panel.message_page.body.text))

    purge(context.backend.edit, batch.key, at(500))

    await until(lambda: panel.page is panel.overview_page)


# --- A batch ------------------------------------------------------------------------------------


async def test_another_language_is_followed_at_once(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    panel.show_selection(Selection(the_batch(context), the_message(context).key))
    header = panel.message_page.header
    await until(lambda: header.fact("price") == f"0.082{NBSP}EUR")
    panel.show_selection(Selection(the_batch(context)))
    form = panel.batch_page.form

    QLocale.setDefault(QLocale("sv_SE"))
    try:
        QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))

        assert form.fact("cost") == f"0,08{NBSP}EUR"
        assert header.fact("price") == f"0,082{NBSP}EUR"
    finally:
        QLocale.setDefault(QLocale("en_GB"))


async def test_how_the_panel_was_left_comes_back(
    context: Context, qtbot: QtBot, data_dir: Path
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    panel.show_selection(Selection(the_batch(context), the_message(context).key))
    await until(lambda: panel.message_page.table.model().rowCount() == 1)
    panel.message_page.table.header().resizeSection(0, 222)
    panel.save_state()

    again = DetailsPanel(context, now=lambda: at(120))
    qtbot.addWidget(again)
    again.restore_state()
    again.show()
    again.show_selection(Selection(the_batch(context), the_message(context).key))

    await until(lambda: again.message_page.table.model().rowCount() == 1)
    assert again.message_page.table.header().sectionSize(0) == 222


async def test_columns_that_nobody_has_seen_are_fitted_the_next_time(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    panel.save_state()

    again = DetailsPanel(context, now=lambda: at(120))
    qtbot.addWidget(again)
    again.restore_state()
    again.show()
    header = again.message_page.table.header()
    before = [header.sectionSize(column) for column in range(header.count())]
    again.show_selection(Selection(the_batch(context), the_message(context).key))

    await until(lambda: again.message_page.table.model().rowCount() == 1)
    assert [header.sectionSize(column) for column in range(header.count())] != before


async def test_a_store_that_cannot_be_read_is_told_in_a_sentence(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    batch, message = the_batch(context), the_message(context)
    sentences: list[str] = []
    panel.failed.connect(sentences.append)
    context.feed.failed.connect(lambda error: sentences.append(error_text(error) if error else ""))

    with unreadable(context):
        panel.show_selection(Selection(batch))
        await until(lambda: bool(sentences))
        assert "is damaged" in sentences[0]
        sentences.clear()

        panel.show_selection(Selection(batch, message.key))
        await until(lambda: bool(sentences))
        assert "is damaged" in sentences[0]


@contextmanager
def unreadable(context: Context) -> Iterator[None]:
    """Have everything that the window reads fail for a while; the receiver goes on."""
    database = context.backend.database

    def fail(*_asked: object) -> NoReturn:
        raise DatabaseBrokenError(database_file(database.folder))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "read", fail)
        patch.setattr(database, "shared_snapshot", fail)
        yield


async def test_a_batch_of_many_codes_shows_its_facts_first_and_the_codes_when_asked(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(
        context, *(arriving(a_body(f"m-{code}", code=code)) for code in (101, 102, 103, 110, 111))
    )

    panel.show_selection(Selection(the_batch(context)))

    table = panel.batch_page.form.findChild(TableView)
    assert table is not None
    pending = table.model().index(0, 0)
    assert table.model().rowCount(pending) == 5
    assert not table.isExpanded(pending)
    low = table.height()
    table.expand(pending)
    await until(lambda: table.height() > low)
