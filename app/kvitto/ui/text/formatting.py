"""How things are said: statuses, money, numbers and times become words here and nowhere else.

Everything follows the language and the locale that are in force when it is asked.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, assert_never

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDateTime, QLocale, Qt, QTimeZone

from kvitto.core import status
from kvitto.core.money import NO_CURRENCY, Money, amount_of
from kvitto.core.report import Origin
from kvitto.core.shares import own_percent
from kvitto.core.status import CODE_NAMES, Group, Result, group_of
from kvitto.core.timestamps import to_microseconds
from kvitto.ui.text.local_days import repeated_offset

_LEAST_DECIMALS: Final = 2
_THOUSAND: Final = 3
_LARGEST_OF_LOCALE: Final = 2**63 - 1
_LOCALE_TAIL: Final = 10**18
_SECOND_TENTHS: Final = 10
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_DAY_IN_FORMAT: Final = re.compile("(?<!d)dd?(?!d)")


# --- Statuses -----------------------------------------------------------------------------------


def result_word(result: Result) -> str:
    """Return an result as one word for a badge. "Delivered" is what was reported, never "read"."""
    match result:
        case Result.DELIVERED:
            return QCoreApplication.translate("Words", "Delivered")
        case Result.PENDING:
            return QCoreApplication.translate("Words", "Waiting")
        case Result.EXPIRED:
            return QCoreApplication.translate("Words", "Expired")
        case Result.CANCELLED:
            return QCoreApplication.translate("Words", "Cancelled")
        case Result.REJECTED:
            return QCoreApplication.translate("Words", "Rejected")
        case Result.FAILED:
            return QCoreApplication.translate("Words", "Failed")
        case Result.UNKNOWN:
            return QCoreApplication.translate("Words", "Unknown")
    assert_never(result)


def result_meaning(result: Result) -> str:
    """Return what an result means, a sentence."""
    match result:
        case Result.DELIVERED:
            return QCoreApplication.translate("Words", "The handset reported that it received it.")
        case Result.PENDING:
            return QCoreApplication.translate("Words", "It is on its way: not delivered yet.")
        case Result.EXPIRED:
            return QCoreApplication.translate(
                "Words", "It could not be delivered in time, and is no longer tried."
            )
        case Result.CANCELLED:
            return QCoreApplication.translate("Words", "It was cancelled before it was delivered.")
        case Result.REJECTED:
            return QCoreApplication.translate(
                "Words", "Something is wrong with the message itself: it was not sent."
            )
        case Result.FAILED:
            return QCoreApplication.translate("Words", "It could not be delivered.")
        case Result.UNKNOWN:
            return QCoreApplication.translate(
                "Words",
                "Whether it was delivered is not known: it ended without a word on that, or the "
                "SMS service uses a code that Kvitto does not know.",
            )
    assert_never(result)


_STATUS_WORDS: Final[dict[int, object]] = {
    101: QT_TRANSLATE_NOOP("Words", "Accepted"),
    102: QT_TRANSLATE_NOOP("Words", "Queued"),
    103: QT_TRANSLATE_NOOP("Words", "Funded"),
    104: QT_TRANSLATE_NOOP("Words", "Refunded"),
    110: QT_TRANSLATE_NOOP("Words", "Sending"),
    111: QT_TRANSLATE_NOOP("Words", "At gateway"),
    112: QT_TRANSLATE_NOOP("Words", "At carrier"),
    113: QT_TRANSLATE_NOOP("Words", "At mobile network"),
    114: QT_TRANSLATE_NOOP("Words", "Queued at gateway"),
    201: QT_TRANSLATE_NOOP("Words", "Delivered"),
    202: QT_TRANSLATE_NOOP("Words", "Expired"),
    203: QT_TRANSLATE_NOOP("Words", "Cancelled"),
    402: QT_TRANSLATE_NOOP("Words", "No funds"),
    403: QT_TRANSLATE_NOOP("Words", "Sender rejected"),
    405: QT_TRANSLATE_NOOP("Words", "Recipient rejected"),
    406: QT_TRANSLATE_NOOP("Words", "Rejected"),
    407: QT_TRANSLATE_NOOP("Words", "Invalid sender"),
}


def status_word(code: int, *, final: bool) -> str:
    """Return a status as a short text for a badge: where the message is, or the code's group."""
    if status.is_retrying(code, final=final):
        return QCoreApplication.translate("Words", "Retrying")
    if status.is_ended_unknown(code, final=final):
        return QCoreApplication.translate("Words", "Ended, unknown")
    if group_of(code) is Group.ERROR:
        return result_word(Result.FAILED)
    return code_word(code)


