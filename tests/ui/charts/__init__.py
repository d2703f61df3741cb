"""The charts."""

from kvitto.ui.charts.plain_pyqtgraph import load_pyqtgraph

load_pyqtgraph()  # as the window does, before a test loads it in another way
