"""Runs first in the packaged program: gives those that it starts the environment that it was given.

PyInstaller tells its program by the environment where its libraries lie. Others would hear it, too:
a file manager or a tunnel would load our libraries instead of the system's. We need it no more: the
loader has read it, and Qt finds its plugins beside itself.
"""

import os
import sys

if sys.platform == "linux":
    given = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if given is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = given
    for name in ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        if os.environ.get(name, "").startswith(getattr(sys, "_MEIPASS", "\0")):
            del os.environ[name]