def code_word(code: int) -> str:
    """Return what a code says whether or not it is the last one about its message."""
    word = _STATUS_WORDS.get(code)
    if word is None:
        return group_word(group_of(code))
    return QCoreApplication.translate("Words", str(word))


_STATUS_MEANINGS: Final[dict[int, object]] = {
    101: QT_TRANSLATE_NOOP("Words", "The SMS service has accepted the message."),
    102: QT_TRANSLATE_NOOP("Words", "The message waits at the SMS service for its turn."),
    103: QT_TRANSLATE_NOOP("Words", "The message is paid for."),
    104: QT_TRANSLATE_NOOP("Words", "The price was returned. It may follow a failure."),
    110: QT_TRANSLATE_NOOP("Words", "The SMS service is sending the message."),
    111: QT_TRANSLATE_NOOP("Words", "The gateway has the message: not delivered yet."),
    112: QT_TRANSLATE_NOOP("Words", "The carrier has the message: not delivered yet."),
    113: QT_TRANSLATE_NOOP("Words", "The mobile network has the message: not delivered yet."),
    114: QT_TRANSLATE_NOOP("Words", "The message waits at the gateway for its turn."),
    402: QT_TRANSLATE_NOOP("Words", "There was not enough money on the account."),
    403: QT_TRANSLATE_NOOP("Words", "The sender name or number was not accepted."),
    405: QT_TRANSLATE_NOOP("Words", "The recipient was not accepted."),
    406: QT_TRANSLATE_NOOP("Words", "The message was not accepted."),
    407: QT_TRANSLATE_NOOP("Words", "The sender name or number is not valid."),
}


def status_meaning(code: int, *, final: bool) -> str:
    """Return what a status means, a sentence: its own, or that of its result."""
    if status.is_retrying(code, final=final):
        return QCoreApplication.translate(
            "Words", "It could not be delivered so far, and is still tried."
        )
    if status.is_ended_unknown(code, final=final):
        return QCoreApplication.translate(
            "Words",
            "The SMS service says no more about it: whether it was delivered is not known.",
        )
    meaning = _STATUS_MEANINGS.get(code)
    if meaning is None:
        return result_meaning(status.result_of(code, final=final))
    return QCoreApplication.translate("Words", str(meaning))


def group_word(group: Group) -> str:
    """Return a code's group as one word: what is shown of a code that has no name."""
    match group:
        case Group.INFO:
            return QCoreApplication.translate("Words", "On its way")
        case Group.SUCCESS:
            return QCoreApplication.translate("Words", "Ended")
        case Group.REJECTION:
            return QCoreApplication.translate("Words", "Rejected")
        case Group.ERROR:
            return QCoreApplication.translate("Words", "Error")
        case Group.UNKNOWN:
            return QCoreApplication.translate("Words", "Unknown")
    assert_never(group)


def sender_name(code: int) -> str:
    """Return the SMS service's own name of a code; of one without a name, its number and group."""
    return CODE_NAMES.get(code) or f"{code} · {group_word(group_of(code))}"


def origin_word(origin: Origin) -> str:
    """Return how a report came, for what did not come from the SMS service's callback."""
    match origin:
        case Origin.WEBHOOK:
            return QCoreApplication.translate("Words", "callback")
        case Origin.DEMO:
            return QCoreApplication.translate("Words", "demo")
        case Origin.API:
            return QCoreApplication.translate("Words", "asked from the SMS service")
    assert_never(origin)


# --- Numbers and money --------------------------------------------------------------------------


def number(value: int) -> str:
    """Return a whole number as the locale groups it."""
    locale = QLocale()
    if abs(value) <= _LARGEST_OF_LOCALE:
        return locale.toString(value)
    # QLocale knows 64 bits only: the last digits are grouped by it, those before them alike.
    head, tail = divmod(abs(value), _LOCALE_TAIL)
    padded = locale.toString(_LOCALE_TAIL + tail)
    # The tail is written behind a leading one, which keeps its zeros; the one itself is dropped.
    sign = locale.negativeSign() if value < 0 else ""
    return sign + number(head) + padded[1:]


