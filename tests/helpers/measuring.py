"""What is measured of a run's own code: the modules that are imported, and the tests; not the search.

To look for tests is work of pytest's alone, which takes twice as long where it is measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest


@contextmanager
def search_is_unmeasured(config: pytest.Config) -> Iterator[None]:
    """Measure nothing within."""
    measuring = _measuring(config)
    if measuring is None or not measuring.started:
        yield
        return
    measuring.pause()
    try:
        yield
    finally:
        measuring.resume()


def import_measured(module: pytest.Module) -> None:
    """Import a module of tests now, and measure what that runs of ours."""
    measuring = _measuring(module.config)
    if measuring is None or measuring.started:
        return
    measuring.resume()
    try:
        # Whatever it raises, it raises again where pytest itself imports it, and tells of it.
        with suppress(Exception, pytest.skip.Exception):
            _ = module.obj
    finally:
        measuring.pause()


def _measuring(config: pytest.Config) -> Any:
    """Return what starts and stops the measuring; None where nothing is measured."""
    plugin = config.pluginmanager.getplugin("_cov")
    return None if plugin is None else plugin.cov_controller
