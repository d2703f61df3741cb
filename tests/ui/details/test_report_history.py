"""The reports about a message, in the order in which things happened."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.core.outages import Outage, OutageCause
from kvitto.core.report import Origin
from kvitto.core.state import ReceivedReport
from kvitto.store.records import ReportRecord
from kvitto.ui.details.report_history import history, since
from kvitto.ui.details.reports_model import ReportsModel
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE
from tests.helpers.examples import examples
from tests.ui.details.arriving import a_body, arriving, at

STATUS, WHEN, AFTER, ARRIVED, LAG, WHY, REPEATED, NOT_READ, NAME, MEANING, CAME_BY = range(11)


@pytest.fixture(autouse=True)
def _english(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("en_GB"))


def a_record(
    sequence: int,
    *,
    code: int = 102,
    second: float | None = 0,
    arrived: float = 0,
    repeats: int = 0,
    callback_key: int | None = 1,
    origin: Origin = Origin.WEBHOOK,
) -> ReportRecord:
    created = None if second is None else at(second).isoformat()
    arrival = arriving(a_body(code=code, created=created), arrived)
    received = ReceivedReport(arrival.report, sequence, arrival.arrived)
    return ReportRecord(received, arrival.body, origin, callback_key, repeats)


def row_of(model: ReportsModel, row: int) -> list[Any]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_what_was_asked_never_came_and_is_not_late() -> None:
    (step,) = history(
        [a_record(-1, arrived=7_140, callback_key=None, origin=Origin.API)],
        current=-1,
        callback_keys=1,
    )
    assert (step.lag_text(), step.late_text(), step.late) == ("", "", None)
    assert "never reported here" in step.sentences()
    assert step.arrived_text().startswith("from iP.1's books, asked ")
    assert step.is_current


def test_reports_are_in_the_order_in_which_things_happened() -> None:
    steps = history(
        [a_record(1, second=10), a_record(2, second=0), a_record(3, second=10)],
        current=1,
        callback_keys=1,
    )

    assert [step.key[1] for step in steps] == [2, 1, 3]
    assert [step.after_s for step in steps] == [None, 10, 0]
    assert [step.is_current for step in steps] == [False, True, False]


def test_a_row_says_all_that_there_is_to_know(qtbot: QtBot) -> None:
    model = ReportsModel()
    model.show_steps(
        history(
            [
                a_record(1, code=101, second=0, arrived=2),
                a_record(2, code=112, second=71, arrived=75, repeats=3, callback_key=2),
            ],
            current=2,
            callback_keys=2,
        )
    )

    first, second = row_of(model, 0), row_of(model, 1)

    assert (first[STATUS], first[AFTER], first[REPEATED]) == ("Accepted", "", "")
    assert second[STATUS] == "At carrier"
    assert second[WHEN] == f"{at(71).astimezone():%d/%m/%Y %H:%M:%S}"
    assert second[AFTER] == "+1 min 11 s"
    assert second[ARRIVED] == f"{at(75).astimezone():%d/%m/%Y %H:%M:%S}"
    assert second[LAG] == "4 s"
    assert second[REPEATED] == "3 ×"
    assert second[NAME] == "DeliveredToCarrier"
    assert second[MEANING] == "The carrier has the message: not delivered yet."
    assert second[CAME_BY] == "callback, key 2"
    assert model.index(1, 0).data(RESULT_ROLE) == "pending"
    assert model.index(1, 0).data(CODE_ROLE) == "112"
    font = model.index(1, 0).data(Qt.ItemDataRole.FontRole)
    assert isinstance(font, QFont)
    assert font.bold(), "the current state"
    assert "(112)" in model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_time_of_ours_is_called_ours() -> None:
    (step,) = history([a_record(1, second=None, arrived=5)], current=1, callback_keys=1)

    assert step.lag_text() == "time is ours"
    assert "this one is ours" in step.sentences()


def test_a_report_from_the_future_has_a_negative_lag() -> None:
    (step,) = history([a_record(1, second=30, arrived=5)], current=1, callback_keys=1)

    assert step.lag_text() == "−25 s"
    assert "the two clocks differ" in step.sentences()


def test_the_callback_key_is_told_only_where_there_are_several() -> None:
    alone = history([a_record(1)], current=1, callback_keys=1)
    mixed = history(
        [a_record(1), a_record(2, callback_key=None, origin=Origin.DEMO)],
        current=1,
        callback_keys=1,
    )

    assert alone[0].way_text() == "callback"
    assert [step.way_text() for step in mixed] == ["callback, key 1", "demo, no key"]


def test_the_sentences_tell_of_repetition_and_of_the_current_state() -> None:
    (step,) = history([a_record(1, repeats=2)], current=1, callback_keys=1)

    assert "came again 2 ×" in step.sentences()
    assert "current state" in step.sentences()


def test_a_late_report_says_why_in_a_few_words_and_in_sentences(qtbot: QtBot) -> None:
    outages = [
        Outage(at(590), at(2300), OutageCause.TUNNEL),
        Outage(at(650), at(1400), OutageCause.ASLEEP),
        Outage(at(9000), None, OutageCause.STOPPED),
    ]
    records = [
        a_record(1, second=0, arrived=2),
        a_record(2, second=100, arrived=141),
        a_record(3, second=600, arrived=2402),
        a_record(4, second=3000, arrived=3900),
        a_record(5, second=None, arrived=9900),
    ]

    steps = history(records, current=5, callback_keys=1, outages=outages)
    model = ReportsModel()
    model.show_steps(steps)

    assert [row_of(model, row)[WHY] for row in range(5)] == [
        "",
        "network",
        "an interruption, try 4 of 10",
        "why is not known",
        "",
    ]
    sentences = [step.sentences() for step in steps]
    assert "The network took that time." in sentences[1]
    assert (
        "Kvitto could not be reached before: it came by try 4 of 10. The public address did not "
        "lead here. This computer was asleep."
    ) in sentences[2]
    assert "Why is not known" in sentences[3]
    assert since(records) == at(0)


def test_a_report_in_between_moves_no_other(qtbot: QtBot) -> None:
    model = ReportsModel()
    late = [a_record(1, second=0), a_record(2, second=20)]
    model.show_steps(history(late, current=2, callback_keys=1))
    kept = QPersistentModelIndex(model.index(1, 0))

    model.show_steps(history([*late, a_record(3, second=10)], current=2, callback_keys=1))

    assert (kept.row(), model.current_row()) == (2, 2)
    assert model.index(2, AFTER).data() == "+10 s"


_RECORDS = st.builds(
    a_record,
    st.integers(1, 12),
    code=st.sampled_from([101, 112, 201, 777]),
    second=st.none() | st.integers(0, 5),
    arrived=st.integers(0, 5),
    repeats=st.integers(0, 2),
)


@settings(
    examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    run=st.lists(
        st.lists(_RECORDS, unique_by=lambda one: one.received.sequence, max_size=6), max_size=5
    )
)
def test_the_model_shows_whatever_comes(qtbot: QtBot, run: list[list[ReportRecord]]) -> None:
    model = ReportsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for records in run:
        steps = history(records, current=1, callback_keys=1)

        model.show_steps(steps)

        assert [model.step(row) for row in range(model.rowCount())] == steps
        assert model.step(len(steps)) is None
    model.retext()
    assert tester is not None


def test_it_waited_at_the_sms_service_where_other_reports_came_by_its_callback_key() -> None:
    record = msgspec.structs.replace(a_record(1, second=3000, arrived=3900), callback_key=7)
    minutes = [at(3300), at(3600)]

    (step,) = history([record], current=1, callback_keys=1, proofs={7: minutes})
    assert step.late_text() == "waited at the SMS service"
    (step,) = history([record], current=1, callback_keys=1, proofs={8: minutes})
    assert step.late_text() == "why is not known"
    assert step.sentences().count("did not lead here") == 1


def test_of_a_huge_body_it_says_how_large_it_was() -> None:
    record = msgspec.structs.replace(a_record(1), body_bytes=60_123, marks=("body",))
    [step] = history([record], current=None, callback_keys=1)
    assert "Its body had 60,123 bytes." in step.sentences()
