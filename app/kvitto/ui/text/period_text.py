"""Periods in words."""

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from kvitto.core.sending_period import PeriodKind, SendingPeriod


def period_word(chosen: SendingPeriod) -> str:
    """Return a period as a choice of a menu."""
    match chosen.kind:
        case PeriodKind.ANY:
            return QCoreApplication.translate("Period", "Any time")
        case PeriodKind.TODAY:
            return QCoreApplication.translate("Period", "Today")
        case PeriodKind.LAST_DAYS:
            return QCoreApplication.translate("Period", "Last 7 days")
        case PeriodKind.DAYS_BEFORE:
            return QCoreApplication.translate("Period", "The 7 days before")
        case PeriodKind.THIS_MONTH:
            return QCoreApplication.translate("Period", "This month")
        case PeriodKind.LAST_MONTH:
            return QCoreApplication.translate("Period", "Last month")
        case PeriodKind.MONTH:
            return month_name(chosen.first or date.min)
        case PeriodKind.DAYS:
            first, last = chosen.first or date.min, chosen.last or date.min
            if first == last:
                return short_day(first)
            return f"{short_day(min(first, last))} – {short_day(max(first, last))}"


def month_name(day: date) -> str:
    """Return the month of a day, with its year."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "MMMM yyyy")


def short_day(day: date) -> str:
    """Return a day as the locale writes it."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
