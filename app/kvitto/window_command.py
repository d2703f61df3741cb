"""Open the window. What it needs is loaded step by step: its receiver starts meanwhile."""

import argparse
import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from kvitto.export.leftovers import remove_leftovers
from kvitto.logs import start_logging
from kvitto.paths import window_log_file
from kvitto.problem import ProblemError
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.folder import prepare_window_folder
from kvitto.store_options import place_of
from kvitto.terminal import say
from kvitto.windows_setup import be_known

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
_SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def open_window(options: argparse.Namespace) -> int:
    """Open the window, or raise the one that is open; return the exit code."""
    if options.selftest:
        from kvitto.ui.selftest.selftest import run_selftest

        return run_selftest()
    if sys.platform == "linux" and not any(map(os.environ.get, _SCREENS)):
        say("kvitto: There is no screen to open a window on. To receive without: kvitto receive")
        return EXIT_FAILED
    from kvitto.ui.services.running_window import raise_running_window

    found: list[tuple[StoreUrl | None, Path]] = []
    if not _succeeds(lambda: found.append(place_of(options))):
        return EXIT_FAILED
    [(url, folder)] = found
    if raise_running_window(folder):
        return EXIT_OK
    from kvitto.ui.services.heap import share_heap_among_threads
    from kvitto.ui.services.plain_imports import load_qt

    share_heap_among_threads()
    # All that is loaded stays; the window collects by itself once it is built.
    gc.disable()
    if not _succeeds(partial(prepare_window_folder, folder)):
        return EXIT_FAILED
    start_logging(window_log_file(folder))
    be_known(sys.argv[1:])
    from kvitto.ui.services.first_steps import FirstSteps

    # Only now what takes long: the receiver starts meanwhile.
    with FirstSteps(
        folder, host=options.host, port=options.port, no_auth=options.no_auth, store=url
    ) as first:
        load_qt()
        from kvitto.ui.services.early_start import EarlyStart

        steps = EarlyStart(first)
        from kvitto.ui.bootstrap import run_window

    remove_leftovers(folder)
    return run_window(
        folder,
        host=options.host,
        port=options.port,
        no_auth=options.no_auth,
        store=url,
        is_hidden=options.minimized,
        steps=steps,
    )


def _succeeds(attempt: Callable[[], None]) -> bool:
    """Tell whether something succeeds, at once or later; meanwhile a window says why not."""
    try:
        attempt()
    except ProblemError as error:
        from kvitto.ui.services.plain_imports import load_qt

        load_qt()
        from kvitto.ui.dialogs.early_error import tries_again

        return tries_again(error, attempt)
    return True
