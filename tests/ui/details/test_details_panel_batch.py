"""A batch in the panel of details."""

import pytest
from pytestqt.qtbot import QtBot

from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.store.deletions import DeleteBatches
from kvitto.ui.details.breakdown_model import COST_COLUMN
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.widgets.table_view import TableView
from tests.helpers.purging import purge
from tests.ui.details.arriving import (
    a_body,
    arrive,
    arrive_all,
    arriving,
    at,
    the_batch,
    told,
)
from tests.ui.details.panels import NBSP, delivered, plain, shown
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_a_batch_shows_its_sums(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    failed = arriving(a_body("message-3", code=502, duration=1, created=at(30).isoformat()), 100)
    await arrive(
        context,
        arriving(a_body("message-1", code=101)),
        arriving(a_body("message-2")),
        delivered("message-1"),
        failed,
    )

    panel.show_selection(Selection(the_batch(context)))

    form = panel.batch_page.form
    assert form.fact("progress") == "2 of 3 seen (67 %)"
    assert plain(form.fact("delivered")) == "50 % of the finished, 33 % of all seen"
    assert form.fact("undelivered") == "…"
    await until(lambda: form.fact("undelivered") != "…")
    assert form.fact("undelivered") == f"0.08{NBSP}EUR for what was not delivered"
    assert plain(form.fact("settling")) == "half within 0 s, 95 % within 1 min"
    assert form.fact("rate") == "2 reports/min"
    assert form.fact("cost") == f"0.25{NBSP}EUR"
    assert form.fact("each") == "", "one is on its way"
    assert form.sentence == "1 of 3 arrived. 1 did not. 1 to go."
    assert form.fact("reports") == "4"
    assert form.fact("estimate") == "", "two are too few for an estimate"


async def test_a_batch_about_which_reports_may_be_lost_says_when_and_what_to_do(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, delivered("message-1"))
    batch = the_batch(context)
    panel.show_selection(Selection(batch))
    form = panel.batch_page.form

    panel.show_exposed({batch.key: [TimeRange(at(-500), at(-100))]})
    assert "may be lost" in form.remarks
    assert "Ask iP.1" in form.remarks
    assert "may be lost" in form.fact("progress")

    panel.show_exposed({})
    assert form.remarks == ""
    assert form.fact("progress") == "1 of 1 seen (100 %)"


async def test_a_batch_shows_how_its_reports_came(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(), 41), delivered())

    panel.show_selection(Selection(the_batch(context)))

    form = panel.batch_page.form
    await until(lambda: form.fact("lag") not in ("", "…"))
    assert form.fact("lag") == "half within 1 s, 95 % within 41 s, all within 41 s"
    assert plain(form.fact("late")) == "1 by the network"
    assert form.fact("closed") == ""
    assert form.timeline.line is not None
    assert sum(form.timeline.line.counts) == 2

    await arrive(context, arriving(a_body("message-2"), 90))

    await until(lambda: form.timeline.line is not None and sum(form.timeline.line.counts) == 3)


async def test_a_steady_batch_says_when_it_will_be_finished(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive_all(context, [arriving(a_body(f"m{number}")) for number in range(180)])
    await arrive_all(context, [delivered(f"m{number}", number) for number in range(120)])

    panel.show_selection(Selection(the_batch(context)))

    form = panel.batch_page.form
    await until(lambda: form.fact("estimate") != "")
    assert form.fact("estimate").startswith("95 % by ")
    assert "±" in form.fact("estimate")
    assert form.fact("estimate").endswith("in 51 s; the last can take days")


async def test_a_forgotten_batch_says_so_and_keeps_its_sums(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, delivered())
    purge(context.backend.edit, the_batch(context).key, at(500))
    await told(context)

    panel.show_selection(Selection(the_batch(context)))

    form = panel.batch_page.form
    assert "Old data was deleted" in form.remarks
    assert form.fact("cost") == f"0.08{NBSP}EUR"
    assert form.fact("settling") == ""


async def test_costs_by_result_of_a_partly_purged_batch_are_not_shown_as_if_they_were_all(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    await arrive_all(context, [delivered(f"m{number}") for number in range(5)])
    panel.show_selection(Selection(the_batch(context)))
    form = panel.batch_page.form
    table = form.findChildren(TableView)[0]
    await until(lambda: table.model().index(0, COST_COLUMN).data() == f"0.41{NBSP}EUR")
    assert not table.isColumnHidden(COST_COLUMN)

    purge(context.backend.edit, the_batch(context).key, at(500))
    await arrive(context, delivered("late", 600))

    await until(lambda: form.fact("cost") == f"0.49{NBSP}EUR")
    await until(lambda: table.isColumnHidden(COST_COLUMN))
    assert "What each result cost is not known" in form.remarks
    assert form.fact("undelivered") == ""
    await until(lambda: form.fact("lag") == "")

    await arrive(context, delivered("other", batchId="batch-b"))
    panel.show_selection(Selection(the_batch(context, "batch-b")))
    assert not table.isColumnHidden(COST_COLUMN)


async def test_a_demo_batch_says_so(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body(), origin=Origin.DEMO))

    panel.show_selection(Selection(the_batch(context)))

    assert "Demo" in panel.batch_page.form.remarks


async def test_a_batch_follows_what_arrives(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    panel.show_selection(Selection(the_batch(context)))
    form = panel.batch_page.form
    assert form.fact("progress") == "0 of 1 seen (0 %)"

    await arrive(context, delivered())

    await until(lambda: form.fact("progress") == "1 of 1 seen (100 %)")
    await until(lambda: plain(form.fact("settling")) == "half within 1 min, 95 % within 1 min")


async def test_a_deleted_batch_leaves_the_sums_over_all(context: Context, qtbot: QtBot) -> None:
    panel = await shown(context, qtbot)
    await arrive(context, arriving(a_body()))
    batch = the_batch(context)
    panel.show_selection(Selection(batch))

    context.backend.edit(DeleteBatches((batch.key,))).result(60)

    await until(lambda: panel.page is panel.overview_page)


# --- Language, state ----------------------------------------------------------------------------
