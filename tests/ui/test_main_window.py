"""The whole window over a real store and a real socket: what is posted is seen, everywhere."""

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.ui.reachability.reachability_dialog import ReachabilityDialog
from kvitto.ui.widgets.badge import ResultBadge
from tests.helpers.posting import report_body
from tests.ui.stage import NUMBER, SEEN_S, Stage, button, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before", "loopback_is_public"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


# --- What is posted is seen ---------------------------------------------------------------------


async def test_a_posted_report_is_seen_everywhere(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(report_body("m1", code=102))
        await until(lambda: stage.rows() == 1, SEEN_S)
        await stage.open_batch()
        assert stage.text("Batch / recipient") == "Höstrea"
        assert stage.text("Batch / recipient", 0, 0) == NUMBER
        assert stage.text("Reference", 0, 0) == "Höstrea"
        assert stage.text("SMS parts") == "2"

        await stage.post(
            report_body("m1", code=201, final=True, created="2026-03-01T10:00:04Z"),
            report_body("m2", code=511, final=True, recipient="46707654321"),
        )
        await until(lambda: stage.text("SMS parts") == "4", SEEN_S)
        await until(lambda: stage.text("Result") == "Delivered 1, Failed 1", SEEN_S)
        await until(lambda: stage.children() == 2, SEEN_S)
        assert "0.16" in stage.text("Cost")
        assert "EUR" in stage.text("Cost")
        assert stage.text("Delivered").startswith("1")

        await until(lambda: stage.totals() == ["0.16\N{NO-BREAK SPACE}EUR"], SEEN_S)
        await stage.select_message()
        page = stage.window.details.message_page
        await until(lambda: len(stage.history()) == 2)
        assert [text.partition(" ")[0] for text in stage.history()] == ["Queued", "Delivered"]
        assert page.header.recipient == NUMBER
        (badge,) = page.header.findChildren(ResultBadge)
        assert badge.isVisible()
        assert "m1" in page.body.text


async def test_a_change_is_seen_as_soon_as_it_is_told_and_moves_nothing(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await stage.post(*(report_body(f"m{n}", batch_id=f"batch-{n:03}") for n in range(60)))
        await until(lambda: stage.rows() == 60, SEEN_S)
        view = stage.window.batches.view
        middle = stage.window.batches.model.index(30, 0)
        view.select(middle)
        before = view.visualRect(view.currentIndex()).top()
        name = str(middle.data())

        # Nothing is looked for from time to time: each is seen since the store told of it.
        stage.context.feed._poll.stop()  # noqa: SLF001
        for number in range(5):
            await stage.post(report_body("new", batch_id=f"new-{number}"))
            rows = 61 + number
            await until(lambda rows=rows: stage.rows() == rows, SEEN_S)  # type: ignore[misc]  # mypy can't infer it

        assert view.currentIndex().data() == name
        assert view.visualRect(view.currentIndex()).top() == before


async def test_an_empty_window_teaches_until_something_comes(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        assert stage.window.empty_state.isVisible()
        assert not stage.window.batches.isVisible()

        await stage.post(report_body("m1"))

        await until(stage.window.batches.isVisible, SEEN_S)
        assert not stage.window.empty_state.isVisible()


def answered(stage: Stage) -> Mapping[int, int]:
    counters = stage.backend.counters()
    return {} if counters is None else counters.answered


async def test_a_test_report_goes_through_the_real_port_and_is_shown_on_purpose(
    data_dir: Path,
) -> None:
    async with on_stage(data_dir) as stage:
        await until(lambda: bool(stage.window.strip.url))
        button(stage.window.empty_state, "Send a test report to myself").click()

        await until(lambda: "counts nowhere" in stage.banner("done"), SEEN_S)
        # What the receiver has counted is told a moment later.
        await until(lambda: answered(stage) == {200: 1})
        assert stage.window.empty_state.isVisible()

        stage.context.preferences.put("shows_demo", True)
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert not stage.window.empty_state.isVisible()
        assert stage.window.batches.model.batches.shown[0].record.batch_id == "kvitto-test"
        assert stage.text("Result") == "Delivered 1"


async def test_the_callback_url_is_copied(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await until(lambda: bool(stage.window.strip.url))
        button(stage.window.empty_state, "Copy callback URL").click()

        assert QGuiApplication.clipboard().text() == stage.backend.read_callback_url()


async def test_after_a_restart_the_picture_is_the_same(data_dir: Path) -> None:
    bodies = [
        report_body(
            f"m{number}",
            batch_id=f"batch-{number % 3}",
            code=(102, 201, 511)[number % 3],
            final=number % 3 > 0,
            recipient=f"4670123456{number}",
        )
        for number in range(9)
    ]

    async def picture(stage: Stage) -> tuple[object, ...]:
        await until(lambda: stage.rows() == 3, SEEN_S)
        await until(lambda: all(stage.text("SMS parts", row) == "6" for row in range(3)), SEEN_S)
        await until(lambda: stage.totals() == ["0.74\N{NO-BREAK SPACE}EUR"], SEEN_S)
        titles = ("Batch / recipient", "Result", "Delivered", "SMS parts", "Cost")
        table = [[stage.text(title, row) for title in titles] for row in range(3)]
        await stage.open_batch(1, 3)
        messages = [stage.text("Batch / recipient", 1, at) for at in range(3)]
        totals = stage.totals()
        await stage.select_message(1, 2)
        await until(lambda: stage.window.details.message_page.header.recipient == messages[2])
        page = stage.window.details.message_page
        return table, messages, totals, stage.history(), page.header.recipient, page.body.text

    async with on_stage(data_dir) as stage:
        await stage.post(*bodies)
        before = await picture(stage)
        stage.window.batches.view.columns.resizeSection(4, 177)
        stage.action("Details").setChecked(False)
    async with on_stage(data_dir) as stage:
        assert stage.window.batches.view.columns.sectionSize(4) == 177
        assert not stage.window.details.isVisible()
        await until(lambda: stage.rows() == 3, SEEN_S)
        opened = stage.window.batches.view.isExpanded(stage.window.batches.model.index(1, 0))
        assert opened, "what was open is open again"
        stage.action("Details").setChecked(True)
        assert await picture(stage) == before


# --- The callback URL ---------------------------------------------------------------------------


async def test_the_strip_is_green_only_while_the_public_address_leads_here(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        reachability, strip = stage.context.reachability, stage.window.strip
        reachability.begin()
        await until(lambda: strip.state == "Receiving · not connected")
        base = reachability.local_url.rpartition("/r/")[0]

        reachability.choose(base, TunnelProvider.OTHER)
        await until(lambda: strip.state.startswith("Receiving · checked"))
        await until(lambda: strip.url not in {"", reachability.local_url})
        stage.action("Copy callback URL").trigger()
        assert QGuiApplication.clipboard().text() == strip.url == reachability.callback_url

        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            reachability.choose(f"http://127.0.0.1:{held.getsockname()[1]}", TunnelProvider.OTHER)
            await until(lambda: strip.state == "Not reachable · the tunnel is down")
            assert not stage.banner("outage"), "nothing is waited for: nothing is at stake"

            stage.action("Callback URL…").trigger()
            (panel,) = stage.window.findChildren(ReachabilityDialog)
            await until(lambda: "nothing is connected" in panel.state_panel.text)
            reachability.choose(base, TunnelProvider.OTHER)
            await until(lambda: strip.state.startswith("Receiving · checked"))
            panel.close()
