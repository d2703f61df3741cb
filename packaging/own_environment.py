"""Runs first in the packaged program: gives those that it starts the environment that it was given.

PyInstaller tells its program by the environment where its libraries lie. Others would hear it, too:
a file manager or a tunnel would load our libraries instead of the system's. We need it no more: the
loader has read it, and Qt finds its plugins beside itself.

The program starts itself, too: its receiver. The loader's own variables would tell that one that
the path of the libraries is set already, and it would use the system's, or find none.
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
    for name in [one for one in os.environ if one.startswith("_PYI_")]:
        del os.environ[name]
