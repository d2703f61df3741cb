"""What is left on the account at the SMS service, in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kvitto.core.money import Money
from kvitto.ui.text import formatting

if TYPE_CHECKING:
    from kvitto.books.shapes import Account


def balance_text(account: "Account | None") -> str:
    """Return what is left, such as "412.50 SEK left"; "" if unknown."""
    if account is None or account.balance_nano is None or not account.currency:
        return ""
    left = formatting.sum_money(Money(account.balance_nano, account.currency))
    return QCoreApplication.translate("Balance", "{sum} left").format(sum=left)
