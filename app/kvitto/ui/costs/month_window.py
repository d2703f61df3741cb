"""The window of what a month cost."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.cost_period import Period, month_before, month_of
from kvitto.core.money import NO_CURRENCY
from kvitto.export.export_errors import ExportError
from kvitto.export.month_report import CurrencyMonth, MonthReport, read_month_report
from kvitto.export.month_workbook import write_month_workbook
from kvitto.paths import home_folder
from kvitto.store.errors import StoreError
from kvitto.ui.costs.departments_dialog import DepartmentsDialog
from kvitto.ui.costs.month_text import MonthText
from kvitto.ui.costs.typed_amount import amount_typed, typed_amount
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MONTH_BUDGET, budget_name
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 820
_HEIGHT: Final = 720
_MONTHS: Final = 36
_REST_MS: Final = 5000
_GEOMETRY: Final = "month/geometry"


class MonthWindow(QDialog):
    """Shows what a month cost, each currency on its own, beside the main window.

    Args:
        context: what the parts of the window share.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be read or written.
        told: a sentence that says what was done.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._now = now
        self._report: MonthReport | None = None
        self._is_closed = False
        self._words = MonthText(self)
        self._open: QWidget | None = None
        self.months = QComboBox(self)
        self.save = QPushButton(self)
        self.departments = QPushButton(self)
        self.page = QTextBrowser(self)
        self.currency = QComboBox(self)
        self.invoiced = QLineEdit(self)
        self.verdict = QLabel(self)
        self.budget = QLineEdit(self)
        self._invoice_label, self._budget_label = QLabel(self), QLabel(self)
        self._throttle = Throttle(
            context.tasks, self._read, "month's costs", rest_ms=_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._throttle.want)
        context.feed.failed.connect(self._show)
        self._lay_out()
        self._join()
        self._offer_months()
        self._retranslate()
        state = context.preferences.state(_GEOMETRY)
        if not state.isEmpty():
            self.restoreGeometry(state)
        self._throttle.want()

    def _lay_out(self) -> None:
        self.page.setOpenLinks(False)
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for widget in (self.months, self.departments, self.save):
            top.addWidget(widget)
        top.insertStretch(1, 1)
        for label, field in (
            (self._invoice_label, self.invoiced),
            (self._budget_label, self.budget),
        ):
            label.setBuddy(field)
            bottom.addWidget(label)
            bottom.addWidget(field)
        bottom.addWidget(self.currency)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addLayout(top)
        column.addWidget(self.page, 1)
        column.addLayout(bottom)
        column.addWidget(self.verdict)
        for button in (self.save, self.departments):
            button.setAutoDefault(False)
        resize_at_first(self, _WIDTH, _HEIGHT)

    def _join(self) -> None:
        self.months.currentIndexChanged.connect(self._on_month)
        self.save.clicked.connect(self._ask_where)
        self.departments.clicked.connect(self._on_departments)
        self.currency.currentIndexChanged.connect(lambda _place: self._on_currency())
        self.invoiced.textChanged.connect(lambda _text: self._judge())
        self.budget.editingFinished.connect(self._keep_budget)
        self._context.feed.changed.connect(self._on_changed)
        self._context.preferences.changed.connect(self._on_preference)
        # However it is closed: by its frame, by Esc, or with the main window.
        self.finished.connect(self._on_closed)

    # --- Reading --------------------------------------------------------------------------------

    @property
    def month(self) -> Period:
        """The month that is shown."""
        chosen: date = self.months.currentData()
        return month_of(chosen)

    @property
    def is_read(self) -> bool:
        """Whether all of the month that is chosen is shown."""
        return self.is_begun and self._report is not None and self._report.is_whole

    @property
    def is_begun(self) -> bool:
        """Whether the sums of the month that is chosen are shown: the rest takes longer."""
        return self._report is not None and self._report.month == self.month

    def _today(self) -> date:
        return self._now().astimezone().date()

    async def _read(self) -> None:
        month, database = self.month, self._context.backend.database
        for is_whole in (True,) if self.is_begun else (False, True):
            read = partial(read_month_report, is_whole=is_whole)
            try:
                report = await self._context.tasks.in_thread(read, database, month, self._today())
            except StoreError as error:
                if not self._is_closed:
                    self.failed.emit(error_text(error))
                return
            if self._is_closed or month != self.month:
                return
            self._report = report
            self._offer_currencies()
            self._show()

    def _on_month(self) -> None:
        self._report = None
        self._show()
        self._throttle.hurry()

    def _on_changed(self) -> None:
        if not self._is_closed:
            self._offer_months()
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked" or name.startswith(MONTH_BUDGET):
            self._show()

    def _on_closed(self) -> None:
        self._is_closed = True
        self._throttle.stop()
        self._context.preferences.put_state(_GEOMETRY, self.saveGeometry())

    # --- Showing --------------------------------------------------------------------------------

    def _offer_months(self) -> None:
        """Offer the months up to that of now; the one that is chosen stays so."""
        months = [month_of(self._today())]
        if self.months.itemData(0) == months[0].first:
            return
        for _ in range(_MONTHS - 1):
            months.append(month_before(months[-1].first))
        chosen = self.months.currentData()
        self.months.blockSignals(True)
        self.months.clear()
        for month in months:
            self.months.addItem(self._words.title(month), month.first)
        places = (place for place, month in enumerate(months) if month.first == chosen)
        self.months.setCurrentIndex(next(places, 0))
        self.months.blockSignals(False)

    def _offer_currencies(self) -> None:
        report = self._report
        wanted = [] if report is None else [one.currency for one in report.currencies]
        if wanted != [self.currency.itemData(place) for place in range(self.currency.count())]:
            chosen = self.currency.currentData()
            self.currency.blockSignals(True)
            self.currency.clear()
            for currency in wanted:
                self.currency.addItem(currency or self.tr("no currency"), currency)
            self.currency.setCurrentIndex(max(0, self.currency.findData(chosen)))
            self.currency.blockSignals(False)
            self._on_currency()

    def _chosen(self) -> CurrencyMonth | None:
        report = self._report
        found = () if report is None else report.currencies
        return next((one for one in found if one.currency == self.currency.currentData()), None)

    def _show(self) -> None:
        if self._is_closed:
            return
        report, is_masked = self._report, self._context.preferences.is_masked
        self.save.setEnabled(report is not None and report.is_whole)
        if report is None or not (report.is_whole or report.currencies):
            # Of messages that cost nothing, only the messages themselves tell.
            self.page.setPlainText(self._context.feed.reading_text())
            self.verdict.clear()
            return
        budgets = {
            one.currency: self._context.preferences.month_budget(one.currency)
            for one in report.currencies
        }
        bar = self.page.verticalScrollBar()
        place = bar.value()
        self.page.setHtml(self._words.page(report, budgets, is_masked=is_masked))
        bar.setValue(place)
        self._judge()

    def _judge(self) -> None:
        """Say what the invoice that was typed in differs by."""
        text = self.invoiced.text().strip()
        report, chosen = self._report, self._chosen()
        if report is None or chosen is None or not text:
            self.verdict.clear()
            return
        invoiced = amount_typed(text)
        if invoiced is None:
            self.verdict.setText(self.tr("That is no amount: type it as 1234.50."))
            return
        is_masked = self._context.preferences.is_masked
        self.verdict.setText(self._words.invoice(report, chosen, invoiced, is_masked=is_masked))

    # --- Budget and departments -----------------------------------------------------------------

    def _on_currency(self) -> None:
        budget = self._context.preferences.month_budget(self.currency.currentData() or NO_CURRENCY)
        self.budget.setText(typed_amount(budget) if budget else "")
        self._judge()

    def _keep_budget(self) -> None:
        text, currency = self.budget.text().strip(), self.currency.currentData()
        budget = amount_typed(text) if text else 0
        if budget is None or budget < 0:
            self.verdict.setText(self.tr("That is no amount: type it as 1234.50."))
        elif currency is not None and budget != self._context.preferences.month_budget(currency):
            self._context.preferences.put(budget_name(currency), str(budget))

    def _on_departments(self) -> None:
        dialog = DepartmentsDialog(self._context.backend.folder, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.failed.connect(self.failed)
        dialog.accepted.connect(self._throttle.hurry)
        self._open = dialog
        dialog.open()

    # --- Saving ---------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the month"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Excel workbook (*.xlsx)"))
        dialog.setDefaultSuffix("xlsx")
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        last = self._context.preferences.get("export_folder", documents)
        dialog.setDirectory(last if Path(last).is_dir() else str(home_folder()))
        dialog.selectFile(f"kvitto-{self.month.first:%Y-%m}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start_saving(Path(name)))
        self._open = dialog
        dialog.open()

    def start_saving(self, file: Path) -> None:
        """Save the month that is shown as a workbook, in the background."""
        if self._report is not None:
            self._context.preferences.put("export_folder", str(file.parent))
            self._context.tasks.start(self._save(file, self._report), "save month")

    async def _save(self, file: Path, report: MonthReport) -> None:
        is_masked = self._context.preferences.is_masked
        names = {
            cost.batch.key: name_of(cost.batch, is_masked=is_masked)
            for one in report.currencies
            for cost in one.batches
        }
        try:
            await self._context.tasks.in_thread(
                write_month_workbook,
                file,
                self._context.backend.folder,
                report,
                self._words.words(),
                lambda cost: names[cost.batch.key],
                mask_all_numbers if is_masked else str,
            )
        except ExportError as error:
            self.failed.emit(error_text(error))
        else:
            self.told.emit(self.tr("The month is saved as {file}.").format(file=file.name))

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("What a month cost"))
        self.months.setAccessibleName(self.tr("Month"))
        for place in range(self.months.count()):
            month = month_of(self.months.itemData(place))
            self.months.setItemText(place, self._words.title(month))
        self.save.setText(self.tr("Save…"))
        self.departments.setText(self.tr("Departments…"))
        self._invoice_label.setText(self.tr("&Invoice's sum:"))
        self._budget_label.setText(self.tr("&Budget a month:"))
        if (place := self.currency.findData(NO_CURRENCY)) >= 0:
            self.currency.setItemText(place, self.tr("no currency"))
        self.currency.setAccessibleName(self.tr("Currency"))
        self.page.setAccessibleName(self.windowTitle())
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.ActivationChange and not self._is_closed:
            self._offer_months()
