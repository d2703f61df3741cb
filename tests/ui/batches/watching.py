"""A watch on a model: it fails hard on any change that is not signalled as models must."""

from PySide6.QtTest import QAbstractItemModelTester

from app.ui.batches.model import BatchModel


def watched(model: BatchModel) -> QAbstractItemModelTester:
    """Return a tester of `model`; hold it, or it tests nothing."""
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    # It would open batches while it is told of others.
    tester.setUseFetchMore(False)
    return tester
