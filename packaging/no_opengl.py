"""Runs early in the packaged program: stands in for Qt's OpenGL, which stays out.

pyqtgraph imports it wherever charts are drawn, and uses it for those that OpenGL draws: ours are
not. Of what is shipped it would be ten megabytes.
"""

import sys
from types import ModuleType
from typing import Final

_NAMES: Final = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets")


class QOpenGLWidget:
    """What a class of pyqtgraph is derived from, of which nothing is made."""


for name in _NAMES:
    module = ModuleType(name, "Qt's OpenGL is not in the packaged program.")
    module.__dict__["QOpenGLWidget"] = QOpenGLWidget
    sys.modules[name] = module
