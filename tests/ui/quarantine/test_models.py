"""Refused requests by group, and in pages."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.core.rejection import ReasonCode, ReasonValues, RejectionKind, RejectionReason
from kvitto.store.quarantine import RejectionGroup, RejectionRecord, RejectionScope
from kvitto.ui.quarantine.groups_model import GroupsModel
from kvitto.ui.quarantine.rejections_model import BodiesModel
from tests.helpers.examples import examples
from tests.ui.details.arriving import at

EMPTY = RejectionReason(ReasonCode.BODY_EMPTY)
JUNK = RejectionReason(ReasonCode.BODY_NOT_JSON)
NO_CODE = RejectionReason(ReasonCode.FIELD_MISSING, ReasonValues(name="code"))
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture(autouse=True)
def _english(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("en_GB"))


def a_group(
    kind: RejectionKind, reason: RejectionReason, bodies: int = 1, times: int = 1
) -> RejectionGroup:
    return RejectionGroup(kind, reason, bodies, times, at(0), at(times))


def a_row(key: int, times: int = 1) -> RejectionRecord:
    return RejectionRecord(key, RejectionKind.NOT_JSON, EMPTY, 0, times, at(key), at(key + times))


# --- Groups -------------------------------------------------------------------------------------


def test_everything_is_above_the_kinds_and_they_above_their_reasons(qtbot: QtBot) -> None:
    model = GroupsModel()
    model.show_groups(
        [
            a_group(RejectionKind.NOT_A_REPORT, NO_CODE, 5, 9),
            a_group(RejectionKind.NOT_JSON, JUNK, 2, 2),
            a_group(RejectionKind.NOT_JSON, EMPTY, 1, 40),
        ]
    )

    shown = [
        [model.index(row, column).data() for column in (0, 3, 4)] for row in range(model.rowCount())
    ]
    assert shown == [
        ["Everything that was refused", "8", "51"],
        ["Not JSON", "3", "42"],
        ["JSON, but not a report", "5", "9"],
    ]
    not_json = model.index(1, 0)
    assert [model.index(row, 0, not_json).data() for row in range(model.rowCount(not_json))] == [
        "The body is empty.",
        "The body is not JSON.",
    ]
    assert model.scope(not_json) == RejectionScope(RejectionKind.NOT_JSON)
    assert model.scope(model.index(0, 0, not_json)) == RejectionScope(RejectionKind.NOT_JSON, EMPTY)
    assert model.scope(model.index(0, 0)) == model.scope(QModelIndex()) == RejectionScope()


_GROUPS = st.lists(
    st.builds(
        a_group,
        st.sampled_from(RejectionKind),
        st.sampled_from([EMPTY, NO_CODE, RejectionReason("odd")]),
        st.integers(1, 3),
        st.integers(3, 5),
    ),
    unique_by=lambda one: (one.kind, one.reason),
    max_size=6,
)


@settings(
    examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(run=st.lists(_GROUPS, max_size=5))
def test_groups_come_and_go(qtbot: QtBot, run: list[list[RejectionGroup]]) -> None:
    model = GroupsModel()
    tester = QAbstractItemModelTester(model, FATAL)
    for groups in run:
        model.show_groups(groups)

        every = model.row(model.index(0, 0))
        assert (0 if every is None else every.bodies) == sum(one.bodies for one in groups)
        below = sum(model.rowCount(model.index(row, 0)) for row in range(model.rowCount()))
        assert below == len(groups)
    assert tester is not None


# --- Bodies -------------------------------------------------------------------------------------


def keys(model: BodiesModel) -> list[int]:
    records = (model.record(row) for row in range(model.rowCount()))
    return [record.key for record in records if record is not None]


def test_pages_are_added_as_they_are_asked_for(qtbot: QtBot) -> None:
    model = BodiesModel()
    asked: list[None] = []
    model.page_wanted.connect(lambda: asked.append(None))
    model.begin()
    model.ask_for_page()
    assert not asked, "the first page is on its way"
    model.add_page([a_row(9), a_row(8)], has_more=True)

    model.ask_for_page()
    model.ask_for_page()
    assert len(asked) == 1
    model.add_page([a_row(8), a_row(7)], has_more=False)
    model.ask_for_page()

    assert keys(model) == [9, 8, 7]
    assert len(asked) == 1, "there is no more"


def test_what_is_new_comes_above_and_what_is_gone_leaves(qtbot: QtBot) -> None:
    model = BodiesModel()
    model.begin()
    model.add_page([a_row(key) for key in (9, 8, 7, 6)], has_more=True)
    kept = QPersistentModelIndex(model.index(2, 0))

    model.refresh([a_row(11), a_row(10), a_row(9), a_row(7, times=2), a_row(6)])

    assert keys(model) == [11, 10, 9, 7, 6]
    assert kept.row() == 3
    assert model.index(3, 3).data() == "2"


def test_another_group_starts_empty(qtbot: QtBot) -> None:
    model = BodiesModel()
    model.begin()
    model.add_page([a_row(1)], has_more=False)

    model.begin()

    assert model.rowCount() == 0
    assert model.oldest is None


_ROWS = st.lists(
    st.builds(a_row, st.integers(1, 15), st.integers(1, 3)),
    unique_by=lambda one: one.key,
    max_size=10,
).map(lambda rows: sorted(rows, key=lambda one: -one.key))


@settings(
    examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(run=st.lists(_ROWS, min_size=1, max_size=6))
def test_bodies_come_and_go(qtbot: QtBot, run: Sequence[list[RejectionRecord]]) -> None:
    model = BodiesModel()
    tester = QAbstractItemModelTester(model, FATAL)
    model.begin()
    model.add_page(run[0], has_more=False)
    assert keys(model) == [row.key for row in run[0]]
    for rows in run[1:]:
        model.refresh(rows)

        assert [model.record(row) for row in range(model.rowCount())] == rows
    model.retext()
    assert tester is not None