def percent(part: int, whole: int) -> str:
    """Return a share in whole per cent; 100 % only for all, 0 % only for none: else `< 1 %`."""
    if not whole:
        return ""
    part = min(max(part, 0), whole)
    return part_percent(own_percent(part, whole), is_some=bool(part))


def part_percent(share: int, *, is_some: bool) -> str:
    """Return a part of shares that add up; under one per cent it is never said to be none."""
    if is_some and not share:
        return QCoreApplication.translate("Words", "< 1 %")
    return QCoreApplication.translate("Words", "{share} %").format(share=number(share))


def data_size(size_bytes: int) -> str:
    """Return a size of files as the locale writes it: `1.2 GB`."""
    return QLocale().formattedDataSize(
        size_bytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat
    )


def amount(nano: int) -> str:
    """Return an amount with as many decimals as it has, at least two, as the locale writes it.

    Never with three behind something: `1.234` may be more than a thousand, or little more than one.
    """
    exact = amount_of(nano)
    is_ambiguous = exact.as_tuple().exponent == -_THOUSAND and abs(exact) >= 1
    return decimal(exact, _THOUSAND + 1 if is_ambiguous else _LEAST_DECIMALS)


def decimal(value: Decimal, least_decimals: int = 0) -> str:
    """Return an exact decimal as the locale writes it, with at least so many decimals."""
    whole, _, fraction = f"{value.copy_abs():f}".partition(".")
    fraction = fraction.ljust(least_decimals, "0")
    locale = QLocale()
    # QLocale writes a number through a float; its digits are written one by one instead.
    zero = ord(locale.zeroDigit()[0])
    digits = "".join(chr(zero + int(digit)) for digit in fraction)
    text = number(int(whole)) + (locale.decimalPoint() + digits if digits else "")
    return f"{locale.negativeSign()}{text}" if value < 0 else text


def money(value: Money) -> str:
    """Return an exact amount with the code of its currency: `0,082 EUR`, `80,52 SEK`."""
    return _with_currency(amount(value.nano), value.currency)


def sum_money(value: Money) -> str:
    """Return a sum with two decimals, so that sums can be compared: `80,52 SEK`.

    A sum is rounded, but never to nothing: `< 0,01 SEK`, and one below zero is written whole.
    """
    rounded = amount_of(value.nano).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    if rounded or not value.nano:
        return _with_currency(decimal(rounded, _LEAST_DECIMALS), value.currency)
    if value.nano < 0:
        return money(value)
    least = _with_currency(decimal(Decimal("0.01"), _LEAST_DECIMALS), value.currency)
    return QCoreApplication.translate("Words", "< {amount}").format(amount=least)


def _with_currency(written: str, currency: str) -> str:
    if currency == NO_CURRENCY:
        return QCoreApplication.translate("Words", "{amount} (no currency)").format(amount=written)
    return f"{written}\N{NO-BREAK SPACE}{currency}"


def currency_order(currency: str) -> tuple[bool, str]:
    """Return what currencies are sorted by where they are shown: what has none comes last."""
    return (currency == NO_CURRENCY, currency)


def costs(amounts: Mapping[str, Money], *, separator: str = " · ") -> str:
    """Return exact amounts by currency, each on its own: never added up."""
    return separator.join(money(amounts[one]) for one in sorted(amounts, key=currency_order))


def sums(amounts: Mapping[str, Money], *, separator: str = " · ") -> str:
    """Return sums by currency as `sum_money` does, each on its own: never added up."""
    return separator.join(sum_money(amounts[one]) for one in sorted(amounts, key=currency_order))


# --- Times --------------------------------------------------------------------------------------


def _local(instant: datetime) -> QDateTime:
    moment = QDateTime.fromMSecsSinceEpoch(
        to_microseconds(instant) // 1000, QTimeZone(QTimeZone.Initialization.UTC)
    )
    return moment.toLocalTime()


