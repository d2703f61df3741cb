"""What cells say."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.core.money import NO_CURRENCY, Money
from kvitto.core.report import Origin
from kvitto.ui.batches import cell_text
from kvitto.ui.batches.cell_text import Manner
from kvitto.ui.batches.columns import COLUMNS, column_title
from kvitto.ui.batches.row import BatchRow
from tests.ui.batches.records import START, a_batch, a_message

pytestmark = pytest.mark.usefixtures("qapp", "english")
MANNER = Manner(START)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English))


def test_currencies_are_written_side_by_side_and_never_added() -> None:
    batch = a_batch(1, costs={"SEK": 80_520_000_000, "EUR": 82_000_000, NO_CURRENCY: 5})
    assert cell_text.costs_text(batch) == (
        f"0.082{SPACE}€ · 80.52{SPACE}SEK · 0.000000005 (no currency)"
    )
    assert cell_text.costs_tip(batch) == cell_text.costs_text(batch).replace(" · ", "\n")
    assert cell_text.costs_text(a_batch(1)) == ""


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (None, "3/5  60 %"),
        (1000, "3/1,000  1 %"),
        (5, "3/5  60 %"),
        (3, "3/5 (+2)  60 %"),
        (0, "3/5 (+5)  60 %"),
    ],
)
def test_progress_is_finished_of_expected_or_seen(expected: int | None, text: str) -> None:
    batch = a_batch(1, statuses={201: 3, 102: 2}, expected_count=expected)
    assert cell_text.progress_text(batch, MANNER) == text
    assert "3 of 5 messages seen are settled." in cell_text.progress_tip(batch)


@given(
    finished=st.integers(0, 10**6), open_=st.integers(0, 10**6), expected=st.none() | st.integers(0)
)
def test_progress_never_exceeds_what_was_seen_or_expected(
    finished: int, open_: int, expected: int | None
) -> None:
    batch = a_batch(1, statuses={201: finished, 102: open_}, expected_count=expected)
    share, whole = cell_text.progress_short(batch), cell_text.progress_whole(batch)

    assert batch.finished <= batch.messages <= whole
    if whole:
        percent = int(share.removesuffix(" %"))
        assert (percent == 100) == (batch.finished == whole)
        assert (percent == 0) == (batch.finished == 0)
        assert 0 <= percent <= 100
    is_more = expected is not None and expected < batch.messages
    assert ("more came" in cell_text.progress_tip(batch)) == is_more
    assert ("(+" in cell_text.progress_text(batch, MANNER)) == is_more


def test_an_error_that_is_not_final_is_still_tried() -> None:
    trying = a_message(1, code=511, final=False)
    assert cell_text.status_text(trying, MANNER) == "Retrying 511"
    assert "still tried" in cell_text.status_tip(trying, MANNER)
    assert cell_text.status_text(a_message(1, code=511), MANNER) == "Failed 511"


def test_a_code_without_a_name_is_shown_with_its_number_and_group() -> None:
    assert cell_text.status_text(a_message(1, code=299), MANNER) == "Ended 299"
    assert cell_text.status_text(a_message(1, code=777), MANNER) == "Unknown 777"
    assert cell_text.status_text(a_message(1, code=112, final=False), MANNER) == "At carrier 112"


def test_what_is_not_known_is_left_out() -> None:
    bare = a_message(7, recipient=None, reference=None, price=None, segments=None)
    texts = [column.message_text(bare, MANNER) for column in COLUMNS]
    assert texts[0] == bare.message_id
    assert texts[3:6] == ["", "", ""]


def test_a_price_without_currency_says_so() -> None:
    assert cell_text.price_text(a_message(1, price=Money(5, NO_CURRENCY)), MANNER) == (
        "0.000000005 (no currency)"
    )


def test_what_is_special_about_a_batch_is_said_in_words() -> None:
    row = BatchRow(a_batch(1, origin=Origin.DEMO, is_archived=True, purged=START, notes="Ring Åsa"))
    assert cell_text.batch_marks(row) == ["demo", "done", "only sums"]
    tip = cell_text.batch_tip(row.record)
    assert row.record.batch_id in tip
    assert "only the sums were kept" in tip
    assert tip.endswith("Ring Åsa")


def test_ids_and_times_are_whole_on_the_clipboard() -> None:
    message = a_message(1)
    name, *_, change = COLUMNS
    assert name.message_whole is not None
    assert change.message_whole is not None
    assert name.message_whole(message, MANNER) == "+46701234567"
    assert change.message_whole(message, MANNER).startswith("2026-03-01T")


def test_a_reference_with_the_number_in_it_is_masked_too() -> None:
    message = a_message(1, reference="Åsa 070-123 45 67")
    masked = Manner(START, is_masked=True)
    assert "123" not in cell_text.reference_text(message, masked)
    assert cell_text.reference_text(message, MANNER) == "Åsa 070-123 45 67"


def test_each_column_can_sort_all_batches() -> None:
    batches = [
        a_batch(1),
        a_batch(2, label="Höstrea", costs={"EUR": 1}, expected_count=0),
        a_batch(3, statuses={}, costs={"EUR": 1, "SEK": 2}),
        msgspec.structs.replace(a_batch(4), expected_count=9),
    ]
    for column in COLUMNS:
        assert len(sorted(batches, key=column.batch_key)) == 4
        assert column_title(column)
