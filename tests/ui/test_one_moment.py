"""All numbers on the screen are of one moment, whatever arrives."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from kvitto.clock import utc_now
from kvitto.core.report import DeliveryReport
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.text import formatting
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before", "loopback_is_public"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]

GROUPS = 15
A_GROUP = 30
"""Ten groups in a second are 300 reports/s."""


class Seen(NamedTuple):
    """What the parts of the window say of the same thing, as they write it."""

    delivered: tuple[str, ...]
    messages: tuple[str, ...]
    reports: tuple[str, ...]
    cost: tuple[str, ...]


def look(stage: Stage) -> Seen:
    """Read the table, an open batch's rows, the counts above it, the page, the chart, the strip."""
    form = stage.window.details.batch_page.form
    rows = form.breakdown
    by_result = {
        str(rows.index(at, 0).data()): str(rows.index(at, 1).data())
        for at in range(rows.rowCount())
    }
    delivered = by_result.get("Delivered", "0")
    waiting = by_result.get("Waiting", "0")
    sentence = form.sentence.removeprefix("All ").partition(" ")[0]
    whole = int(delivered.replace(",", "")) + int(waiting.replace(",", ""))
    shown = stage.window.batches.top_row.count.text().partition(", ")[2].partition(" ")[0]
    today = stage.window.strip.figures.removeprefix("today ").partition(" ")[0]
    return Seen(
        delivered=(stage.text("Delivered").partition(" ")[0], delivered, sentence),
        messages=(formatting.number(whole), shown, formatting.number(stage.children())),
        reports=(form.fact("reports"), today),
        cost=(stage.text("Cost"), form.fact("cost"), *stage.totals()),
    )


def a_group(number: int) -> list[ReportRequest]:
    """Return reports about new messages, every other of which is delivered."""
    now = utc_now()
    return [
        ReportRequest(
            DeliveryReport(
                message_id=f"m{number}-{at}",
                batch_id="batch-a",
                code=201 if at % 2 else 101,
                final=bool(at % 2),
                created=now - timedelta(seconds=1),
                recipient="46701234567",
                segments=1,
                price_nano=82_000_000,
                currency="SEK",
                reference="Höstrea",
            ),
            b"{}",
            now,
        )
        for at in range(A_GROUP)
    ]


async def test_no_two_numbers_on_the_screen_are_of_different_moments(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        for report in a_group(0):
            await stage.backend.append(report)
        await until(lambda: stage.rows() == 1, SEEN_S)
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        await stage.open_batch(0, A_GROUP)
        await until(lambda: stage.window.details.batch_page.form.fact("rate") != "…", SEEN_S)
        await until(lambda: bool(stage.totals()), SEEN_S)

        async def arrive() -> None:
            for number in range(1, GROUPS):
                await asyncio.gather(*map(stage.backend.append, a_group(number)))
                await asyncio.sleep(0.1)

        arriving = asyncio.create_task(arrive())  # noqa: TID251 - it is awaited below
        seen: list[Seen] = []
        while not arriving.done() or seen[-1].reports[0] != formatting.number(GROUPS * A_GROUP):
            seen.append(look(stage))
            await asyncio.sleep(0.005)
        await arriving

        differing = [one for one in seen if any(len(set(said)) > 1 for said in one)]
        assert differing == []
        assert len(set(seen)) > 5, "it was looked at while the numbers changed"
