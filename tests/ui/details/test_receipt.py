"""A batch as a receipt: one page, the same numbers on the screen, on paper and as text."""

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.awaited import awaited_until
from kvitto.core.money import Money
from kvitto.core.status import Result
from kvitto.core.undelivered import Cause, FailureGroup
from kvitto.store.batch_statistics import BatchStatistics
from kvitto.ui.batches.cell_text import delivered_text
from kvitto.ui.details.breakdown import breakdown
from kvitto.ui.details.receipt import Receipt, each_text, failures_of, make_receipt, sentence_of
from kvitto.ui.details.receipt_document import pdf_of, to_text
from kvitto.ui.services.context import Context, Selection
from tests.ui.batches.records import START, a_batch
from tests.ui.details.arriving import a_body, arrive, arrive_all, arriving, the_batch
from tests.ui.details.panels import delivered, shown
from tests.ui.waiting import until

GROUP = FailureGroup((511, 500), Result.FAILED, 14, Cause.NUMBERS, 12, is_named=False)
STATISTICS = BatchStatistics(
    costs={(511, True): {"SEK": Money(5, "SEK")}, (500, True): {"SEK": Money(10**9, "SEK")}},
    undelivered={"SEK": Money(10**9 + 5, "SEK")},
    median_s=None,
    slow_s=None,
    finishes=(),
    part_s=60.0,
    failures=[GROUP],
)


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    del qapp
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def a_receipt(groups: int = 1) -> Receipt:
    batch = a_batch(1, label="Autumn", statuses={201: 263, 511: 14, 202: 7}, costs={"SEK": 10**10})
    failures = [msgspec.structs.replace(GROUP, codes=(500 + at,)) for at in range(groups)]
    return make_receipt(batch, msgspec.structs.replace(STATISTICS, failures=failures), None, START)


@pytest.mark.parametrize(
    ("statuses", "expected", "sentence"),
    [
        ({}, None, "No message has been seen."),
        ({201: 1}, None, "1 of 1 arrived. Finished 10:00."),
        ({201: 3}, None, "All 3 arrived. Finished 10:00."),
        ({201: 263, 511: 21}, None, "263 of 284 arrived. 21 did not. Finished 10:00."),
        ({201: 1, 511: 2, 203: 3}, None, "1 of 6 arrived. 2 did not. 3 cancelled. Finished 10:00."),
        ({201: 961, 511: 21, 102: 8}, 1000, "961 of 1,000 arrived. 21 did not. 18 to go."),
        ({201: 1, 250: 2}, None, "1 of 3 arrived. Of 2 it is not known. Finished 10:00."),
        ({201: 284}, 3, "All 284 arrived. Finished 10:00."),
    ],
)
def test_the_first_sentence_says_how_it_went(
    statuses: dict[int, int], expected: int | None, sentence: str
) -> None:
    batch = a_batch(1, statuses=statuses, expected_count=expected)
    assert sentence_of(batch, msgspec.structs.replace(STATISTICS, finished_at=START), START) == (
        sentence
    )


@pytest.mark.parametrize(
    ("finished_s", "now_s", "end"),
    [
        (-60, 0, "Finished 10:00."),
        (-60, 86_400, "Finished 1 Mar 10:00."),
        (-60, 366 * 86_400, "Finished 1 Mar 2026 10:00."),
        (60, 86_400, "Finished 1 Mar 10:01."),  # our clock had not come so far
    ],
)
def test_it_finished_when_the_last_message_did_whatever_is_reported_later(
    finished_s: float, now_s: float, end: str
) -> None:
    batch = a_batch(1, statuses={201: 3})
    seen, second = batch.last_seen, timedelta(seconds=1)
    statistics = msgspec.structs.replace(STATISTICS, finished_at=seen + finished_s * second)
    assert sentence_of(batch, statistics, seen + now_s * second) == f"All 3 arrived. {end}"


def test_when_it_finished_is_not_said_where_that_is_not_known() -> None:
    batch = a_batch(1, statuses={201: 3})
    assert sentence_of(batch, None, START) == "All 3 arrived."
    purged = msgspec.structs.replace(batch, purged=START)
    assert sentence_of(purged, None, START) == "All 3 arrived. Last report 10:01."


def test_of_what_is_not_finished_no_more_is_heard_after_the_last_try() -> None:
    batch = a_batch(1, statuses={201: 5, 102: 1}, expected_count=8)
    end = awaited_until(batch.last_seen)
    assert sentence_of(batch, STATISTICS, end) == "5 of 8 arrived. 3 to go."
    assert sentence_of(batch, STATISTICS, end + timedelta(seconds=1)) == (
        "5 of 8 arrived. No more is heard of 3: ask iP.1 about the batch."
    )


def test_what_did_not_arrive_has_number_share_cost_and_what_to_do() -> None:
    batch = a_batch(1, statuses={201: 263, 511: 9, 500: 5})
    (failure,) = failures_of(batch, STATISTICS)
    assert failure.title == "Failed 511, 500"
    assert (failure.number, failure.share) == ("14", "5 %")
    assert failure.cost == "1.00\N{NO-BREAK SPACE}SEK"
    assert failure.advice.startswith("12 of 14 failed within a minute: mostly wrong or ended")
    assert "does not say what code 511, 500 means" in failure.why


