"""The model under any run of changes: nothing that is held ever becomes another row."""

from array import array
from collections.abc import Container
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PySide6.QtCore import QPersistentModelIndex, Qt
from typing_extensions import override

from kvitto.ui.batches import batch_level, shown_rows, structure
from kvitto.ui.batches.batch_model import ROW_ROLE, BatchModel
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from tests.helpers.examples import examples
from tests.ui.batches.records import START, a_batch, a_message
from tests.ui.batches.watching import messages, shown, watched


class AnyRun(RuleBasedStateMachine):
    """Compare the model with a dictionary, and what is held with what it stood for."""

    def __init__(self) -> None:
        super().__init__()
        self.model = BatchModel(clock=lambda: START)
        self.tester = watched(self.model)
        self.batches: dict[int, Any] = {}
        self.counts: dict[int, int] | None = None
        self.opened: dict[int, list[int]] = {}
        self.held: dict[tuple[int, int], QPersistentModelIndex] = {}

    def draw_batches(self, keys: list[int], minute: int) -> None:
        self.hold()
        changed = [a_batch(key, minute=minute, costs={"EUR": minute}) for key in keys]
        self.batches.update({batch.key: batch for batch in changed})
        self.model.batches.apply(changed)

    def hold(self) -> None:
        """Remember what some indexes stand for."""
        self.held.clear()
        for row in self.model.batches.shown:
            key = row.record.key
            self.held[key, UNKNOWN] = QPersistentModelIndex(self.model.index_of(key))
            for message in list(row.keys or ())[:4]:
                index = self.model.index_of(key, message)
                self.held[key, message] = QPersistentModelIndex(index)

    @rule(keys=st.lists(st.integers(1, 30), max_size=12), minute=st.integers(1, 50))
    def change(self, keys: list[int], minute: int) -> None:
        self.draw_batches(keys, minute)

    @rule(keys=st.lists(st.integers(1, 30), max_size=5))
    def delete(self, keys: list[int]) -> None:
        self.hold()
        for key in keys:
            self.batches.pop(key, None)
        self.model.batches.apply([], keys)

    @rule(counts=st.none() | st.dictionaries(st.integers(1, 30), st.integers(1, 5)))
    def filter(self, counts: dict[int, int] | None) -> None:
        self.hold()
        self.counts = counts
        self.model.batches.set_counts(counts)

    @rule(column=st.integers(-1, len(COLUMNS) - 1), order=st.sampled_from(Qt.SortOrder))
    def sort(self, column: int, order: Qt.SortOrder) -> None:
        self.hold()
        self.model.sort(column, order)

    @precondition(lambda self: self.model.batches.shown)
    @rule(data=st.data())
    def open(self, data: st.DataObject) -> None:
        self.hold()
        key = data.draw(st.sampled_from(shown(self.model)))
        self.model.fetchMore(self.model.index_of(key))
        self.set_keys(data, key)

    @precondition(lambda self: self.model.messages.open_batches)
    @rule(data=st.data())
    def read_again(self, data: st.DataObject) -> None:
        self.hold()
        self.set_keys(data, data.draw(st.sampled_from(self.model.messages.open_batches)))

    def set_keys(self, data: st.DataObject, key: int) -> None:
        numbers = data.draw(st.lists(st.integers(1, 40), unique=True, max_size=25))
        keys = [key * 1000 + number for number in numbers]
        self.model.messages.set_keys(key, array("q", keys))

    @precondition(lambda self: self.model.messages.open_batches)
    @rule(data=st.data(), numbers=st.lists(st.integers(1, 60), unique=True, max_size=8))
    def messages_change(self, data: st.DataObject, numbers: list[int]) -> None:
        self.hold()
        key = data.draw(st.sampled_from(self.model.messages.open_batches))
        matching = [a_message(key * 1000 + one, batch=key) for one in numbers]
        gone = [one.key for one in matching[::3]]
        self.model.messages.update_messages([one.key for one in matching], matching[1:])
        assert not set(gone[:1]) & set(messages(self.model, key))

    @precondition(lambda self: self.model.messages.open_batches)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        self.hold()
        self.model.messages.close_batch(
            data.draw(st.sampled_from(self.model.messages.open_batches))
        )

    @invariant()
    def shows_what_it_should(self) -> None:
        wanted = {key for key in self.batches if self.counts is None or self.counts.get(key, 0) > 0}
        assert set(shown(self.model)) == wanted
        assert self.model.rowCount() == len(wanted)
        assert self.model.batches.rows.keys() == wanted
        assert self.model.batches.rows.matches() == sum(
            self.batches[key].messages if self.counts is None else self.counts[key]
            for key in wanted
        )
        assert self.model.batches.meant() == len(self.batches)
        for at, row in enumerate(self.model.batches.shown):
            index = self.model.top(at)
            assert self.model.batches.row_of(row.record.key) == at
            assert self.model.rowCount(index) in self.rows_below(row)
            assert index.data(ROW_ROLE) is row

    @invariant()
    def what_is_held_stays_what_it_was(self) -> None:
        for (batch_key, message_key), index in self.held.items():
            if not index.isValid():
                assert not self.model.index_of(batch_key, message_key).isValid() or message_key
                continue
            row = self.model.batch_at(index)
            assert row is not None
            assert row.record.key == batch_key
            if message_key != UNKNOWN and self.model.message_key_at(index) != UNKNOWN:
                assert self.model.message_key_at(index) == message_key

    def rows_below(self, row: BatchRow) -> Container[int]:
        """Return how many rows may be below a batch."""
        return (row.rows,)

    @override
    def teardown(self) -> None:
        del self.tester


class AnyRunOfMany(AnyRun):
    """The same with rows that have an item only when somebody looks, or when they need one."""

    @precondition(lambda self: self.model.batches.shown)
    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        self.hold()
        at = data.draw(st.integers(0, len(self.model.batches.shown) - 1))
        index = self.model.top(at)
        self.model.settle_at(index)
        assert self.model.rowCount(index) == self.model.batches.shown[at].rows
        assert self.model.hasChildren(index) == (self.model.batches.shown[at].rows > 0)

    @override
    def rows_below(self, row: BatchRow) -> Container[int]:
        return (0, row.rows) if row.keys is None else (row.rows,)


@pytest.mark.usefixtures("qapp")
class TestAnyRun(AnyRun.TestCase):  # type: ignore[misc, valid-type]  # Hypothesis makes it
    settings = settings(examples(60), stateful_step_count=25, deadline=None)


@given(st.lists(st.integers(1, 50), unique=True), st.lists(st.integers(1, 50), unique=True))
@examples(50)
def test_a_filter_may_change_to_any_other(before: list[int], after: list[int]) -> None:
    model = BatchModel(clock=lambda: START)
    tester = watched(model)
    model.batches.apply([a_batch(key) for key in range(1, 51)])
    model.batches.set_counts(dict.fromkeys(before, 1))
    model.batches.set_counts(dict.fromkeys(after, 1))
    assert shown(model) == sorted(after, reverse=True)
    del tester


@pytest.mark.usefixtures("qapp")
class TestAnyRunOfMany(AnyRunOfMany.TestCase):  # type: ignore[misc, valid-type]  # likewise
    settings = settings(examples(60), stateful_step_count=25, deadline=None)

    @pytest.fixture(autouse=True)
    def _many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(structure, "_SETTLED_AT_ONCE", 0)
        monkeypatch.setattr(shown_rows, "_MOST_RUNS", 3)
        monkeypatch.setattr(shown_rows, "_MANY", 5)
        monkeypatch.setattr(batch_level, "_FEW", 2)
