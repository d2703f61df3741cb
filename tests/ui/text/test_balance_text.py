"""What is left on the account: of when it is, where it is not of now."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.books.shapes import Account
from kvitto.ui.text.balance_text import balance_text

ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = Account("ip1-12345", "Kliniken AB", 412_500_000_000, "SEK")


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def test_what_was_just_asked_needs_no_time() -> None:
    assert balance_text(ACCOUNT, ASKED, ASKED) == "412.50\N{NO-BREAK SPACE}SEK left"


@pytest.mark.parametrize("age", [timedelta(hours=2), timedelta(days=3), timedelta(hours=-1)])
def test_what_is_older_or_of_another_clock_says_of_when_it_is(age: timedelta) -> None:
    assert "SEK left on " in balance_text(ACCOUNT, ASKED, ASKED + age)


def test_what_is_not_known_is_not_said() -> None:
    assert balance_text(None, None, ASKED) == ""
    assert balance_text(Account("a", "b", None, "SEK"), ASKED, ASKED) == ""
    assert balance_text(Account("a", "b", 1, ""), ASKED, ASKED) == ""