@pytest.mark.parametrize("expected", [None, 100])
def test_shares_are_those_of_the_table_of_results_and_of_the_batches(expected: int | None) -> None:
    statuses = {103: 1, 201: 25, 202: 1, 500: 3}
    batch = a_batch(1, statuses=statuses, expected_count=expected)
    groups = [
        FailureGroup((500,), Result.FAILED, 3, Cause.NUMBERS, 3, is_named=False),
        FailureGroup((202,), Result.EXPIRED, 1, Cause.NOT_REACHED, 1, is_named=True),
    ]
    failures = failures_of(batch, msgspec.structs.replace(STATISTICS, failures=groups))
    rows = [one.row for one in breakdown(batch.statuses, None, batch.tally().unseen)]
    shares = {row.result: f"{row.share} %" for row in rows}
    assert [one.share for one in failures] == [shares[Result.FAILED], shares[Result.EXPIRED]]
    assert delivered_text(batch) == f"25 · {shares[Result.DELIVERED]}"


def test_what_a_delivered_message_costs_is_the_whole_cost_shared() -> None:
    batch = a_batch(1, statuses={201: 3, 511: 1}, costs={"SEK": 10**9})
    assert each_text(batch, START) == "0.3333\N{NO-BREAK SPACE}SEK"
    assert each_text(a_batch(1, statuses={511: 1}, costs={"SEK": 10**9}), START) == ""


@pytest.mark.parametrize("statuses", [{201: 1, 110: 999}, {201: 1}])
def test_what_a_delivered_message_costs_is_not_told_before_the_last_may_be_delivered(
    statuses: dict[int, int],
) -> None:
    batch = a_batch(1, statuses=statuses, expected_count=1000, costs={"SEK": 10**10})
    end = awaited_until(batch.last_seen)
    assert each_text(batch, end) == ""
    assert each_text(batch, end + timedelta(seconds=1)) == "10.00\N{NO-BREAK SPACE}SEK"


def test_the_text_has_all_that_the_page_has() -> None:
    text = to_text(a_receipt())
    for part in ("Autumn", "68f30000a1c0ffee00000001", "263 of 284 arrived.", "Failed 500: 14"):
        assert part in text
    assert "Total: 10.00 SEK" in text
    assert "For what did not arrive: 1.00 SEK" in text


@pytest.mark.parametrize("groups", [1, 40])
def test_a_receipt_is_one_page_of_pdf(groups: int) -> None:
    made = pdf_of(a_receipt(groups))
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    assert re.findall(rb"/Count (\d+)", made) == [b"1"]


@pytest.mark.qasync
async def test_the_receipt_is_copied_and_saved(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = await shown(context, qtbot)
    await arrive(
        context, delivered("message-1"), arriving(a_body("message-2", code=511, duration=1))
    )
    panel.show_selection(Selection(the_batch(context)))
    page = panel.batch_page
    await until(lambda: len(page.form.failures.failures) == 1)
    done: list[str] = []
    panel.done.connect(done.append)

    asked: list[object] = []
    panel.follow_up_requested.connect(asked.append)
    assert "(1)" in page.receipt_actions.follow_up.text()
    page.receipt_actions.follow_up.click()
    assert asked == [page.batch]

    page.receipt_actions.copy.click()
    text = QGuiApplication.clipboard().text()
    receipt = page.receipt()
    assert receipt is not None
    page.receipt_actions.start(receipt, tmp_path / "one.pdf")
    await until(lambda: len(done) == 2)

    assert page.form.sentence in text
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")

    failed: list[str] = []
    panel.failed.connect(failed.append)
    page.receipt_actions.start(receipt, context.backend.folder / "one.pdf")
    await until(lambda: len(failed) == 1)
    assert "nothing else is written there" in failed[0]


@pytest.mark.qasync
async def test_a_text_for_the_support_is_copied_where_the_advice_is_to_write_there(
    context: Context, qtbot: QtBot
) -> None:
    panel = await shown(context, qtbot)
    bodies = [
        a_body(
            f"to-{country}-{place}", code=code, duration=1, recipient=f"{country}70100{place:04}"
        )
        for country, code in (("47", 511), ("46", 201))
        for place in range(40)
    ]
    mistyped = a_body("mistyped", code=406, duration=1, recipient="46701000099")
    wrong = a_body("wrong", code=500, duration=1, recipient="46701000098")
    await arrive_all(context, [arriving(body) for body in (*bodies, mistyped, wrong)])
    panel.show_selection(Selection(the_batch(context)))
    page = panel.batch_page
    await until(lambda: len(page.form.failures.failures) == 3)
    done: list[str] = []
    panel.done.connect(done.append)

    buttons = [one for one in page.form.failures.findChildren(QPushButton) if not one.isHidden()]
    assert len(buttons) == 2, "nobody asks the support about a wrong number"
    stops: list[QWidget] = [page.form]
    while (following := stops[-1].nextInFocusChain()) not in (None, stops[0]):
        assert following is not None
        stops.append(following)
    follow_up = page.receipt_actions.follow_up
    assert sorted((*buttons, follow_up), key=stops.index) == [*buttons, follow_up]

    buttons[0].click()
    await until(lambda: len(done) == 1)

    text, _, ids = QGuiApplication.clipboard().text().partition("Ids of messages:\n")
    assert "to +47 in the batch batch-a" in text
    assert "ended with status 511." in text
    assert "Number of messages: 40." in text
    assert len(ids.split()) == 10
    assert all(one.startswith("to-47-") for one in ids.split())

    buttons[1].click()
    await until(lambda: len(done) == 2)
    text = QGuiApplication.clipboard().text()
    assert "were turned down with status 406." in text
    assert text.endswith("Number of messages: 1.\n\nIds of messages:\nmistyped\n")
