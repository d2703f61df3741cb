"""The window of what a month cost, over a real store."""

import re
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.cost_period import month_of
from kvitto.export.month_report import BatchCost, CurrencyMonth, MonthReport, departments_file
from kvitto.store.period_costs import CountedCost
from kvitto.ui.costs.departments_dialog import DepartmentsDialog
from kvitto.ui.costs.month_text import MonthText
from kvitto.ui.costs.month_window import MonthWindow
from kvitto.ui.costs.typed_amount import amount_typed
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MONTH_BUDGET
from tests.ui.details.arriving import a_body, arrive, arrive_all, arriving, at, begin
from tests.ui.services.batch_records import a_batch
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

TODAY = datetime(2026, 3, 20, 12, tzinfo=UTC)


async def shown(context: Context, qtbot: QtBot) -> MonthWindow:
    await begin(context)
    february = datetime(2026, 2, 10, 12, tzinfo=UTC).isoformat()
    await arrive_all(
        context,
        [
            arriving(a_body("one", code=201, duration=1)),
            arriving(a_body("two", code=511, duration=1, price=1)),
            arriving(a_body("old", batchId="batch-b", created=february, price=4, reference="Old")),
            arriving(a_body("crowns", batchId="batch-c", currency="sek", price=3)),
        ],
    )
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_read)
    return window


def text(window: MonthWindow) -> str:
    return window.page.toPlainText().replace("\N{NO-BREAK SPACE}", " ")


