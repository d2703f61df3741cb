"""What the list of those who did not get a message says of those whom it can't name."""

import asyncio

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.core.follow_up import FollowUpGroup
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.details.batch_page import BatchPage
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context, Selection
from tests.helpers.purging import purge
from tests.ui.details.arriving import a_body, arrive_all, arriving, at, begin, the_batch, told
from tests.ui.details.panels import shown as shown_panel
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def listed(
    context: Context,
    qtbot: QtBot,
    *batch_ids: str,
    wanted: MessageFilter | None = None,
    second: float = 120,
) -> FollowUpWindow:
    keys = frozenset(the_batch(context, one).key for one in batch_ids)
    window = FollowUpWindow(
        context, "Höstrea", wanted or MessageFilter(), keys, now=lambda: at(second)
    )
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_whole)
    return window


def said(window: FollowUpWindow) -> str:
    """Return all sentences that are seen in a window, a line each."""
    labels = [one for one in window.findChildren(QLabel) if one.isVisible()]
    return "\n".join(one.text() for one in labels)


async def purged(context: Context, batch_id: str = "batch-a") -> None:
    key = the_batch(context, batch_id).key
    await context.tasks.in_thread(purge, context.backend.edit, key, at(60))
    await told(context)


async def test_nobody_of_a_purged_batch_is_said_to_have_got_it(
    context: Context, qtbot: QtBot
) -> None:
    await begin(context)
    failed = [a_body(f"{of}-1", batchId=of, code=511, duration=1) for of in ("batch-a", "batch-b")]
    await arrive_all(context, [arriving(body) for body in failed])
    await purged(context)

    window = await listed(context, qtbot, "batch-a")

    assert "Messages of it were deleted on 01/03/2026" in said(window)
    assert "No message has failed" not in said(window)

    window = await listed(context, qtbot, "batch-a", "batch-b")

    assert len(window.models[FollowUpGroup.DID_NOT_ARRIVE].rows) == 1
    assert "Batches of which messages were deleted: 1." in said(window)


async def test_no_list_is_offered_of_a_purged_batch(context: Context, qtbot: QtBot) -> None:
    panel = await shown_panel(context, qtbot)
    await arrive_all(context, [arriving(a_body("failed", code=511, duration=1))])
    panel.show_selection(Selection(the_batch(context)))
    page: BatchPage = panel.batch_page
    await until(lambda: page.receipt_actions.follow_up.isVisible())

    await purged(context)

    await until(lambda: not page.receipt_actions.follow_up.isVisible())


async def test_those_expected_of_whom_nothing_was_heard_are_told_of(
    context: Context, qtbot: QtBot
) -> None:
    await begin(context)
    await arrive_all(context, [arriving(a_body(f"m{n}", code=201, duration=1)) for n in range(5)])
    change = ChangeBatch(the_batch(context).key, BatchChange(expected_count=8))
    await asyncio.wrap_future(context.backend.edit(change))

    window = await listed(context, qtbot, "batch-a")
    assert "xpected" not in said(window), "whether these arrived is not known"
    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert "Expected, but not heard of yet: 3." in said(window)
    assert "No message is still on its way" not in said(window)

    window = await listed(context, qtbot, "batch-a", second=30 * 86_400)
    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert "Expected, but never heard of: 3. Nobody can be named: ask iP.1" in said(window)

    filtered = MessageFilter(text="4670")
    window = await listed(context, qtbot, "batch-a", wanted=filtered)
    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert "xpected" not in said(window), "whether they match is not known"
