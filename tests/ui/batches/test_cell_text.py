"""What cells say."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.core.awaited import awaited_until
from kvitto.core.money import NO_CURRENCY, Money
from kvitto.core.report import Origin
from kvitto.ui.batches import cell_text
from kvitto.ui.batches.cell_text import TextManner
from kvitto.ui.batches.columns import COLUMNS, DELIVERED, LAST_CHANGE, NAME, column_title
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.batches.waiting_text import waiting_text, waiting_tip
from kvitto.ui.text.formatting import exact_time
from tests.ui.batches.records import START, a_batch, a_message

pytestmark = pytest.mark.usefixtures("qapp", "english")
MANNER = TextManner(START)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English))


def test_currencies_are_written_side_by_side_and_never_added() -> None:
    batch = a_batch(1, costs={"SEK": 80_520_000_000, "EUR": 82_000_000, NO_CURRENCY: 5})
    assert cell_text.costs_text(batch) == (
        f"0.08{SPACE}EUR · 80.52{SPACE}SEK · < 0.01 (no currency)"
    )
    assert cell_text.costs_tip(batch) == (
        f"0.082{SPACE}EUR\n80.52{SPACE}SEK\n0.000000005 (no currency)"
    )
    assert cell_text.costs_text(a_batch(1)) == ""


def test_what_no_more_is_heard_of_is_not_waited_for() -> None:
    batch = a_batch(1, statuses={201: 3, 102: 2})
    end = awaited_until(batch.last_seen)
    assert waiting_text(batch, TextManner(end)) == "2"
    assert waiting_text(batch, TextManner(end + timedelta(seconds=1))) == "2 ?"
    assert f"After {exact_time(end)} no more is heard of any." in waiting_tip(batch)
    assert waiting_tip(a_batch(1)) == ""


@pytest.mark.parametrize(
    ("expected", "delivered", "waiting"),
    [
        (None, "3 · 60 %", "2"),
        (1000, "3 · < 1 %", "997"),
        (5, "3 · 60 %", "2"),
        (3, "3 · 60 %", "2"),
        (0, "3 · 60 %", "2"),
    ],
)
def test_the_delivered_are_a_share_of_those_expected_or_seen(
    expected: int | None, delivered: str, waiting: str
) -> None:
    batch = a_batch(1, statuses={201: 3, 102: 2}, expected_count=expected)
    assert cell_text.delivered_text(batch) == delivered
    assert waiting_text(batch, MANNER) == waiting
    assert cell_text.not_delivered_text(batch) == "–"
    assert "3 of " in cell_text.delivered_tip(batch)


@given(
    counts=st.dictionaries(
        st.sampled_from([102, 112, 201, 202, 203, 250, 402, 511, 700]), st.integers(1, 10**6)
    ),
    expected=st.none() | st.integers(0, 10**7),
)
def test_every_message_is_counted_in_one_column(
    counts: dict[int, int], expected: int | None
) -> None:
    batch = a_batch(1, statuses=counts, expected_count=expected)
    tally = batch.tally()
    told = tally.delivered + tally.not_delivered + tally.cancelled + tally.unknown + tally.waiting

    assert told == tally.whole == max(sum(counts.values()), expected or 0)
    share = cell_text.delivered_text(batch).partition(" · ")[2]
    assert (share == "100 %") == (0 < tally.delivered == tally.whole)


def test_what_did_not_arrive_is_told_apart_from_what_nobody_knows() -> None:
    batch = a_batch(1, statuses={201: 263, 202: 6, 203: 1, 511: 15, 250: 3})
    assert cell_text.not_delivered_text(batch) == "21 + 3 ?"
    assert cell_text.not_delivered_tip(batch) == (
        "Expired 6\nFailed 15\n1 cancelled: counted apart\n"
        "3 ended without a word on delivery: not known"
    )
    assert cell_text.not_delivered_text(a_batch(1, statuses={250: 3})) == "3 ?"


def test_more_than_expected_warns() -> None:
    row = BatchRow(a_batch(1, statuses={201: 284}, expected_count=3))
    assert cell_text.batch_marks(row) == ["more than expected"]
    assert "Expected 3, seen 284: more came" in cell_text.batch_tip(row.record)


def test_a_batch_is_called_by_what_the_user_knows_it_by() -> None:
    batch = msgspec.structs.replace(
        a_batch(1, label="Autumn", statuses={201: 390}), reference="Order 070-123 45 67", sent=START
    )
    unlabelled = msgspec.structs.replace(batch, label=None)
    bare = msgspec.structs.replace(unlabelled, reference=None)

    assert cell_text.batch_name(batch, MANNER) == "Autumn"
    assert cell_text.batch_name(unlabelled, MANNER) == "Order 070-123 45 67"
    assert "123" not in cell_text.batch_name(unlabelled, TextManner(START, is_masked=True))
    assert cell_text.batch_name(bare, MANNER).endswith(" · 390 message(s)")
    assert cell_text.batch_name(bare, MANNER).startswith("Sun ")


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
    titles = [str(column.title) for column in COLUMNS]
    for title in ("SMS parts", "Cost", "Reference"):
        assert texts[titles.index(title)] == ""


def test_a_price_without_currency_says_so() -> None:
    assert cell_text.price_text(a_message(1, price=Money(5, NO_CURRENCY)), MANNER) == (
        "0.000000005 (no currency)"
    )


def test_what_is_special_about_a_batch_is_said_in_words() -> None:
    row = BatchRow(a_batch(1, origin=Origin.DEMO, is_archived=True, purged=START, notes="Ring Åsa"))
    assert cell_text.batch_marks(row) == ["demo", "archived", "only sums"]
    tip = cell_text.batch_tip(row.record)
    assert row.record.batch_id in tip
    assert "only the sums were kept" in tip
    assert tip.endswith("Ring Åsa")


def test_what_was_asked_is_no_report() -> None:
    message = a_message(1)
    rank = message.state.rank._replace(sequence=-1)
    state = msgspec.structs.replace(message.state, rank=rank)
    asked = msgspec.structs.replace(message, state=state, reported_at_us=None)
    column = COLUMNS[LAST_CHANGE]
    assert column.message_text(asked, MANNER) == "–"
    assert column.message_whole is not None
    assert column.message_whole(asked, MANNER) == ""
    assert cell_text.change_tip(asked, MANNER).startswith("Asked from iP.1 ")
    assert cell_text.change_tip(message, MANNER).startswith("Reported ")


def test_ids_and_times_are_whole_on_the_clipboard() -> None:
    message = a_message(1)
    name, change = COLUMNS[NAME], COLUMNS[LAST_CHANGE]
    assert name.message_whole is not None
    assert change.message_whole is not None
    assert name.message_whole(message, MANNER) == "+46701234567"
    assert change.message_whole(message, MANNER).startswith("2026-03-01T")


def test_a_reference_with_the_number_in_it_is_masked_too() -> None:
    message = a_message(1, reference="Åsa 070-123 45 67")
    masked = TextManner(START, is_masked=True)
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


def test_names_are_in_the_order_of_the_alphabet_and_those_without_one_of_time() -> None:
    key = COLUMNS[NAME].batch_key
    labels = ("Zorn", "Åkerby", "Ängby", "Öja")
    named = [a_batch(number, label=label) for number, label in enumerate(labels, 1)]
    # A Sunday, a Monday and a Friday.
    unnamed = [
        msgspec.structs.replace(a_batch(days), first_seen=START + timedelta(days=days))
        for days in (7, 8, 12)
    ]
    assert sorted([*reversed(unnamed), *reversed(named)], key=key) == [*named, *unnamed]


def test_the_delivered_are_in_the_order_of_the_shares_that_are_told() -> None:
    half = a_batch(1, statuses={201: 50}, expected_count=100)
    most = a_batch(2, statuses={201: 90, 500: 10})
    assert sorted([most, half], key=COLUMNS[DELIVERED].batch_key) == [half, most]
