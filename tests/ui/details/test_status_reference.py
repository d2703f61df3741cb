"""Every status there is, and what it means."""

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.status import CODE_NAMES, Group, Result
from kvitto.ui.details.status_reference import StatusReference
from kvitto.ui.details.status_reference_model import StatusReferenceModel, legend_rows
from kvitto.ui.text import formatting
from kvitto.ui.widgets.badge import ResultBadge

CODE, SHOWN, RESULT, GROUP, NAME, MEANING = range(6)


def test_every_code_is_there_once_and_every_group_has_a_rest() -> None:
    rows = legend_rows()

    codes = [row.code for row in rows if not (row.is_rest or row.is_any)]
    assert len(codes) == len(set(codes))
    assert set(CODE_NAMES) <= set(codes)
    assert [row.group for row in rows if row.is_rest] == [
        Group.INFO,
        Group.SUCCESS,
        Group.REJECTION,
        Group.ERROR,
        Group.UNKNOWN,
    ]
    assert {row.result for row in rows} == set(Result)


def test_what_a_last_or_a_not_last_status_means_is_told_where_it_differs(qtbot: QtBot) -> None:
    told = [
        (row.code_text(), formatting.status_word(row.code, final=row.final), row.result)
        for row in legend_rows()
        if row.is_any
    ]

    assert told == [
        ("1xx, the last", "Ended, unknown", Result.UNKNOWN),
        ("5xx, not the last", "Retrying", Result.PENDING),
    ]


def test_the_rest_of_a_group_is_no_code_of_its_own(qtbot: QtBot) -> None:
    rest = [row for row in legend_rows() if row.is_rest]

    assert [row.code_text() for row in rest] == [
        "other 1xx",
        "other 2xx",
        "other 4xx",
        "other 5xx",
        "any other",
    ]
    assert [row.result for row in rest] == [
        Result.PENDING,
        Result.UNKNOWN,
        Result.REJECTED,
        Result.FAILED,
        Result.UNKNOWN,
    ]


def test_the_model_is_sound(qtbot: QtBot) -> None:
    model = StatusReferenceModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    row = [one.code for one in legend_rows()].index(111)

    assert [model.index(row, column).data() for column in (CODE, SHOWN, RESULT, NAME)] == [
        "111",
        "At gateway",
        "Waiting",
        "DeliveredToGateway",
    ]
    assert all(
        model.index(at, column).data()
        for at in range(model.rowCount())
        for column in range(model.columnCount())
    )
    assert tester is not None


def test_the_legend_shows_every_result_by_its_badge(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("en_GB"))
    legend = StatusReference()
    qtbot.addWidget(legend)
    legend.show()

    assert [badge.result for badge in legend.findChildren(ResultBadge)] == list(Result)
    assert legend.table.model().rowCount() == len(legend_rows())
    QApplication.sendEvent(legend, QEvent(QEvent.Type.LanguageChange))
    assert legend.windowTitle() == "Status legend"
