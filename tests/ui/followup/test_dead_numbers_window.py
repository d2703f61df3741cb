"""The window of the numbers that don't work, over a real store."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kvitto.ui.followup.dead_numbers_window import DeadNumbersWindow
from kvitto.ui.services.context import Context
from kvitto.ui.widgets.table_view import TableView
from tests.ui.details.arriving import a_body, arrive_all, arriving, at, begin
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def shown(
    context: Context, qtbot: QtBot, *, is_masked: bool = False, since_s: float = 0
) -> DeadNumbersWindow:
    await begin(context)
    context.preferences.put("is_masked", is_masked)
    await arrive_all(
        context,
        [
            arriving(
                a_body(
                    f"failed-{place}",
                    code=511,
                    duration=1,
                    created=at(since_s + place).isoformat(),
                )
            )
            for place in range(3)
        ],
    )
    window = DeadNumbersWindow(context)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: bool(window.head))
    return window


async def test_it_lists_them_and_says_why(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    tester = QAbstractItemModelTester(
        window.model, QAbstractItemModelTester.FailureReportingMode.Fatal, window
    )

    assert window.model.rowCount() == 1
    assert "Mostly" in window.head
    assert "Over what is kept (since Sun 1 Mar 2026)." in window.head
    assert window.model.index(0, 2).data() == "3"
    assert window.model.index(0, 3).data() == "Failed"
    window.output.copy.click()
    assert QGuiApplication.clipboard().text() == "+46701740605"
    assert tester.model() is window.model


async def test_the_rows_that_are_chosen_are_taken_out_alone(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    window = await shown(context, qtbot)
    others = [f"4670200000{place}" for place in range(2)]
    await arrive_all(
        context,
        [
            arriving(a_body(f"{number}-{place}", code=511, duration=1, recipient=number))
            for number in others
            for place in range(3)
        ],
    )
    await until(lambda: window.model.rowCount() == 3)
    window.output.copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3

    view = window.findChildren(TableView)[0]
    flags = QItemSelectionModel.SelectionFlag
    for row in (2, 1):
        view.selectionModel().select(window.model.index(row, 0), flags.Select | flags.Rows)
    window.output.copy.click()
    chosen = [row.recipient for row in window.model.rows[1:]]
    assert QGuiApplication.clipboard().text() == "\n".join(f"+{one}" for one in chosen)
    told: list[str] = []
    window.told.connect(told.append)
    window.output.start_saving(tmp_path / "some.csv")
    await until(lambda: bool(told))
    assert len((tmp_path / "some.csv").read_text("utf-8-sig").splitlines()) == 3


async def test_a_month_that_is_written_with_a_point_ends_no_sentence(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot, since_s=-10 * 86_400)
    QLocale.setDefault(QLocale(QLocale.Language.Swedish, QLocale.Country.Sweden))

    window.changeEvent(QEvent(QEvent.Type.LanguageChange))

    assert "feb." in window.head
    assert ".." not in window.head


async def test_numbers_are_masked_where_the_user_wants_it(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot, is_masked=True)
    assert "•" in window.model.index(0, 0).data()

    context.preferences.put("is_masked", False)
    assert "•" not in window.model.index(0, 0).data()


async def test_one_that_works_again_leaves(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.ui.followup.dead_numbers_window._REST_MS", 10)
    window = await shown(context, qtbot)

    delivered = a_body("delivered", code=201, duration=1, created=at(9).isoformat())
    await arrive_all(context, [arriving(delivered)])
    await until(lambda: window.model.rowCount() == 0)

    assert window.head == ""
    told = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    assert "There is no number whose last three messages failed." in told