def exact_time(instant: datetime) -> str:
    """Return a UTC instant as local date and time to the second."""
    local = _local(instant)
    locale = QLocale()
    day = locale.toString(local.date(), QLocale.FormatType.ShortFormat)
    return f"{day} {local.time().toString('HH:mm:ss')}{repeated_offset(instant)}"


def clock_time(instant: datetime, *, with_seconds: bool = True) -> str:
    """Return a UTC instant as local time of day."""
    clock = _local(instant).time().toString("HH:mm:ss" if with_seconds else "HH:mm")
    return f"{clock}{repeated_offset(instant)}"


def day(instant: datetime, *, with_weekday: bool = False) -> str:
    """Return a UTC instant's local day without its year, in the locale's order: `Tue 3 Nov`."""
    locale = QLocale()
    written = locale.dateFormat(QLocale.FormatType.LongFormat)
    number_of_day = _DAY_IN_FORMAT.search(written)
    is_day_first = number_of_day is None or number_of_day.start() < written.find("M")
    form = "d MMM" if is_day_first else "MMM d"
    form = f"ddd {form}" if with_weekday else form
    return locale.toString(_local(instant).date(), form)


def weekday(instant: datetime) -> str:
    """Return a UTC instant's local day of the week, short: `Tue`."""
    return QLocale().toString(_local(instant).date(), "ddd")


def month(instant: datetime) -> str:
    """Return a UTC instant's local month as a short word, or its year where that begins."""
    date = _local(instant).date()
    if date.month() == 1:
        return year(instant)
    return QLocale().standaloneMonthName(date.month(), QLocale.FormatType.ShortFormat)


def year(instant: datetime) -> str:
    """Return a UTC instant's local year."""
    return _local(instant).date().toString("yyyy")


def iso_time(instant: datetime) -> str:
    """Return a UTC instant as local ISO-8601 with its offset, for the clipboard."""
    return (
        _local(instant)
        .toOffsetFromUtc(_local(instant).offsetFromUtc())
        .toString(Qt.DateFormat.ISODateWithMs)
    )


def ago(instant: datetime, now: datetime) -> str:
    """Return how long ago something was, short: `12 s ago`, `5 min ago`, `3 h ago`, or a date."""
    seconds = int((now - instant).total_seconds())
    if seconds < 1:
        return QCoreApplication.translate("Words", "now")
    if seconds < _MINUTE_S:
        return QCoreApplication.translate("Words", "{count} s ago").format(count=seconds)
    if seconds < _HOUR_S:
        return QCoreApplication.translate("Words", "{count} min ago").format(
            count=seconds // _MINUTE_S
        )
    if seconds < _DAY_S:
        return QCoreApplication.translate("Words", "{count} h ago").format(count=seconds // _HOUR_S)
    return QLocale().toString(_local(instant).date(), QLocale.FormatType.ShortFormat)


def duration(seconds: float) -> str:
    """Return a length of time in its one or two largest units: `41 s`, `1 h 12 min`, `2 d 3 h`.

    Less than a second is said in tenths.
    """
    tenths = round(abs(seconds) * 10)
    if tenths < _SECOND_TENTHS:
        return QCoreApplication.translate("Words", "{count} s").format(
            count=decimal(Decimal(tenths) / 10)
        )
    whole = round(abs(seconds))
    if whole < _MINUTE_S:
        return QCoreApplication.translate("Words", "{count} s").format(count=whole)
    if whole < _HOUR_S:
        text = QCoreApplication.translate("Words", "{minutes} min {seconds} s")
        if not whole % _MINUTE_S:
            text = QCoreApplication.translate("Words", "{minutes} min")
        return text.format(minutes=whole // _MINUTE_S, seconds=whole % _MINUTE_S)
    if whole < _DAY_S:
        text = QCoreApplication.translate("Words", "{hours} h {minutes} min")
        if not whole % _HOUR_S // _MINUTE_S:
            text = QCoreApplication.translate("Words", "{hours} h")
        return text.format(hours=whole // _HOUR_S, minutes=whole % _HOUR_S // _MINUTE_S)
    text = QCoreApplication.translate("Words", "{days} d {hours} h")
    if not whole % _DAY_S // _HOUR_S:
        text = QCoreApplication.translate("Words", "{days} d")
    return text.format(days=whole // _DAY_S, hours=whole % _DAY_S // _HOUR_S)
