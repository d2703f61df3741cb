"""What a process has loaded: it waits for that at its start, and holds it in memory for good."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.program import PROJECT

_WINDOW_ONLY: Final = {"PySide6", "shiboken6", "pyqtgraph", "numpy", "qasync", "segno"}
_OTHERS: Final = {
    "xlsxwriter",
    "openpyxl",
    "kvitto.export.exporter",
    "kvitto.simulator",
    "kvitto.ui",
}


@cache
def loaded_by(code: str) -> frozenset[str]:
    """Return the modules that some lines load in a process of their own, and all above them."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return frozenset(done.stdout.split())


def test_the_receiver_loads_nothing_that_only_the_window_or_another_command_needs() -> None:
    loaded = loaded_by("import kvitto.cli, kvitto.receiver.background")
    assert "aiohttp" in loaded
    assert not loaded & (_WINDOW_ONLY | _OTHERS)


def test_the_commands_are_declared_without_what_they_do() -> None:
    loaded = loaded_by(
        "from kvitto.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    )
    assert not loaded & (_WINDOW_ONLY | _OTHERS | {"aiohttp", "sqlalchemy"})


def test_the_receiver_is_started_before_the_window_loads_what_takes_long() -> None:
    loaded = loaded_by("import kvitto.cli, kvitto.ui.services.first_steps")
    assert "kvitto.receiver.receiver_process" in loaded
    assert not loaded & (_WINDOW_ONLY | {"sqlalchemy", "aiohttp", "kvitto.ui.main_window"})


def test_the_window_starts_the_receiver_before_it_loads_qt(tmp_path: Path) -> None:
    lines = f"""
import os
from kvitto.cli import main
from kvitto.ui.services import first_steps

class Told(Exception): pass

def first(*args, **options):
    raise Told(*sys.modules)

first_steps.FirstSteps = first
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # it looks for a screen before
try: main(["--data-dir", {str(tmp_path / "data")!r}])
except Told as told: loaded = told.args
assert "kvitto.receiver.receiver_process" in loaded
assert not {{"PySide6", "sqlalchemy", "kvitto.ui.bootstrap"}} & {{*loaded}}
"""
    assert "kvitto.cli" in loaded_by(lines)


def test_the_window_loads_nothing_of_the_writer() -> None:
    loaded = loaded_by("import kvitto.cli, kvitto.ui.services.early_start, kvitto.ui.bootstrap")
    assert not loaded & {"kvitto.store.writer", "kvitto.store.ingest", "kvitto.receiver.runtime"}


def test_qt_does_not_read_the_source_of_what_is_imported_after_it() -> None:
    lines = """
from kvitto.ui.services.plain_imports import load_qt
load_qt()
import linecache, kvitto.ui.bootstrap, kvitto.ui.charts.charts_panel
read = [name for name in linecache.cache if "/sqlalchemy/" in name or "/kvitto/" in name]
assert not read, read
"""
    assert "kvitto.ui.bootstrap" in loaded_by(lines)


def test_the_receiver_reads_no_certificates_since_it_asks_nobody() -> None:
    lines = """
import gc, os, ssl
from kvitto.certificates import trusting_nobody
before = dict(os.environ)
with trusting_nobody():
    import kvitto.receiver.background
made = [one for one in gc.get_objects() if isinstance(one, ssl.SSLContext)]
assert made and not any(one.cert_store_stats()["x509"] for one in made)
assert dict(os.environ) == before
"""
    assert "aiohttp" in loaded_by(lines)


def test_the_charts_make_only_those_of_qt_s_classes_that_they_use() -> None:
    lines = """
from kvitto.ui.services.plain_imports import load_qt
load_qt()
from PySide6 import QtCore, QtGui, QtWidgets
from kvitto.ui.charts.plain_pyqtgraph import load_pyqtgraph
listed = [{*dir(one)} for one in (QtCore, QtGui, QtWidgets)]
load_pyqtgraph()
import kvitto.ui.charts.charts_panel
import pyqtgraph as pg
assert pg.Qt.QtWidgets is not QtWidgets
assert not {"QCalendarWidget", "QFontDialog", "QWizard"} & {*vars(pg.Qt.QtWidgets)}
assert pg.Qt.QtWidgets.QWizard is QtWidgets.QWizard
assert pg.Qt.QtCore.QRectF is QtCore.QRectF
assert not hasattr(pg.Qt.QtGui, "QWizard")
assert [{*dir(one)} for one in (QtCore, QtGui, QtWidgets)] == listed
"""
    assert "pyqtgraph.graphicsItems.PlotItem" in loaded_by(lines)


@pytest.mark.parametrize(
    "name", ["numpy", "pyqtgraph", "aiohttp", "xlsxwriter", "kvitto.simulator"]
)
def test_the_window_loads_later_what_it_does_not_show_first(name: str) -> None:
    assert name not in loaded_by(
        "import kvitto.cli, kvitto.ui.services.early_start, kvitto.ui.bootstrap"
    )
