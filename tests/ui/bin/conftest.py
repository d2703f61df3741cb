"""Windows open and close in these tests; the application goes on, as Kvitto's does."""

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _goes_on_without_windows(qapp: QApplication) -> None:
    qapp.setQuitOnLastWindowClosed(False)
