"""Demo campaigns and test reports change no number on the screen, unless they are shown."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QSpinBox

from kvitto.clock import utc_now
from kvitto.core.report import Origin
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS
from kvitto.receiver.keep_awake import SleepState
from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.dialogs.demo import Demo
from kvitto.ui.services.notifications import Notifications
from kvitto.ui.widgets.status_strip import SteadyLabel
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, Stage, button, on_stage
from tests.ui.waiting import shown_all, until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]
_CLOCK: Final = re.compile(r"\d+ (s|min) ago|now\b|\d\d:\d\d(:\d\d)?")

_RATE: Final = re.compile(r"\d+/s  ·  ")


def widget_texts(stage: Stage) -> list[str]:
    central = stage.window.centralWidget()
    assert central is not None
    texts = [
        str(one.property("text"))
        for kind in (QLabel, QAbstractButton, QLineEdit)
        for one in central.findChildren(kind)
        # A banner says that the test report came in; "demo" is what says that it does not count.
        if not stage.window.banners.isAncestorOf(one) and one.isVisible()
    ]
    texts += [one.text() for one in central.findChildren(SteadyLabel)]
    return sorted(_CLOCK.sub("·", _RATE.sub("", text)) for text in texts if text)


def offered(stage: Stage) -> list[str]:
    """Return what the chips offer to choose from."""
    chips = stage.window.batches.top_row.chips
    said = []
    for chip in (chips.results, chips.codes, chips.currencies):
        chip.menu().aboutToShow.emit()
        said += [action.text() for action in chip.menu().actions()]
    return said


def table(stage: Stage) -> list[str]:
    return [
        _CLOCK.sub("·", stage.text(str(column.title), row))
        for row in range(stage.rows())
        for column in COLUMNS
    ]


def exported(stage: Stage, folder: Path) -> dict[str, str]:
    files = {what: folder / f"{what}.csv" for what in EXPORT_KINDS}
    for what, file in files.items():
        with_demo = stage.context.preferences.shows_demo
        export(stage.backend.reader, what, None, None, file, with_demo=with_demo)
    return {what: file.read_text() for what, file in files.items()}


def everything(stage: Stage, folder: Path) -> dict[str, object]:
    backend, now = stage.backend, utc_now()
    counters = backend.counters()
    assert counters is not None
    stored = (counters.stored, counters.duplicates, counters.last_report)
    arrived = ArrivalCounter(backend.database).read(
        minute_of(to_microseconds(now - timedelta(hours=1))), now
    )
    with_demo = stage.context.preferences.shows_demo
    return {
        "widgets": widget_texts(stage),
        "chips": offered(stage),
        "table": table(stage),
        "chart": stage.totals(),
        "rates": backend.charts.rates(with_demo=with_demo).steps().tolist(),
        "receiver": stored,
        "arrived": (arrived.today, arrived.last),
        "kept awake": stage.window.stay_awake.state,
        "exports": exported(stage, folder),
    }


async def test_a_demo_and_a_test_report_change_no_number_unless_they_are_shown(
    data_dir: Path, tmp_path: Path
) -> None:
    async with on_stage(data_dir) as stage:
        stage.context.preferences.put("tells_settled", True)
        told: list[str] = []
        notices = stage.window.findChildren(Notifications)[0]
        notices.notice.connect(lambda title, _text, _selection: told.append(title))
        await stage.post(
            report_body("m1", code=201, final=True), report_body("m2", batch_id="b", code=102)
        )
        await until(lambda: stage.rows() == 2, SEEN_S)
        await until(lambda: bool(stage.totals()))
        await until(lambda: "today 2" in " ".join(widget_texts(stage)))
        overview = stage.window.details.overview_page
        await until(lambda: overview.fact("messages") == "2")
        # One batch is waited for, and this system can't be kept awake.
        await until(lambda: stage.window.stay_awake.state is SleepState.REFUSED)
        before = everything(stage, tmp_path)

        stage.action("Send a test report to myself").trigger()
        stage.action("Send a demo campaign…").trigger()
        [demo] = stage.window.findChildren(Demo)
        demo.findChildren(QSpinBox)[0].setValue(30)
        await until(button(demo, "Send").isEnabled)
        button(demo, "Send").click()
        await until(lambda: stage.backend.reader.counts().messages == 33)
        await shown_all(stage.context.feed, stage.backend.reader.revision())
        button(demo, "Cancel").click()
        await until(lambda: not demo.is_running)
        demo.close()
        await until(lambda: overview.fact("demo") != "")
        after = everything(stage, tmp_path)

        # The one new number says how many are not counted.
        widgets = Counter(after.pop("widgets"))  # type: ignore[call-overload]
        widgets.subtract(before.pop("widgets"))
        assert {text: count for text, count in widgets.items() if count} == {
            "Demo, not counted": 1,
            overview.fact("demo"): 1,
        }
        for name, seen in before.items():
            assert after[name] == seen, name
        assert told == []

        # On purpose, all of it is there.
        stage.context.preferences.put("shows_demo", True)
        await until(lambda: stage.rows() > 2)
        await until(lambda: overview.fact("messages") == "33")
        origins = {one.origin for one in stage.backend.reader.batches()}
        assert origins == {Origin.WEBHOOK, Origin.DEMO}
        shown = everything(stage, tmp_path)
        for name in ("chips", "table", "exports", "rates"):
            assert shown[name] != before[name], name
