"""Runs first in the packaged program: gives those that it starts the environment that it was given.

PyInstaller tells its program by the environment where its libraries lie. Others would hear it, too:
a file manager or a tunnel would load our libraries instead of the system's. We need it no more: the
loader has read it.

The program starts itself, too: its receiver. The loader's own variables would tell that one that
the path of the libraries is set already, and it would use the system's, or find none.

A user's path to plugins of another Qt is not for ours, which finds its own beside itself.
"""

import os
import sys

os.environ.pop("QT_PLUGIN_PATH", None)
if sys.platform == "linux":
    given = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if given is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = given
    for name in [one for one in os.environ if one.startswith("_PYI_")]:
        del os.environ[name]
