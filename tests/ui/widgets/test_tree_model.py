"""A tree of two levels that changes without losing its place."""

from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.tree_model import Branch, Leaf, TreeModel
from tests.helpers.examples import examples

Shape = dict[int, tuple[int, dict[int, int]]]
"""By the branch's key: its value, and its leaves' values by their keys."""

COLUMNS: Final = (
    TableColumn[int]("Value", str, tip=lambda row: f"exactly {row}"),
    TableColumn[int]("Double", lambda row: str(2 * row), RIGHT),
)
SHAPES: Final = st.dictionaries(
    st.integers(0, 6),
    st.tuples(st.integers(0, 3), st.dictionaries(st.integers(0, 4), st.integers(0, 3), max_size=4)),
    max_size=5,
)


def branches(shape: Shape) -> list[Branch[int]]:
    return [
        Branch(key, value, [Leaf(inner, leaves[inner]) for inner in sorted(leaves)])
        for key, (value, leaves) in sorted(shape.items())
    ]


def shown(model: TreeModel[int]) -> list[tuple[str, list[str]]]:
    found = []
    for row in range(model.rowCount()):
        top = model.index(row, 0)
        inner = [model.index(at, 0, top).data() for at in range(model.rowCount(top))]
        found.append((top.data(), inner))
    return found


@pytest.fixture
def model(qtbot: QtBot) -> TreeModel[int]:
    return TreeModel(COLUMNS, "Test")


@settings(
    examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(run=st.lists(SHAPES, max_size=6))
def test_it_shows_whatever_it_is_told_to_after_any_run_of_changes(
    qtbot: QtBot, run: list[Shape]
) -> None:
    model = TreeModel(COLUMNS, "Test")
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))

    for shape in run:
        model.show_branches(branches(shape))

        assert shown(model) == [
            (str(value), [str(leaves[key]) for key in sorted(leaves)])
            for _, (value, leaves) in sorted(shape.items())
        ]
        assert not resets
    assert tester is not None


def test_a_leaf_that_stays_keeps_its_index(model: TreeModel[int]) -> None:
    model.show_branches(branches({1: (1, {}), 3: (3, {5: 50, 7: 70})}))
    kept = QPersistentModelIndex(model.index(1, 0, model.index(1, 0)))

    model.show_branches(branches({2: (2, {}), 3: (3, {6: 60, 7: 71})}))

    assert kept.isValid()
    assert (kept.row(), kept.parent().row(), kept.data()) == (1, 1, "71")


def test_only_what_changed_is_told(model: TreeModel[int], qtbot: QtBot) -> None:
    model.show_branches(branches({1: (1, {}), 2: (2, {0: 5})}))
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))

    model.show_branches(branches({1: (1, {}), 2: (2, {0: 5})}))
    assert not changed

    model.show_branches(branches({1: (1, {}), 2: (3, {0: 5})}))
    assert changed == [(1, 1)]


def test_cells_have_text_tooltip_and_alignment(model: TreeModel[int]) -> None:
    model.show_branches(branches({1: (4, {})}))

    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "exactly 4"
    assert model.index(0, 1).data() == "8"
    assert model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole) == RIGHT
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "8"
    assert model.index(0, 1).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Double"
    assert model.headerData(1, Qt.Orientation.Vertical) is None
    assert model.row(QModelIndex()) is None


def test_there_is_nothing_below_a_leaf_or_another_column(model: TreeModel[int]) -> None:
    model.show_branches(branches({1: (1, {0: 5})}))
    top = model.index(0, 0)

    assert model.rowCount(model.index(0, 0, top)) == 0
    assert model.rowCount(model.index(0, 1)) == 0


def test_another_language_is_told_of_every_row(model: TreeModel[int]) -> None:
    model.show_branches(branches({1: (1, {0: 5}), 2: (2, {})}))
    changed: list[str] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.data()))

    model.retext()

    assert changed == ["1", "5"]
