"""A batch's messages by result and code."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.core.aggregates import StatusSum, results_of
from kvitto.core.money import Money
from kvitto.core.status import Result
from kvitto.ui.details.breakdown import breakdown
from kvitto.ui.details.breakdown_model import BreakdownModel
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE
from tests.helpers.examples import examples

RESULT, MESSAGES, SHARE, SEGMENTS, COST = range(5)


@pytest.fixture(autouse=True)
def _english(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("en_GB"))


@pytest.fixture
def model(qtbot: QtBot) -> BreakdownModel:
    model = BreakdownModel()
    model.show_sums(
        {
            201: StatusSum(960, 960, 1920, 1920),
            112: StatusSum(30, 0, 60),
            102: StatusSum(10, 0, 1234),
            777: StatusSum(0, 0, 0),
        },
        {
            (201, True): {"EUR": Money(78_720_000_000, "EUR")},
            (112, False): {"EUR": Money(5, "EUR"), "SEK": Money(1_000_000_000, "SEK")},
        },
    )
    return model


def text(model: BreakdownModel, row: int, column: int, below: int | None = None) -> str:
    index = model.index(row, column)
    if below is not None:
        index = model.index(below, column, model.index(row, 0))
    return str(index.data()).replace("\N{NO-BREAK SPACE}", " ")


def test_results_are_in_stacking_order_and_only_those_that_occur(model: BreakdownModel) -> None:
    assert [text(model, row, RESULT) for row in range(model.rowCount())] == [
        "Delivered",
        "Waiting",
    ]


def test_an_result_has_its_sums(model: BreakdownModel) -> None:
    assert [text(model, 0, column) for column in range(5)] == [
        "Delivered",
        "960",
        "96 %",
        "1,920",
        "78.72 EUR",
    ]


def test_the_only_code_of_an_result_stands_in_its_row(model: BreakdownModel) -> None:
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.index(0, 0).data(CODE_ROLE) == "201"
    assert "DeliveredToHandset (201)" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_several_codes_stand_below_their_result(model: BreakdownModel) -> None:
    assert model.rowCount(model.index(1, 0)) == 2
    assert [text(model, 1, RESULT, below) for below in (0, 1)] == ["Queued", "At carrier"]
    assert model.index(1, 0).data(CODE_ROLE) is None
    assert model.index(1, 0, model.index(1, 0)).data(CODE_ROLE) == "112"
    assert model.index(1, 0, model.index(1, 0)).data(RESULT_ROLE) == "pending"


def test_currencies_are_never_added_together(model: BreakdownModel) -> None:
    assert text(model, 1, COST) == "< 0.01 EUR · …"
    tip = model.index(1, COST).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.replace("\N{NO-BREAK SPACE}", " ") == "0.000000005 EUR\n1.00 SEK"
    assert text(model, 1, COST, 0) == "–"


def test_costs_that_are_not_read_yet_are_not_shown_as_none(model: BreakdownModel) -> None:
    model.show_sums({201: StatusSum(1, 1, 1, 1)}, None)

    assert text(model, 0, COST) == "…"


_SUMS = st.dictionaries(
    st.sampled_from([101, 102, 112, 201, 202, 203, 405, 407, 502, 503, 299, 777]),
    st.builds(
        lambda ended, others, segments: StatusSum(
            ended + others, ended, 2 * ended + segments * others, 2 * ended
        ),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
)


@settings(
    examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(run=st.lists(_SUMS, max_size=6))
def test_the_model_shows_whatever_comes(qtbot: QtBot, run: list[dict[int, StatusSum]]) -> None:
    model = BreakdownModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for sums in run:
        model.show_sums(sums, {})

        shown = [model.row(model.index(row, 0)) for row in range(model.rowCount())]
        counts = results_of(sums)
        assert [row.messages for row in shown if row is not None] == [
            counts[result] for result in Result if counts[result]
        ]
    assert tester is not None


@given(_SUMS)
def test_codes_add_up_to_their_result(sums: dict[int, StatusSum]) -> None:
    for group in breakdown(sums, {}):
        if group.codes:
            assert group.row.messages == sum(row.messages for row in group.codes)
            assert group.row.segments == sum(row.segments for row in group.codes)


def test_one_code_stands_below_two_results_where_it_is_final_for_some() -> None:
    groups = breakdown(
        {511: StatusSum(5, 2, 10, 4), 112: StatusSum(3, 1, 3, 1)},
        {(511, True): {"EUR": Money(1, "EUR")}, (511, False): {"EUR": Money(2, "EUR")}},
    )

    assert [
        (group.row.word, group.row.messages, group.row.segments, [one.word for one in group.codes])
        for group in groups
    ] == [
        ("Waiting", 5, 8, ["At carrier", "Retrying"]),
        ("Failed", 2, 4, []),
        ("Ended, unknown", 1, 1, []),
    ]
    assert groups[0].row.costs == {"EUR": Money(2, "EUR")}
    assert groups[1].row.costs == {"EUR": Money(1, "EUR")}


def test_one_code_of_one_result_is_one_row_whether_final_or_not() -> None:
    [group] = breakdown({403: StatusSum(3, 2, 3, 2)}, None)

    assert (group.row.code, group.row.messages, group.row.segments) == (403, 3, 3)
    assert group.codes == []


@given(_SUMS)
def test_shares_add_up(sums: dict[int, StatusSum]) -> None:
    groups = breakdown(sums, {})
    assert sum(group.row.share for group in groups) == (100 if groups else 0)
    for group in groups:
        assert group.row.share > 0
        if group.codes:
            assert sum(row.share for row in group.codes) == group.row.share
