"""What iP.1's books say of a batch, in words: nothing is confirmed that is not."""

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kvitto.books.pass_result import PassResult, WhyIncomplete
from kvitto.core.money import Money
from kvitto.store.asked_edits import PENDING
from kvitto.store.asked_reader import AskedRecord, DifferentMessage
from kvitto.ui.text.asked_text import AskedText
from tests.ui.batches.records import START, a_batch

NBSP = "\N{NO-BREAK SPACE}"
SUM = 812 * 10**9
BATCH = a_batch(1, statuses={201: 2000}, costs={"SEK": SUM})
ASKED_AT = BATCH.last_seen + timedelta(minutes=20)
ASKED = AskedRecord(asked_at=ASKED_AT, there=2000, seen=2000, cost=Money(SUM, "SEK"))


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def said(*, was_reachable: bool | None = None, **fields: Any) -> str:
    record = AskedRecord(
        **({name: getattr(ASKED, name) for name in AskedRecord.__struct_fields__} | fields)
    )
    return (
        AskedText()
        .batch_text(BATCH, record, ASKED_AT + timedelta(minutes=1), was_reachable=was_reachable)
        .replace(NBSP, " ")
    )


def test_a_batch_that_is_whole_is_confirmed_with_its_sum() -> None:
    assert said().startswith("iP.1 agrees: 2,000 of 2,000 messages, 812.00 SEK. Asked 10:")


def test_another_sum_is_said_and_not_hidden() -> None:
    text = said(cost=Money(SUM + 10**9, "SEK"))
    assert "iP.1's sum is 813.00 SEK, ours 812.00 SEK." in text
    assert "messages, 812" not in text


def test_which_messages_differ_is_said_and_in_what() -> None:
    first = DifferentMessage("5c61ac4", ("price", "segments"), Money(777_000_000, "SEK"))
    text = said(differing=5, different=(first, DifferentMessage("5c61ac5", ("status",))))
    assert (
        "of 5 message(s): 5c61ac4 (price, SMS parts: 0.777 SEK), 5c61ac5 (result), 3 more." in text
    )
    one = said(differing=1, different=(DifferentMessage("5c61ac5", ("recipient",)),))
    assert "of 1 message(s): 5c61ac5 (recipient)." in one


@pytest.mark.parametrize(
    "fields",
    [
        {"incomplete": "fewer"},
        {"incomplete": PENDING},
        {"differing": 3},
        {"unknown_there": 2},
        {"asked_at": BATCH.last_seen},
        {"asked_at": BATCH.last_seen - timedelta(minutes=1)},
    ],
)
def test_nothing_else_is_called_confirmed(fields: dict[str, Any]) -> None:
    text = said(**fields)
    assert "agrees" not in text
    assert "Asked " in text


def test_what_is_on_its_way_is_no_alarm_and_what_is_lost_is_one() -> None:
    unreported = {"unreported": 5, "silent": 3}
    coming = said(**unreported, latest_unreported=ASKED_AT, was_reachable=True)
    assert "What is missing may be on its way until 12:" in coming
    assert "tunnel" not in coming
    lost = ASKED_AT - timedelta(hours=3)
    assert "check the tunnel" in said(**unreported, latest_unreported=lost, was_reachable=True)
    for known in (False, None):
        text = said(**unreported, latest_unreported=lost, was_reachable=known)
        assert "tunnel" not in text
        assert "agrees" in text


def test_every_reason_has_words() -> None:
    reason = AskedText().reason
    texts = {reason(one.value) for one in WhyIncomplete} | {reason(PENDING)}
    assert len(texts) == len(WhyIncomplete) + 1
    assert reason("of a later version") not in texts


def test_the_answers_are_counted_and_the_reason_is_said() -> None:
    def result(**fields: Any) -> PassResult:
        return PassResult(batch_id="a", asked_at=START, **fields)

    text = AskedText().results(
        [
            result(added_statuses=4),
            result(differing=1),
            result(incomplete=WhyIncomplete.BUSY, again_at=ASKED_AT),
        ],
        ASKED_AT,
    )
    assert "iP.1 did not answer" in text
    assert "It can be asked again at 1" in text
    assert len(text.split(". ")) == 5