async def test_it_says_what_the_month_cost(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    assert "March 2026" in text(window)
    assert "1.08 EUR" in text(window)
    assert "4.00 EUR" in text(window)  # the month before, up to the same day
    assert "3.00 SEK" in text(window)
    assert "Höstrea" in text(window)
    assert "Old" not in text(window)
    assert "Demo campaigns are left out." in text(window)


async def test_amounts_stand_on_the_right_in_one_column_with_two_decimals(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot)
    window.currency.setCurrentText("EUR")
    window.budget.setText("2")
    window.budget.editingFinished.emit()

    tables = list(window.page.document().rootFrame().childFrames())
    assert tables
    for table in tables:
        assert isinstance(table, QTextTable)
        for row in range(table.rows()):
            cell = table.cellAt(row, table.columns() - 1).firstCursorPosition()
            text = cell.block().text()
            assert re.fullmatch(r"\s*[\d,]+\.\d\d\s(EUR|SEK)", text), text
            assert cell.blockFormat().alignment() & Qt.AlignmentFlag.AlignRight, text


async def test_another_month_is_chosen(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    window.months.setCurrentIndex(1)
    await until(lambda: window.is_read)
    assert "February 2026" in text(window)
    assert "Old" in text(window)

    window.months.setCurrentIndex(5)
    await until(lambda: window.is_read)
    assert "Nothing was sent in this month." in text(window)


async def test_a_month_that_has_begun_since_can_be_chosen(context: Context, qtbot: QtBot) -> None:
    now = [TODAY]
    await begin(context)
    await arrive(context, arriving(a_body("m", code=201, duration=1)))
    window = MonthWindow(context, now=lambda: now[0])
    qtbot.addWidget(window)
    await until(lambda: window.is_read)

    now[0] = TODAY.replace(month=4)
    await arrive(context, arriving(a_body("n", code=201, duration=1)))
    assert window.months.itemText(0) == "April 2026"
    assert window.months.currentText() == "March 2026"
    await until(lambda: "0.16 EUR" in text(window))
    window.months.setCurrentIndex(0)
    await until(lambda: window.is_read)
    assert "April 2026" in text(window)

    now[0] = TODAY.replace(month=5)
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert window.months.itemText(0) == "May 2026"
    assert window.months.count() == 36


async def test_messages_without_a_price_are_counted(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    unpriced = {"code": 201, "duration": 1, "price": None, "currency": None}
    await arrive_all(context, [arriving(a_body(f"m{key}", **unpriced)) for key in range(5)])
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    await until(lambda: window.is_read)

    assert "5 message(s) were sent in this month without a known price." in text(window)
    assert "Nothing was sent" not in text(window)

    await arrive(context, arriving(a_body("priced", code=201, duration=1)))
    await until(lambda: "0.08 EUR" in text(window))
    assert "5 message(s) were sent in this month without a known price." in text(window)


async def test_what_was_paid_back_whole_is_told(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    back = a_body("m", code=104, created=at(5).isoformat())
    await arrive_all(context, [arriving(a_body("m", code=402, duration=1)), arriving(back, 6)])
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    await until(lambda: window.is_begun)
    seen = text(window)
    await until(lambda: window.is_read)

    assert "Nothing was sent" not in seen + text(window)
    assert "0.00 EUR" in text(window)
    assert re.search(r"Paid back, not in the sum\s+1 message\(s\)\s+0.08 EUR", text(window))
    assert "By batch" not in text(window)


async def test_an_invoice_is_compared(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    window.currency.setCurrentText("EUR")

    window.invoiced.setText("1.082")
    assert "agrees" in window.verdict.text()
    window.invoiced.setText("9,99")
    assert "more than" in window.verdict.text()
    window.invoiced.setText("much")
    assert "no amount" in window.verdict.text()
    window.invoiced.setText("")
    assert not window.verdict.text()


async def test_an_invoice_has_two_decimals(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    day = 8 * 86_400.0  # no batch is at the month's border
    sent = at(day).isoformat()
    bodies = [a_body(f"m{key}", batchId=f"b{key}", price=7.188, created=sent) for key in range(3)]
    await arrive_all(context, [arriving(one, day) for one in bodies])
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    await until(lambda: window.is_read)
    assert "21.56 EUR" in text(window)

    for agreeing in ("21.56", "21.57", "21.564"):
        window.invoiced.setText(agreeing)
        assert window.verdict.text() == "The invoice agrees with what Kvitto has seen."
    for other in ("21.55", "21.58"):
        window.invoiced.setText(other)
        assert "than what Kvitto has seen" in window.verdict.text()
        assert "No batch of Kvitto's makes it alone" in window.verdict.text()
    window.invoiced.setText("14.38")
    assert "It may come from these batches" in window.verdict.text()


async def test_a_budget_is_kept_and_told(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    window.currency.setCurrentText("EUR")

    window.budget.setText("2")
    window.budget.editingFinished.emit()

    assert "54 % used" in text(window)
    window.currency.setCurrentText("SEK")
    assert not window.budget.text()


async def test_prices_without_a_currency_have_a_word_and_a_budget(
    context: Context, qtbot: QtBot
) -> None:
    await begin(context)
    both = [arriving(a_body("none", price=1, currency=None)), arriving(a_body("m", price=9))]
    await arrive_all(context, both)
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    await until(lambda: window.is_read)
    offered = [window.currency.itemText(place) for place in range(window.currency.count())]
    assert offered == ["EUR", "no currency"]

    window.currency.setCurrentIndex(1)
    window.budget.setText("2")
    window.budget.editingFinished.emit()

    assert "50 % used" in text(window)
    assert context.preferences.names(MONTH_BUDGET), "so it is watched"
    window.currency.setCurrentIndex(0)
    assert window.budget.text() == ""
    window.currency.setCurrentIndex(1)
    assert window.budget.text() == "2.00"
    window.invoiced.setText("1")
    assert "agrees" in window.verdict.text()
    await arrive(context, arriving(a_body("more", price=1, currency="sek")))
    await until(lambda: window.currency.count() == 3)
    assert window.currency.currentText() == "no currency"


async def test_the_month_is_saved(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    window = await shown(context, qtbot)
    told: list[str] = []
    window.told.connect(told.append)

    window.start_saving(tmp_path / "march.xlsx")
    await until(lambda: bool(told))

    sheet = openpyxl.load_workbook(tmp_path / "march.xlsx")["Summary"]
    assert {row[2].value for row in sheet.iter_rows(min_row=2, max_row=2)} == {3}


async def test_numbers_in_references_are_masked(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    await begin(context)
    await arrive(context, arriving(a_body("m", reference="0701234567 Anna")))
    window = MonthWindow(context, now=lambda: TODAY)
    qtbot.addWidget(window)
    await until(lambda: window.is_read)
    assert text(window).count("0701234567 Anna") == 2

    context.preferences.put("is_masked", True)
    assert "0701234567" not in text(window)
    assert text(window).count("••••••••67 Anna") == 2

    told: list[str] = []
    window.told.connect(told.append)
    window.start_saving(tmp_path / "march.xlsx")
    await until(lambda: bool(told))
    book = openpyxl.load_workbook(tmp_path / "march.xlsx")
    for sheet, masked in (("Batches", 2), ("Departments", 1)):
        written = [str(cell) for row in book[sheet].iter_rows(values_only=True) for cell in row]
        assert written.count("••••••••67 Anna") == masked
        assert not any("0701234567" in one for one in written)


async def test_departments_are_kept(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    dialog = DepartmentsDialog(context.backend.folder, window)
    dialog.text.setPlainText("Höst* = Shop\nnothing")
    assert "line 2" in dialog.faults.text()

    dialog.buttons.accepted.emit()

    assert departments_file(context.backend.folder).read_text("utf-8").startswith("Höst*")
    window.months.setCurrentIndex(1)
    window.months.setCurrentIndex(0)
    await until(lambda: window.is_read)
    assert "Shop" in text(window)


@pytest.mark.parametrize(
    ("typed", "nano"),
    [
        ("12", 12_000_000_000),
        ("1 234,50", 1_234_500_000_000),
        ("1.234,5", 1_234_500_000_000),
        ("1,234.5", 1_234_500_000_000),
        ("1,234", 1_234_000_000_000),
        ("1.234", 1_234_000_000),
        ("1.234.567", 1_234_567_000_000_000),
        ("1,234,567", 1_234_567_000_000_000),
        ("1.234.567,5", 1_234_567_500_000_000),
        ("1,234.567.890", None),
        ("1.2.3", None),
        ("1.234.56", None),
        ("-0.5", -500_000_000),
        ("NaN", None),
        ("1e99", None),
        ("", None),
        ("kr", None),
    ],
)
async def test_amounts_are_typed_in_many_ways(typed: str, nano: int | None) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    assert amount_typed(typed) == nano


def test_few_batches_are_named_until_all_is_read(qapp: QApplication) -> None:
    day = TODAY.date()
    costs = [BatchCost(a_batch(key), day, 10**9, is_whole=True) for key in range(1, 61)]
    spent = CurrencyMonth(
        currency="EUR",
        spent=60 * 10**9,
        before=0,
        estimate=None,
        undelivered=CountedCost(),
        paid_back=CountedCost(),
        days=[],
        batches=costs,
        departments={f"dep-{key}": 1 for key in range(60)},
        countries={},
    )
    report = MonthReport(month_of(day), month_of(day), [spent], is_partly_purged=False)
    words = MonthText(qapp)

    def named(report: MonthReport) -> tuple[int, int]:
        page = words.page(report, {}, is_masked=False)
        return page.count("20 message(s)"), page.count("dep-")

    assert named(report._replace(is_whole=False)) == (40, 40)
    assert named(report) == (60, 60)
