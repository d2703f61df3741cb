"""What is said of a secret: where it belongs, who uses it, and until when it is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKey
from kvitto.ui.settings.key_text import KeyFacts, KeyText
from kvitto.ui.text import formatting

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAY = KeyText()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def a_callback_key(
    *, url: str | None = None, rotated: datetime | None = None, key: int = 1
) -> CallbackKey:
    return CallbackKey(key, "0" * 32, Origin.WEBHOOK, NOW - 50 * HOUR, url, rotated)


def test_a_callback_key_says_to_which_url_it_belongs_and_when_it_was_used() -> None:
    made = formatting.exact_time(NOW - 50 * HOUR)
    facts = KeyFacts(in_use=frozenset({1}), last={2: NOW - HOUR})

    assert SAY.row_text(a_callback_key(), facts, NOW) == (
        f"on this computer · in the URL · made {made} · "
        "none of the latest 20,000 reports came by it"
    )
    elsewhere = a_callback_key(key=2, url="https://host.example")
    assert SAY.row_text(elsewhere, facts, NOW) == (
        f"host.example · made {made} · last report by it 1 h ago"
    )


def test_a_renewed_callback_key_says_for_whom_it_is_kept_and_how_long() -> None:
    callback_key, until = a_callback_key(rotated=NOW - 2 * HOUR), NOW + 190 * HOUR
    facts = KeyFacts(users={1: 2}, needed_until={1: until})

    assert SAY.ending_text(a_callback_key(), KeyFacts(), NOW) == ""
    assert SAY.ending_text(callback_key, facts, NOW) == (
        "Renewed 2 h ago: kept for 2 batch(es) that are not finished; "
        f"ends {formatting.exact_time(until)}, or later if more is heard."
    )
    assert SAY.row_text(callback_key, facts, NOW).endswith("if more is heard.")


def test_a_renewed_callback_key_of_no_batch_that_is_known_says_when_it_ends() -> None:
    callback_key, until = a_callback_key(rotated=NOW - 2 * HOUR), NOW + 190 * HOUR

    assert SAY.ending_text(callback_key, KeyFacts(needed_until={1: until}), NOW) == (
        "Renewed 2 h ago: kept for batches that were sent with it and have not been heard of; "
        f"ends {formatting.exact_time(until)}, or later if more is heard."
    )
    over = KeyFacts(needed_until={1: NOW - HOUR})
    assert formatting.exact_time(NOW + timedelta(minutes=1)) in SAY.ending_text(
        callback_key, over, NOW
    )


def test_who_would_miss_a_callback_key_is_said_before_it_is_ended() -> None:
    callback_key = a_callback_key()

    assert SAY.last_use_text(callback_key, KeyFacts(), NOW) == (
        "None of the latest 20,000 reports came by it."
    )
    facts = KeyFacts(last={1: NOW - HOUR}, users={1: 3})
    assert SAY.last_use_text(callback_key, facts, NOW) == (
        "Its last report came 1 h ago. 3 batch(es) that are not finished report by it."
    )
