"""What a model shows, and a watch on it: it fails hard on any change that is not signalled."""

from PySide6.QtTest import QAbstractItemModelTester

from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.batches.batch_view import BatchView


def watched(model: BatchModel) -> QAbstractItemModelTester:
    """Return a tester of `model`; hold it, or it tests nothing."""
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    # It would open batches while it is told of others.
    tester.setUseFetchMore(False)
    return tester


def shown(model: BatchModel) -> list[int]:
    """Return the keys of the batches that are shown, in their order."""
    return [row.record.key for row in model.batches.shown]


def messages(model: BatchModel, batch_key: int) -> list[int]:
    """Return the keys of the messages that a batch shows, in their order."""
    row = model.batches.batch(batch_key)
    assert row is not None
    return [] if row.keys is None else list(row.keys)


def model_of(view: BatchView) -> BatchModel:
    """Return the model of a view."""
    model = view.model()
    assert isinstance(model, BatchModel)
    return model
