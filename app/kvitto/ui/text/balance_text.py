"""What is left on the account at the SMS service, in words."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from kvitto.core.money import Money
from kvitto.ui.text import formatting

if TYPE_CHECKING:
    from kvitto.books.shapes import Account

_FRESH: Final = timedelta(minutes=65)
"""It is asked hourly while batches run; what is older says of when it is."""


def balance_text(account: "Account | None", asked_at: datetime | None, now: datetime) -> str:
    """Return what is left, such as "412.50 SEK left"; "" if unknown.

    Args:
        account: as the SMS service told; None for not.
        asked_at: when that was, UTC.
        now: the time, UTC.
    """
    if account is None or account.balance_nano is None or not account.currency or asked_at is None:
        return ""
    left = formatting.sum_money(Money(account.balance_nano, account.currency))
    if timedelta() <= now - asked_at <= _FRESH:
        return QCoreApplication.translate("Balance", "{sum} left").format(sum=left)
    return QCoreApplication.translate("Balance", "{sum} left on {time}").format(
        sum=left, time=formatting.exact_time(asked_at)
    )
