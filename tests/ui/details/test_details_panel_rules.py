"""What the details say of refunds, of fields that could not be read, and of impossible times."""

import pytest
from pytestqt.qtbot import QtBot

from kvitto.core.status import Result
from kvitto.ui.details.details_panel import DetailsPanel
from kvitto.ui.services.context import Context, Selection
from tests.ui.details.arriving import (
    a_body,
    arrive,
    arriving,
    at,
    the_batch,
    the_message,
)
from tests.ui.details.panels import NBSP, shown
from tests.ui.details.test_details_panel import unreadable
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


def show_message(panel: DetailsPanel, context: Context, message_id: str = "message-1") -> None:
    message = the_message(context, message_id)
    panel.show_selection(Selection(the_batch(context), message.key))


async def test_what_was_paid_back_is_said_of_message_batch_and_all(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(
        context,
        arriving(a_body(code=511, duration=1)),
        arriving(a_body(code=104, created=at(5).isoformat()), 5),
        arriving(a_body("message-2", code=201, price=0.1)),
    )
    overview = panel.overview_page
    await until(lambda: overview.fact("paid_back") == f"0.08{NBSP}EUR")
    assert overview.fact("cost") == f"0.10{NBSP}EUR"

    panel.show_selection(Selection(the_batch(context)))
    form = panel.batch_page.form
    await until(lambda: form.fact("paid_back") == f"0.08{NBSP}EUR")
    assert form.fact("cost") == f"0.10{NBSP}EUR"

    show_message(panel, context)
    header = panel.message_page.header
    await until(lambda: header.fact("price") == f"0.082{NBSP}EUR, paid back")
    assert (header.badge.word, header.badge.result) == ("Failed", Result.FAILED)


async def test_nothing_is_said_of_what_did_not_happen(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    panel.show_selection(Selection(the_batch(context)))

    form = panel.batch_page.form
    await until(lambda: form.fact("reports") == "1")
    assert (form.fact("paid_back"), form.fact("marked")) == ("", "")


async def test_fields_that_could_not_be_read_are_counted_and_named(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(
        context,
        arriving(a_body(created="ISO-8601 string", price="free")),
        arriving(a_body("message-2", price=True), marks=("url",)),
        arriving(a_body("message-3")),
    )
    counted = (
        "2 report(s) had a field that could not be read: created 1, price 2\n"
        "1 report(s) came by a callback URL that is not spelled as Kvitto's"
    )
    await until(lambda: panel.overview_page.fact("marked") == counted)

    panel.show_selection(Selection(the_batch(context)))
    await until(lambda: panel.batch_page.form.fact("marked") == counted)

    show_message(panel, context)
    page = panel.message_page
    await until(lambda: "counts as absent: created, price." in page.step_text)
    assert "this one is ours" in page.step_text
    show_message(panel, context, "message-2")
    await until(lambda: "counts as absent: price." in page.step_text)
    assert "not spelled as Kvitto's" in page.step_text
    show_message(panel, context, "message-3")
    await until(lambda: "counts as absent" not in page.step_text)


async def test_an_impossible_time_is_shown_as_the_arrival(context: Context, qtbot: QtBot) -> None:
    """A page shows one message or nothing: .NET's unset time is before all local times."""
    panel = await shown(context, qtbot)
    await arrive(
        context,
        arriving(a_body("message-2")),
        arriving(a_body(created="0001-01-01T00:00:00", recipient="46707654321")),
        arriving(a_body("message-3", created="9999-12-31T23:59:59Z", recipient="46701111111")),
    )
    page = panel.message_page
    show_message(panel, context, "message-2")
    await until(lambda: page.header.recipient.replace(NBSP, " ") == "+46 70 174 06 05")

    for message_id, recipient in (("message-1", "765 43 21"), ("message-3", "111 11 11")):
        show_message(panel, context, message_id)
        await until(lambda end=recipient: page.header.recipient.replace(NBSP, " ").endswith(end))  # type: ignore[misc]
        assert "this one is ours" in page.step_text
        assert page.table.model().rowCount() == 1


async def test_a_message_that_can_not_be_read_shows_nothing_of_another(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(
        context, arriving(a_body()), arriving(a_body("message-2", recipient="46707654321"))
    )
    page = panel.message_page
    batch, first, second = (
        the_batch(context),
        the_message(context),
        the_message(context, "message-2"),
    )
    panel.show_selection(Selection(batch, first.key))
    await until(lambda: page.table.model().rowCount() == 1)
    sentences: list[str] = []
    panel.failed.connect(sentences.append)

    with unreadable(context):
        panel.show_selection(Selection(batch, second.key))
        await until(lambda: bool(sentences))

    assert not page.header.isVisible()
    assert not page.table.isVisible()
    assert not page.body.isVisible()
