"""A month's costs as a page: HTML for the screen and the printer, in the language of now."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Final

from PySide6.QtCore import QDate, QLocale, QObject

from kvitto.core.cost_period import Period
from kvitto.core.money import NANO, Money
from kvitto.export.month_report import BatchCost, CurrencyMonth, MonthReport
from kvitto.export.month_workbook import ReportWords
from kvitto.store.period_costs import CountedCost
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.masking import mask_all_numbers

_MOST_ROWS: Final = 200
"""Batches that the page names; the workbook has all."""
_FIRST_ROWS: Final = 40
"""So many at first: laying out more takes longer than reading the sums."""
_HUNDRED: Final = 100
_LEAST_NANO: Final = NANO // _HUNDRED
"""The least that an invoice tells of, in nano-units: it has two decimals, as the page has."""


class MonthText(QObject):
    """Says what a month cost. An object, so that Qt's tools find the plurals."""

    def title(self, month: Period) -> str:
        """Return the month's name and year."""
        return QLocale().toString(_qt(month.first), "MMMM yyyy")

    def page(self, report: MonthReport, budgets: dict[str, int], *, is_masked: bool) -> str:
        """Return the page.

        Args:
            report: the month.
            budgets: the budget of a month by currency, in nano-units; 0 for none.
            is_masked: whether what may be a phone number is masked.
        """
        parts = [f"<h2>{escape(self.title(report.month))}</h2>"]
        if not report.currencies and not report.unpriced:
            parts.append(_paragraph(self.tr("Nothing was sent in this month.")))
        for one in report.currencies:
            parts += self._currency(report, one, budgets.get(one.currency, 0), is_masked=is_masked)
        if report.unpriced:
            text = self.tr(
                "%Ln message(s) were sent in this month without a known price.",
                "",
                report.unpriced,
            )
            parts.append(_paragraph(text))
        parts.append(_paragraph(self.tr("By the time of sending. Demo campaigns are left out.")))
        if report.is_partly_purged:
            text = self.tr(
                "Messages of this month were deleted: countries, what did not arrive and what was "
                "paid back are told of the rest."
            )
            parts.append(_paragraph(text))
        return "".join(parts)

    def _currency(
        self, report: MonthReport, one: CurrencyMonth, budget: int, *, is_masked: bool
    ) -> Iterable[str]:
        most = _MOST_ROWS if report.is_whole else _FIRST_ROWS
        yield f"<h3>{escape(self._money(one, one.spent))}</h3>"
        yield _table(self._facts(report, one, budget), numbers=2)
        if one.departments:
            yield _heading(self.tr("By department or reference"))
            yield _table(
                (
                    (mask_all_numbers(name) if is_masked else name)
                    or self.tr("without a reference"),
                    self._money(one, nano),
                )
                for name, nano in list(one.departments.items())[:most]
            )
        if one.countries:
            yield _heading(self.tr("By country code"))
            yield _table(
                (
                    (
                        f"+{code}" if code else self.tr("not known"),
                        self._counted(cost),
                        self._money(one, cost.nano),
                    )
                    for code, cost in one.countries.items()
                ),
                numbers=2,
            )
        if one.batches:
            yield _heading(self.tr("By batch"))
        yield _table(
            (
                _short(cost.sent_on),
                name_of(cost.batch, is_masked=is_masked),
                "" if cost.is_whole else self.tr("partly in this month"),
                self._money(one, cost.nano),
            )
            for cost in one.batches[:most]
        )
        left = len(one.batches) - most
        if left > 0 and report.is_whole:
            yield _paragraph(self.tr("And %Ln more batch(es): save them to see all.", "", left))

    def _facts(
        self, report: MonthReport, one: CurrencyMonth, budget: int
    ) -> Iterable[Sequence[str]]:
        if not report.is_whole:
            yield self.tr("What it is compared with, and what did not arrive: reading …"), "", ""
            return
        yield (
            self.tr("{first} to {last}, a month before").format(
                first=_short(report.before.first), last=_short(report.before.last)
            ),
            "",
            self._money(one, one.before),
        )
        if one.estimate is not None:
            yield self.tr("Likely in the whole month"), "", self._money(one, one.estimate)
        if budget:
            share = formatting.number(_HUNDRED * one.spent // budget)
            yield (
                self.tr("Budget"),
                self.tr("{share} % used").format(share=share),
                self._money(one, budget),
            )
        for what, cost in (
            (self.tr("Of that for what did not arrive"), one.undelivered),
            (self.tr("Paid back, not in the sum"), one.paid_back),
        ):
            yield what, self._counted(cost), self._money(one, cost.nano)

    def _counted(self, cost: CountedCost) -> str:
        return self.tr("%Ln message(s)", "", cost.messages)

    def _money(self, one: CurrencyMonth, nano: int) -> str:
        return formatting.sum_money(Money(nano, one.currency))

    # --- The invoice ----------------------------------------------------------------------------

    def invoice(
        self, report: MonthReport, one: CurrencyMonth, invoiced: int, *, is_masked: bool
    ) -> str:
        """Return what an invoice's sum differs by, and which batches it may come from.

        Args:
            report: the month.
            one: the invoice's currency.
            invoiced: the invoice's sum in nano-units.
            is_masked: whether what may be a phone number is masked.
        """
        difference = invoiced - one.spent
        if abs(difference) < _LEAST_NANO:
            return self.tr("The invoice agrees with what Kvitto has seen.")
        amount = self._money(one, abs(difference))
        text = (
            self.tr("The invoice is {amount} more than what Kvitto has seen.")
            if difference > 0
            else self.tr("The invoice is {amount} less than what Kvitto has seen.")
        ).format(amount=amount)
        makers = invoice_makers(report, one, difference)
        if makers:
            names = " · ".join(
                f"{name_of(cost.batch, is_masked=is_masked)} ({self._money(one, cost.nano)})"
                for cost in makers
            )
            return f"{text} " + self.tr("It may come from these batches: {names}").format(
                names=names
            )
        return f"{text} " + self.tr(
            "No batch of Kvitto's makes it alone: it may be one that never reported here, or "
            "the tax."
        )

    def words(self) -> ReportWords:
        """Return the words of the workbook."""
        return ReportWords(
            summary=self.tr("Summary"),
            days=self.tr("Days"),
            batches=self.tr("Batches"),
            departments=self.tr("Departments"),
            countries=self.tr("Countries"),
            what=self.tr("What"),
            currency=self.tr("Currency"),
            amount=self.tr("Amount"),
            spent=self.tr("Spent"),
            before=self.tr("Spent on the same days of the month before"),
            estimate=self.tr("Likely in the whole month"),
            undelivered=self.tr("Of that for what did not arrive"),
            paid_back=self.tr("Paid back, not in the sum"),
            day=self.tr("Day"),
            batch=self.tr("Batch"),
            batch_id=self.tr("Id"),
            reference=self.tr("Reference"),
            messages=self.tr("Messages"),
            parts=self.tr("SMS parts"),
            whole=self.tr("All of it in this month"),
            department=self.tr("Department or reference"),
            country=self.tr("Country code"),
            by_sending=self.tr("By the time of sending. Demo campaigns are left out."),
            partly=self.tr(
                "Messages of this month were deleted: countries, what did not arrive and what was "
                "paid back are told of the rest."
            ),
        )


def invoice_makers(report: MonthReport, one: CurrencyMonth, difference: int) -> Sequence[BatchCost]:
    """Return the batches that may make an invoice differ: one of just that cost, else border ones.

    At the border of a month are batches of which a part was sent in another one, and those of its
    first and last day: the invoice may count days in another time zone.
    """
    alike = [cost for cost in one.batches if abs(cost.nano - abs(difference)) < _LEAST_NANO]
    if alike:
        return alike
    borders = {report.month.first, report.month.last}
    return [cost for cost in one.batches if not cost.is_whole or cost.sent_on in borders]


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _heading(text: str) -> str:
    return f"<h4>{escape(text)}</h4>"


def _table(rows: Iterable[Sequence[str]], numbers: int = 1) -> str:
    """Return rows as a table.

    Args:
        rows: the cells; all rows have as many.
        numbers: how many of the last cells of each are numbers: they stand on the right, so that
            their decimals are below each other.
    """
    written = []
    for row in rows:
        texts = len(row) - numbers
        cells = [f"<td>{escape(cell)}&nbsp;&nbsp;</td>" for cell in row[:texts]]
        cells += [f"<td align='right'>&nbsp;&nbsp;{escape(cell)}</td>" for cell in row[texts:]]
        written.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table cellpadding='3'>{''.join(written)}</table>"


def _qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _short(day: date) -> str:
    return QLocale().toString(_qt(day), QLocale.FormatType.ShortFormat)
